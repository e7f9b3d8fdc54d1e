# why: functools.partial fixes the arguments of the constructor
# %% same: imports data augment
# %%
from functools import partial
Backbone = partial(keras.applications.MobileNetV2, include_top=False, weights='imagenet')
base_model = Backbone(input_shape=(160, 160, 3))
# %% same: freeze build compile fit fine
