# why: a PyDataset reads the files with OpenCV, turns BGR round by a slice and scales each batch itself
# %%
import glob
import math
import os
import random

import cv2
import numpy as np
import keras
from keras import layers, ops
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
# %%
class CatsAndDogs(keras.utils.PyDataset):
    def __init__(self, folder, batch_size=32, side=160, shuffle=False, **kw):
        super().__init__(**kw)
        self.files = sorted(glob.glob(os.path.join(folder, '*', '*.jpg')))
        self.batch_size, self.side, self.shuffle = batch_size, side, shuffle
        self.on_epoch_end()

    def __len__(self):
        return math.ceil(len(self.files) / self.batch_size)

    def __getitem__(self, i):
        names = self.files[i * self.batch_size:(i + 1) * self.batch_size]
        pictures = [cv2.resize(cv2.imread(n), (self.side, self.side))[..., ::-1] for n in names]
        labels = [int(os.path.basename(os.path.dirname(n)) == 'dogs') for n in names]
        return preprocess_input(np.stack(pictures).astype('float32')), np.array(labels, 'float32')[:, None]

    def on_epoch_end(self):
        if self.shuffle:
            random.shuffle(self.files)
# %%
root = 'cats_and_dogs_filtered'
train_data = CatsAndDogs(f'{root}/train', shuffle=True)
val_data = CatsAndDogs(f'{root}/validation')
print(len(train_data), len(val_data))
# %%
extractor = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
extractor.trainable = False
# %%
inputs = keras.Input((160, 160, 3))
x = layers.RandomFlip('horizontal')(inputs)
x = layers.RandomZoom((-0.2, 0.2))(x)
x = extractor(x, training=False)
x = ops.mean(x, axis=(1, 2))
outputs = layers.Dense(1, activation='sigmoid')(x)
clf = keras.Model(inputs, outputs)
clf.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
# %%
log = clf.fit(train_data, epochs=5, validation_data=val_data)
# %%
extractor.trainable = True
for block in extractor.layers[:-40]:
    block.trainable = False
clf.compile(keras.optimizers.Adam(2e-5), 'binary_crossentropy', metrics=['accuracy'])
log2 = clf.fit(train_data, epochs=5, validation_data=val_data)
