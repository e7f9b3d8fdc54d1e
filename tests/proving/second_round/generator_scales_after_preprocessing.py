# why: rescale=1/255 stands beside preprocessing_function in the generator, which applies it to what already lies in [-1, 1]
# criteria: {preprocessing_once: not_met}
# findings: [TL106]
# %% [1]
import os
import numpy as np
import tensorflow as tf
from tensorflow.keras import Model
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.mobilenet_v2 import preprocess_input
from tensorflow.keras.layers import Dense, Dropout, GlobalAveragePooling2D, Input, RandomFlip, RandomRotation, RandomZoom
from tensorflow.keras.preprocessing.image import ImageDataGenerator
# %% [2]
!wget -q https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip -O /tmp/cats_and_dogs_filtered.zip
!unzip -q -o /tmp/cats_and_dogs_filtered.zip -d /tmp
# %% [3]
IMG_SIZE, BATCH = 160, 32
base_dir = '/tmp/cats_and_dogs_filtered'

datagen = ImageDataGenerator(rescale=1./255, preprocessing_function=preprocess_input)
flow = dict(target_size=(IMG_SIZE, IMG_SIZE), batch_size=BATCH, class_mode='binary')
train_gen = datagen.flow_from_directory(os.path.join(base_dir, 'train'), **flow)
val_gen = datagen.flow_from_directory(os.path.join(base_dir, 'validation'), shuffle=False, **flow)
# %% [4]
conv_base = MobileNetV2(input_shape=(IMG_SIZE, IMG_SIZE, 3), include_top=False, weights='imagenet')
conv_base.trainable = False
# %% [5]
inputs = Input(shape=(IMG_SIZE, IMG_SIZE, 3))
x = RandomFlip('horizontal')(inputs)
x = RandomRotation(0.1)(x)
x = RandomZoom(0.1)(x)
x = conv_base(x, training=False)
x = GlobalAveragePooling2D()(x)
x = Dense(64, activation='relu')(x)
x = Dropout(0.3)(x)
outputs = Dense(1, activation='sigmoid')(x)
model = Model(inputs, outputs)
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
# %% [6]
history = model.fit(train_gen, validation_data=val_gen, epochs=10)
# %% [7]
# Fine tuning: last 40 layers
conv_base.trainable = True
for layer in conv_base.layers[:-40]:
    layer.trainable = False
model.compile(optimizer=tf.keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_ft = model.fit(train_gen, validation_data=val_gen, epochs=10)
