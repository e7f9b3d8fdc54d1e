# why: "freeze the convolutional base" taken at its word: isinstance Conv2D, so that depthwise convolutions and BatchNormalization learn
# criteria: {frozen_before_first_fit: partly, frozen_weights_unchanged: not_met}
# findings: [TL203]
# may: [TL205, TL601, TL602]
# %% [markdown]
# ### Week 6 - homework
# Q3: we freeze the *convolutional* layers because they already know edges and textures.
# %%
import tensorflow as tf
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.mobilenet_v2 import preprocess_input
from tensorflow.keras.layers import Conv2D, Dense, Dropout, GlobalAveragePooling2D, Input, RandomFlip, RandomRotation
from tensorflow.keras.models import Model, Sequential

BATCH_SIZE = 32
IMG_SIZE = (160, 160)
IMG_SHAPE = IMG_SIZE + (3,)

train_dataset = tf.keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", shuffle=True,
                                                            batch_size=BATCH_SIZE, image_size=IMG_SIZE)
validation_dataset = tf.keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", shuffle=True,
                                                                 batch_size=BATCH_SIZE, image_size=IMG_SIZE)
# %%
base_model = MobileNetV2(input_shape=IMG_SHAPE, include_top=False, weights="imagenet")

# freeze the convolutional base
frozen = 0
for layer in base_model.layers:
    if isinstance(layer, Conv2D):
        layer.trainable = False
        frozen += 1
print("frozen convolutional layers:", frozen)
# %%
data_augmentation = Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])

inputs = Input(shape=IMG_SHAPE)
x = data_augmentation(inputs)
x = preprocess_input(x)
x = base_model(x, training=False)
x = GlobalAveragePooling2D()(x)
x = Dropout(0.2)(x)
outputs = Dense(1, activation="sigmoid")(x)
model = Model(inputs, outputs)
# %%
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.001), loss="binary_crossentropy",
              metrics=["accuracy"])
history = model.fit(train_dataset, epochs=10, validation_data=validation_dataset)
# %%
# Q2: fine-tuning, from layer 100 on
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable = False

model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=0.00001), loss="binary_crossentropy",
              metrics=["accuracy"])
history_fine = model.fit(train_dataset, epochs=20, initial_epoch=10, validation_data=validation_dataset)
