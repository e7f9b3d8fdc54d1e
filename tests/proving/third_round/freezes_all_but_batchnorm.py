# why: a set comprehension of names leaves every BatchNormalization open in the first training, and training=False is not written
# criteria: {frozen_before_first_fit: partly, frozen_weights_unchanged: not_met, inference_mode: not_met}
# findings: [TL203]
# %% [1]
import tensorflow as tf
from tensorflow.keras import Model, Input, layers, optimizers
from tensorflow.keras.applications import mobilenet_v2

ds_args = {'image_size': (160, 160), 'batch_size': 32}
training = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', **ds_args).prefetch(1)
checking = tf.keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', **ds_args).prefetch(1)
# %% [2]
net = mobilenet_v2.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')

# kernels stay, the normalisation adapts itself to our pictures
pinned = {l.name for l in net.layers if not isinstance(l, layers.BatchNormalization)}
for l in net.layers:
    l.trainable = l.name not in pinned
print(len(pinned), 'of', len(net.layers), 'layers are frozen')
# %% [3]
photo = Input(shape=(160, 160, 3))
h = layers.RandomFlip('horizontal')(photo)
h = layers.RandomRotation(0.1)(h)
h = layers.RandomZoom(0.1)(h)
h = mobilenet_v2.preprocess_input(h)
h = net(h)
h = layers.GlobalAveragePooling2D()(h)
h = layers.Dropout(0.3)(h)
h = layers.Dense(1, activation='sigmoid')(h)
classifier = Model(photo, h)
# %% [4]
classifier.compile(optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
a = classifier.fit(training, epochs=5, validation_data=checking)
# %% [5]
# second part: layers from number 100 on learn, what lies below does not
for i, l in enumerate(net.layers):
    l.trainable = i >= 100
classifier.compile(optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
b = classifier.fit(training, epochs=10, initial_epoch=5, validation_data=checking)
# %% [6]
print(a.history['val_accuracy'], b.history['val_accuracy'])
