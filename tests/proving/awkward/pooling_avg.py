# why: the backbone pools by itself
# %% same: imports data augment
# %%
base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet', pooling='avg')
base_model.trainable = False
model = keras.Sequential([
    data_augmentation,
    layers.Rescaling(1/127.5, -1),
    base_model,
    layers.Dense(1, activation='sigmoid'),
])
# %% same: compile fit fine
