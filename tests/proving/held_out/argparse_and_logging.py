# why: a script from work, put into cells: argparse with an empty command line, logging, pathlib
# %% [markdown]
# # Lab 06
# Adapted from our training template at work.
# %% [1]
import argparse
import logging
import pathlib
import sys

import tensorflow as tf

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")
log = logging.getLogger("lab06")
# %% [2]
parser = argparse.ArgumentParser(prog="lab06")
parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("cats_and_dogs_filtered"))
parser.add_argument("--side", type=int, default=160)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--lr-fine", type=float, default=1e-5)
parser.add_argument("--epochs", nargs=2, type=int, default=[5, 5])
parser.add_argument("--include-top", action="store_true")
parser.add_argument("--freeze", action=argparse.BooleanOptionalAction, default=True)
args = parser.parse_args([])  # no command line in a notebook
log.info("%s", vars(args))
# %% [3]
def load(split: str) -> tf.data.Dataset:
    folder = args.data / split
    log.info("reading %s", folder)
    return tf.keras.utils.image_dataset_from_directory(
        str(folder), label_mode="binary", image_size=(args.side,) * 2, batch_size=args.batch_size, seed=6)

train, val = map(load, ("train", "validation"))
train, val = train.cache().prefetch(1), val.cache().prefetch(1)
# %% [4]
net = tf.keras.applications.MobileNetV2(
    input_shape=(args.side, args.side, 3), include_top=args.include_top, weights="imagenet")
net.trainable = not args.freeze
log.info("%d of %d weights can learn", len(net.trainable_weights), len(net.weights))
# %% [5]
pictures = tf.keras.Input((args.side, args.side, 3))
h = pictures
for step in (
    tf.keras.layers.RandomFlip("horizontal"),
    tf.keras.layers.RandomTranslation(0.1, 0.1),
    tf.keras.applications.mobilenet_v2.preprocess_input,
    lambda t: net(t, training=False),
    tf.keras.layers.GlobalAveragePooling2D(),
    tf.keras.layers.Dense(1, "sigmoid"),
):
    h = step(h)
model = tf.keras.Model(pictures, h)
# %% [6]
def train_for(epochs: int, rate: float):
    model.compile(optimizer=tf.keras.optimizers.Adam(rate), loss=tf.keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    return model.fit(train, epochs=epochs, validation_data=val)

first = train_for(args.epochs[0], args.lr)
# %% [7]
net.trainable = True
for layer in net.layers[:100]:
    layer.trainable = False
second = train_for(args.epochs[1], args.lr_fine)
log.info("done: %.3f", second.history["val_accuracy"][-1])
