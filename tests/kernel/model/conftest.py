"""Saves real models of every build with real Keras, once, and runs the inspection on them."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.records import Run, RunEnd, SavedModel

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "grader" / "kernel_side" / "inspect_model.py"
PARTS = """
import os, sys
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
folder, kernel_side, backend = sys.argv[1:]
sys.path.insert(0, kernel_side)
from inspect_backend import import_keras
keras = import_keras(backend)
import h5py, json, numpy as np
keras.utils.set_random_seed(6)
L, A = keras.layers, keras.applications

def legacy(model, path):
    with h5py.File(path, "w") as f:
        f.attrs["layer_names"] = [l.name.encode() for l in model.layers]
        for l in model.layers:
            g = f.create_group(l.name)
            names = [f"{l.name}/{w.name}:0".encode() for w in l.weights]
            g.attrs["weight_names"] = names
            for n, w in zip(names, l.weights):
                g.create_dataset(n.decode(), data=np.asarray(w))

def base(seed=6, **more):
    model = A.MobileNetV2(**{"input_shape": (96, 96, 3), "include_top": False, "weights": None, **more})
    random = np.random.default_rng(seed)
    for w in model.weights:
        if w.name.endswith("kernel"):
            w.assign(random.uniform(-1, 1, w.shape) * np.sqrt(3 / np.prod(w.shape[:-1])))
    return model

def augment():
    return keras.Sequential([L.RandomFlip("horizontal"), L.RandomRotation(0.2)])

def save(model, name, rate=1e-3):
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    model.save(f"{folder}/{name}.keras")

def functional(b, head=None):
    i = L.Input((96, 96, 3))
    x = A.mobilenet_v2.preprocess_input(augment()(i))
    x = L.GlobalAveragePooling2D()(b(x, training=False))
    return keras.Model(i, (head or L.Dense(1, activation="sigmoid"))(L.Dropout(0.2)(x)))
"""
TRAINED = """
b = base()
legacy(b, f"{folder}/served.h5")
b.trainable = False
m = functional(b)
save(m, "functional-0")
x, y = np.random.default_rng(0).uniform(0, 255, (4, 96, 96, 3)).astype("float32"), np.array([0, 1, 0, 1])
m.run_eagerly = True
m.fit(x, y, batch_size=2, verbose=0)
m.save(f"{folder}/functional-1.keras")
b.trainable = True
for l in b.layers[:100]:
    l.trainable = False
m.compile(keras.optimizers.Adam(1e-5), "binary_crossentropy", run_eagerly=True)
m.fit(x, y, batch_size=2, verbose=0)
m.save(f"{folder}/functional-2.keras")

import inspect_behaviour
found = dict(inspect_behaviour.measure({"models": {"m-0": f"{folder}/sequential-0.keras"}, "backend": "tensorflow"}))
json.dump(found["m-0"]["behaviour"], open(f"{folder}/by-tensorflow.json", "w"))
"""
FEW = """
i = L.Input((96, 96, 3))
v = A.VGG16(include_top=False, weights=None, input_shape=(96, 96, 3))
h = keras.ops.mean(v(A.vgg16.preprocess_input(i)), axis=(1, 2))
save(keras.Model(i, L.Dense(10, activation="softmax")(h)), "vgg-0")
head = keras.Sequential([L.GlobalAveragePooling2D(), L.Dropout(0.2), L.Dense(1, activation="sigmoid")])
i = L.Input((96, 96, 3))
keras.Model(i, head(v(i))).save(f"{folder}/parts-0.keras")
i = L.Input((8,))
keras.Model(i, L.Activation("tanh")(i)).save(f"{folder}/tiny-0.keras")
"""
UNTRAINED = """
save(keras.Sequential([L.Input((96, 96, 3)), augment(), L.Rescaling(1 / 127.5, -1), base(),
     L.GlobalAveragePooling2D(), L.Dense(1), L.Activation("sigmoid")]), "sequential-0")
b = base(include_top=True, classes=1000)
save(keras.Model(b.input, L.Dense(1, activation="sigmoid")(b.layers[-2].output)), "inlined-0")
i = L.Input((96, 96, 3))
b = base()
save(keras.Model(i, L.Dense(2, activation="softmax")(L.Flatten()(b(L.Lambda(lambda v: v / 255)(i))))), "lambda-0")
save(keras.Sequential([base(seed=7), L.GlobalAveragePooling2D(), L.Dense(1)]), "random-0")
n = A.InceptionV3(include_top=False, weights=None, input_shape=(96, 96, 3))
legacy(n, f"{folder}/inception.h5")
o = A.InceptionV3(include_top=False, weights=None, input_shape=(96, 96, 3))
o.set_weights(n.get_weights())
below = L.Dense(1, bias_initializer=keras.initializers.Constant(-3))
save(keras.Model(o.input, below(L.GlobalMaxPooling2D()(o.output))), "inception-0")

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.base, self.pool, self.out = base(), L.GlobalAveragePooling2D(), L.Dense(1)
    def call(self, x, training=None):
        return self.out(self.pool(self.base(x, training=False)))

net = Net()
net(np.zeros((1, 96, 96, 3), "float32"))
save(net, "subclassed-0")

import lighter_saving
from keras.src.saving import saving_lib
lighter_saving.install()
assert saving_lib.get_attr_skipset("Layer") is saving_lib.get_attr_skipset("Layer"), "Keras saves in another way"
"""


def save_models(models: str, folder: Path, *, backend: str) -> None:
    command = [sys.executable, "-c", PARTS + models, str(folder), str(SCRIPT.parent), backend]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the smallest model and one that takes long to run."""
    folder = tmp_path_factory.mktemp("saved")
    save_models(FEW, folder, backend="numpy")
    return folder


@pytest.fixture(scope="session")
def saved(few: Path) -> Path:
    """A folder of models: functional-0/1/2 (untrained, trained frozen, fine-tuned) and one of every other build.

    What is trained needs TensorFlow, and in the same process `by-tensorflow.json` is measured. What is only built and
    saved comes from Keras on NumPy, whose files differ in the numbers that automatic names end in and in `jit_compile`.
    """
    save_models(UNTRAINED, few, backend="numpy")
    save_models(TRAINED, few, backend="tensorflow")
    return few


def served(folder: Path, name: str = "served.h5", backbone: str = "MobileNetV2") -> dict[str, Any]:
    return {"backbone": backbone, "file_name": name, "path": str(folder / name), "stand_in": True, "digest": name}


@pytest.fixture(scope="session")
def inspect() -> Callable[..., dict[str, Any]]:
    """Run the script on model files; gives its answer, which must be all that stands on stdout."""

    def run(*paths: Path, weights: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
        models = [{"id": path.stem, "path": str(path)} for path in paths]
        request = json.dumps({"models": models, "weights": list(weights), "threads": 1, **more})
        command = [sys.executable, str(SCRIPT), request]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr[-3000:]
        answer: dict[str, Any] = json.loads(done.stdout)
        assert set(answer) == {path.stem for path in paths}
        return answer

    return run


@pytest.fixture(scope="session")
def measured(saved: Path, inspect: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """What the inspection says of all the honest models, each structure run."""
    paths = [p for p in sorted(saved.glob("*.keras")) if p.stem != "tiny-0"]
    weights = (served(saved), served(saved, "inception.h5", "InceptionV3"))
    behave = ["functional-0", "sequential-0", "inlined-0", "vgg-0", "inception-0"]
    return inspect(*paths, weights=weights, behave=behave, limit_s=150)


@pytest.fixture(scope="session")
def as_run(saved: Path, measured: dict[str, Any]) -> Callable[[str], Run]:
    """A run that saved the files of one model."""

    def make(key: str) -> Run:
        models = []
        for path in sorted(saved.glob(f"{key}-*.keras")):
            with zipfile.ZipFile(path) as archive:
                config = json.loads(archive.read("config.json"))
            stage = int(path.stem.rpartition("-")[2])
            models.append(SavedModel(model_key=key, stage=stage, config=config, behaviour=measured[path.stem]))
        return Run(end=RunEnd.FINISHED, models=tuple(models))

    return make
