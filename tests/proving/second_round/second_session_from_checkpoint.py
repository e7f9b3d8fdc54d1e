# why: after clear_session the model is built anew, as in a second session, and takes the weights of the first one's checkpoint file
# %% [markdown]
# Colab disconnected after the feature extraction, so the notebook is in two parts.
# Part 2 only needs the file that part 1 wrote.
# %%
import os
import tensorflow as tf
from tensorflow.keras import Input, Model, Sequential, backend, layers, utils
from tensorflow.keras.applications import MobileNetV2, mobilenet_v2
from tensorflow.keras.callbacks import ModelCheckpoint
from tensorflow.keras.optimizers import Adam

CKPT = 'ckpt/head_best.weights.h5'
os.makedirs(os.path.dirname(CKPT), exist_ok=True)
# %%
def get_data():
    opts = dict(image_size=(160, 160), batch_size=32, label_mode='binary')
    return (utils.image_dataset_from_directory('/content/cats_and_dogs_filtered/train', **opts),
            utils.image_dataset_from_directory('/content/cats_and_dogs_filtered/validation', **opts))

def build():
    base = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
    base.trainable = False
    augment = Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2)], name='augment')
    i = Input((160, 160, 3))
    h = base(mobilenet_v2.preprocess_input(augment(i)), training=False)
    h = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(h))
    return Model(i, layers.Dense(1, activation='sigmoid')(h)), base
# %% [markdown]
# ## Part 1
# %%
train_ds, val_ds = get_data()
model, _ = build()
model.compile(Adam(1e-3), 'binary_crossentropy', metrics=['accuracy'])
model.fit(train_ds, validation_data=val_ds, epochs=8,
          callbacks=[ModelCheckpoint(CKPT, monitor='val_loss', save_best_only=True, save_weights_only=True)])
# %% [markdown]
# ## Part 2 (new session: start here and run the definitions above)
# %%
del model
backend.clear_session()

train_ds, val_ds = get_data()
model, base = build()
model.load_weights(CKPT)
# %%
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
model.compile(Adam(1e-5), 'binary_crossentropy', metrics=['accuracy'])
model.fit(train_ds, validation_data=val_ds, epochs=8)
