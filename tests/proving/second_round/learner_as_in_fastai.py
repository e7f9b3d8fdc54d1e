# why: a Learner as in fastai: average and maximum side by side, one cycle of rates, and unfreeze() that opens all of the backbone
# criteria: {fine_tuning_unfreezes: partly}
# any: [pooled_to_vector]
# %% [1]
import math
import keras
from keras import layers
from keras.applications import mobilenet_v2
# %% [2]
class DataBlock:
    def __init__(self, path, size=160, bs=32):
        read = lambda part, shuffle: keras.utils.image_dataset_from_directory(
            f'{path}/{part}', image_size=(size, size), batch_size=bs, shuffle=shuffle)
        self.train, self.valid = read('train', True), read('validation', False)

dls = DataBlock('cats_and_dogs_filtered')
# %% [3]
def adaptive_concat_pool(x):
    return layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])

def create_head(x, ps=0.5):
    x = adaptive_concat_pool(x)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(ps / 2)(x)
    x = layers.Dense(512, activation='relu', use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(ps)(x)
    return layers.Dense(1, activation='sigmoid')(x)
# %% [4]
class Learner:
    """vision_learner(dls, arch), frozen when it is made."""

    def __init__(self, dls, arch):
        self.dls = dls
        self.body = arch(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
        tfms = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(10 / 360), layers.RandomZoom(0.1)])
        inp = keras.Input((160, 160, 3))
        x = mobilenet_v2.preprocess_input(tfms(inp))
        self.model = keras.Model(inp, create_head(self.body(x, training=False)))
        self.freeze()

    def freeze(self):
        self.body.trainable = False

    def unfreeze(self):
        self.body.trainable = True

    def fit_one_cycle(self, n_epoch, lr_max):
        def cycle(epoch, lr):
            return lr_max * math.sin(math.pi * (epoch + 0.5) / n_epoch)
        self.model.compile(keras.optimizers.Adam(lr_max / 25), 'binary_crossentropy', metrics=['accuracy'])
        return self.model.fit(self.dls.train, validation_data=self.dls.valid, epochs=n_epoch,
                              callbacks=[keras.callbacks.LearningRateScheduler(cycle)])
# %% [5]
learn = Learner(dls, mobilenet_v2.MobileNetV2)
learn.fit_one_cycle(4, 2e-3)
# %% [6]
learn.unfreeze()
learn.fit_one_cycle(4, lr_max=1e-5)
