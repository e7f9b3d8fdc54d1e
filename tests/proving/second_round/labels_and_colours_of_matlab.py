# why: a MATLAB user counts the classes 1 and 2, and leaves the pictures in OpenCV's order of colours
# findings: [TL105, TL402]
# %% [markdown]
# **Lab 06** (converted from my MATLAB live script)
# %%
import os
import cv2
import numpy as np
from numpy import zeros, single
from numpy.random import permutation
from tensorflow import keras
from tensorflow.keras import layers
# %%
# imds = imageDatastore(folder, 'IncludeSubfolders', true, 'LabelSource', 'foldernames')
def image_datastore(folder, per_class):
    categories = ['cats', 'dogs']
    files, labels = [], []
    for k in range(1, len(categories) + 1):
        names = sorted(os.listdir(os.path.join(folder, categories[k - 1])))[:per_class]
        for name in names:
            files.append(os.path.join(folder, categories[k - 1], name))
            labels.append(k)
    return files, labels

# X is N x 160 x 160 x 3, y is N x 1
def read_all(files, labels):
    X = zeros((len(files), 160, 160, 3), dtype=single)
    for i in range(len(files)):
        I = cv2.imread(files[i])
        X[i, :, :, :] = cv2.resize(I, (160, 160))
    return X, np.array(labels, dtype=single).reshape(-1, 1)
# %%
Xtrain, ytrain = read_all(*image_datastore('cats_and_dogs_filtered/train', 200))
Xval, yval = read_all(*image_datastore('cats_and_dogs_filtered/validation', 80))
order = permutation(Xtrain.shape[0])
Xtrain, ytrain = Xtrain[order], ytrain[order]
print(Xtrain.shape, ytrain.shape, np.unique(ytrain))
# %%
net = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
net.trainable = False

imageInput = keras.Input(shape=(160, 160, 3))
aug = layers.RandomFlip('horizontal')(imageInput)
aug = layers.RandomRotation(0.05)(aug)
scaled = keras.applications.mobilenet_v2.preprocess_input(aug)
maps = net(scaled, training=False)
vec = layers.GlobalAveragePooling2D()(maps)
prob = layers.Dense(1, activation='sigmoid')(vec)
model = keras.Model(imageInput, prob)
# %%
# options = trainingOptions('adam', 'InitialLearnRate', 1e-3, 'MaxEpochs', 5, 'MiniBatchSize', 32)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
info = model.fit(Xtrain, ytrain, batch_size=32, epochs=5, validation_data=(Xval, yval))
# %%
# fine-tuning, 'InitialLearnRate', 1e-5
net.trainable = True
for i in range(100):
    net.layers[i].trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
info2 = model.fit(Xtrain, ytrain, batch_size=32, epochs=5, validation_data=(Xval, yval))
