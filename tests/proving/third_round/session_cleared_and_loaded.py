# why: right; the head's stage is saved, the session cleared, everything deleted, and the loaded file's own backbone is opened
# %%
import gc
import keras
from keras import backend as K
from keras import layers, models

img = (160, 160)
tr = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=img, batch_size=16)
va = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=img, batch_size=16)
# %% [markdown]
# ## Part A: feature extraction
# My laptop runs out of memory when both parts are in one session, so part A ends with a file.
# %%
def part_a(filename):
    body = keras.applications.MobileNetV2(input_shape=img + (3,), include_top=False, weights="imagenet")
    body.trainable = False
    m = models.Sequential([
        layers.Input(img + (3,)),
        models.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)], name="augment"),
        layers.Rescaling(1.0 / 127.5, offset=-1.0),
        body,
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.2),
        layers.Dense(1, activation="sigmoid"),
    ], name="pets")
    m.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    log = m.fit(tr, validation_data=va, epochs=5)
    m.save(filename)
    return log.history


log_a = part_a("pets_a.keras")
K.clear_session()
gc.collect()
# %% [markdown]
# ## Part B: fine-tuning
# %%
pets = models.load_model("pets_a.keras")
pets.evaluate(va)
for i, l in enumerate(pets.layers):
    print(i, l.name, type(l).__name__)
# %%
body = pets.layers[2]      # 0 augment, 1 rescaling, 2 MobileNetV2
assert "mobilenet" in body.name
body.trainable = True
for l in body.layers[:110]:
    l.trainable = False

pets.compile(optimizer=keras.optimizers.Adam(1e-5), loss="binary_crossentropy", metrics=["accuracy"])
log_b = pets.fit(tr, validation_data=va, epochs=10, initial_epoch=5).history
pets.save("pets_b.keras")
# %%
print([round(a, 3) for a in log_a["val_accuracy"] + log_b["val_accuracy"]])
