# why: the backbone is made in a try, with another one for the case that it fails
# %% same: imports data augment
# %%
try:
    base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
except Exception:
    base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights=None)
# %% same: freeze build compile fit fine
