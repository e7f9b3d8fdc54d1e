# why: right, Turkish; every fifth validation picture becomes the test set by enumerate and filter, callbacks watch the rest
# %%
# Transfer öğrenme: kedi mi, köpek mi?
import tensorflow as tf
from tensorflow import keras as k

KOK = "cats_and_dogs_filtered/"
BOYUT = 160
# %%
egitim = k.utils.image_dataset_from_directory(KOK + "train", image_size=(BOYUT, BOYUT), batch_size=32)

# Doğrulama klasörünü karıştırmadan, tek tek oku; her beşinci resim teste gider
tumu = k.utils.image_dataset_from_directory(KOK + "validation", image_size=(BOYUT, BOYUT), batch_size=None,
                                            shuffle=False).enumerate()
yalniz_resim = lambda sira, ikili: ikili
test = tumu.filter(lambda sira, ikili: sira % 5 == 0).map(yalniz_resim).batch(32)
dogrulama = tumu.filter(lambda sira, ikili: sira % 5 != 0).map(yalniz_resim).batch(32)
# %%
artirma = k.Sequential(name="artirma")
for katman, deger in ((k.layers.RandomFlip, "horizontal"), (k.layers.RandomRotation, 0.2), (k.layers.RandomZoom, 0.2)):
    artirma.add(katman(deger))
# %%
taban = k.applications.MobileNetV2(input_shape=(BOYUT, BOYUT, 3), include_top=False, weights="imagenet")
taban.trainable = False      # özellik çıkarma: tabanı dondur

giris = k.Input((BOYUT, BOYUT, 3))
y = artirma(giris)
y = k.layers.Rescaling(1 / 127.5, offset=-1)(y)
y = taban(y, training=False)
y = k.layers.GlobalAveragePooling2D()(y)
y = k.layers.Dropout(0.2)(y)
model = k.Model(giris, k.layers.Dense(1, activation=k.activations.sigmoid)(y))
# %%
def geri_cagrilar():
    return [k.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True),
            k.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=1, min_lr=1e-6)]


model.compile(k.optimizers.Adam(learning_rate=1e-3), k.losses.BinaryCrossentropy(), metrics=["accuracy"])
gecmis = model.fit(egitim, epochs=15, validation_data=dogrulama, callbacks=geri_cagrilar())
# %%
# İnce ayar
taban.trainable = True
for katman in taban.layers[:100]:
    katman.trainable = False

model.compile(k.optimizers.Adam(learning_rate=1e-5), k.losses.BinaryCrossentropy(), metrics=["accuracy"])
gecmis_ince = model.fit(egitim, epochs=15, validation_data=dogrulama, callbacks=geri_cagrilar())
# %%
kayip, dogruluk = model.evaluate(test)
print(f"Hiç görülmemiş resimlerde doğruluk: {dogruluk:.3f}")
