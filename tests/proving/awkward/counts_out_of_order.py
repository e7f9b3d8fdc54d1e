# why: execution counts jump back and forth, cells were run twice
# %% [12] same: imports
# %% same: data augment
# %% [3]
base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
# %% [40]
base_model.trainable = False
# %% same: build compile fit fine
