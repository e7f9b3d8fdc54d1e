# why: a function without a return value makes the global model
# %% same: imports data augment base freeze
# %%
def build():
    global model
    inputs = keras.Input(shape=(160, 160, 3))
    x = base_model(keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs)), training=False)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))

build()
# %% same: compile fit fine
