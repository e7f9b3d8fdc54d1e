# why: a Layer subclass wraps the random layers and calls them with training=True, also when the model predicts
# any: [augmentation_wired]
# findings: [TL304]
# %%
import keras
from keras import layers, ops
from keras.applications import MobileNetV2
from keras.utils import image_dataset_from_directory

keras.utils.set_random_seed(7)
tr = image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32)
va = image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160), batch_size=32)
# %%
class Shake(layers.Layer):
    """Turns and mirrors the pictures. Without training=True the layers did nothing when I looked at the pictures."""

    def __init__(self, angle=0.1, **kwargs):
        super().__init__(**kwargs)
        self.mirror = layers.RandomFlip('horizontal')
        self.turn = layers.RandomRotation(angle)

    def call(self, pictures):
        pictures = self.mirror(pictures, training=True)
        return self.turn(pictures, training=True)


class ToPlusMinusOne(layers.Layer):
    def call(self, pictures):
        return ops.subtract(ops.divide(pictures, 127.5), 1.0)
# %%
extractor = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
extractor.trainable = False

pictures = keras.Input(shape=(160, 160, 3))
h = Shake(0.15, name='shake')(pictures)
h = ToPlusMinusOne(name='scale')(h)
h = extractor(h, training=False)
h = layers.GlobalAveragePooling2D()(h)
h = layers.Dropout(0.2)(h)
dog = layers.Dense(1, activation='sigmoid', name='dog')(h)
model = keras.Model(pictures, dog)
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
model.fit(tr, epochs=5, validation_data=va)
# %%
extractor.trainable = True
for layer in extractor.layers[:100]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
model.fit(tr, epochs=5, validation_data=va)
# %%
for pictures, labels in va.take(1):
    print(model.predict(pictures, verbose=0).ravel().round(2)[:8], labels[:8].numpy())
