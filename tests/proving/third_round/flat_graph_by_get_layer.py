# why: right; the model goes from the backbone's own input through get_layer("out_relu").output, so that its layers lie flat in it
# %%
#@title Lab 6 (Transfer Learning)
import keras
import numpy as np
import tensorflow as tf
from keras.applications import mobilenet_v2 as mnv2
# %%
#@title Data { run: "auto" }
data_dir = "cats_and_dogs_filtered" #@param {type:"string"}
batch = 32 #@param {type:"integer"}

raw_train = keras.utils.image_dataset_from_directory(f"{data_dir}/train", image_size=(160, 160), batch_size=batch)
raw_val = keras.utils.image_dataset_from_directory(f"{data_dir}/validation", image_size=(160, 160), batch_size=batch)

shaker = keras.Sequential([
    keras.layers.RandomFlip("horizontal"),
    keras.layers.RandomRotation(0.2),
    keras.layers.RandomZoom((-0.2, 0.0)),
])
scale = mnv2.preprocess_input

train = raw_train.map(lambda im, lab: (scale(shaker(im, training=True)), lab), tf.data.AUTOTUNE).prefetch(2)
val = raw_val.map(lambda im, lab: (scale(im), lab), tf.data.AUTOTUNE).prefetch(2)
# %%
#@title Network
trunk = mnv2.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
trunk.trainable = False

maps = trunk.get_layer("out_relu").output          # (None, 5, 5, 1280)
vector = keras.layers.GlobalAveragePooling2D()(maps)
vector = keras.layers.Dropout(0.2)(vector)
answer = keras.layers.Dense(1, activation="sigmoid", name="answer")(vector)
net = keras.Model(trunk.input, answer)
print(len(net.layers), "layers,", len(net.trainable_weights), "trainable weights")
# %%
#@title Stage 1
net.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy", metrics=["accuracy"])
net.fit(train, epochs=5, validation_data=val)
# %%
#@title Stage 2: everything from block 14 upwards
first_open = "block_14_expand" #@param ["block_12_expand", "block_13_expand", "block_14_expand"]
learning = False
for layer in net.layers:
    learning = learning or layer.name == first_open
    layer.trainable = learning
print(len(net.trainable_weights), "trainable weights")

net.compile(keras.optimizers.Adam(1e-5), "binary_crossentropy", metrics=["accuracy"])
net.fit(train, epochs=5, validation_data=val)
# %%
images, labels = next(iter(val))
guess = (net.predict(images).ravel() > 0.5).astype(int)
print(np.mean(guess == labels.numpy()))
