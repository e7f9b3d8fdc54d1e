# why: fine-tuning builds the model anew and loads the checkpoint if it exists; the folder is misspelt, so it never does
# criteria: {fine_tuning_continues: not_met}
# findings: [TL601]
# %%
from pathlib import Path

import keras
from keras import layers
from keras.callbacks import ModelCheckpoint

train = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=(160, 160), batch_size=32)
val = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=(160, 160), batch_size=32)
# %%
def transfer_model(rate, first_open=None):
    """first_open: number of the first backbone layer that learns; None: the backbone does not learn at all."""
    base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
    for number, layer in enumerate(base.layers):
        layer.trainable = first_open is not None and number >= first_open
    inputs = keras.Input((160, 160, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomRotation(0.2)(x)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = base(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    built = keras.Model(inputs, outputs)
    built.compile(keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return built
# %%
Path("checkpoints").mkdir(exist_ok=True)
saver = ModelCheckpoint("checkpoints/head.weights.h5", save_weights_only=True, save_best_only=True)

model = transfer_model(rate=1e-3)
history = model.fit(train, epochs=6, validation_data=val, callbacks=[saver])
# %% [markdown]
# Part 2 can be run on another day, so it takes the weights from the disk.
# %%
model = transfer_model(rate=1e-5, first_open=100)

weights = Path("checkpoint") / "head.weights.h5"
if weights.exists():
    model.load_weights(weights)
    print("weights loaded")

history_fine = model.fit(train, epochs=12, initial_epoch=6, validation_data=val)
