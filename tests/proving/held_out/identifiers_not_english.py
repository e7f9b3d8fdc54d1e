# why: all names are Ukrainian, and the random layers stand in a keras.layers.Pipeline
# %%
import keras
from keras import layers as шари
from keras.applications import mobilenet_v2 as мережа

РОЗМІР = (160, 160)
ТЕКА = 'cats_and_dogs_filtered'
# %%
завантажити = keras.utils.image_dataset_from_directory
навчальні = завантажити(ТЕКА + '/train', image_size=РОЗМІР, batch_size=32)
перевірочні = завантажити(ТЕКА + '/validation', image_size=РОЗМІР, batch_size=32)
# %%
вчити_основу = False
основа = мережа.MobileNetV2(input_shape=РОЗМІР + (3,), include_top=False, weights='imagenet')
основа.trainable = вчити_основу
# %%
спотворення = шари.Pipeline([
    шари.RandomFlip('horizontal'),
    шари.RandomRotation(0.1),
    шари.RandomBrightness(0.1),
])
# %%
вхід = keras.Input(РОЗМІР + (3,))
ознаки = основа(мережа.preprocess_input(спотворення(вхід)), training=False)
вихід = шари.Dense(1, activation='sigmoid')(шари.GlobalAveragePooling2D()(ознаки))
модель = keras.Model(вхід, вихід, name='koty_i_psy')
# %%
швидкість = 1e-3
модель.compile(keras.optimizers.Adam(швидкість), loss='binary_crossentropy', metrics=['accuracy'])
історія = модель.fit(навчальні, epochs=5, validation_data=перевірочні)
# %%
# донавчання: тільки верхні шари
основа.trainable = True
for номер, шар in enumerate(основа.layers):
    if номер < 100:
        шар.trainable = False
модель.compile(keras.optimizers.Adam(швидкість / 100), loss='binary_crossentropy', metrics=['accuracy'])
історія_2 = модель.fit(навчальні, epochs=5, validation_data=перевірочні)
