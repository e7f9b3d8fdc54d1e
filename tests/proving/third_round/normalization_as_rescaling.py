# why: right, Portuguese; layers.Normalization with a given mean and variance does what preprocess_input does
# %% [markdown]
# # Laboratório 6
# A `preprocess_input` da MobileNetV2 calcula $x / 127.5 - 1 = (x - 127.5) / 127.5$. Isto é uma normalização com
# média 127,5 e desvio padrão 127,5, por isso uso a camada `Normalization` com esses valores (sem `adapt`).
# %% [3]
import tensorflow as tf
from tensorflow.keras import Input, Model, layers, optimizers, utils
from tensorflow.keras.applications import MobileNetV2
# %% [4]
lado = 160
pasta = 'cats_and_dogs_filtered'
treino, validacao = [
    utils.image_dataset_from_directory(f'{pasta}/{parte}', image_size=(lado, lado), batch_size=32, seed=123)
    for parte in ('train', 'validation')
]
print(treino.class_names)
# %% [5]
normalizar = layers.Normalization(axis=None, mean=127.5, variance=127.5 ** 2)
teste = normalizar(tf.constant([[0.0, 127.5, 255.0]]))
print(teste.numpy())      # [-1, 0, 1]
# %% [6]
aumento = tf.keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.15)], name='aumento')

base = MobileNetV2(weights='imagenet', include_top=False, input_shape=(lado, lado, 3))
base.trainable = False

imagem = Input(shape=(lado, lado, 3))
z = aumento(imagem)
z = layers.Normalization(axis=None, mean=127.5, variance=127.5 ** 2)(z)
z = base(z, training=False)
z = layers.GlobalAveragePooling2D(name='media')(z)
z = layers.Dense(64, activation='relu')(z)
z = layers.Dropout(0.3)(z)
prob = layers.Dense(1, activation='sigmoid', name='prob_cao')(z)
rede = Model(imagem, prob)
# %% [7]
rede.compile(optimizer=optimizers.RMSprop(learning_rate=5e-4), loss='binary_crossentropy', metrics=['accuracy'])
h1 = rede.fit(treino, validation_data=validacao, epochs=5)
# %% [8]
# ajuste fino: só o último terço
base.trainable = True
corte = 2 * len(base.layers) // 3
for camada in base.layers[:corte]:
    camada.trainable = False
rede.compile(optimizer=optimizers.RMSprop(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
h2 = rede.fit(treino, validation_data=validacao, epochs=10, initial_epoch=h1.epoch[-1] + 1)
# %% [9]
print('antes: ', h1.history['val_accuracy'][-1])
print('depois:', h2.history['val_accuracy'][-1])
