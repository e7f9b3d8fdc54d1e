# why: right; one function freezes and opens by a regular expression on the layers' names, with no expression nothing is open
# %%
import re

import tensorflow as tf
import matplotlib.pyplot as plt
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
from tensorflow.keras.layers import (Dense, Dropout, GlobalAveragePooling2D, Input, RandomContrast, RandomFlip,
                                     RandomTranslation)
from tensorflow.keras.models import Model
# %%
IMG_SHAPE = (160, 160, 3)
reader = dict(image_size=IMG_SHAPE[:2], batch_size=64, label_mode="binary")
train = tf.keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", seed=11, **reader)
valid = tf.keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", **reader)
names = train.class_names
train, valid = (d.prefetch(2) for d in (train, valid))
# %%
def open_layers(network, pattern=None):
    """Layers whose whole name matches may learn, all others not."""
    rule = re.compile(pattern) if pattern else None
    for layer in network.layers:
        layer.trainable = rule is not None and rule.fullmatch(layer.name) is not None
    return [layer.name for layer in network.layers if layer.trainable and layer.weights]


feature_net = MobileNetV2(IMG_SHAPE, include_top=False)
print("open:", open_layers(feature_net))
# %%
picture = Input(IMG_SHAPE)
x = RandomFlip()(picture)
x = RandomTranslation(0.1, 0.1)(x)
x = RandomContrast(0.2)(x)
x = preprocess_input(x)
x = feature_net(x, training=False)
x = GlobalAveragePooling2D()(x)
x = Dropout(0.3)(x)
dog = Dense(1, activation="sigmoid")(x)
classifier = Model(inputs=picture, outputs=dog, name="dog_or_cat")
# %%
def train_it(rate, epochs, start=0):
    classifier.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.Nadam(rate), metrics=["accuracy"])
    print(len(classifier.trainable_variables), "variables learn, rate", rate)
    return classifier.fit(train, validation_data=valid, initial_epoch=start, epochs=start + epochs).history


log = train_it(0.001, 8)
# %%
opened = open_layers(feature_net, r"block_1[4-6]_.*|Conv_1(_bn)?")
print(opened)
log_fine = train_it(0.00002, 8, start=8)
# %%
plt.plot(log["val_loss"] + log_fine["val_loss"])
plt.axvline(7.5, color="grey")
plt.title("validation loss, grey: start of fine-tuning")
plt.show()
