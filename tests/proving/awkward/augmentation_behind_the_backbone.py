# why: the random layers work on feature maps
# criteria: {augmentation_wired: not_met}
# findings: [TL302]
# %% same: imports data augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = keras.applications.mobilenet_v2.preprocess_input(inputs)
x = base_model(x, training=False)
x = data_augmentation(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
