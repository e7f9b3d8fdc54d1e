# why: epochs=5 with initial_epoch=10 trains no epoch at all: fit comes back at once, and there is no second training
# criteria: {fine_tuning: not_met}
# %%
# Tugas 6: transfer learning, kucing dan anjing
import keras
import matplotlib.pyplot as plt
from keras import layers

INITIAL_EPOCHS = 10
FINE_TUNE_EPOCHS = 5
IMG_SIZE = (160, 160)
# %%
train_dataset = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=IMG_SIZE,
                                                         batch_size=32)
validation_dataset = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation',
                                                              image_size=IMG_SIZE, batch_size=32)
# %%
data_augmentation = keras.Sequential([
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
])
rescale = layers.Rescaling(1. / 127.5, offset=-1)
base_model = keras.applications.MobileNetV2(input_shape=IMG_SIZE + (3,), include_top=False, weights='imagenet')
base_model.trainable = False

inputs = keras.Input(shape=IMG_SIZE + (3,))
x = base_model(rescale(data_augmentation(inputs)), training=False)
outputs = layers.Dense(1, activation='sigmoid')(layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x)))
model = keras.Model(inputs, outputs)
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-4), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train_dataset, epochs=INITIAL_EPOCHS, validation_data=validation_dataset)
# %%
# grafik akurasi
plt.plot(history.history['accuracy'], label='latih')
plt.plot(history.history['val_accuracy'], label='validasi')
plt.legend()
plt.show()
# %%
# fine-tuning mulai dari lapisan 100
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_dataset, epochs=FINE_TUNE_EPOCHS, initial_epoch=INITIAL_EPOCHS,
                         validation_data=validation_dataset)
# %%
loss, accuracy = model.evaluate(validation_dataset)
print('akurasi akhir:', accuracy)
