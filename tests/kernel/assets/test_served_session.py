"""Colab's habits in a real IPython shell, without TensorFlow."""

import pytest

pytestmark = pytest.mark.kernel


def test_colab_notebook_reaches_its_data_by_shell_lines(run_cells, dataset):
    session = run_cells(
        "from google.colab import drive, files\ndrive.mount('/content/drive')",
        "%tensorflow_version 2.x\n%load_ext tensorboard",
        "!pip install -q something && echo installed\n%pip install more",
        "name = 'cats_and_dogs_filtered.zip'\n"
        "!wget --no-check-certificate https://storage.googleapis.com/mledu-datasets/{name} -O pets.zip\n"
        "if True:\n    !unzip -qq pets.zip -d data\n"
        "listing = !ls data/cats_and_dogs_filtered",
        "%%bash\nfor word in one two; do echo $word; done",
        "told = [list(listing), input('your name?'), files.upload()]",
        datasets=[dataset],
    )
    assert session.failed == []
    assert session.faults == []
    assert session.told == [["train", "validation"], "", {}]
    assert "installed" in session.printed
    assert "one\ntwo\n" in session.printed
    assert "pip install -q something" in session.kinds("skipped")
    assert "%pip install more" in session.kinds("skipped")
    assert session.kinds("answered")[0] == "input('your name?')"


def test_requests_carry_the_cell_that_made_them(run_cells):
    session = run_cells("x = 1", "!pip install a", "x = 2", "input()")
    assert [(line["kind"], line["cell"]) for line in session.noted] == [("skipped", 2), ("answered", 4)]


PATHS = (
    "cats_and_dogs_filtered",
    "../cats_and_dogs_filtered",
    "~/data/cats_and_dogs_filtered",
    "/content/drive/MyDrive/lab/cats_and_dogs_filtered",
    "/kaggle/input/cats-and-dogs/cats_and_dogs_filtered",
    r"C:\Users\me\cats_and_dogs_filtered",
)
READERS = """
root = os.path.expanduser({path!r})
train = os.path.join(root, 'train')
told[{path!r}] = [os.path.exists(root), os.path.isdir(train), sorted(os.listdir(train)),
    sum(len(files) for _, _, files in os.walk(train)), len(glob.glob(os.path.join(train, 'cats', '*.jpg'))),
    len(list((pathlib.Path(train) / 'dogs').iterdir())),
    Image.open(os.path.join(train, 'cats', 'cat.1.jpg')).format,
    os.path.exists(os.path.join(root, 'no_such_split'))]
"""


@pytest.fixture(scope="module")
def read_by_path(run_cells_in, tmp_path_factory, dataset):
    """What each reader found under each path, all in one process."""
    cells = [READERS.format(path=path) for path in PATHS]
    imports = "import os, glob, pathlib\nfrom PIL import Image\ntold = {}"
    return run_cells_in(tmp_path_factory.mktemp("paths"), imports, *cells, datasets=[dataset])


@pytest.mark.parametrize("path", PATHS)
def test_every_reader_of_paths_finds_the_data_set(read_by_path, path):
    assert read_by_path.failed == []
    assert read_by_path.told[path] == [True, True, ["cats", "dogs"], 16, 8, 8, "JPEG", False]


def test_a_path_of_nothing_we_serve_fails_as_ever(run_cells, dataset):
    session = run_cells(
        "import numpy\nnumpy.load('/content/flowers.npy')",
        "import os\ntry:\n    os.listdir('flowers')\nexcept FileNotFoundError as error:\n    caught = error",
        "open('notes.txt')",
        "told = [os.path.exists('flowers')]",
        "!ls flowers",
        datasets=[dataset],
    )
    assert [number for number, _ in session.failed] == [1, 3]
    assert all("FileNotFoundError" in str(error) for _, error in session.failed)
    assert session.told == [False]
    assert session.kinds("stand_in") == session.kinds("supplied") == []


def test_downloads_by_urllib_are_served_or_refused(run_cells, dataset):
    session = run_cells(
        "import urllib.request, zipfile, os\n"
        "urllib.request.urlretrieve('https://s/mledu-datasets/cats_and_dogs_filtered.zip', 'a.zip')\n"
        "zipfile.ZipFile('a.zip').extractall('out')\n"
        "told = os.listdir('out')",
        "urllib.request.urlretrieve('http://127.0.0.1:9/model.h5', 'b.h5')",
        datasets=[dataset],
    )
    assert session.told == ["cats_and_dogs_filtered"]
    assert [number for number, _ in session.failed] == [2]
    assert session.kinds("missing") == ["http://127.0.0.1:9/model.h5"]


def test_pip_as_a_module_waits_for_no_network(run_cells):
    session = run_cells(
        "import subprocess, sys\n"
        "told = subprocess.run([sys.executable, '-m', 'pip', 'install', 'x']).returncode\n"
        "!{sys.executable} -m pip install y"
    )
    assert session.told == 0
    assert session.kinds("skipped") == ["pip install x", "pip install y"]


def test_a_shell_line_that_never_ends_is_stopped(run_cells):
    session = run_cells(
        "import served_shell\nserved_shell.TIME_LIMIT_S = 1.0",
        "import time\nstart = time.time()\n!sleep 60\ntold = time.time() - start",
        "!(sleep 60; echo late) &",
    )
    assert session.failed == []
    assert session.told < 20
    assert "late" not in session.printed


def test_questions_without_end_end(run_cells):
    session = run_cells("while input('again?') != 'no':\n    pass", "told = 'went on'")
    assert "EOFError" in str(session.failed)
    assert session.told == "went on"


def test_unknown_magics_are_noted_and_the_cell_goes_on(run_cells):
    session = run_cells("%no_such_magic 3\ntold = 1", "%%no_such_cell_magic\nbody", "%%capture kept\nprint('quiet')")
    assert session.failed == []
    assert session.told == 1
    assert session.kinds("skipped") == ["%no_such_magic 3", "%%no_such_cell_magic"]
    assert "quiet" not in session.printed


def test_a_notebook_without_keras_does_not_load_it(run_cells, dataset):
    session = run_cells("import sys\ntold = ['tensorflow' in sys.modules, 'keras' in sys.modules]", datasets=[dataset])
    assert session.told == [False, False]
