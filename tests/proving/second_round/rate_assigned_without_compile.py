# why: for fine-tuning only the optimizer's rate is assigned, nothing is compiled; and the model is tested on its training pictures
# criteria: {fine_tuning_recompiled: not_met}
# any: [fine_tuning_unfreezes]
# findings: [TL205, TL405]
# %%
import numpy as np
import pandas as pd
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
# %%
data = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32, seed=1)
print('classes:', data.class_names)
# %%
base = keras.applications.MobileNetV2(include_top=False, weights='imagenet', input_shape=(160, 160, 3))
base.trainable = False

model = keras.Sequential([
    keras.Input((160, 160, 3)),
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
    layers.Rescaling(1 / 127.5, offset=-1),
    base,
    layers.GlobalAveragePooling2D(),
    layers.Dropout(0.2),
    layers.Dense(1, activation='sigmoid'),
])
model.compile(keras.optimizers.Adam(1e-3), 'binary_crossentropy', metrics=['accuracy'])
# %%
fit1 = model.fit(data, epochs=6)
# %%
results = {'feature extraction': model.evaluate(data, return_dict=True)}
# %%
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False

model.optimizer.learning_rate = 1e-5
fit2 = model.fit(data, epochs=12, initial_epoch=6)
# %%
results['fine-tuning'] = model.evaluate(data, return_dict=True)
pd.DataFrame(results).T.round(4)
