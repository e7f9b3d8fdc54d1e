# why: the model's own call passes training=True to the augmentation, also when it predicts
# criteria: {augmentation_wired: partly}
# findings: [TL304]
# %% same: imports data augment base freeze
# %%
class Net(keras.Model):
    def __init__(self, augment, backbone):
        super().__init__()
        self.augment = augment
        self.backbone = backbone
        self.pool = layers.GlobalAveragePooling2D()
        self.classify = layers.Dense(1, activation='sigmoid')

    def call(self, images):
        x = self.augment(images, training=True)
        x = keras.applications.mobilenet_v2.preprocess_input(x)
        x = self.backbone(x, training=False)
        return self.classify(self.pool(x))

model = Net(data_augmentation, base_model)
# %% same: compile fit fine
