# why: a Kaggle author: class CFG, seed_everything, file lists by glob, decode_jpeg in tf.data, a stratified split, smoothed logits
# %% [markdown]
# # 🐱🐶 Cats vs Dogs | MobileNetV2 baseline | [train]
# Upvote if you find it useful!
# %% [1]
import gc
import os
import random
import warnings
from glob import glob

import numpy as np
import pandas as pd
import seaborn as sns
import matplotlib.pyplot as plt
import tensorflow as tf
import tensorflow.keras.layers as L
from sklearn.model_selection import train_test_split
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input

warnings.filterwarnings('ignore')
# %% [2]
class CFG:
    seed = 42
    root = './cats_and_dogs_filtered'
    img_size = 160
    bs = 32
    head_epochs, ft_epochs = 8, 6
    head_lr, ft_lr = 1e-3, 2e-5
    first_open = 'block_14_expand'
    smoothing = 0.05
    drop = 0.3

def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)
    os.environ['PYTHONHASHSEED'] = str(seed)

seed_everything(CFG.seed)
# %% [3]
def make_df(split):
    paths = sorted(glob(f'{CFG.root}/{split}/*/*.jpg'))
    df = pd.DataFrame({'path': paths})
    df['target'] = [int(p.split(os.sep)[-2] == 'dogs') for p in paths]
    return df

full_df, test_df = make_df('train'), make_df('validation')
trn_df, val_df = train_test_split(full_df, test_size=0.15, stratify=full_df.target, random_state=CFG.seed)
print(trn_df.shape, val_df.shape, test_df.shape)
trn_df.head()
# %% [4]
AUTO = tf.data.AUTOTUNE

def decode(path, target):
    img = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    img = tf.image.resize(img, [CFG.img_size, CFG.img_size])
    return img, tf.cast(target, tf.float32)

def make_ds(df, train=False):
    ds = tf.data.Dataset.from_tensor_slices((df['path'].tolist(), df['target'].tolist()))
    if train:
        ds = ds.shuffle(len(df), seed=CFG.seed)
    return ds.map(decode, num_parallel_calls=AUTO).batch(CFG.bs).prefetch(AUTO)

trn_ds, val_ds, test_ds = make_ds(trn_df, True), make_ds(val_df), make_ds(test_df)
# %% [5]
def build_model(cfg):
    aug = tf.keras.Sequential([L.RandomFlip('horizontal', seed=cfg.seed), L.RandomRotation(0.08, seed=cfg.seed),
                               L.RandomZoom(0.1, seed=cfg.seed)], name='aug')
    bb = MobileNetV2(include_top=False, input_shape=(cfg.img_size, cfg.img_size, 3))
    bb.trainable = False
    inp = L.Input((cfg.img_size, cfg.img_size, 3))
    x = bb(preprocess_input(aug(inp)), training=False)
    x = L.GlobalAveragePooling2D()(x)
    x = L.Dropout(cfg.drop)(x)
    out = L.Dense(1, name='logit')(x)
    return tf.keras.Model(inp, out, name='baseline'), bb

def compile_model(model, lr, cfg):
    model.compile(
        optimizer=tf.keras.optimizers.Adam(lr),
        loss=tf.keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=cfg.smoothing),
        metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0, name='acc'),
                 tf.keras.metrics.AUC(from_logits=True, name='auc')],
    )

model, bb = build_model(CFG)
compile_model(model, CFG.head_lr, CFG)
model.summary()
# %% [6]
def cbs(tag):
    return [
        tf.keras.callbacks.EarlyStopping('val_loss', patience=3, restore_best_weights=True, verbose=1),
        tf.keras.callbacks.ReduceLROnPlateau('val_loss', factor=0.5, patience=1, verbose=1),
        tf.keras.callbacks.CSVLogger(f'{tag}.csv'),
    ]

h1 = model.fit(trn_ds, validation_data=val_ds, epochs=CFG.head_epochs, callbacks=cbs('head'))
# %% [7]
# ---- stage 2: unfreeze from CFG.first_open
names = [l.name for l in bb.layers]
bb.trainable = True
for l in bb.layers[:names.index(CFG.first_open)]:
    l.trainable = False
compile_model(model, CFG.ft_lr, CFG)
h2 = model.fit(trn_ds, validation_data=val_ds, epochs=CFG.ft_epochs, callbacks=cbs('ft'))
# %% [8]
logs = pd.concat([pd.DataFrame(h.history).assign(stage=s) for s, h in [('head', h1), ('ft', h2)]], ignore_index=True)
sns.lineplot(data=logs.reset_index(), x='index', y='val_auc', hue='stage')
plt.show()
logs.round(4)
# %% [9]
print(dict(zip(model.metrics_names, model.evaluate(test_ds, verbose=0))))
gc.collect()
