# why: three heads are tried in a loop, and the last model is fine-tuned
# may: [TL601]
# %% same: imports data augment base freeze
# %%
for rate in (0.1, 0.2, 0.3):
    inputs = keras.Input(shape=(160, 160, 3))
    x = base_model(keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs)), training=False)
    x = layers.Dropout(rate)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
    history = model.fit(train_ds, epochs=2, validation_data=val_ds)
# %% same: fine
