# why: keras.ops.reshape turns the maps into 32,000 numbers a picture instead of averaging them
# criteria: {pooled_to_vector: not_met}
# %%
import math

import keras
import tensorflow as tf
from keras import ops
from keras import layers as kl

S = 160
train = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=(S, S), batch_size=32)
val = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=(S, S), batch_size=32)
# %%
cnn = keras.applications.MobileNetV2(input_shape=(S, S, 3), include_top=False, weights="imagenet")
cnn.trainable = False
print(cnn.output_shape)

n_features = math.prod(cnn.output_shape[1:])
# %%
aug = keras.Sequential([kl.RandomFlip("horizontal"), kl.RandomRotation(0.2)])

image = keras.Input((S, S, 3))
t = aug(image)
t = ops.subtract(ops.multiply(t, 1 / 127.5), 1)
t = cnn(t, training=False)
t = ops.reshape(t, (-1, n_features))      # one vector for each picture
t = kl.Dropout(0.5)(t)
t = ops.sigmoid(kl.Dense(1)(t))
net = keras.Model(image, t)
net.summary(show_trainable=True)
# %%
net.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
curve = net.fit(train, epochs=5, validation_data=val).history["val_accuracy"]
# %%
cnn.trainable = True
for layer in cnn.layers[: int(0.65 * len(cnn.layers))]:
    layer.trainable = False
net.compile(optimizer=keras.optimizers.Adam(1e-5), loss="binary_crossentropy", metrics=["accuracy"])
curve += net.fit(train, epochs=5, validation_data=val).history["val_accuracy"]
print(curve)
