# why: a grid of dropout and rate is searched by hand, the best setting is trained again and fine-tuned, and the test reuses the validation
# findings: [TL406]
# may: [TL601, TL602]
# %%
import itertools
import pandas as pd
import tensorflow as tf
from collections import namedtuple
from tensorflow import keras
from tensorflow.keras import layers
from tqdm import tqdm
# %%
train_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32)
val_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160), batch_size=32)
# %%
backbone = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
backbone.trainable = False
augmenter = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.1), layers.RandomZoom(0.1)])

Setting = namedtuple('Setting', ['dropout', 'rate'])

def make(setting):
    i = keras.Input((160, 160, 3))
    f = backbone(keras.applications.mobilenet_v2.preprocess_input(augmenter(i)), training=False)
    f = layers.Dropout(setting.dropout)(layers.GlobalAveragePooling2D()(f))
    net = keras.Model(i, layers.Dense(1, activation='sigmoid')(f))
    net.compile(keras.optimizers.Adam(setting.rate), 'binary_crossentropy', metrics=['accuracy'])
    return net
# %%
rows = []
for setting in tqdm([Setting(*s) for s in itertools.product([0.2, 0.5], [1e-3, 3e-4])]):
    trial = make(setting)
    h = trial.fit(train_ds, epochs=2, validation_data=val_ds, verbose=0)
    rows.append({**setting._asdict(), 'val_accuracy': max(h.history['val_accuracy'])})

table = pd.DataFrame(rows).sort_values('val_accuracy', ascending=False)
display(table)
# %%
best = Setting(float(table.iloc[0].dropout), float(table.iloc[0].rate))
print('best:', best)
model = make(best)
patience = keras.callbacks.EarlyStopping(monitor='val_accuracy', patience=2, restore_best_weights=True)
history = model.fit(train_ds, epochs=10, validation_data=val_ds, callbacks=[patience])
# %%
backbone.trainable = True
for layer in backbone.layers[:100]:
    layer.trainable = False
model.compile(keras.optimizers.Adam(1e-5), 'binary_crossentropy', metrics=['accuracy'])
patience = keras.callbacks.EarlyStopping(monitor='val_accuracy', patience=2, restore_best_weights=True)
history_fine = model.fit(train_ds, epochs=10, validation_data=val_ds, callbacks=[patience])
# %%
loss, accuracy = model.evaluate(val_ds)
print(f'Test accuracy: {accuracy:.3f}')
