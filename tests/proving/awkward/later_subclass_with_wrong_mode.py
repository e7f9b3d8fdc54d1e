# why: a model of its own calls the backbone with the training argument that it is given
# any: [inference_mode]
# %% same: imports data augment base freeze
# %%
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.aug, self.base = data_augmentation, base_model
        self.gap, self.fc = layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')

    def call(self, x, training=False):
        x = keras.applications.mobilenet_v2.preprocess_input(self.aug(x, training=training))
        return self.fc(self.gap(self.base(x, training=training)))

model = Net()
# %% same: compile fit fine
