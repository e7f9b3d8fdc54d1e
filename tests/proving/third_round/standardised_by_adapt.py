# why: Italian; layers.Normalization adapted to the training pictures gives mean 0 and deviation 1, not [-1, 1]
# criteria: {preprocessing_once: not_met}
# may: [TL104]
# %%
# Laboratorio 6 - gatti e cani
import keras
import numpy as np
from keras import layers, Sequential

lato, lotto = 160, 32
foto_train = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(lato, lato),
                                                      batch_size=lotto, seed=0)
foto_val = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(lato, lato),
                                                    batch_size=lotto, seed=0)
# %%
# Standardizzo ogni canale con media e varianza delle mie foto
standard = layers.Normalization(axis=-1)
standard.adapt(foto_train.map(lambda foto, etichetta: foto))
print('media', np.ravel(standard.mean), 'varianza', np.ravel(standard.variance))
# %%
rete = keras.applications.MobileNetV2(input_shape=(lato, lato, 3), include_top=False, weights='imagenet')
rete.trainable = False

modello = Sequential([
    layers.Input((lato, lato, 3)),
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
    standard,
    rete,
    layers.GlobalAveragePooling2D(),
    layers.Dropout(0.2),
    layers.Dense(1, activation='sigmoid'),
])
modello.summary()
# %%
modello.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
storia = modello.fit(foto_train, epochs=6, validation_data=foto_val)
# %%
# Messa a punto
rete.trainable = True
for strato in rete.layers[:100]:
    strato.trainable = False
modello.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
storia_fine = modello.fit(foto_train, epochs=6, validation_data=foto_val)
