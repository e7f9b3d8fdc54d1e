# why: the mean is taken by tf.reduce_mean inside a Lambda layer
# %% same: imports data augment base freeze
# %%
model = keras.Sequential([
    keras.Input(shape=(160, 160, 3)),
    data_augmentation,
    layers.Rescaling(1/127.5, offset=-1),
    base_model,
    layers.Lambda(lambda t: tf.reduce_mean(t, axis=[1, 2])),
    layers.Dense(1, activation='sigmoid'),
])
# %% same: compile fit fine
