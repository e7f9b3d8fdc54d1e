# why: right, Turkish; every cell checks itself by assert, the range behind preprocessing and the frozen numbers too; folder by rglob
# %% [markdown]
# Lab 06: kedi mi kopek mi? Her hucre kendini denetler.
# %%
import pathlib

import numpy as np
import tensorflow as tf

kok = next(pathlib.Path('.').rglob('cats_and_dogs_filtered'))
assert (kok / 'train').is_dir() and (kok / 'validation').is_dir()
# %%
egitim = tf.keras.utils.image_dataset_from_directory(kok / 'train', image_size=(160, 160), batch_size=32)
dogrulama = tf.keras.utils.image_dataset_from_directory(kok / 'validation', image_size=(160, 160), batch_size=32)
assert egitim.class_names == ['cats', 'dogs']
resimler, etiketler = next(iter(egitim))
assert resimler.shape[1:] == (160, 160, 3)
# %%
cogaltma = tf.keras.Sequential()
cogaltma.add(tf.keras.layers.RandomFlip('horizontal'))
cogaltma.add(tf.keras.layers.RandomRotation(0.2))
assert cogaltma(resimler, training=True).shape == resimler.shape

olcekle = tf.keras.applications.mobilenet_v2.preprocess_input
denenen = olcekle(np.array(resimler))
assert -1 <= denenen.min() < denenen.max() <= 1
# %%
govde = tf.keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
assert govde.output_shape == (None, 5, 5, 1280)
govde.trainable = False
assert not govde.trainable_weights
# %%
giris = tf.keras.Input(shape=(160, 160, 3))
ozellik = govde(olcekle(cogaltma(giris)), training=False)
ortalama = tf.keras.layers.GlobalAveragePooling2D()(ozellik)
cikis = tf.keras.layers.Dense(1, activation='sigmoid')(tf.keras.layers.Dropout(0.2)(ortalama))
model = tf.keras.Model(inputs=giris, outputs=cikis)
assert ortalama.shape[-1] == 1280 and model.output_shape == (None, 1)
assert len(model.trainable_variables) == 2
# %%
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=1e-4), loss=tf.keras.losses.BinaryCrossentropy(),
              metrics=['accuracy'])
onceki = [w.numpy().copy() for w in govde.weights]
gecmis = model.fit(egitim, epochs=10, validation_data=dogrulama)
assert all(np.array_equal(a, b.numpy()) for a, b in zip(onceki, govde.weights))
# %%
# ince ayar
govde.trainable = True
for katman in govde.layers[:100]:
    katman.trainable = False
assert not govde.layers[50].trainable and govde.layers[150].trainable
model.compile(optimizer=tf.keras.optimizers.RMSprop(learning_rate=1e-4 / 10),
              loss=tf.keras.losses.BinaryCrossentropy(), metrics=['accuracy'])
gecmis_ince = model.fit(egitim, epochs=20, initial_epoch=gecmis.epoch[-1] + 1, validation_data=dogrulama)
