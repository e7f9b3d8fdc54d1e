# why: one-hot labels, two units, softmax and categorical cross-entropy agree with each other
# criteria: {binary_head: not_met}
# %% same: imports
# %%
kw = dict(label_mode='categorical', image_size=(160, 160), batch_size=32)
train_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', **kw)
val_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', **kw)
# %% same: augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs)), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(2, activation='softmax')(x))
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='categorical_crossentropy', metrics=['accuracy'])
# %% same: fit unfreeze
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='categorical_crossentropy', metrics=['accuracy'])
# %% same: refit
