# why: preprocess_input of imagenet_utils scales by default as for VGG and ResNet (mode='caffe')
# criteria: {preprocessing_once: not_met}
# findings: [TL104]
# %%
import tensorflow as tf
from tensorflow.keras import Input, Model, Sequential
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.imagenet_utils import preprocess_input
from tensorflow.keras.layers import Dense, Dropout, GlobalAveragePooling2D, RandomFlip, RandomRotation
from tensorflow.keras.optimizers import Adam
from tensorflow.keras.utils import image_dataset_from_directory as from_folder
# %%
train = from_folder('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32).map(lambda a, b: (preprocess_input(a), b))
valid = from_folder('cats_and_dogs_filtered/validation', image_size=(160, 160), batch_size=32).map(lambda a, b: (preprocess_input(a), b))
# %%
mobilenet = MobileNetV2(input_shape=(160, 160, 3), weights='imagenet', include_top=False)
mobilenet.trainable = False
# %%
augment = Sequential([RandomFlip('horizontal'), RandomRotation(0.2)])
start = Input((160, 160, 3))
end = mobilenet(augment(start), training=False)
end = GlobalAveragePooling2D()(end)
end = Dropout(0.2)(end)
end = Dense(1, activation='sigmoid')(end)
network = Model(start, end)
network.compile(optimizer=Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
# %%
h = network.fit(train, validation_data=valid, epochs=5)
# %%
mobilenet.trainable = True
for l in mobilenet.layers[:100]:
    l.trainable = False
network.compile(optimizer=Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
h2 = network.fit(train, validation_data=valid, epochs=10, initial_epoch=5)
