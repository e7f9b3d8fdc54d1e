# why: one function turns OpenCV's colours to RGB, the one that calls it turns them once more, so that they are BGR again
# findings: [TL105]
# %%
import pathlib

import cv2
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
# %%
HERE = pathlib.Path('cats_and_dogs_filtered')


def read_rgb(path):
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def centre(image):
    """The largest square in the middle."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top:top + side, left:left + side]


def prepare(path):
    image = cv2.resize(centre(read_rgb(path)), (160, 160), interpolation=cv2.INTER_AREA)
    return image[..., ::-1]      # OpenCV has blue first


def load(part):
    files = sorted((HERE / part).rglob('*.jpg'))
    np.random.default_rng(1).shuffle(files)
    pictures = np.array([prepare(f) for f in files], dtype=np.uint8)
    labels = np.array([f.parent.name == 'dogs' for f in files], dtype=np.float32)
    return pictures, labels
# %%
X, y = load('train')
Xv, yv = load('validation')
print(X.shape, y.shape, Xv.shape, yv.shape, y.mean())
# %%
base = MobileNetV2(input_shape=X.shape[1:], include_top=False, weights='imagenet')
base.trainable = False

inp = layers.Input(X.shape[1:])
t = layers.RandomFlip('horizontal')(inp)
t = layers.RandomRotation(0.2)(t)
t = preprocess_input(t)
t = base(t, training=False)
t = layers.GlobalAveragePooling2D()(t)
t = layers.Dropout(0.2)(t)
t = layers.Dense(1, activation='sigmoid')(t)
model = models.Model(inp, t)
# %%
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
model.fit(X, y, batch_size=32, epochs=5, validation_data=(Xv, yv))
# %%
base.trainable = True
for layer in base.layers[:-54]:
    layer.trainable = False
model.compile(optimizer=tf.keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
model.fit(X, y, batch_size=32, epochs=10, initial_epoch=5, validation_data=(Xv, yv))
