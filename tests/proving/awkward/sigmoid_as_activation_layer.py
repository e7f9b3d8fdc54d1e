# why: the sigmoid is a layer of its own behind Dense(1)
# %% same: imports data augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs)), training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(1)(x)
outputs = layers.Activation('sigmoid')(x)
model = keras.Model(inputs, outputs)
# %% same: compile fit fine
