# why: of the sorted checkpoints the first is loaded instead of the last, which is the one that was saved before any training
# criteria: {fine_tuning_continues: not_met}
# findings: [TL601]
# %%
import glob
import os

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
# %%
train_ds = keras.utils.image_dataset_from_directory('./cats_and_dogs_filtered/train', image_size=(160, 160))
val_ds = keras.utils.image_dataset_from_directory('./cats_and_dogs_filtered/validation', image_size=(160, 160))
# %%
base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base.trainable = False

inputs = keras.Input(shape=(160, 160, 3))
x = layers.RandomFlip('horizontal')(inputs)
x = layers.RandomRotation(0.2)(x)
x = layers.Rescaling(1/127.5, offset=-1)(x)
x = base(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
# %%
checkpoint_dir = 'training_2'
os.makedirs(checkpoint_dir, exist_ok=True)
checkpoint_path = os.path.join(checkpoint_dir, 'cp-{epoch:04d}.weights.h5')

# as in the tutorial "Save and load models": also keep the weights of epoch 0
model.save_weights(checkpoint_path.format(epoch=0))
cp_callback = keras.callbacks.ModelCheckpoint(checkpoint_path, save_weights_only=True, verbose=1)
history = model.fit(train_ds, epochs=5, validation_data=val_ds, callbacks=[cp_callback])
# %%
checkpoints = sorted(glob.glob(os.path.join(checkpoint_dir, 'cp-*.weights.h5')))
latest = checkpoints[0]
model.load_weights(latest)
# %%
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_ds, epochs=10, initial_epoch=5, validation_data=val_ds)
