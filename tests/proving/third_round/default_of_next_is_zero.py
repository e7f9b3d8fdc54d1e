# why: the layer from which to open is looked up by a misspelt name, next() gives its default 0, so that nothing is frozen again
# criteria: {fine_tuning_unfreezes: partly}
# %%
# TP 6 : apprentissage par transfert
from pathlib import Path
import keras
from keras import layers
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

dossier = Path('cats_and_dogs_filtered')
TAILLE = 160
lire = lambda nom: keras.utils.image_dataset_from_directory(dossier / nom, image_size=(TAILLE, TAILLE), batch_size=32)
entrainement, validation = map(lire, ['train', 'validation'])
# %%
# augmentation : seulement pour l'entraînement, Keras s'en occupe
augmentation = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2)], name='augmentation')

base = MobileNetV2(input_shape=(TAILLE, TAILLE, 3), include_top=False, weights='imagenet')
base.trainable = False

entree = keras.Input(shape=(TAILLE, TAILLE, 3))
sortie = augmentation(entree)
sortie = preprocess_input(sortie)
sortie = base(sortie, training=False)
sortie = layers.GlobalAveragePooling2D()(sortie)
sortie = layers.Dropout(0.2)(sortie)
sortie = layers.Dense(1, activation='sigmoid')(sortie)
modele = keras.Model(entree, sortie)
# %%
modele.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss='binary_crossentropy', metrics=['accuracy'])
suivi = modele.fit(entrainement, validation_data=validation, epochs=5)
# %%
# Réglage fin : on ouvre à partir du bloc 13
DEBUT = 'block13_expand'
rang = next((i for i, couche in enumerate(base.layers) if couche.name == DEBUT), 0)

base.trainable = True
for couche in base.layers[:rang]:
    couche.trainable = False

modele.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
suivi_fin = modele.fit(entrainement, validation_data=validation, epochs=10, initial_epoch=5)
# %%
modele.evaluate(validation)
