# why: right, Dutch; opened in two rounds after the first, each with a smaller rate, lower blocks by their number in the name
# %%
# Lab 6 - transfer learning. Eerst zet ik de gegevens klaar.
import re

import tensorflow as tf
from tensorflow.keras import Input, Model
from tensorflow.keras import layers as lagen

MAAT = (160, 160)
trein = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=MAAT, batch_size=32)
toets = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=MAAT,
                                                    batch_size=32)
# %%
romp = tf.keras.applications.MobileNetV2(input_shape=MAAT + (3,), include_top=False, weights='imagenet')
for laag in romp.layers:
    laag.trainable = False

voorbewerking = lagen.Lambda(tf.keras.applications.mobilenet_v2.preprocess_input, name='voorbewerking')
variatie = [lagen.RandomFlip('horizontal'), lagen.RandomContrast(0.2), lagen.RandomRotation(0.1)]

foto = Input(MAAT + (3,))
stroom = foto
for v in variatie:
    stroom = v(stroom)
stroom = voorbewerking(stroom)
stroom = romp(stroom, training=False)
stroom = lagen.GlobalAveragePooling2D()(stroom)
stroom = lagen.Dense(64, activation='relu')(stroom)
stroom = lagen.Dropout(0.3)(stroom)
kans_op_hond = lagen.Dense(1, activation='sigmoid')(stroom)
netwerk = Model(foto, kans_op_hond)
# %%
verloop = []


def oefen(tempo, rondes):
    netwerk.compile(optimizer=tf.keras.optimizers.Adam(tempo), loss='binary_crossentropy', metrics=['accuracy'])
    verloop.append(netwerk.fit(trein, epochs=rondes, validation_data=toets))


def ontdooi_vanaf(blok):
    """Alles vanaf dit blok mag leren, ook de laatste convolutie; BatchNormalization blijft vast."""
    for laag in romp.layers:
        nummer = re.match(r'block_(\d+)_', laag.name)
        hoog = int(nummer.group(1)) >= blok if nummer else laag.name.startswith('Conv_1')
        laag.trainable = hoog and not isinstance(laag, lagen.BatchNormalization)
# %%
# ronde 1: alleen de nieuwe kop
oefen(1e-3, 5)
# %%
# ronde 2: het laatste blok
ontdooi_vanaf(16)
oefen(5e-5, 3)
# %%
# ronde 3: nog drie blokken erbij
ontdooi_vanaf(13)
oefen(1e-5, 3)
# %%
for nummer, v in enumerate(verloop, 1):
    print('ronde', nummer, 'juist:', round(v.history['val_accuracy'][-1], 3))
