# why: no activation, and the loss is told so by a variable
# %% same: imports data augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs)), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1)(x))
# %%
bce = keras.losses.BinaryCrossentropy(from_logits=True)
metric = keras.metrics.BinaryAccuracy(threshold=0.0, name='accuracy')
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=bce, metrics=[metric])
# %% same: fit unfreeze
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss=bce, metrics=[metric])
# %% same: refit
