# why: preprocess_input is called in the model, but its value is not used
# criteria: {preprocessing_once: not_met}
# findings: [TL101]
# %% same: imports data augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
