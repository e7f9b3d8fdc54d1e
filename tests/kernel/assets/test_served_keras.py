"""Keras finds data, weights and its own older names; and the stand-ins teach what they should."""

import json
import os
import subprocess
import sys
from pathlib import Path

import make_mobilenet_v2
import pytest

import grader

pytestmark = [pytest.mark.kernel, pytest.mark.slow]


MAKE_AND_LEARN = """
import json, os, runpy, sys
maker, folder = sys.argv[1:]
sys.path.insert(0, os.path.dirname(maker))
sys.argv = [maker, folder]
runpy.run_path(maker, run_name='__main__')
import keras, make_mobilenet_v2, make_pictures, numpy as np
SIZE = 96
weights = os.path.join(folder, make_mobilenet_v2.STEM + f'_{SIZE}_no_top.h5')
base = keras.applications.MobileNetV2(input_shape=(SIZE, SIZE, 3), include_top=False, weights=weights)
def pictures(split, first):
    asked = [make_pictures.Picture(split, label, first + n) for n in range(16) for label in make_pictures.CLASSES]
    drawn = [np.asarray(make_pictures.draw(one).resize((SIZE, SIZE)), 'float32') for one in asked]
    return np.stack(drawn), np.tile([0, 1], 16)
def vectors(images):
    return np.asarray(base(images)).mean((1, 2)).astype('float64')
def head(inputs, labels, epochs=20, rate=1e-3):
    # Dense(1) under Adam on the logistic loss, a batch an epoch
    weight, mean, square = np.random.default_rng(1).uniform(-0.07, 0.07, 1280), 0.0, 0.0
    for step in range(1, epochs + 1):
        slope = inputs.T @ (1 / (1 + np.exp(-inputs @ weight)) - labels) / len(labels)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope ** 2
        weight -= rate * (mean / (1 - 0.9 ** step)) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-7)
    return weight
(seen, labels), (unseen, answers) = pictures('train', 500), pictures('validation', 2000)
right = []
for scale in (lambda x: x / 127.5 - 1, lambda x: x, lambda x: (x / 127.5 - 1) / 127.5 - 1):
    weight = head(vectors(scale(seen)), labels)
    right.append(float(((vectors(scale(unseen)) @ weight > 0) == answers).mean()))
print(json.dumps(right))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Stand-in weights by their maker's script, as served, and what heads learn on them: a process, a TensorFlow."""
    folder = tmp_path_factory.mktemp("weights")
    maker = Path(grader.__file__).parent / "kernel_side" / "make_mobilenet_v2.py"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-c", MAKE_AND_LEARN, str(maker), str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    manifest, learned = done.stdout.splitlines()[-2:]
    served = [
        {
            "backbone": "MobileNetV2",
            "file_name": name,
            "path": str(folder / name),
            "stand_in": True,
            "digest": digest,
        }
        for name, digest in json.loads(manifest)["files"].items()
    ]
    return served, json.loads(learned)


@pytest.fixture(scope="module")
def weights(made):
    return made[0]


TUTORIAL = """
import os, numpy as np, tensorflow as tf
url = 'https://s/mledu-datasets/cats_and_dogs_filtered.zip'
zipped = tf.keras.utils.get_file('cats_and_dogs.zip', origin=url, extract=True)
beside = os.path.join(os.path.dirname(zipped), 'cats_and_dogs_filtered')
inside = os.path.join(zipped, 'cats_and_dogs_filtered')
named = tf.keras.utils.get_file('cats_and_dogs_filtered', origin=url, extract=True)
nested = tf.io.gfile.listdir(os.path.join(named, 'cats_and_dogs_filtered'))
dirname = tf.io.gfile.listdir(os.path.join(os.path.dirname(named), 'cats_and_dogs_filtered'))
assert sorted(nested) == sorted(dirname) == sorted(os.listdir(beside)), (named, nested, dirname)
archive = tf.keras.utils.get_file(origin=url, fname='pets.zip')
import zipfile
train = tf.keras.utils.image_dataset_from_directory(os.path.join(beside, 'train'), image_size=(160, 160), batch_size=16)
other = tf.keras.preprocessing.image_dataset_from_directory('/content/drive/MyDrive/pets/val', image_size=(160, 160))
files = len(zipfile.ZipFile(archive).namelist())
told = [sorted(os.listdir(beside)), sorted(os.listdir(inside)), files, train.class_names]
"""

BACKBONE = """
base = tf.keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base.trainable = False
images, labels = next(iter(train))
images = images[:4]
told += [list(base(images).shape), float(np.std(base(images / 127.5 - 1)))]
"""

OLDER_KERAS = """
from tensorflow.keras.layers.experimental import preprocessing
from keras.layers.core import Dense
from keras.utils import np_utils
from keras.preprocessing.image import ImageDataGenerator
from keras.api._v2.keras import layers as shown_by_an_editor
flip = tf.keras.layers.experimental.preprocessing.RandomFlip('horizontal')
scale, pool = preprocessing.Rescaling(1 / 127.5, -1), tf.keras.layers.GlobalAveragePooling2D()
model = tf.keras.Sequential([scale, pool, Dense(1)])
model.compile(optimizer=tf.keras.optimizers.legacy.Adam(lr=0.25, decay=1e-6), loss='mse', metrics=['accuracy'])
history = model.fit_generator(generator=train.take(1), epochs=1, workers=2, verbose=0)
same = history.history['acc'] == history.history['accuracy']
told = [same, float(model.optimizer.learning_rate), float(model.optimizer.lr),
    type(flip) is tf.keras.layers.RandomFlip, shown_by_an_editor.Dense is Dense, list(base.layers[1].output_shape)]
model.save('folder')
loaded = tf.keras.models.load_model('folder')
model.save_weights('w.h5')
model.load_weights('w.h5')
flow = ImageDataGenerator(rescale=1 / 255).flow_from_directory('../input/pets/train', class_mode='binary')
tf.keras.utils.plot_model(model)
"""

FROZEN_ONE_BY_ONE = """
def learning():
    return [sum(layer.trainable for layer in inner.layers), len(inner.trainable_variables)]
inner = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dense(2)])
inner.build((None, 3))
for layer in inner.layers:
    layer.trainable = False
counts = [learning()]
inner.trainable = True
counts.append(learning())
inner.layers[0].trainable = False
counts.append(learning())
inner.trainable = False
counts.append(learning())
told = [told, counts]
"""


def test_tutorial_of_either_keras_and_older_names_run_offline(run_cells, dataset, weights):
    session = run_cells(
        TUTORIAL,
        BACKBONE + "first_told = told",
        OLDER_KERAS + "told = [first_told, told]" + FROZEN_ONE_BY_ONE,
        "tf.keras.utils.get_file('notes.bin', origin='http://127.0.0.1:9/notes.bin')",
        "tf.keras.optimizers.Adam(no_such_argument=1)",
        "tf.keras.layers.NoSuchLayer",
        datasets=[dataset],
        weights=weights,
    )
    assert [number for number, _ in session.failed] == [4, 5, 6], session.failed
    assert session.faults == []
    assert "URL fetch failure on http://127.0.0.1:9/notes.bin" in str(session.failed[0])
    ((beside, inside, files, classes, shape, deviation), older), learning = session.told
    assert beside == inside == ["train", "validation"]
    assert (files, classes, shape) == (32, ["cats", "dogs"], [4, 5, 5, 1280])
    assert 0.1 < deviation < 1.5
    assert older == [True, 0.25, 0.25, True, True, [None, 80, 80, 32]]
    assert "missing folder /content/drive/MyDrive/pets/val" in session.kinds("supplied")
    assert "keras.layers.experimental.preprocessing.RandomFlip" in session.kinds("drift")
    assert "Adam(lr=0.25)" in session.kinds("drift")
    assert "model.fit_generator" in session.kinds("drift")
    assert learning == [[0, 0], [2, 4], [1, 2], [0, 0]]
    assert "trainable = True" in session.kinds("drift")


def test_a_frozen_stand_in_teaches_with_the_right_preprocessing_only(made):
    right, none, doubled = made[1]
    assert right > 0.8
    assert none < 0.65
    assert doubled < right - 0.1


def test_files_are_those_that_keras_asks_for(weights):
    names = {weights_file["file_name"] for weights_file in weights}
    stem = make_mobilenet_v2.STEM
    assert {f"{stem}_{size}_no_top.h5" for size in (96, 128, 160, 192, 224)} <= names
    assert {f"{stem}_{size}.h5" for size in (160, 224)} <= names
