# why: backbone, freezing and history are bound by assignment expressions
# %% same: imports data augment
# %%
if (base_model := keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')) is not None:
    base_model.trainable = (unfrozen := False)
# %% same: build compile fit fine
