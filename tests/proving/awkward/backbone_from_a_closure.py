# why: a function returns a function that returns the backbone
# %% same: imports data augment
# %%
def backbone_factory(shape):
    def make(weights='imagenet'):
        return keras.applications.MobileNetV2(input_shape=shape, include_top=False, weights=weights)
    return make

make_backbone = backbone_factory((160, 160, 3))
base_model = make_backbone()
# %% same: freeze build compile fit fine
