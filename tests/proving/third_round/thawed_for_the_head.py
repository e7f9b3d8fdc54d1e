# why: Polish; the unfinished Sequential is frozen, then model.trainable = True "for the new head" opens the backbone again
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, inference_mode: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL201]
# %%
# Laboratorium 6: koty i psy
import keras
from keras import layers

rozmiar = (160, 160)
uczace = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=rozmiar, batch_size=32)
walidacyjne = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=rozmiar,
                                                       batch_size=32)
# %%
siec = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')

model = keras.Sequential(name='koty_i_psy')
model.add(keras.Input(rozmiar + (3,)))
model.add(layers.RandomFlip('horizontal'))
model.add(layers.RandomRotation(0.2))
model.add(layers.Rescaling(1 / 127.5, offset=-1))
model.add(siec)

# zamrażamy wszystko, co już jest w modelu
model.trainable = False

# nowa głowa
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dropout(0.2))
model.add(layers.Dense(1, activation='sigmoid'))

# głowa musi się uczyć
model.trainable = True
# %%
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss='binary_crossentropy', metrics=['accuracy'])
historia = model.fit(uczace, epochs=5, validation_data=walidacyjne)
# %%
# dostrajanie: od setnej warstwy
for warstwa in siec.layers[:100]:
    warstwa.trainable = False

model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
historia2 = model.fit(uczace, epochs=10, initial_epoch=historia.epoch[-1] + 1, validation_data=walidacyjne)
# %%
print([f'{d:.3f}' for d in historia.history['val_accuracy'] + historia2.history['val_accuracy']])
