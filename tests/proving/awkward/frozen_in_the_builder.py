# why: the builder makes, freezes and wires, and hands back both
# %% same: imports data augment
# %%
def create(trainable=False, classes=1):
    base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
    base.trainable = trainable
    inputs = keras.Input(shape=(160, 160, 3))
    x = data_augmentation(inputs)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = base(x, training=trainable)
    x = layers.GlobalAveragePooling2D()(x)
    out = layers.Dense(classes, activation='sigmoid')(x)
    return keras.Model(inputs, out), base

model, base_model = create()
# %% same: compile fit fine
