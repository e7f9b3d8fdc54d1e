# why: the backbone predicts once, and a classifier of its own is trained on the features
# any: [augmentation_wired, fine_tuning_unfreezes, fine_tuning_recompiled, fine_tuning_lower_rate, fine_tuning_continues, augmentation_defined]
# may: [TL301]
# %% same: imports data base freeze
# %%
def features(ds):
    xs, ys = [], []
    for images, labels in ds.take(4):
        xs.append(base_model.predict(keras.applications.mobilenet_v2.preprocess_input(images)))
        ys.append(labels)
    return np.concatenate(xs), np.concatenate(ys)

train_x, train_y = features(train_ds)
val_x, val_y = features(val_ds)
# %%
model = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')])
# %% same: compile
# %%
history = model.fit(train_x, train_y, epochs=10, validation_data=(val_x, val_y))
