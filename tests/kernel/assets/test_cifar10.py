"""CIFAR-10's stand-in is read by Keras, by its older spelling, and by those who open its files themselves."""

import gzip
import tarfile

import make_cifar10
import numpy as np
import pytest

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

CELLS = (
    """
import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
told = [[list(a.shape), str(a.dtype)] for a in (x_train, y_train, x_test, y_test)]
""",
    """
import numpy as np
told.append([int(x_train.min()), int(x_train.max()), np.bincount(y_test[:, 0]).tolist()])
red = x_train[:1000][y_train[:1000, 0] == 0].astype(float).mean((0, 1, 2))
told.append(bool(red[0] > red[1] and red[0] > red[2]))
""",
    """
import os, pickle, tarfile
url = 'https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz'
older = keras.utils.get_file('cifar-10-batches-py', origin=url, untar=True)
archive = keras.utils.get_file('cifar-10-python.tar.gz', origin=url)
with tarfile.open(archive) as packed:
    packed.extractall('unpacked')
read = []
for encoding, key in (('bytes', b'data'), ('latin1', 'data')):
    with open('unpacked/cifar-10-batches-py/data_batch_1', 'rb') as file:
        read.append(pickle.load(file, encoding=encoding)[key])
with open(os.path.join(older, 'batches.meta'), 'rb') as file:
    names = pickle.load(file, encoding='latin1')['label_names']
told += [[list(a.shape) for a in read], bool((read[0] == read[1]).all()), names]
""",
)


@pytest.fixture(scope="module")
def cifar10(tmp_path_factory):
    """The stand-in as served, one batch drawn and used for all six, since Keras wants as many pictures."""
    folder = tmp_path_factory.mktemp("assets")
    root, archive = folder / make_cifar10.NAME, folder / make_cifar10.ARCHIVE
    root.mkdir()
    batch = make_cifar10.batch_file("data_batch_1")
    contents = {"batches.meta": make_cifar10.meta_file(), **dict.fromkeys(make_cifar10.BATCHES, batch)}
    for name, content in contents.items():
        (root / name).write_bytes(content)
    with gzip.open(archive, "wb", compresslevel=1) as packed, tarfile.open(fileobj=packed, mode="w") as opened:
        opened.add(root / "data_batch_1", f"{make_cifar10.NAME}/data_batch_1")
    return {
        "name": make_cifar10.NAME,
        "folder": str(root),
        "archive": str(archive),
        "origins": ["kriz/cifar-10-python.tar.gz", "cifar-10-python.tar.gz", "cifar-10-batches-py-target"],
        "stand_in": True,
        "digest": "d",
    }


def test_cifar10_is_read_in_every_usual_way(run_cells, cifar10):
    session = run_cells(*CELLS, datasets=[cifar10])
    assert session.failed == []
    train, labels, test, answers, ranges, is_red, *by_hand = session.told
    assert (train, labels) == ([[50000, 32, 32, 3], "uint8"], [[50000, 1], "uint8"])
    assert (test, answers) == ([[10000, 32, 32, 3], "uint8"], [[10000, 1], "uint8"])
    assert ranges[0] < 30 and ranges[1] > 225 and ranges[2] == [1000] * 10
    assert is_red
    assert by_hand == [[[10000, 3072], [10000, 3072]], True, list(make_cifar10.CLASSES)]
    assert session.kinds("stand_in") and not session.kinds("missing")


def test_no_two_pictures_of_a_thousand_are_alike_and_classes_differ_in_hue():
    pictures = make_cifar10.pictures_of("test_batch", 3)
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)
    labels = make_cifar10.labels_of("test_batch")[3000:4000]
    colours = np.stack([pictures[labels == number].mean((0, 1, 2)) for number in range(10)])
    apart = np.abs(colours[:, None] - colours[None]).max(-1)[~np.eye(10, dtype=bool)]
    assert apart.min() > 4
