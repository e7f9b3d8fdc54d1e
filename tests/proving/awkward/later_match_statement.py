# why: a match statement chooses the backbone
# %% same: imports data augment
# %%
name = 'mobilenet'
match name:
    case 'vgg':
        base_model = keras.applications.VGG16(input_shape=(160, 160, 3), include_top=False)
    case 'mobilenet':
        base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False)
    case _:
        raise ValueError(name)
# %% same: freeze build compile fit fine
