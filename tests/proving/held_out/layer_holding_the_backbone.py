# why: a Layer of the student's own holds the backbone and scales in its call; the model is a Sequential around it
# %% same: imports data
# %%
class ImageNetFeatures(keras.layers.Layer):
    """Pixels 0..255 -> feature maps."""

    def __init__(self, side=160, **kwargs):
        super().__init__(**kwargs)
        self.side = side
        self.net = keras.applications.MobileNetV2(input_shape=(side, side, 3), include_top=False, weights='imagenet')
        self.net.trainable = False

    def call(self, pictures):
        return self.net(keras.applications.mobilenet_v2.preprocess_input(pictures), training=False)

    def open_from(self, first):
        self.net.trainable = True
        for layer in self.net.layers[:first]:
            layer.trainable = False

    def get_config(self):
        return {**super().get_config(), 'side': self.side}
# %%
features = ImageNetFeatures(name='features')
model = keras.Sequential([
    keras.Input((160, 160, 3)),
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.1),
    features,
    layers.GlobalAveragePooling2D(),
    layers.Dropout(0.2),
    layers.Dense(1, activation='sigmoid'),
])
model.summary()
# %% same: compile fit
# %%
features.open_from(100)
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_ds, epochs=5, validation_data=val_ds)
