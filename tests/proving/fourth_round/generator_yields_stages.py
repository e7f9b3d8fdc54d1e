# why: right; a generator opens layers between its yields and hands rate and number of epochs to the loop that compiles and trains
# %%
import os

import tensorflow as tf
from tensorflow.keras import layers

HERE = 'cats_and_dogs_filtered'
read = lambda what: tf.keras.utils.image_dataset_from_directory(os.path.join(HERE, what), shuffle=True, batch_size=32,
                                                                image_size=(160, 160))
train_ds, val_ds = map(read, ('train', 'validation'))
# %%
conv = tf.keras.applications.MobileNetV2((160, 160, 3), include_top=False)

def branch(t):
    t = layers.RandomFlip('horizontal_and_vertical')(t)
    t = layers.RandomRotation(factor=(-0.1, 0.1))(t)
    t = layers.RandomBrightness(0.1)(t)
    t = tf.keras.applications.mobilenet_v2.preprocess_input(t)
    t = conv(t, training=False)
    t = layers.GlobalAvgPool2D()(t)
    t = layers.Dropout(.2)(t)
    return layers.Dense(1)(t)

img = layers.Input((160, 160, 3))
clf = tf.keras.Model(img, branch(img))
# %%
def plan():
    """What happens between two yields happens between two trainings."""
    conv.trainable = False
    yield 1e-3, 5
    conv.trainable = True
    for l in conv.layers[:120]:
        l.trainable = False
    yield 1e-5, 5
# %%
done, curve = 0, []
for lr, n in plan():
    clf.compile(optimizer=tf.keras.optimizers.Nadam(lr),
                loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
                metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0., name='acc')])
    print(f'lr={lr:g}: {len(clf.trainable_variables)} variables learn')
    h = clf.fit(train_ds, epochs=done + n, initial_epoch=done, validation_data=val_ds)
    done += n
    curve.extend(h.history['val_acc'])
curve
