# why: the freezing loop ends one layer too early, but that layer is a ReLU without weights: nothing can learn all the same
# %%
import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model
from tensorflow.keras.optimizers import SGD
from tensorflow.keras.utils import image_dataset_from_directory
# %%
train = image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32)
val = image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160), batch_size=32)
# >>>
# Found 2000 files belonging to 2 classes.
# Found 1000 files belonging to 2 classes.
# %%
mnet = MobileNetV2(weights='imagenet', include_top=False, input_shape=(160, 160, 3))
n = len(mnet.layers)
for i in range(0, n - 1):
    mnet.layers[i].trainable = False
# %%
inp = Input(shape=(160, 160, 3))
net = RandomFlip('horizontal')(inp)
net = RandomRotation(0.2)(net)
net = RandomZoom(0.2)(net)
net = Lambda(preprocess_input, output_shape=(160, 160, 3))(net)
net = mnet(net)
net = GlobalAveragePooling2D()(net)
net = Dense(1)(net)
net = Activation('sigmoid')(net)
model = Model(inp, net)
# %%
model.compile(optimizer=SGD(learning_rate=0.01, momentum=0.9), loss='binary_crossentropy', metrics=['accuracy'])
info1 = model.fit(train, epochs=5, validation_data=val)
# %%
for i in range(n - 30, n):
    mnet.layers[i].trainable = True
model.compile(optimizer=SGD(learning_rate=0.0005, momentum=0.9), loss='binary_crossentropy', metrics=['accuracy'])
info2 = model.fit(train, epochs=5, validation_data=val)
# %%
plt.plot(np.r_[info1.history['loss'], info2.history['loss']])
plt.axvline(len(info1.epoch) - 0.5, ls=':')
plt.show()
