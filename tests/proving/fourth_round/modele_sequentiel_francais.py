# why: right, French; Sequential by add(), the backbone is looked up by the start of its name among the model's layers, scaled by 2/255
# %% [markdown]
# # TP 6 - Apprentissage par transfert
# Chats et chiens, MobileNetV2. Binome B7.
# %%
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import (Dense, Dropout, GlobalAveragePooling2D, Input, RandomFlip, RandomRotation,
                                     RandomZoom, Rescaling)
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.utils import image_dataset_from_directory

DOSSIER = "cats_and_dogs_filtered"
COTE, LOT = 160, 32
# %%
entrainement = image_dataset_from_directory(DOSSIER + "/train", label_mode="binary", batch_size=LOT,
                                            image_size=(COTE, COTE), seed=7)
controle = image_dataset_from_directory(DOSSIER + "/validation", label_mode="binary", batch_size=LOT,
                                        image_size=(COTE, COTE), shuffle=False)
print("classes :", entrainement.class_names)
# %%
modele = Sequential(name="chats_chiens")
modele.add(Input((COTE, COTE, 3)))
# 1. on varie les images (seulement pendant l'entrainement)
modele.add(RandomFlip("horizontal"))
modele.add(RandomRotation(0.2))
modele.add(RandomZoom(0.2))
# 2. de [0, 255] a [-1, 1]
modele.add(Rescaling(scale=2 / 255, offset=-1))
# 3. le reseau pre-entraine, sans sa tete
modele.add(MobileNetV2(input_shape=(COTE, COTE, 3), include_top=False, weights="imagenet"))
# 4. notre tete
modele.add(GlobalAveragePooling2D())
modele.add(Dropout(0.2))
modele.add(Dense(1, activation="sigmoid"))
# %%
def le_reseau():
    """La couche qui contient MobileNetV2."""
    trouve = [c for c in modele.layers if c.name.startswith("mobilenetv2")]
    assert len(trouve) == 1
    return trouve[0]

le_reseau().trainable = False
modele.summary()
# %%
modele.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
suivi = modele.fit(entrainement, validation_data=controle, epochs=8)
# %% [markdown]
# ## Reglage fin
# On degele tout, puis on regele les couches du bas.
# %%
le_reseau().trainable = True
gelees = 0
for couche in le_reseau().layers:
    if couche.name == "block_12_expand":
        break
    couche.trainable = False
    gelees += 1
print(gelees, "couches restent gelees")

modele.compile(optimizer=RMSprop(1e-5), loss="binary_crossentropy", metrics=["accuracy"])
suite = modele.fit(entrainement, validation_data=controle, epochs=16, initial_epoch=8)
# %%
print("avant :", suivi.history["val_accuracy"][-1], " apres :", suite.history["val_accuracy"][-1])
