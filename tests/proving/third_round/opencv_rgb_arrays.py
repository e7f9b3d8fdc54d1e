# why: right; pictures by OpenCV into uint8 arrays, colours turned by an index list; Sequential whose backbone is found as a layer
# %% [markdown]
# # Lab 06, cats vs dogs
# I read the pictures myself with OpenCV, because I wanted to understand what `image_dataset_from_directory` does.
# %%
import os
from glob import glob

import cv2
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

SIDE = 160
FOLDER = 'cats_and_dogs_filtered'
# %%
def load_split(split):
    xs, ys = [], []
    for label, animal in enumerate(('cats', 'dogs')):
        for file in sorted(glob(os.path.join(FOLDER, split, animal, '*.jpg'))):
            bgr = cv2.imread(file)
            small = cv2.resize(bgr, (SIDE, SIDE))
            xs.append(small[:, :, [2, 1, 0]])      # OpenCV gives B, G, R
            ys.append(label)
    return np.stack(xs), np.array(ys, dtype='float32')


x_train, y_train = load_split('train')
x_val, y_val = load_split('validation')
print(x_train.shape, x_train.dtype, y_train.mean(), x_val.shape)
# %%
# the arrays are sorted by class, so mix them once (fit shuffles again in each epoch)
order = np.random.default_rng(3).permutation(len(x_train))
x_train, y_train = x_train[order], y_train[order]

plt.imshow(x_train[0])
plt.title('dog' if y_train[0] else 'cat')
plt.show()
# %%
backbone = keras.applications.MobileNetV2(include_top=False, input_shape=x_train.shape[1:], weights='imagenet')
backbone.trainable = False

net = keras.Sequential([
    keras.Input((SIDE, SIDE, 3)),
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.1),
    layers.RandomZoom(0.1),
    layers.Rescaling(scale=2 / 255, offset=-1),
    backbone,
    layers.GlobalAveragePooling2D(),
    layers.Dropout(0.25),
    layers.Dense(1, 'sigmoid'),
])
net.summary()
# %%
%%time
net.compile('adam', loss='binary_crossentropy', metrics=['accuracy'])
first = net.fit(x_train, y_train, batch_size=32, epochs=5, validation_data=(x_val, y_val))
# %%
# fine-tuning: the network sits somewhere in net.layers, look for the one that has layers itself
inner = [l for l in net.layers if isinstance(l, keras.Model)][0]
inner.trainable = True
for l in inner.layers[:-30]:
    l.trainable = False
print(sum(l.trainable for l in inner.layers), 'layers of', len(inner.layers), 'can learn')

net.compile(keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
second = net.fit(x_train, y_train, batch_size=32, epochs=10, initial_epoch=5, validation_data=(x_val, y_val))
# %%
for key in ('accuracy', 'val_accuracy'):
    plt.plot(first.history[key] + second.history[key], label=key)
plt.legend()
plt.show()
