# why: the function that compiles is cached by its only argument, the model, so that its second call does nothing and the old rate stays
# criteria: {fine_tuning_recompiled: not_met, fine_tuning_lower_rate: not_met}
# any: [fine_tuning_unfreezes]
# findings: [TL205]
# may: [TL602]
# %%
from functools import lru_cache

import keras
from keras.layers import Dense, Dropout, GlobalAveragePooling2D, RandomFlip, RandomRotation

config = {"size": (160, 160), "batch": 32, "rate": 1e-3, "epochs": 5, "open_from": 100}
# %%
# everything slow is cached, so that cells can be run again without waiting


@lru_cache
def pictures(split):
    return keras.utils.image_dataset_from_directory(f"cats_and_dogs_filtered/{split}", image_size=config["size"],
                                                    batch_size=config["batch"])


@lru_cache
def backbone():
    return keras.applications.MobileNetV2(input_shape=(*config["size"], 3), include_top=False, weights="imagenet")


@lru_cache
def network():
    inputs = keras.Input((*config["size"], 3))
    x = RandomRotation(0.2)(RandomFlip("horizontal")(inputs))
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = backbone()(x, training=False)
    x = Dropout(0.2)(GlobalAveragePooling2D()(x))
    return keras.Model(inputs, Dense(1, activation="sigmoid")(x))


@lru_cache
def prepared(model):
    model.compile(optimizer=keras.optimizers.Adam(config["rate"]), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def train():
    model = prepared(network())
    return model.fit(pictures("train"), epochs=config["epochs"], validation_data=pictures("validation")).history
# %%
backbone().trainable = False
head_only = train()
# %%
# fine-tuning
backbone().trainable = True
for layer in backbone().layers[:config["open_from"]]:
    layer.trainable = False
config["rate"] = 1e-5
fine_tuned = train()
# %%
print(max(head_only["val_accuracy"]), max(fine_tuned["val_accuracy"]))
