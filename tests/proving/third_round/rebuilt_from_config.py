# why: the model is built on keras.Model.from_config(base.get_config()), which has random weights; the loaded one is not used
# criteria: {backbone_pretrained: not_met, fine_tuning: not_met}
# any: [frozen_weights_unchanged]
# findings: [TL603]
# %%
import json
import keras
from keras import layers

IMG_SIZE = (160, 160)
train_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=IMG_SIZE, batch_size=32)
val_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=IMG_SIZE, batch_size=32)
# %%
downloaded = keras.applications.MobileNetV2(input_shape=IMG_SIZE + (3,), include_top=False, weights='imagenet')
config = downloaded.get_config()
print(len(config['layers']), 'layers, for example:')
print(json.dumps(config['layers'][1], indent=1, default=str)[:400])
# %% [markdown]
# I make my own network from the configuration, so that the downloaded one stays as it is and I can compare them later.
# %%
base_model = keras.Model.from_config(config)
base_model.trainable = False
print(base_model.output_shape)
# %%
data_augmentation = keras.Sequential()
data_augmentation.add(layers.RandomFlip('horizontal'))
data_augmentation.add(layers.RandomRotation(0.2))

inputs = keras.Input(shape=IMG_SIZE + (3,))
x = data_augmentation(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inputs, outputs)
# %%
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train_ds, epochs=8, validation_data=val_ds)
# %% [markdown]
# The accuracy is lower than in the tutorial. I had no time left for the fine-tuning part.
