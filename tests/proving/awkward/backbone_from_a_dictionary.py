# why: the class comes out of a dictionary of classes, by a key that is computed
# %% same: imports data augment
# %%
BACKBONES = {
    'vgg16': keras.applications.VGG16,
    'mobilenetv2': keras.applications.MobileNetV2,
}
choice = 'MobileNetV2'.lower()
base_model = BACKBONES[choice](input_shape=(160, 160, 3), include_top=False, weights='imagenet')
# %% same: freeze build compile fit fine
