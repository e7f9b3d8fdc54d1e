# why: a class keeps the backbone and freezes it in a method
# %% same: imports data augment
# %%
class Lab:
    def __init__(self, size=160):
        self.base = keras.applications.MobileNetV2(input_shape=(size, size, 3), include_top=False, weights='imagenet')

    def freeze(self):
        self.base.trainable = False
        return self

    def build(self):
        inputs = keras.Input(shape=(160, 160, 3))
        x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
        x = layers.GlobalAveragePooling2D()(self.base(x, training=False))
        return keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))

lab = Lab().freeze()
base_model = lab.base
model = lab.build()
# %% same: compile fit fine
