# why: "for a fair comparison" the weights from before the first training are put back before fine-tuning, so that nothing is carried on
# criteria: {fine_tuning_continues: not_met}
# may: [TL601, TL203]
# %% [markdown]
# Lab 06. I want to compare two *strategies*: (A) feature extraction, (B) fine-tuning.
# %%
import copy

import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow import keras as ks

img = dict(image_size=(160, 160), batch_size=32)
train_ds = ks.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', seed=5, **img)
test_ds = ks.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', seed=5, **img)
# %%
mnet = ks.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
mnet.trainable = False

model = ks.Sequential([
    ks.Input((160, 160, 3)),
    ks.Sequential([ks.layers.RandomFlip('horizontal'), ks.layers.RandomRotation(0.2)], name='augmentation'),
    ks.layers.Rescaling(1 / 127.5, offset=-1),
    mnet,
    ks.layers.GlobalAveragePooling2D(),
    ks.layers.Dropout(0.2),
    ks.layers.Dense(1, activation='sigmoid'),
])
start = copy.deepcopy(model.get_weights())
results = {}
# %%
# strategy A
model.compile(ks.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
results['A'] = model.fit(train_ds, epochs=10, validation_data=test_ds)
# %%
# strategy B must not profit from A
model.set_weights(start)
mnet.trainable = True
for layer in mnet.layers[:-30]:
    layer.trainable = False
model.compile(ks.optimizers.Adam(1e-4), loss='binary_crossentropy', metrics=['accuracy'])
results['B'] = model.fit(train_ds, epochs=10, validation_data=test_ds)
# %%
for name, h in results.items():
    plt.plot(h.history['val_accuracy'], label=name)
plt.legend()
plt.show()
