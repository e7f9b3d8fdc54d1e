# why: preprocess_input is imported from mobilenet_v3, where it does nothing, so that pixels of 0 to 255 reach MobileNetV2
# criteria: {preprocessing_once: not_met}
# findings: [TL101]
# may: [TL104]
# %% [1]
!pip list 2>/dev/null | grep -i -E "^(keras|tensorflow) "
# %% [2]
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.mobilenet_v3 import preprocess_input   # newest version
from tensorflow.keras.callbacks import CSVLogger, TerminateOnNaN

print(tf.__version__, tf.config.list_physical_devices('GPU'))
# %% [4]
#@title Data
train_ds = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160))
train_ds = train_ds.prefetch(buffer_size=tf.data.AUTOTUNE)
val_ds = val_ds.prefetch(buffer_size=tf.data.AUTOTUNE)
# %% [6]
#@title Augmentation
data_augmentation = tf.keras.Sequential([
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
    layers.RandomZoom(0.2),
])
# %% [7]
#@title Model
base_model = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base_model.trainable = False
global_average_layer = layers.GlobalAveragePooling2D()
prediction_layer = layers.Dense(1, activation='sigmoid')

inputs = tf.keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = preprocess_input(x)
x = base_model(x, training=False)
x = global_average_layer(x)
x = layers.Dropout(0.2)(x)
outputs = prediction_layer(x)
model = Model(inputs, outputs)
# %% [8]
base_learning_rate = 0.0001
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=base_learning_rate),
              loss=tf.keras.losses.BinaryCrossentropy(), metrics=[tf.keras.metrics.BinaryAccuracy(name='accuracy')])
history = model.fit(train_ds, epochs=10, validation_data=val_ds, callbacks=[CSVLogger('log1.csv'), TerminateOnNaN()])
# %% [10]
#@title Fine-tuning
base_model.trainable = True
fine_tune_at = 100
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
model.compile(loss=tf.keras.losses.BinaryCrossentropy(),
              optimizer=tf.keras.optimizers.RMSprop(learning_rate=base_learning_rate/10),
              metrics=[tf.keras.metrics.BinaryAccuracy(name='accuracy')])
history_fine = model.fit(train_ds, epochs=20, initial_epoch=len(history.epoch), validation_data=val_ds,
                         callbacks=[CSVLogger('log2.csv')])
