"""What there is is told apart, what is not there is fetched where it is looked for, and what changed is noticed."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from grader.assets import known, prepare_assets, stand_ins, true_files
from grader.assets.holdings import Holding, fetch, holdings, verify
from grader.cli.commands import app
from grader.errors import AssetError, RubricError
from grader.records import AssetSource
from grader.rubric import load_rubric

HDF5 = b"\x89HDF\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
RUBRIC = """
id: lab
title: A lab
assets:
  datasets: [flowers]
  sources:
    flowers: {{url: "{url}", sha256: "{sha256}", folders: {{train/roses: 2, train/tulips: 2}}}}
criteria:
  - {{id: a, check: {check}, title: A, points: 1, wording: {{looked_for: A}}}}
"""


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Tests are silent."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server on this machine, and the folder that it serves."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def no_keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras-home"))


def flowers(path: Path, members: tuple[str, ...] = ("roses/1", "roses/2", "tulips/1", "tulips/2")) -> str:
    """A small archive of pictures; its SHA-256."""
    with zipfile.ZipFile(path, "w") as packed:
        for member in members:
            packed.writestr(f"flowers/train/{member}.jpg", JPEG + member.encode())
        packed.writestr("../outside.jpg", JPEG)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rubric_of(folder: Path, url: str, sha256: str, check: str = "backbone_without_top") -> Path:
    path = folder / "lab.yaml"
    path.write_text(RUBRIC.format(url=url, sha256=sha256, check=check))
    return path


def one(cache: Path, name: str, **sources: AssetSource) -> Holding:
    return next(held for held in holdings(datasets=(), weights=("VGG16",), cache=cache, sources=sources)
                if held.name == name)


VGG_NO_TOP = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"


def vgg_file(size: int = 4 * 14_714_688) -> bytes:
    return HDF5.ljust(size, b"\0")


def test_weights_are_fetched_to_where_they_are_looked_for(tmp_path: Path, site: tuple[str, Path]) -> None:
    url, folder = site
    (folder / "v.h5").write_bytes(vgg_file())
    source = AssetSource(url=f"{url}/v.h5", sha256=hashlib.sha256(vgg_file()).hexdigest())
    cache = tmp_path / "cache"
    assert one(cache, VGG_NO_TOP).state == "absent"
    fetch(one(cache, VGG_NO_TOP, **{VGG_NO_TOP: source}), cache)
    held = one(cache, VGG_NO_TOP, **{VGG_NO_TOP: source})
    assert (held.state, held.bytes) == ("true", 4 * 14_714_688)
    assert verify(held) == (True, "the published hash")


def test_the_hash_that_keras_publishes_refuses_other_weights(tmp_path: Path, site: tuple[str, Path]) -> None:
    url, folder = site
    (folder / "v.h5").write_bytes(vgg_file())
    published = known.weights("VGG16").sources[VGG_NO_TOP]
    source = published.model_copy(update={"url": f"{url}/v.h5"})
    with pytest.raises(AssetError, match="expected MD5 6d6bbae143d832006294945121d1f1fc"):
        fetch(one(tmp_path / "cache", VGG_NO_TOP, **{VGG_NO_TOP: source}), tmp_path / "cache")
    assert one(tmp_path / "cache", VGG_NO_TOP).state == "absent"


def test_a_page_of_text_is_no_weights(tmp_path: Path, site: tuple[str, Path]) -> None:
    url, folder = site
    (folder / "v.h5").write_bytes(b"<html>")
    with pytest.raises(AssetError, match="expected an HDF5 file"):
        fetch(one(tmp_path / "cache", VGG_NO_TOP, **{VGG_NO_TOP: AssetSource(url=f"{url}/v.h5")}), tmp_path / "cache")
    assert not (tmp_path / "cache" / "weights" / VGG_NO_TOP).exists()


def test_weights_put_here_without_a_published_hash_are_well_until_they_change_after_fetching(
    tmp_path: Path, site: tuple[str, Path]
) -> None:
    url, folder = site
    (folder / "v.h5").write_bytes(vgg_file())
    source = {VGG_NO_TOP: AssetSource(url=f"{url}/v.h5")}
    cache = tmp_path / "cache"
    (cache / "weights").mkdir(parents=True)
    (cache / "weights" / VGG_NO_TOP).write_bytes(vgg_file())
    assert verify(one(cache, VGG_NO_TOP, **source))[0]
    fetch(one(cache, VGG_NO_TOP, **source), cache)
    assert verify(one(cache, VGG_NO_TOP, **source)) == (True, "as it was fetched")
    (cache / "weights" / VGG_NO_TOP).write_bytes(vgg_file()[:-1] + b"x")
    assert not verify(one(cache, VGG_NO_TOP, **source))[0]


def test_a_data_set_that_only_the_rubric_knows_is_fetched_and_served(tmp_path: Path, site: tuple[str, Path]) -> None:
    url, folder = site
    sha256 = flowers(folder / "flowers.zip")
    rubric = rubric_of(tmp_path, f"{url}/flowers.zip", sha256)
    cache = tmp_path / "cache"
    done = CliRunner().invoke(app, ["assets", "fetch", str(rubric), "--cache", str(cache)])
    assert (done.exit_code, "1 of 1 came" in done.output) == (0, True)
    sources = {"flowers": AssetSource(url=f"{url}/flowers.zip", sha256=sha256,
                                      folders={"train/roses": 2, "train/tulips": 2})}
    (served,) = prepare_assets(datasets=("flowers",), weights=(), cache=cache, sources=sources).datasets
    assert (served.stand_in, served.origins) == (False, ("flowers.zip",))
    assert (Path(served.folder) / "train" / "roses" / "2.jpg").read_bytes() == JPEG + b"roses/2"
    assert not list(tmp_path.rglob("outside.jpg"))


def test_an_archive_of_another_layout_is_taken_away(tmp_path: Path, site: tuple[str, Path]) -> None:
    url, folder = site
    sha256 = flowers(folder / "flowers.zip", members=("roses/1", "tulips/1"))
    source = AssetSource(url=f"{url}/flowers.zip", sha256=sha256, folders={"train/roses": 2, "train/tulips": 2})
    cache = tmp_path / "cache"
    (held,) = holdings(datasets=("flowers",), weights=(), cache=cache, sources={"flowers": source})
    with pytest.raises(AssetError, match="its layout is not that of flowers"):
        fetch(held, cache)
    assert not (cache / "datasets" / "flowers.zip").exists()
    with pytest.raises(AssetError, match="can't draw a stand-in"):
        prepare_assets(datasets=("flowers",), weights=(), cache=cache, sources={"flowers": source})


def test_sources_of_a_rubric_are_read_and_their_faults_told_with_a_line(tmp_path: Path) -> None:
    class Nothing(BaseModel):
        """The parameters of a check that has none."""

    checks: dict[str, type[BaseModel]] = {"a": Nothing}
    rubric = load_rubric(rubric_of(tmp_path, "https://example.org/f.zip", "ab" * 32, "a"), checks=checks)
    assert rubric.sources["flowers"].folders == {"train/roses": 2, "train/tulips": 2}
    broken = rubric_of(tmp_path, "https://example.org/f.zip", "not a hash", "a")
    with pytest.raises(RubricError, match=r"lab.yaml:7: 'sha256': expected"):
        load_rubric(broken, checks=checks)


def cifar10_archive(path: Path) -> None:
    """An archive with the true one's names and sizes."""
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, (_, greatest) in known.CIFAR10.files.items():
            for at in (f"{known.CIFAR10.name}/{name}", f"{known.CIFAR10.name}/../../{name}.outside"):
                entry = tarfile.TarInfo(at)
                entry.size = greatest if at.endswith(name) else 0
                archive.addfile(entry, io.BytesIO(b"\0" * entry.size))
        link = tarfile.TarInfo(f"{known.CIFAR10.name}/test_batch.link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)


def test_the_true_archive_of_cifar10_is_unpacked_and_nothing_else_of_it(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (cache / "datasets").mkdir(parents=True)
    cifar10_archive(cache / "datasets" / "cifar-10-python.tar.gz")
    (served,) = prepare_assets(datasets=("cifar10",), weights=(), cache=cache).datasets
    assert (served.name, served.stand_in) == ("cifar-10-batches-py", False)
    assert sorted(path.name for path in Path(served.folder).iterdir()) == sorted(known.CIFAR10.files)
    assert not list(tmp_path.rglob("*.outside"))


def test_a_stand_in_that_changed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, name = tmp_path / "cache", "cats_and_dogs_filtered"
    small = {"train/cats": 2, "train/dogs": 1}
    lines = []
    for relative in ("train/cats/cat.9.jpg", "train/cats/cat.10.jpg", "train/dogs/dog.0.jpg"):
        path = stand_ins.path_of(name, cache) / name / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(relative.encode())
        lines.append(f"{name}/{relative} {true_files.file_digest(path)}")
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    (stand_ins.path_of(name, cache) / "manifest.json").write_text(json.dumps({"digest": digest}))
    monkeypatch.setitem(known._DATASETS, name, known.replace(known.CATS_AND_DOGS, folders=small))
    (held,) = holdings(datasets=(name,), weights=(), cache=cache)
    assert held.state == "stand-in" and verify(held) == (True, "as it was made")
    path.write_bytes(b"other")
    assert not verify(held)[0]


def test_every_stand_in_weight_is_served_under_every_name_that_keras_asks_for(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    folder = stand_ins.path_of("MobileNetV2", cache)
    folder.mkdir(parents=True)
    made = [name for name in known.MOBILENET_V2.files if known.MOBILENET_V2.made_as.get(name, name) == name]
    for name in made:
        (folder / name).write_bytes(b"seeded")
    (folder / "manifest.json").write_text(json.dumps({"files": dict.fromkeys(made, "d")}))
    served = prepare_assets(datasets=(), weights=("MobileNetV2",), cache=cache).weights
    stem = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0"
    wanted = {f"{stem}_{size}{end}.h5" for size in (96, 128, 160, 192, 224) for end in ("", "_no_top")}
    assert {weights.file_name for weights in served} == wanted
    assert all(Path(weights.path).exists() for weights in served)


@pytest.mark.parametrize("command", ["list", "verify", "fetch", "make-stand-ins"])
def test_every_command_shows_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, ["assets", command, "--help"])
    assert shown.exit_code == 0 and f"Example: grader assets {command}" in shown.output


def test_list_tells_what_is_there_and_what_is_not(tmp_path: Path) -> None:
    lab06 = Path(__file__).parents[3] / "rubrics" / "lab06.yaml"
    shown = CliRunner().invoke(app, ["assets", "list", str(lab06), "--cache", str(tmp_path), "--json"])
    told = {asset["name"]: asset for asset in json.loads(shown.output)}
    assert told["cats_and_dogs_filtered"]["state"] == "absent"
    assert told["cats_and_dogs_filtered"]["url"].endswith("/cats_and_dogs_filtered.zip")
    assert len(told) == 11
