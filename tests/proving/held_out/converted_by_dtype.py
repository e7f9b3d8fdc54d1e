# why: convert_image_dtype quietly divides by 255 while the files are decoded, and preprocess_input follows in the model
# criteria: {preprocessing_once: not_met}
# findings: [TL106]
# %%
import os
import tensorflow as tf
from tensorflow.keras import layers

AUTOTUNE = tf.data.AUTOTUNE
ROOT = 'cats_and_dogs_filtered'
CLASSES = tf.constant(['cats', 'dogs'])
# %%
def read(path):
    label = tf.argmax(tf.strings.split(path, os.sep)[-2] == CLASSES)
    image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    image = tf.image.convert_image_dtype(image, tf.float32)
    return tf.image.resize(image, [160, 160]), tf.cast(label, tf.float32)

def make(split, shuffle):
    files = tf.data.Dataset.list_files(f'{ROOT}/{split}/*/*.jpg', shuffle=shuffle)
    return files.map(read, num_parallel_calls=AUTOTUNE).batch(32).prefetch(AUTOTUNE)

train_ds, val_ds = make('train', True), make('validation', False)
# %%
base = tf.keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base.trainable = False

inputs = tf.keras.Input((160, 160, 3))
x = layers.RandomFlip('horizontal')(inputs)
x = layers.RandomRotation(0.2)(x)
x = tf.keras.applications.mobilenet_v2.preprocess_input(x)
x = base(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
model = tf.keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %%
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train_ds, epochs=5, validation_data=val_ds)
# %%
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
model.compile(optimizer=tf.keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_ds, epochs=5, validation_data=val_ds)
