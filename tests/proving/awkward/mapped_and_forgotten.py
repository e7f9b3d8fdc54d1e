# why: map returns a new data set, and its value is thrown away
# criteria: {preprocessing_once: not_met}
# findings: [TL101]
# %% same: imports data augment base freeze
# %%
train_ds.map(lambda x, y: (keras.applications.mobilenet_v2.preprocess_input(x), y))
val_ds.map(lambda x, y: (keras.applications.mobilenet_v2.preprocess_input(x), y))
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(data_augmentation(inputs), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
