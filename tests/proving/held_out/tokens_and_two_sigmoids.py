# why: a Python generator augments and feeds, 25 tokens are averaged by GlobalAveragePooling1D; two sigmoids, the rate stays
# criteria: {binary_head: not_met, fine_tuning_lower_rate: not_met}
# any: [loss_agrees]
# findings: [TL602]
# may: [TL401, TL402]
# %%
import numpy as np
import tensorflow as tf
import keras
from keras import layers
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
# %%
pictures = {s: keras.utils.image_dataset_from_directory(f'cats_and_dogs_filtered/{s}', image_size=(160, 160), batch_size=32,
                                                        label_mode='categorical') for s in ('train', 'validation')}
jitter = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomTranslation(0.1, 0.1), layers.RandomContrast(0.2)])

def feed(split, augment):
    while True:
        for images, labels in pictures[split]:
            if augment:
                images = jitter(images, training=True)
            yield preprocess_input(images), labels

steps = {s: int(d.cardinality()) for s, d in pictures.items()}
# %%
encoder = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
encoder.trainable = False

inp = keras.Input((160, 160, 3))
tokens = layers.Reshape((-1, 1280))(encoder(inp, training=False))    # 5 x 5 -> 25 tokens
summary = layers.GlobalAveragePooling1D()(tokens)
out = layers.Dense(2, activation='sigmoid')(layers.LayerNormalization()(summary))
model = keras.Model(inp, out)
# %%
model.compile(keras.optimizers.Adam(1e-4), 'binary_crossentropy', metrics=['accuracy'])
model.fit(feed('train', True), steps_per_epoch=steps['train'], epochs=5,
          validation_data=feed('validation', False), validation_steps=steps['validation'])
# %%
encoder.trainable = True
for layer in encoder.layers[:-50]:
    layer.trainable = False
model.compile(keras.optimizers.Adam(1e-4), 'binary_crossentropy', metrics=['accuracy'])
model.fit(feed('train', True), steps_per_epoch=steps['train'], epochs=5,
          validation_data=feed('validation', False), validation_steps=steps['validation'])
