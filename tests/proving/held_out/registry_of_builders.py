# why: backbones register themselves by a decorator, and a lookup by name calls the one that is wanted
# %%
import matplotlib.pyplot as plt
import keras
from keras import layers

REGISTRY = {}

def register(name):
    def wrap(build):
        REGISTRY[name] = build
        return build
    return wrap
# %%
@register("mobilenet_v2")
def mobilenet(side, frozen):
    net = keras.applications.MobileNetV2(input_shape=(side, side, 3), include_top=False, weights="imagenet")
    net.trainable = not frozen
    return net, keras.applications.mobilenet_v2.preprocess_input

@register("vgg16")
def vgg(side, frozen):
    net = keras.applications.VGG16(input_shape=(side, side, 3), include_top=False, weights="imagenet")
    net.trainable = not frozen
    return net, keras.applications.vgg16.preprocess_input

def build_backbone(name, **options):
    if name not in REGISTRY:
        raise KeyError(f"{name}? I know {sorted(REGISTRY)}")
    return REGISTRY[name](**options)
# %%
SIDE = 160
train_ds, val_ds = (
    keras.utils.image_dataset_from_directory(f"/content/cats_and_dogs_filtered/{part}", image_size=(SIDE, SIDE))
    for part in ("train", "validation")
)
# %%
backbone, scale = build_backbone("mobilenet_v2", side=SIDE, frozen=True)

@register("augment")
def augment(images):
    images = layers.RandomFlip("horizontal")(images)
    images = layers.RandomRotation(0.15)(images)
    return layers.RandomContrast(0.1)(images)
# %%
inp = keras.Input((SIDE, SIDE, 3))
maps = backbone(scale(REGISTRY["augment"](inp)), training=False)
vector = layers.GlobalAveragePooling2D()(maps)
vector = layers.Dropout(0.3)(vector)
model = keras.Model(inp, layers.Dense(1, activation="sigmoid")(vector))
model.summary(show_trainable=True)
# %%
model.compile(keras.optimizers.RMSprop(1e-3), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
h1 = model.fit(train_ds, validation_data=val_ds, epochs=4)
# %%
backbone.trainable = True
for layer, number in zip(backbone.layers, range(100)):
    layer.trainable = False
model.compile(keras.optimizers.RMSprop(1e-5), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
h2 = model.fit(train_ds, validation_data=val_ds, epochs=8, initial_epoch=4)
# %%
plt.plot(h1.history["val_accuracy"] + h2.history["val_accuracy"])
plt.show()
