# why: autocompletion made the global_average_layer a GlobalMaxPooling2D; and the 'adam' of fine-tuning has ten times the first rate
# criteria: {pooled_to_vector: partly, fine_tuning_lower_rate: not_met}
# findings: [TL602]
# %% [1]
import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras import layers, models
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
# %% [markdown]
# ## Load the data
# %% [2]
train_dataset = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train',
                                                            shuffle=True, batch_size=32, image_size=(160, 160))
validation_dataset = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation',
                                                                 shuffle=True, batch_size=32, image_size=(160, 160))
# %% [markdown]
# ## Load MobileNetV2 without the top and freeze it
# %% [3]
mobilenetv2 = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
mobilenetv2.trainable = False
print(mobilenetv2.output_shape)
# >>>
# (None, 5, 5, 1280)
# %% [markdown]
# ## Add the layers
# %% [4]
global_average_layer = layers.GlobalMaxPooling2D()
prediction_layer = layers.Dense(1, activation='sigmoid')

model = models.Sequential([
    layers.Input(shape=(160, 160, 3)),
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
    layers.RandomZoom(0.2),
    layers.Lambda(preprocess_input),
    mobilenetv2,
    global_average_layer,
    layers.Dropout(0.2),
    prediction_layer,
])
# %% [5]
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.0001), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
# %% [markdown]
# ## Fine-tuning
# %% [6]
mobilenetv2.trainable = True
for layer in mobilenetv2.layers[:-20]:
    layer.trainable = False

model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
