"""Canonical names of what libraries offer: `tf.keras.layers.experimental.preprocessing.RandomFlip` and
`keras.layers.RandomFlip` are one.

In: dotted paths as imported or reached. Out: one spelling each. Never imports what it names.
"""

from __future__ import annotations

import re
from functools import lru_cache

_KERAS_ROOTS = (
    "tensorflow.compat.v2.keras", "tensorflow.compat.v1.keras", "tensorflow.python.keras", "tensorflow.keras",
    "tf_keras.src", "tf_keras", "keras._tf_keras.keras", "keras.api._v2.keras", "keras.api", "keras.src.legacy",
    "keras.src", "keras.engine",
)
_SAME = {
    "keras.models.Model": "keras.Model",
    "keras.models.Functional": "keras.Model",
    "keras.models.Sequential": "keras.Sequential",
    "keras.layers.Input": "keras.Input",
    "keras.preprocessing.image_dataset_from_directory": "keras.utils.image_dataset_from_directory",
    "keras.preprocessing.image.image_dataset_from_directory": "keras.utils.image_dataset_from_directory",
    "keras.preprocessing.image.ImageDataGenerator": "keras.ImageDataGenerator",
    "keras.legacy.preprocessing.image.ImageDataGenerator": "keras.ImageDataGenerator",
    "keras_preprocessing.image.ImageDataGenerator": "keras.ImageDataGenerator",
    "keras.saving.load_model": "keras.models.load_model",
}
_INNER_CAPITAL = re.compile(r"^keras\.(layers|applications|optimizers|losses|callbacks|models|training|input_layer)"
                            r"(?:\.[a-z_0-9]+)+\.([A-Z]\w*)$")

HARMLESS = frozenset("""
    numpy matplotlib os sys pathlib pandas seaborn sklearn PIL cv2 time datetime random math json IPython google zipfile
    shutil tqdm collections itertools functools typing warnings kagglehub tensorflow_datasets tensorflow keras re glob
    csv string copy operator statistics scipy skimage urllib requests tarfile gdown platform subprocess logging
    pprint textwrap io hashlib base64 pickle gc psutil plotly visualkeras wandb h5py imageio tensorboard
    opendatasets __future__ dataclasses enum contextlib types abc uuid tempfile concurrent multiprocessing threading
    argparse ipywidgets mlxtend graphviz pydot kaggle absl keras_preprocessing splitfolders yaml tabulate joblib decimal
    fractions bisect heapq tensorflow_hub jax torchvision torch builtins secrets traceback inspect locale codecs
""".split())
"""Packages whose functions are taken not to change a Keras model handed to them."""

AUGMENTING = frozenset({"albumentations", "imgaug", "Augmentor", "keras_cv", "tensorflow_addons", "torchvision"})
"""Packages that augment in ways which are not followed here."""


@lru_cache(maxsize=1024)
def canonical(path: str) -> str:
    """The one spelling of a dotted path."""
    for root in _KERAS_ROOTS:
        if path == root:
            return "keras"
        if path.startswith(root + "."):
            path = "keras." + path[len(root) + 1:]
            break
    path = path.replace("keras.layers.experimental.preprocessing", "keras.layers")
    path = path.replace("keras.layers.preprocessing.experimental", "keras.layers").replace(
        "keras.layers.experimental", "keras.layers")
    if path.endswith(".preprocess_input"):
        return path
    if path in _SAME:
        return _SAME[path]
    match = _INNER_CAPITAL.match(path)
    if match and ".schedules." not in path:
        room, name = match.groups()
        path = f"keras.{name}" if room in ("training", "input_layer") else f"keras.{room}.{name}"
    return _SAME.get(path, path)


def package(path: str) -> str:
    """The package to which a dotted path belongs."""
    return path.partition(".")[0]


@lru_cache(maxsize=256)
def snake_case(name: str) -> str:
    """Keras's snake case of a class name: `BinaryCrossentropy` → `binary_crossentropy`, `Conv2D` → `conv2d`."""
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()
