# why: pictures are read at 160, but the model resizes them to 224; the pooling is computed and then the flattened maps are used
# criteria: {backbone_input_shape: not_met, pooled_to_vector: not_met}
# %%
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
# %%
IMG_SIZE = 160
NET_SIZE = 224      # MobileNetV2 was trained with 224x224
train_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(IMG_SIZE, IMG_SIZE),
                                                    batch_size=16)
val_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(IMG_SIZE, IMG_SIZE),
                                                  batch_size=16)
# %%
backbone = keras.applications.MobileNetV2(input_shape=(NET_SIZE, NET_SIZE, 3), include_top=False, weights='imagenet')
backbone.trainable = False
# %%
image = keras.Input(shape=(IMG_SIZE, IMG_SIZE, 3), name='image')

# 1. augmentation
h = layers.RandomFlip('horizontal', name='flip')(image)
h = layers.RandomRotation(0.2, name='rotate')(h)
# 2. preprocessing
h = layers.Resizing(NET_SIZE, NET_SIZE, name='resize')(h)
h = keras.applications.mobilenet_v2.preprocess_input(h)
# 3. features
maps = backbone(h, training=False)
pooled = layers.GlobalAveragePooling2D(name='gap')(maps)
flat = layers.Flatten(name='flat')(maps)
# 4. classifier
h = layers.Dropout(0.2, name='drop')(flat)
label = layers.Dense(1, activation='sigmoid', name='label')(h)

model = keras.Model(inputs=image, outputs=label)
model.summary()
# %%
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train_ds, epochs=3, validation_data=val_ds)
# %%
backbone.trainable = True
set_open = False
for layer in backbone.layers:
    if layer.name == 'block_12_expand':
        set_open = True
    layer.trainable = set_open
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_2 = model.fit(train_ds, epochs=3, validation_data=val_ds)
