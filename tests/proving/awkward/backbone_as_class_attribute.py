# why: the backbone is an attribute of a configuration class
# %% same: imports data augment
# %%
class Config:
    shape = (160, 160, 3)
    backbone = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
    rate = 0.001

Config.backbone.trainable = False
base_model = Config.backbone
# %% same: build compile fit fine
