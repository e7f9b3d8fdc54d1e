"""Stand-in weights have the true ones' size and names, load in Keras, are made alike twice, and give features."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.assets import known

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

BACKBONE = "EfficientNetB0"
LOAD = """
import json, os, sys, hashlib
folder, backbone = sys.argv[1:]
import make_weights
first = make_weights.make(__import__('pathlib').Path(folder), backbone)
again = make_weights.base_of(backbone)
import keras, numpy as np
from keras.src.utils import file_utils
file_utils.get_file = lambda fname, *_, **__: os.path.join(folder, fname)
made = getattr(keras.applications, backbone)
base = made(include_top=False, weights='imagenet', input_shape=(96, 96, 3))
whole = made(weights='imagenet')
same = all(np.array_equal(a, b) for a, b in zip(base.get_weights(), again.get_weights()))
topped = all(np.array_equal(a, b) for a, b in zip(base.get_weights(), whole.get_weights()))
pixels = make_weights.calibration_pictures()[:, ::1, ::1][:8, :96, :96]
mode = make_weights.BACKBONES[backbone].preprocessing
features = np.asarray(base(make_weights.preprocessed(pixels, mode)))
told = {'files': sorted(first), 'parameters': [base.count_params(), whole.count_params()], 'same': same,
        'topped': topped, 'deviation': float(features.mean((1, 2)).std(0).mean()),
        'sums': float(np.asarray(whole(np.zeros((1, 224, 224, 3)))).sum())}
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Weights of the smallest family, made by their script, and what Keras says of them: a process, a TensorFlow."""
    folder = tmp_path_factory.mktemp("weights")
    kernel_side = str(Path(grader.__file__).parent / "kernel_side")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": kernel_side}
    command = [sys.executable, "-c", LOAD, str(folder), BACKBONE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_names_and_sizes_of_the_true_files_are_those_of_keras(told):
    files = known.weights(BACKBONE).files
    assert told["files"] == sorted(files)
    least = {name.endswith("_notop.h5"): size[0] for name, size in files.items()}
    assert [4 * count for count in told["parameters"]] == [least[True], least[False]]


def test_what_is_made_twice_is_the_same_and_the_top_stands_on_the_same_backbone(told):
    assert told["same"] and told["topped"]


def test_features_are_of_ordinary_size_and_the_top_gives_probabilities(told):
    assert 0.02 < told["deviation"] < 20
    assert told["sums"] == pytest.approx(1, abs=1e-4)
