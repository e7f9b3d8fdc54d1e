"""Answers downloads from the assets: `keras.utils.get_file`, `urllib`, `requests`, and the unpacking that follows.

In: `ServedAssets`. Out: hooks, put in place when the module in question is imported.
It must never open a connection; what is not among the assets is refused at once, by name, and noted as missing.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import tempfile
from types import ModuleType
from typing import Any, Callable, Dict, Optional  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_imported
from served_assets import ServedAssets, described, link

CLASS_INDEX = "imagenet_class_index.json"


def install(assets: ServedAssets, home: str) -> None:
    """Links the weights to where Keras looks, and hooks what downloads and unpacks."""
    for weights in assets.weights:
        link(weights["path"], os.path.join(home, ".keras", "models", weights["file_name"]))
    for name in ("keras.src.utils.file_utils", "keras.utils.data_utils", "tf_keras.src.utils.data_utils"):
        when_imported(name, lambda module: _hook_get_file(module, assets))
    when_imported("keras.src.utils.data_utils", lambda module: _hook_get_file(module, assets))
    when_imported("urllib.request", lambda module: _hook_urllib(module, assets))
    when_imported("requests.sessions", lambda module: _hook_requests(module, assets))
    when_imported("zipfile", lambda module: _hook_zipfile(module, assets))
    when_imported("shutil", lambda module: _hook_shutil(module, assets))


def refusal(url: str) -> str:
    """What a student reads in place of a connection error."""
    return f"URL fetch failure on {url}: the grader runs notebooks without a network, and this file is not served."


def _hook_get_file(module: ModuleType, assets: ServedAssets) -> None:
    real = getattr(module, "get_file", None)
    if real is None or hasattr(real, "__grader__"):
        return
    signature = inspect.signature(real)

    @functools.wraps(real)
    def get_file(*args: Any, **options: Any) -> Any:
        asked = signature.bind(*args, **options)
        asked.apply_defaults()
        with assets.without_hooks():
            return _got(asked.arguments, assets)

    get_file.__grader__ = True  # type: ignore[attr-defined]
    module.get_file = get_file  # type: ignore[attr-defined]


def _got(asked: Dict[str, Any], assets: ServedAssets) -> str:  # noqa: UP006
    """The path that `get_file` returns; raises what it raises where there is no network."""
    url = str(asked.get("origin") or "")
    name = os.path.basename(os.fspath(asked.get("fname") or "")) or url.split("?")[0].rsplit("/", 1)[-1]
    folder = _folder(asked)
    dataset = assets.by_url(url) or assets.by_url(name)
    if dataset is not None:
        assets.log.note(assets.kind(dataset), f"get_file {url or name}", described(dataset))
        return _dataset_path(dataset, folder, name, asked, assets)
    path = os.path.join(folder, name)
    weights = next((weights for weights in assets.weights if weights["file_name"] == name), None)
    if weights is not None:
        link(weights["path"], path)
        what = f"{'stand-in of ' if weights.get('stand_in') else ''}{weights['backbone']} weights"
        assets.log.note(assets.kind(weights), f"get_file {name}", what)
    elif name == CLASS_INDEX:
        _write_class_index(path)
        assets.log.note("stand_in", f"get_file {name}", "invented names of the 1,000 classes")
    if os.path.exists(path):
        return path
    if assets.fetch is not None and weights is None and "keras-applications" not in url and not name.endswith(".h5"):
        kept = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1] or name
        made = assets.fetch(url or name, os.path.join(folder, "archives", kept))
        if made is not None:
            return _unpacked(made, path) if asked.get("extract") or asked.get("untar") else made
    assets.log.note("missing", url or name, "refused: no network, and not among the assets")
    raise Exception(refusal(url or name))  # Keras's own type for a failed download


def _unpacked(archive: str, folder: str) -> str:
    """The folder into which Keras 3 unpacks an archive, and which a Keras 2 notebook takes for the archive."""
    import shutil

    shutil.unpack_archive(archive, folder)
    return folder


def _folder(asked: Dict[str, Any]) -> str:  # noqa: UP006
    base = asked.get("cache_dir") or os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    return os.path.join(os.path.expanduser(os.fspath(base)), os.fspath(asked.get("cache_subdir") or "datasets"))


def _dataset_path(
    dataset: Dict[str, Any], folder: str, name: str, asked: Dict[str, Any], assets: ServedAssets  # noqa: UP006
) -> str:
    """A path that serves both habits.

    Keras 2 returned `…/cats_and_dogs.zip`, the unpacked folder lying beside it; Keras 3 returns a folder in which it
    lies. So it is put beside a folder of the archive's name, and into that folder. Under the data set's own name,
    `untar` gave the data set itself, and `extract` only ever the folder in which it lies.
    """
    path = os.path.join(folder, name)
    if not asked.get("extract") and not asked.get("untar"):
        path = os.path.join(folder, "archives", name) if os.path.isdir(path) else path
        return assets.place_archive(dataset, path)
    beside = assets.place(dataset, os.path.join(folder, dataset["name"]))
    if os.path.islink(path):
        os.unlink(path)
    if os.path.abspath(beside) == os.path.abspath(path) and not asked.get("untar"):
        path += "_extracted"
    if os.path.abspath(beside) != os.path.abspath(path):
        link(beside, os.path.join(path, dataset["name"]))
    return path


def _write_class_index(path: str) -> None:
    """`decode_predictions` wants names of ImageNet's classes; a stand-in's predictions mean nothing anyway."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.exists(path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({str(number): [f"n{number:08d}", f"class_{number}"] for number in range(1000)}, file)


def _hook_urllib(module: ModuleType, assets: ServedAssets) -> None:
    real_retrieve, real_open = module.urlretrieve, module.urlopen  # type: ignore[attr-defined]

    @functools.wraps(real_retrieve)
    def urlretrieve(url: str, filename: Optional[str] = None, *args: Any, **options: Any) -> Any:  # noqa: UP045
        dataset = assets.by_url(url)
        if dataset is None:
            named = os.fspath(filename) if filename else str(url).split("?")[0].rsplit("/", 1)[-1]
            made = assets.fetch(str(url), named) if assets.fetch and str(url).startswith("http") else None
            if made is not None:
                return made, None
            assets.log.note("missing", str(url), "refused: no network")
            return real_retrieve(url, filename, *args, **options)
        path = os.fspath(filename) if filename else str(url).rsplit("/", 1)[-1]
        assets.log.note(assets.kind(dataset), f"urlretrieve {url}", described(dataset))
        return assets.place_archive(dataset, path), None

    @functools.wraps(real_open)
    def urlopen(url: Any, *args: Any, **options: Any) -> Any:
        address = url if isinstance(url, str) else getattr(url, "full_url", "")
        dataset = assets.by_url(address)
        if dataset is None:
            if address.startswith("http"):
                made = _fetched(address, assets)
                if made is not None:
                    return real_open(f"file://{made}", *args, **options)
                assets.log.note("missing", address, "refused: no network")
            return real_open(url, *args, **options)
        assets.log.note(assets.kind(dataset), f"urlopen {address}", described(dataset))
        return real_open(f"file://{dataset['archive']}", *args, **options)

    module.urlretrieve = urlretrieve  # type: ignore[attr-defined]
    module.urlopen = urlopen  # type: ignore[attr-defined]


def _hook_requests(module: ModuleType, assets: ServedAssets) -> None:
    real = module.Session.request  # type: ignore[attr-defined]

    @functools.wraps(real)
    def request(self: Any, method: str, url: Any, *args: Any, **options: Any) -> Any:
        dataset = assets.by_url(str(url))
        file = dataset["archive"] if dataset is not None else _fetched(str(url), assets)
        if file is None:
            assets.log.note("missing", str(url), "refused: no network")
            return real(self, method, url, *args, **options)
        if dataset is not None:
            assets.log.note(assets.kind(dataset), f"requests {url}", described(dataset))
        response = module.Response()  # type: ignore[attr-defined]
        response.status_code, response.url = 200, str(url)
        response.headers["content-length"] = str(os.path.getsize(file))
        response.raw = open(file, "rb")  # closed by the response
        return response

    module.Session.request = request  # type: ignore[attr-defined]


def _fetched(url: str, assets: ServedAssets) -> Optional[str]:  # noqa: UP045
    """A file that stands in for what an address names, in the folder for temporary files."""
    if assets.fetch is None:
        return None
    name = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1] or "download"
    return assets.fetch(url, os.path.join(tempfile.mkdtemp(), name))


def _of_archive(path: Any, assets: ServedAssets) -> Optional[Dict[str, Any]]:  # noqa: UP006, UP045
    """The data set whose archive lies at `path`, or whose unpacked folder bears the archive's name."""
    if not isinstance(path, (str, os.PathLike)):
        return None
    text = os.fspath(path)
    return assets.by_archive(text) or (assets.by_url(text) if os.path.isdir(text) else None)


def _hook_zipfile(module: ModuleType, assets: ServedAssets) -> None:
    archive_type = module.ZipFile  # type: ignore[attr-defined]
    real_init, real_extract = archive_type.__init__, archive_type.extractall

    @functools.wraps(real_init)
    def __init__(self: Any, file: Any, mode: str = "r", *args: Any, **options: Any) -> None:
        dataset = _of_archive(file, assets) if mode == "r" else None
        real_init(self, dataset["archive"] if dataset else file, mode, *args, **options)

    @functools.wraps(real_extract)
    def extractall(self: Any, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        dataset = _of_archive(self.filename, assets) if members is None else None
        if dataset is None:
            return real_extract(self, path, members, pwd)
        assets.place(dataset, os.path.join(os.fspath(path or "."), dataset["name"]))
        return None

    archive_type.__init__, archive_type.extractall = __init__, extractall


def _hook_shutil(module: ModuleType, assets: ServedAssets) -> None:
    real: Callable[..., Any] = module.unpack_archive  # type: ignore[attr-defined]

    @functools.wraps(real)
    def unpack_archive(filename: Any, extract_dir: Any = None, *args: Any, **options: Any) -> None:
        dataset = _of_archive(filename, assets)
        if dataset is None:
            return real(filename, extract_dir, *args, **options)
        assets.place(dataset, os.path.join(os.fspath(extract_dir or "."), dataset["name"]))
        return None

    module.unpack_archive = unpack_archive  # type: ignore[attr-defined]
