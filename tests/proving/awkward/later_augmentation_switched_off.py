# why: the same switches, with the augmentation off
# criteria: {augmentation_wired: not_met}
# any: [augmentation_defined]
# may: [TL301]
# %% same: imports data
# %%
USE_AUG = False
augment = keras.Sequential([layers.RandomFlip(), layers.RandomZoom(0.2)])
pipeline = augment if USE_AUG else (lambda t: t)
# %% same: base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(keras.applications.mobilenet_v2.preprocess_input(pipeline(inputs)), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
