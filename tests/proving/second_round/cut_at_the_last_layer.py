# why: the top should be cut off by layers[-1].output, which is the output of the classifier itself: nothing is cut off
# criteria: {backbone_without_top: not_met}
# any: [pooled_to_vector]
# findings: [TL307]
# may: [TL101, TL301]
# %%
import tensorflow as tf
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.mobilenet_v2 import preprocess_input
from tensorflow.keras.layers import Dense, Dropout, Input, RandomFlip, RandomRotation
from tensorflow.keras.models import Model, Sequential
from tensorflow.keras.optimizers import Adam
# %%
train_data = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160))
val_data = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160))
# %%
full_model = MobileNetV2(input_shape=(160, 160, 3), weights='imagenet')
for layer in full_model.layers[-4:]:
    print(layer.name, layer.output.shape)
# >>>
# Conv_1_bn (None, 5, 5, 1280)
# out_relu (None, 5, 5, 1280)
# global_average_pooling2d (None, 1280)
# predictions (None, 1000)
# %%
# remove the classification layer: keep the global average pooling (1280 numbers) as the output
base_model = Model(inputs=full_model.input, outputs=full_model.layers[-1].output)
base_model.trainable = False
# %%
data_augmentation = Sequential([RandomFlip('horizontal'), RandomRotation(0.2)])

inputs = Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = preprocess_input(x)
x = base_model(x, training=False)
x = Dropout(0.2)(x)
outputs = Dense(1, activation='sigmoid')(x)
model = Model(inputs, outputs)
# %%
model.compile(optimizer=Adam(learning_rate=0.001), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train_data, epochs=10, validation_data=val_data)
# %%
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable = False
model.compile(optimizer=Adam(learning_rate=0.00001), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_data, epochs=20, initial_epoch=10, validation_data=val_data)
