"""True files are taken where they are, stand-ins are made once, and the two are never confused."""

import multiprocessing
import zipfile
from pathlib import Path

import pytest

from grader.assets import known, made_once, prepare_assets, stand_ins, true_files
from grader.errors import AssetError

LAYOUT = known.CATS_AND_DOGS.folders


@pytest.fixture(autouse=True)
def no_keras_home(tmp_path, monkeypatch):
    """What lies in this machine's own `~/.keras` is none of the tests' business."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras-home"))


@pytest.fixture
def makers(tmp_path, monkeypatch):
    """Makers that take no time, and say on stdout more than their manifest, as TensorFlow does."""
    folder = tmp_path / "makers"
    folder.mkdir()
    (folder / known.CATS_AND_DOGS.maker).write_text(
        "import sys, pathlib\n"
        "out = pathlib.Path(sys.argv[1])\n"
        "(out / 'cats_and_dogs_filtered').mkdir()\n"
        "(out / 'cats_and_dogs_filtered.zip').touch()\n"
        "print('chatter')\n"
        "print('{\"digest\": \"drawn\"}')\n"
    )
    names = list(known.MOBILENET_V2.files)
    (folder / known.MOBILENET_V2.maker).write_text(
        "import sys, pathlib, json\n"
        f"names = {names!r}\n"
        "[(pathlib.Path(sys.argv[1]) / name).touch() for name in names]\n"
        "print(json.dumps({'files': dict.fromkeys(names, 'seeded')}))\n"
    )
    monkeypatch.setattr(stand_ins, "_MAKERS", folder)
    return folder


def put_true_dataset(folder: Path) -> Path:
    root = folder / "cats_and_dogs_filtered"
    for relative, count in LAYOUT.items():
        (root / relative).mkdir(parents=True)
        for number in range(count):
            (root / relative / f"{number}.jpg").write_bytes(b"\xff\xd8\xff" + relative.encode())
    return root


def prepare(cache: Path, datasets=("cats_and_dogs_filtered",), weights=()):
    return prepare_assets(datasets=datasets, weights=weights, cache=cache)


def test_a_true_data_set_in_the_cache_is_served(tmp_path):
    root = put_true_dataset(tmp_path / "cache" / "datasets")
    (served,) = prepare(tmp_path / "cache").datasets
    assert (served.folder, served.stand_in) == (str(root), False)
    assert len(zipfile.ZipFile(served.archive).namelist()) >= 3000


def test_a_true_data_set_in_keras_home_is_served(tmp_path):
    root = put_true_dataset(tmp_path / "keras-home" / "datasets" / "cats_and_dogs_extracted")
    assert prepare(tmp_path / "cache").datasets[0].folder == str(root)


def test_a_true_archive_alone_is_unpacked(tmp_path):
    root = put_true_dataset(tmp_path / "elsewhere")
    archive = tmp_path / "cache" / "datasets" / "cats_and_dogs.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as packed:
        for path in root.rglob("*.jpg"):
            packed.write(path, path.relative_to(root.parent))
    (served,) = prepare(tmp_path / "cache").datasets
    assert (served.stand_in, served.archive) == (False, str(archive))
    assert true_files.has_layout(known.CATS_AND_DOGS, Path(served.folder))


def test_a_folder_with_a_file_too_few_is_not_the_true_one(tmp_path, makers):
    root = put_true_dataset(tmp_path / "cache" / "datasets")
    (root / "train" / "cats" / "0.jpg").unlink()
    assert prepare(tmp_path / "cache").datasets[0].stand_in


def test_a_changed_picture_changes_the_digest(tmp_path):
    root = put_true_dataset(tmp_path / "cache" / "datasets")
    before = prepare(tmp_path / "cache").datasets[0].digest
    (root / "train" / "cats" / "0.jpg").write_bytes(b"\xff\xd8\xffother")
    assert prepare(tmp_path / "cache").datasets[0].digest != before


def test_stand_ins_are_made_once_and_said_to_be_so(tmp_path, makers):
    first = prepare(tmp_path / "cache", weights=("MobileNetV2",))
    for maker in makers.iterdir():
        maker.write_text("raise SystemExit(1)")
    assert prepare(tmp_path / "cache", weights=("MobileNetV2",)) == first
    assert first.stand_ins == ("cats_and_dogs_filtered", "MobileNetV2 weights")
    assert first.datasets[0].digest == "drawn"


def test_a_newer_maker_makes_its_own(tmp_path, makers, monkeypatch):
    prepare(tmp_path / "cache")
    maker = makers / known.CATS_AND_DOGS.maker
    maker.write_text(maker.read_text().replace("drawn", "drawn anew"))
    monkeypatch.setattr(stand_ins, "VERSION", stand_ins.VERSION + 1)
    assert prepare(tmp_path / "cache").datasets[0].digest == "drawn anew"


def test_true_weights_are_taken_one_by_one(tmp_path, makers):
    name, (least, _) = next(iter(known.MOBILENET_V2.files.items()))
    for folder, size in (("weights", least), ("stray", 10)):
        (tmp_path / "cache" / folder).mkdir(parents=True)
        (tmp_path / "cache" / folder / name).write_bytes(b"\x89HDF\r\n\x1a\n".ljust(size, b"\0"))
    served = {weights.file_name: weights for weights in prepare(tmp_path / "cache", (), ("MobileNetV2",)).weights}
    assert not served[name].stand_in
    assert all(weights.stand_in for other, weights in served.items() if other != name)


def test_a_short_file_is_no_weights(tmp_path, makers):
    name = next(iter(known.MOBILENET_V2.files))
    (tmp_path / "cache" / "weights").mkdir(parents=True)
    (tmp_path / "cache" / "weights" / name).write_bytes(b"\x89HDF\r\n\x1a\n cut off")
    assert all(weights.stand_in for weights in prepare(tmp_path / "cache", (), ("MobileNetV2",)).weights)


def test_a_failing_maker_leaves_nothing_and_says_why(tmp_path, makers):
    (makers / known.CATS_AND_DOGS.maker).write_text("raise SystemExit('no room on the disk')")
    with pytest.raises(AssetError, match="no room on the disk"):
        prepare(tmp_path / "cache")
    assert not stand_ins.path_of("cats_and_dogs_filtered", tmp_path / "cache").exists()


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(AssetError, match=r"'flowers'.*cats_and_dogs_filtered"):
        prepare(tmp_path, datasets=("flowers",))


def _make_slowly(folder: Path) -> None:
    import time

    def make(empty: Path) -> None:
        with (folder.parent / "makings").open("a") as file:
            file.write("made\n")
        time.sleep(0.3)
        (empty / "whole").touch()

    made_once.made_once(folder, make)


def test_two_graders_at_once_make_one(tmp_path):
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_make_slowly, args=(tmp_path / "made",)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert (tmp_path / "makings").read_text() == "made\n"
    assert (tmp_path / "made" / "whole").exists()


def test_what_a_killed_maker_left_is_cleared_away(tmp_path):
    leftover = tmp_path / ".made.making-abc"
    leftover.mkdir()
    (leftover / "half").touch()
    made_once.made_once(tmp_path / "made", lambda empty: (empty / "whole").touch())
    assert sorted(path.name for path in tmp_path.iterdir()) == [".made.lock", "made"]
