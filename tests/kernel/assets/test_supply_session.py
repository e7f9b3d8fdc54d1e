"""What nobody has is there when the notebook looks: folders, pictures, tables, archives, packages, lost names."""

import pytest

pytestmark = pytest.mark.kernel

FOLDERS = (
    "import os, glob, pathlib\nD = '../data/pets'",
    "runs = []\nruns.append(1)\nlisted = sorted(os.listdir(os.path.join(D, 'train')))",
    "counted = {c: len(os.listdir(f'{D}/train/{c}')) for c in listed}",
    "found = glob.glob('birds/*/*.jpg')",
    "walked = [name for _, _, names in os.walk('C:/Users/me/fish') for name in names]",
    "posix = sorted(p.name for p in pathlib.Path('plants').glob('*'))",
    "told = [len(runs), listed, counted, len(found), len(walked), posix]",
)


def test_missing_folders_are_filled_however_they_are_looked_at(run_cells, dataset):
    session = run_cells(*FOLDERS, datasets=[dataset])
    assert session.failed == session.faults == []
    assert session.told == [1, ["cats", "dogs"], {"cats": 8, "dogs": 8}, 16, 16, ["cats", "dogs"]]
    assert session.kinds("supplied") == [
        "missing folder ../data/pets/train", "missing folder birds", "missing folder C:/Users/me/fish",
        "missing folder plants",
    ]  # fmt: skip


FILES = (
    "from PIL import Image\nsize = Image.open('figures/my_dog.jpg').size",
    "import pandas as pd\ntable = pd.read_csv('/content/labels.csv')\nfirst = table['filename'][0]",
    "import os, zipfile\nwith zipfile.ZipFile('lab.zip') as z:\n    z.extractall('lab')\ninside = os.listdir('lab')",
    "import cv2\nshape = cv2.imread('a/b/cat.png').shape",
    "open('out/notes.txt', 'w').close()",
    "told = [size[0] > 0, list(table.columns), first, sorted(inside), len(shape), os.listdir('out')]",
    "print(table['label'].nunique())",
)


def test_missing_files_are_made_by_their_endings(run_cells, dataset):
    session = run_cells(*FILES, datasets=[dataset])
    assert session.failed == session.faults == []
    assert session.told == [True, ["filename", "label"], "cat.0.jpg", ["cats", "dogs"], 3, ["notes.txt"]]


LOST = (
    "import json\nmark = json.load(open('marks.json'))\nSIZE = 160\ndef half(x):\n    return x // 2",
    "told = half(SIZE)",
    "print(nowhere)",
    "from my_plots import show\nshow(told)",
    "from my_models import build\nmodel = build()",
    "import wandb, torch\nwandb.init(project='x')\nprint(torch.cuda.is_available())",
)


def test_only_what_can_be_supplied_is(run_cells, dataset):
    session = run_cells(*LOST, datasets=[dataset])
    assert [number for number, _ in session.failed] == [1, 3, 5]
    assert session.told == 80
    assert session.faults == []
    assert [line["cell"] for line in session.noted if line["kind"] == "supplied"] == [2, 2, 4, 6, 6]


TWICE = (
    "import os, shutil\n"
    "for c in ('cat', 'dog'):\n"
    "    os.makedirs(os.path.join('small', c))\n"
    "    for i in range(3):\n"
    "        shutil.copyfile(f'all/{c}.{i}.jpg', f'small/{c}/{c}.{i}.jpg')\n"
    "told = len(os.listdir('small/dog'))",
    "os.mkdir('small')",
)


def test_folders_of_a_failed_try_are_not_in_the_way_of_the_next(run_cells, dataset):
    session = run_cells(*TWICE, datasets=[dataset])
    assert [number for number, _ in session.failed] == [2]
    assert session.told == 3
