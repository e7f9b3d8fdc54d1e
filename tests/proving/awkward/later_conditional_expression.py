# why: augmentation and freezing hang on conditional expressions
# %% same: imports data
# %%
USE_AUG, TRAIN_BASE = True, False
augment = keras.Sequential([layers.RandomFlip(), layers.RandomZoom(0.2)]) if USE_AUG else (lambda t: t)
# %% same: base
# %%
base_model.trainable = True if TRAIN_BASE else False
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(keras.applications.mobilenet_v2.preprocess_input(augment(inputs)), training=TRAIN_BASE)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
