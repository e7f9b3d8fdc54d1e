# why: a function inside a function freezes what the outer one made
# %% same: imports data augment
# %%
def prepare():
    net = None

    def load():
        nonlocal net
        net = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')

    def freeze():
        net.trainable = False

    load()
    freeze()
    return net

base_model = prepare()
# %% same: build compile fit fine
