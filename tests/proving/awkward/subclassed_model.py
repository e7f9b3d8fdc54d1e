# why: the model is a class of its own with a call method
# %% same: imports data augment
# %%
class CatDog(keras.Model):
    def __init__(self):
        super().__init__()
        self.augment = data_augmentation
        self.backbone = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
        self.backbone.trainable = False
        self.pool = layers.GlobalAveragePooling2D()
        self.drop = layers.Dropout(0.2)
        self.out = layers.Dense(1, activation='sigmoid')

    def call(self, inputs, training=False):
        x = self.augment(inputs, training=training)
        x = keras.applications.mobilenet_v2.preprocess_input(x)
        x = self.backbone(x, training=False)
        x = self.drop(self.pool(x), training=training)
        return self.out(x)

model = CatDog()
base_model = model.backbone
# %% same: compile fit fine
