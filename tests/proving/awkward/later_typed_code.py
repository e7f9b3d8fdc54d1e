# why: everything carries type annotations
# %% same: imports data augment
# %%
shape: tuple[int, int, int] = (160, 160, 3)
base_model: keras.Model = keras.applications.MobileNetV2(input_shape=shape, include_top=False, weights='imagenet')

def frozen(net: keras.Model, yes: bool = True) -> keras.Model:
    net.trainable = not yes
    return net

base_model = frozen(base_model)
# %% same: build compile fit fine
