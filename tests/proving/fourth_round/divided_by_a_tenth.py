# why: the rate for fine-tuning is "divided by a tenth", which multiplies it by ten
# criteria: {fine_tuning_lower_rate: not_met}
# findings: [TL602]
# %%
import os
import numpy as np
import tensorflow as tf

SHRINK = 1e-1          # fine-tuning goes ten times slower
lr0 = 1e-4
first, extra = 10, 10

tf.keras.utils.set_random_seed(2024)
# %%
path = os.path.join(os.curdir, 'cats_and_dogs_filtered')
train_dataset, validation_dataset = [
    tf.keras.utils.image_dataset_from_directory(os.path.join(path, d), batch_size=32, image_size=(160, 160))
    for d in sorted(os.listdir(path)) if d in ('train', 'validation')
]
# %%
class CatDog:
    def __init__(self):
        self.base = tf.keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False,
                                                      weights='imagenet')
        self.base.trainable = False
        i = tf.keras.Input((160, 160, 3))
        o = tf.keras.layers.RandomFlip('horizontal')(i)
        o = tf.keras.layers.RandomRotation(0.2)(o)
        o = tf.keras.applications.mobilenet_v2.preprocess_input(o)
        o = self.base(o, training=False)
        o = tf.keras.layers.GlobalAveragePooling2D()(o)
        o = tf.keras.layers.Dropout(0.2)(o)
        self.net = tf.keras.Model(i, tf.keras.layers.Dense(1, 'sigmoid')(o))

    def ready(self, lr):
        print('learning rate:', lr)
        self.net.compile(tf.keras.optimizers.RMSprop(lr), 'binary_crossentropy', metrics=['accuracy'])
        return self

    def go(self, to, since=0):
        return self.net.fit(train_dataset, epochs=to, initial_epoch=since, validation_data=validation_dataset).history

    def thaw(self, at):
        self.base.trainable = True
        for layer in self.base.layers[:at]:
            layer.trainable = False
        return self
# %%
cd = CatDog()
past = cd.ready(lr0).go(first)
# %%
now = cd.thaw(100).ready(lr0 / SHRINK).go(first + extra, since=first)
# %%
for key in past:
    print(f'{key:14}', np.round(past[key] + now[key], 3))
