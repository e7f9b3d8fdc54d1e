"""The tables of layers and shapes against Keras itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.evidence.source.architectures import architecture, model_name, output_shape

SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from inspect_backend import import_keras
keras = import_keras("numpy")
told = {}
for name in ("MobileNetV2", "VGG16", "MobileNet"):
    model = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(160, 192, 3))
    told[name] = {
        "name": model.name,
        "shape": model.output_shape,
        "layers": [[type(x).__name__, x.name, bool(x.trainable_weights)] for x in model.layers],
    }
print(json.dumps(told))
"""


@pytest.mark.kernel
def test_layer_tables_are_those_of_keras():
    command = [sys.executable, "-c", SCRIPT, str(Path(grader.__file__).parent / "kernel_side")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told
    for name, real in told.items():
        built = architecture(name, imagenet=False, include_top=False, pooling="none")
        assert [(kind, weighted) for kind, _, weighted in built.layers] == [(k, w) for k, _, w in real["layers"]]
        assert all(shown in ("", real_name) for (_, shown, _), (_, real_name, _)
                   in zip(built.layers, real["layers"], strict=True))
        assert output_shape(name, 160, 192) == tuple(real["shape"])
        assert real["name"].startswith(model_name(name))
