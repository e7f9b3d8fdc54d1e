# why: mixed precision, a head in float32, smoothed labels, AdamW and a checkpoint whose weights are loaded back
# %%
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers, mixed_precision

mixed_precision.set_global_policy('mixed_float16')
AUTO = tf.data.AUTOTUNE
# %%
SIZE = 160
def folder(which):
    ds = keras.utils.image_dataset_from_directory('/content/cats_and_dogs_filtered/' + which,
                                                  image_size=(SIZE, SIZE), batch_size=32, label_mode='binary')
    return ds.cache().prefetch(AUTO)

train_ds, valid_ds = folder('train'), folder('validation')
# %%
backbone = keras.applications.MobileNetV2((SIZE, SIZE, 3), include_top=False)
backbone.trainable = False

i = keras.Input((SIZE, SIZE, 3))
t = layers.RandomFlip('horizontal')(i)
t = layers.RandomRotation(0.05)(t)
t = layers.Rescaling(2 / 255, offset=-1)(t)
t = backbone(t, training=False)
t = layers.GlobalAveragePooling2D()(t)
t = layers.Dropout(0.4)(t)
o = layers.Dense(1, activation='sigmoid', dtype='float32')(t)
model = keras.Model(i, o)
# %%
loss = keras.losses.BinaryCrossentropy(label_smoothing=0.1)
keep = keras.callbacks.ModelCheckpoint('head.weights.h5', save_best_only=True, save_weights_only=True, monitor='val_loss')
model.compile(keras.optimizers.AdamW(1e-3, weight_decay=1e-4), loss, metrics=['accuracy'])
model.fit(train_ds, epochs=8, validation_data=valid_ds, callbacks=[keep])
model.load_weights('head.weights.h5')
# %%
backbone.trainable = True
for layer in backbone.layers:
    layer.trainable = layer.name.startswith(('block_14', 'block_15', 'block_16', 'Conv_1')) and not layer.name.endswith('BN')
model.compile(keras.optimizers.AdamW(1e-5, weight_decay=1e-4), loss, metrics=['accuracy'])
model.fit(train_ds, epochs=4, validation_data=valid_ds)
