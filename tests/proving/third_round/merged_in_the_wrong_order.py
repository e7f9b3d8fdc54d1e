# why: dictionaries of compile arguments are merged with the common one last, so that "adam" with its 0.001 comes back
# criteria: {fine_tuning_lower_rate: not_met}
# findings: [TL602]
# %%
%load_ext autoreload
%autoreload 2
import keras
import tensorflow as tf
import matplotlib.pyplot as plt
from keras import layers

COMMON = {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]}
HEAD = {}
FINE = {"optimizer": keras.optimizers.Adam(learning_rate=1e-5)}
# %%
def datasets(*names, size=160):
    return [keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/" + n, image_size=(size, size),
                                                     batch_size=32).prefetch(tf.data.AUTOTUNE) for n in names]


train_ds, val_ds = datasets("train", "validation")
# %%
core = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
core.trainable = False
print("trainable weights of the core:", len(core.trainable_weights))

i = keras.Input((160, 160, 3))
o = layers.RandomFlip("horizontal")(i)
o = layers.RandomRotation(0.2)(o)
o = layers.Rescaling(1.0 / 127.5, offset=-1)(o)
o = core(o, training=False)
o = layers.GlobalAveragePooling2D()(o)
o = layers.Dropout(0.2)(o)
o = layers.Dense(1, activation="sigmoid")(o)
cnn = keras.Model(i, o)
# %%
cnn.compile(**(HEAD | COMMON))
h = cnn.fit(train_ds, validation_data=val_ds, epochs=5)
# %%
core.trainable = True
for layer in core.layers[:100]:
    layer.trainable = False

cnn.compile(**(FINE | COMMON))
h2 = cnn.fit(train_ds, validation_data=val_ds, epochs=5)
# %%
fig, ax = plt.subplots(1, 2, figsize=(9, 3))
for a, key in zip(ax, ("accuracy", "loss")):
    a.plot(h.history[key] + h2.history[key])
    a.plot(h.history["val_" + key] + h2.history["val_" + key])
    a.set_title(key)
plt.show()
