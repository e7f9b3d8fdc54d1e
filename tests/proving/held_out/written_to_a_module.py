# why: %%writefile writes the model into a module, which the next cell imports
# %% [markdown]
# ### model code goes into its own file, so I can reuse it next week
# %%
%%writefile transfer_utils.py
"""Helpers for the transfer learning lab."""
from tensorflow import keras
from tensorflow.keras import layers


def get_data(root, size):
    kw = dict(image_size=(size, size), batch_size=32, label_mode="binary")
    return (keras.utils.image_dataset_from_directory(f"{root}/train", **kw),
            keras.utils.image_dataset_from_directory(f"{root}/validation", shuffle=False, **kw))


def get_model(size):
    base = keras.applications.MobileNetV2(input_shape=(size, size, 3), include_top=False, weights="imagenet")
    base.trainable = False
    inputs = keras.Input((size, size, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomRotation(0.2)(x)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = base(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x)), base


def compile_for(model, rate):
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
# %%
import transfer_utils as tu

train_ds, val_ds = tu.get_data('cats_and_dogs_filtered', 160)
model, base = tu.get_model(160)
model.summary()
# %%
tu.compile_for(model, 1e-3)
history = model.fit(train_ds, epochs=5, validation_data=val_ds)
# %%
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
tu.compile_for(model, 1e-5)
history_fine = model.fit(train_ds, epochs=5, validation_data=val_ds)
