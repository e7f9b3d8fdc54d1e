# why: right; Dataset.from_generator over a Python generator that reads with PIL; scaled in the map, random layers in the model
# %% [1]
# Práctica 6 - Aprendizaje por transferencia
import random
from functools import partial
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow import keras
# %% [2]
raiz = Path('cats_and_dogs_filtered')
LADO, LOTE = 160, 32
clases = ['cats', 'dogs']


def leer(carpeta, mezclar=False):
    """Entrega una imagen y su etiqueta cada vez."""
    rutas = sorted(carpeta.glob('*/*.jpg'))
    if mezclar:
        random.shuffle(rutas)
    for ruta in rutas:
        with Image.open(ruta) as imagen:
            pixeles = np.array(imagen.convert('RGB').resize((LADO, LADO)), dtype='float32')
        yield pixeles, [float(clases.index(ruta.parent.name))]
# %% [3]
firma = (tf.TensorSpec((LADO, LADO, 3), tf.float32), tf.TensorSpec((1,), tf.float32))


def conjunto(nombre, mezclar):
    datos = tf.data.Dataset.from_generator(partial(leer, raiz / nombre, mezclar), output_signature=firma)
    datos = datos.map(lambda x, y: (x / 127.5 - 1.0, y))      # de [0, 255] a [-1, 1]
    return datos.batch(LOTE).prefetch(tf.data.AUTOTUNE)


entrenamiento = conjunto('train', mezclar=True)
validacion = conjunto('validation', mezclar=False)

for x, y in entrenamiento.take(1):
    print(x.shape, float(tf.reduce_min(x)), float(tf.reduce_max(x)), y[:5].numpy().ravel())
# %% [4]
base = keras.applications.MobileNetV2(input_shape=(LADO, LADO, 3), include_top=False, weights='imagenet')
base.trainable = False

capas_aleatorias = [keras.layers.RandomFlip('horizontal'), keras.layers.RandomRotation(0.2)]

entrada = keras.Input((LADO, LADO, 3), name='foto')
h = entrada
for capa in capas_aleatorias:
    h = capa(h)
h = base(h, training=False)
h = keras.layers.GlobalAveragePooling2D()(h)
h = keras.layers.Dropout(0.2)(h)
salida = keras.layers.Dense(1, activation='sigmoid', name='es_perro')(h)
modelo = keras.Model(entrada, salida)
# %% [5]
modelo.compile(optimizer=keras.optimizers.Adam(1e-3),
               loss=keras.losses.BinaryCrossentropy(),
               metrics=[keras.metrics.BinaryAccuracy(name='exactitud')])
historia = modelo.fit(entrenamiento, epochs=6, validation_data=validacion)
# %% [6]
# Ajuste fino: de la capa 120 en adelante
base.trainable = True
for numero, capa in enumerate(base.layers):
    capa.trainable = numero >= 120
modelo.compile(optimizer=keras.optimizers.Adam(2e-5),
               loss=keras.losses.BinaryCrossentropy(),
               metrics=[keras.metrics.BinaryAccuracy(name='exactitud')])
historia_fina = modelo.fit(entrenamiento, epochs=6, validation_data=validacion)
