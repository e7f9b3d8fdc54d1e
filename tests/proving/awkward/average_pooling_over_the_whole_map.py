# why: AveragePooling2D over 5 by 5 is the global average, Flatten only takes the ones away
# %% same: imports data augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = layers.AveragePooling2D(pool_size=(5, 5))(x)
x = layers.Flatten()(x)
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inputs, outputs)
# %% same: compile fit fine
