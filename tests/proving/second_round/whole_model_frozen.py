# why: model.trainable = False freezes the new head together with the backbone, and is never taken back for the model as a whole
# criteria: {fine_tuning_unfreezes: not_met}
# any: [feature_extraction_trained]
# %% [1]
import tensorflow as tf
from tensorflow.keras import layers, Model
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.mobilenet_v2 import preprocess_input as scale
# %% [2]
kwargs = {'image_size': (160, 160), 'batch_size': 32}
train = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', **kwargs)
valid = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', **kwargs)
# %% [3]
def build_model():
    base_model = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')

    inputs = layers.Input(shape=(160, 160, 3))
    x = layers.RandomFlip('horizontal')(inputs)
    x = layers.RandomRotation(0.2)(x)
    x = scale(x)
    x = base_model(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(1, activation='sigmoid')(x)

    model = Model(inputs, outputs)
    model.trainable = False   # freeze the pre-trained weights
    return model, base_model

model, base_model = build_model()
model.summary()
# %% [4]
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train, epochs=5, validation_data=valid)
# %% [5]
# unfreeze the top layers
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable = False

model.compile(optimizer=tf.keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train, epochs=5, validation_data=valid)
