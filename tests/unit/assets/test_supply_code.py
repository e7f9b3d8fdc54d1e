"""What a notebook's code says of its data, and the trees that are made of it."""

import os

import pytest
import supply_trees
from served_assets import HOLLOW, ServedAssets
from served_requests import RequestLog
from supply_code import NotebookCode


@pytest.fixture
def made(scratch, dataset, tmp_path):
    """Makes the folder that a code expects, and lists its folders and the kinds of their pictures."""

    def make(path, *cells, values=None):
        log = RequestLog(str(tmp_path / "requests.jsonl"), [])
        assets = ServedAssets({"datasets": [dataset]}, log, (str(scratch),))
        code = NotebookCode(cells, (values or {}).get)
        supply_trees.Trees(assets, lambda: code).make_folder(path)
        return sorted({os.path.relpath(os.path.join(folder, name[:3]), path).replace("\\", "/")
                       for folder, _, names in os.walk(path) for name in names})  # fmt: skip

    return make


@pytest.mark.parametrize(
    ("path", "cell", "expected"),
    [
        ("pets", "d = 'pets'\na = image_dataset_from_directory(os.path.join(d, 'train'))\n"
                 "b = image_dataset_from_directory(os.path.join(d, 'val'))",
         ["train/cats/cat", "train/dogs/dog", "val/cats/cat", "val/dogs/dog"]),
        ("pets/train", "os.listdir('pets/train')", ["cats/cat", "dogs/dog"]),
        ("in/Dog", "D = 'in'\nfor c in ['Dog', 'Cat']:\n    for f in os.listdir(os.path.join(D, c)): pass", ["dog"]),
        ("flat", "T = 'flat'\nfor f in os.listdir(T):\n    im = load_img(T + '/' + f)", ["cat", "dog"]),
        ("x", "g.flow_from_directory('x', classes=['NORMAL', 'ILL'])", ["ILL/dog", "NORMAL/cat"]),
        ("b", "for p in glob.glob('b/*/*.jpg'): pass", ["cats/cat", "dogs/dog"]),
        ("c", "def f(root):\n    for k in os.listdir(root):\n        cv2.imread(f'{root}/{k}')\nf('c')",
         ["cat", "dog"]),
    ],
)  # fmt: skip
def test_a_missing_folder_is_as_the_code_expects_it(made, path, cell, expected):
    assert made(path, cell) == expected


def test_as_many_classes_as_the_last_softmax_has(made):
    found = made("leaves", "os.listdir('leaves')", "n = 5\nmodel.add(Dense(n, activation='softmax'))")
    assert [place.split("/")[0] for place in found] == [f"class_{n:03d}" for n in range(5)]


def test_a_name_s_value_counts_before_what_is_written(made):
    code = "base = where()\nfor c in os.listdir(base + '/train'): pass"
    assert made("here/data", code, values={"base": "here/data"}) == ["train/cats/cat", "train/dogs/dog"]


@pytest.mark.parametrize(
    ("cell", "columns"),
    [
        ("df = pd.read_csv('a.csv')\ndf['id'] + df['breed']", ["id", "breed"]),
        ("g.flow_from_dataframe(df, x_col='file', y_col='label')", ["file", "label"]),
        ("df = pd.read_csv('a.csv')\ndf['made'] = df['image']", ["image"]),
        ("df = other()\ndf['id']", []),
    ],
)
def test_columns_that_the_code_names(cell, columns):
    assert NotebookCode([cell]).columns() == columns


def test_a_cell_that_cant_be_parsed_says_nothing():
    code = NotebookCode(["os.listdir('a'", "%cd x\n!ls\nos.listdir('b')"])
    assert [use.parts for use in code.uses()] == [("b",)]


def test_a_folder_with_nothing_but_the_mark_is_filled(made, scratch):
    (scratch / "data").mkdir()
    (scratch / "data" / HOLLOW).touch()
    assert made("data", "image_dataset_from_directory('data')") == ["cats/cat", "dogs/dog"]
