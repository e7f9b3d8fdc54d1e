# why: the callback that sets the rate in each epoch is given to both trainings, so that it overrides the low rate of fine-tuning
# criteria: {fine_tuning_lower_rate: not_met}
# may: [TL602]
# %%
import keras
import numpy as np
import matplotlib.pyplot as plt
from keras import layers
from keras.callbacks import LearningRateScheduler, TerminateOnNaN
# %%
BATCH = 32
train_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=BATCH)
val_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160), batch_size=BATCH)
# %%
lrs = [1e-3 * 0.9 ** n for n in range(10)]
plt.plot(lrs, '.-')
plt.title('learning rate by epoch')
plt.show()

callbacks = [LearningRateScheduler(lambda epoch: lrs[epoch], verbose=1), TerminateOnNaN()]
# %%
base = keras.applications.MobileNetV2(include_top=False, weights='imagenet', input_shape=(160, 160, 3))
base.trainable = False

inp = keras.Input(shape=(160, 160, 3))
x = layers.RandomFlip('horizontal')(inp)
x = layers.RandomRotation(0.2)(x)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.3)(x)
out = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inp, out)
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
hist1 = model.fit(train_ds, validation_data=val_ds, epochs=10, callbacks=callbacks)
# %%
base.trainable = True
for l in base.layers[:100]:
    l.trainable = False

model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
hist2 = model.fit(train_ds, validation_data=val_ds, epochs=10, callbacks=callbacks)
