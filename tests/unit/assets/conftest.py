"""Makes the kernel's side importable as it is in a kernel: as top-level modules."""

import json
import sys
import zipfile
from pathlib import Path

import pytest

import grader

sys.path.append(str(Path(grader.__file__).parent / "kernel_side"))


def small_dataset(folder: Path) -> dict[str, object]:
    """A served data set of three files a class, as `settings.json` describes it; contents say their own path."""
    root = folder / "assets" / "cats_and_dogs_filtered"
    archive = folder / "assets" / "cats_and_dogs_filtered.zip"
    with zipfile.ZipFile(make_parent(archive), "w") as packed:
        for split, label in (("train", "cats"), ("train", "dogs"), ("validation", "cats"), ("validation", "dogs")):
            for number in range(3):
                path = root / split / label / f"{label[:-1]}.{number}.jpg"
                make_parent(path).write_text(str(path.relative_to(root)))
                packed.write(path, path.relative_to(root.parent))
    return {
        "name": "cats_and_dogs_filtered",
        "folder": str(root),
        "archive": str(archive),
        "origins": ["cats_and_dogs_filtered.zip", "cats_and_dogs.zip"],
        "stand_in": True,
        "digest": "d",
    }


def make_parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture
def dataset(tmp_path: Path) -> dict[str, object]:
    return small_dataset(tmp_path)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that stands for the kernel's scratch; the working folder of the test."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def assets(dataset, scratch, tmp_path):
    """Served assets of the small data set, the scratch folder writable to them."""
    from served_assets import ServedAssets
    from served_requests import RequestLog

    log = RequestLog(str(tmp_path / "requests.jsonl"), [])
    return ServedAssets({"datasets": [dataset], "weights": []}, log, (str(scratch),))


@pytest.fixture
def noted(tmp_path):
    """What was written down so far: call it for the requests as dictionaries."""

    def read() -> list[dict[str, object]]:
        path = tmp_path / "requests.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    return read
