"""Which notebooks may be spared their import: those of which nothing could change what is imported."""

from __future__ import annotations

import pytest

from grader.execute.warm_choice import imports_as_anyone

USUAL = "import os\nimport numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras"


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow as tf",
        "from keras import layers",
        "import numpy, keras",
        "try:\n    import numpy as np, tensorflow as tf\nexcept ImportError: pass",
        "%matplotlib inline\nimport keras",
        "import tensorflow as tf\nimport matplotlib\nmatplotlib.use('Agg')",
        "import os\nos.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\nimport tensorflow as tf",
        'from os import path\nimport os\nos.environ["PYTHONHASHSEED"]="0"\nimport keras',
        "%env TF_CPP_MIN_LOG_LEVEL=3\nimport keras",
        "!pip install -q tensorflow keras==3.4\nimport keras",
        "import sys\nprint(sys.version)\nimport keras\nimport importlib\nimportlib.import_module('keras.layers')",
        "import keras\nmodel.save('model.keras')\npath = os.path.join('a', 'b')",
        "import tensorflow as tf\nfrom sklearn.metrics import confusion_matrix",
    ],
)
def test_usual_notebook_imports_as_anyone(source: str) -> None:
    assert imports_as_anyone([source, "x = 1"], {})


@pytest.mark.parametrize(
    "source",
    [
        "os.environ['KERAS_BACKEND'] = 'torch'",
        "os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'; os.environ['TF_USE_LEGACY_KERAS'] = '1'",
        "if os.environ['TF_CPP_MIN_LOG_LEVEL'] == '3': pass",
        "os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')",
        "os.environ.update(OMP_NUM_THREADS='1')",
        "from os import environ as e",
        "os.putenv('A', 'b')",
        "%env KERAS_BACKEND=jax",
        "%set_env A=1",
        "getattr(os, name)['A'] = 'b'",
        "import tf_keras as keras",
        "keras.config.set_backend('numpy')",
        "open(home + '/.keras/config', 'w')",
        "sys.modules['sklearn'] = None",
        "from sys import modules",
        "import sys as s; s.modules.clear()",
        "sys.path.insert(0, '/content/lib')",
        "sys.meta_path.clear()",
        "import importlib; importlib.reload(keras)",
        "%load_ext autoreload",
        "builtins.__import__ = mine",
        "import builtins",
        "%%writefile keras.py\nx = 1",
        "open('numpy.py', 'w').write('')",
        "import ctypes",
        "os.execv(sys.executable, ['python'])",
        "load_dotenv()\nos.environ",
    ],
)
def test_what_could_change_the_import_is_imported_by_the_notebook_itself(source: str) -> None:
    assert not imports_as_anyone([USUAL, source], {})
    assert imports_as_anyone([USUAL], {})


@pytest.mark.parametrize("source", ["import numpy as np", "# import keras", "open('model.keras', 'rb')", "x = 'keras'"])
def test_notebook_without_tensorflow_has_nothing_to_be_spared(source: str) -> None:
    assert not imports_as_anyone([source], {})


@pytest.mark.parametrize("name", ["numpy.py", "keras/__init__.py", "random.so", "matplotlibrc", "a.pth"])
def test_file_that_could_be_imported_instead_is_reason_enough(name: str) -> None:
    assert not imports_as_anyone([USUAL], {name: 1})
    assert imports_as_anyone([USUAL], {"report.pdf": 1, "photos/cat.jpg": 1})
