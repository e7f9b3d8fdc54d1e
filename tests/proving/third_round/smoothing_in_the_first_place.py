# why: BinaryCrossentropy(0.1) is meant as label smoothing, but the first argument is from_logits, and 0.1 counts as true
# criteria: {loss_agrees: not_met}
# findings: [TL305]
# %%
from functools import partial

import keras
from keras import layers, losses, optimizers
# %%
make_ds = partial(keras.utils.image_dataset_from_directory, image_size=(160, 160), batch_size=48, label_mode='binary')
train_ds = make_ds('cats_and_dogs_filtered/train', seed=99)
val_ds = make_ds('cats_and_dogs_filtered/validation', shuffle=False)
# %%
# A little label smoothing against overconfidence, as in the Inception paper
smoothing = 0.1
make_loss = partial(losses.BinaryCrossentropy, smoothing)
make_adam = partial(optimizers.Adam, weight_decay=1e-4)
# %%
base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base.trainable = False

dense_sigmoid = partial(layers.Dense, activation='sigmoid')

inputs = keras.Input((160, 160, 3))
x = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2)])(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.4)(x)
outputs = dense_sigmoid(1)(x)
model = keras.Model(inputs, outputs)
# %%
def stage(rate, **fit_args):
    model.compile(optimizer=make_adam(rate), loss=make_loss(), metrics=['accuracy'])
    return model.fit(train_ds, validation_data=val_ds, **fit_args)


h = stage(1e-3, epochs=5)
# %%
base.trainable = True
for layer in base.layers[:116]:
    layer.trainable = False
hf = stage(1e-5, epochs=10, initial_epoch=5)
