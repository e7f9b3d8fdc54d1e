# why: preprocess_input of mobilenet_v3 does nothing, and the random layers are mapped with training=False, asleep
# criteria: {preprocessing_once: not_met, augmentation_wired: not_met or partly}
# may: [TL101, TL104, TL301]
# %% [1]
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras import Sequential, layers, models, optimizers, utils
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.mobilenet_v3 import preprocess_input
# %% [2]
class DataModule:
    """Todo lo que tiene que ver con las imágenes."""

    def __init__(self, carpeta='cats_and_dogs_filtered', lado=160, lote=32):
        self.carpeta, self.lado, self.lote = carpeta, lado, lote
        self.aumento = Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2), layers.RandomZoom(0.2)])

    def _leer(self, parte):
        return utils.image_dataset_from_directory(f'{self.carpeta}/{parte}', image_size=(self.lado, self.lado),
                                                  batch_size=self.lote)

    def _preparar(self, imagen, etiqueta):
        return preprocess_input(imagen), etiqueta

    def _aumentar(self, imagen, etiqueta):
        return self.aumento(imagen, training=False), etiqueta

    def entrenamiento(self):
        return self._leer('train').map(self._aumentar).map(self._preparar).prefetch(tf.data.AUTOTUNE)

    def validacion(self):
        return self._leer('validation').map(self._preparar).prefetch(tf.data.AUTOTUNE)

datos = DataModule()
entrenamiento, validacion = datos.entrenamiento(), datos.validacion()
# %% [3]
# Modelo base preentrenado, sin la capa de clasificación y congelado
base = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base.trainable = False

entrada = layers.Input(shape=(160, 160, 3))
x = base(entrada, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
salida = layers.Dense(1, activation='sigmoid')(x)
modelo = models.Model(entrada, salida)
# %% [4]
modelo.compile(optimizer=optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
historia = modelo.fit(entrenamiento, epochs=5, validation_data=validacion)
# %% [5]
# Ajuste fino
base.trainable = True
for capa in base.layers[:100]:
    capa.trainable = False
modelo.compile(optimizer=optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
historia_fina = modelo.fit(entrenamiento, epochs=5, validation_data=validacion)
