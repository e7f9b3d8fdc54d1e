# why: right; keras.layers.Pipeline over random layers is mapped over single pictures before batching, preprocess_input by Lambda
# %%
# !pip install -q keras     # nicht noetig, ist schon da
import keras
import tensorflow as tf
from keras.layers import (Dense, Dropout, GlobalAveragePooling2D, Lambda, Pipeline, RandomFlip, RandomRotation,
                          RandomZoom)
# %%
AUTO = tf.data.AUTOTUNE
wackeln = Pipeline([RandomFlip("horizontal"), RandomRotation(0.2), RandomZoom(0.1)])


def lade(ordner, training):
    bilder = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/" + ordner, image_size=(160, 160),
                                                      batch_size=None, shuffle=training, seed=5)
    if training:
        bilder = bilder.map(lambda bild, klasse: (wackeln(bild, training=True), klasse), num_parallel_calls=AUTO)
    return bilder.batch(32).prefetch(AUTO)


train, val = lade("train", True), lade("validation", False)
# %%
# Kontrolle: Wertebereich und Form
for bilder, klassen in train.take(1):
    print(bilder.shape, bilder.numpy().min(), bilder.numpy().max(), klassen.numpy()[:8])
# %%
vortrainiert = keras.applications.MobileNetV2((160, 160, 3), include_top=False, weights="imagenet")
vortrainiert.trainable = False

modell = keras.Sequential([
    keras.Input((160, 160, 3)),
    Lambda(keras.applications.mobilenet_v2.preprocess_input, name="auf_minus1_bis_1"),
    vortrainiert,
    GlobalAveragePooling2D(),
    Dropout(0.2),
    Dense(1, activation="sigmoid"),
])
modell.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
verlauf = modell.fit(train, validation_data=val, epochs=5)
# %%
# Feinabstimmung der oberen Haelfte
haelfte = len(vortrainiert.layers) // 2
unten, oben = vortrainiert.layers[:haelfte], vortrainiert.layers[haelfte:]
vortrainiert.trainable = True
for schicht in unten:
    schicht.trainable = False
print(len(unten), "zu,", len(oben), "offen")

modell.compile(keras.optimizers.RMSprop(1e-5), "binary_crossentropy", metrics=["accuracy"])
verlauf_fein = modell.fit(train, validation_data=val, epochs=5)
