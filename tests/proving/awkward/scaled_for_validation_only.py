# why: only the validation pictures are scaled; the training pictures reach the backbone raw
# criteria: {preprocessing_once: not_met}
# findings: [TL101, TL107]
# %% same: imports data augment base freeze
# %%
val_ds = val_ds.map(lambda x, y: (keras.applications.mobilenet_v2.preprocess_input(x), y))
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(data_augmentation(inputs), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
