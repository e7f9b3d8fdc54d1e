"""Colab's and Kaggle's own packages, as far as a notebook needs them to go on.

In: the log of requests and the assets. Out: importable `google.colab…`, `kaggle`, `kagglehub`.
It must never reach for a real one: there is no network, and nobody to click.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Dict, Optional  # noqa: UP035  (a course's kernel may be Python 3.9)

from served_assets import HOLLOW, ServedAssets, described
from served_fetch import refusal

MOST_UPLOADED_BYTES = 5_000_000


def install(assets: ServedAssets, home: str) -> None:
    """Makes the packages importable; nothing is made before a notebook asks for it."""
    modules: Dict[str, Dict[str, Any]] = {  # noqa: UP006
        "google.colab": {},
        "google.colab.drive": {"mount": _mount(assets), "flush_and_unmount": _nothing},
        "google.colab.files": {"upload": _upload(assets), "download": _nothing, "view": _nothing},
        "google.colab.userdata": {"get": lambda key: "", "SecretNotFoundError": KeyError},
        "google.colab.output": {"clear": _nothing, "eval_js": _nothing, "enable_custom_widget_manager": _nothing},
        "google.colab.auth": {"authenticate_user": _nothing},
        "google.colab.data_table": {"enable_dataframe_formatter": _nothing},
        "google.colab.patches": {"cv2_imshow": _nothing},
        "google.colab.widgets": {},
        "kaggle": {"api": _Api(assets)},
        "kaggle.api": {},
        "kaggle.api.kaggle_api_extended": {"KaggleApi": lambda *args, **options: _Api(assets)},
        "kaggle_secrets": {"UserSecretsClient": _Anything},
        "kagglehub": {"dataset_download": _kagglehub(assets, home), "login": _nothing, "notebook_login": _nothing},
    }
    sys.meta_path.insert(0, _MadeModules(modules, assets))


class _MadeModules:
    """Finds and makes the packages that we stand in for."""

    def __init__(self, modules: Dict[str, Dict[str, Any]], assets: ServedAssets) -> None:  # noqa: UP006
        self._modules = modules
        self._assets = assets

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:  # noqa: UP045
        if name == "google":
            return self._namespace(name, path, target)
        if name not in self._modules:
            return None
        is_package = any(other.startswith(f"{name}.") for other in self._modules)
        return ModuleSpec(name, self, is_package=is_package)  # type: ignore[arg-type]

    def _namespace(self, name: str, path: Any, target: Any) -> Optional[ModuleSpec]:  # noqa: UP045
        """The real `google` if any package brings one, else an empty one to hang `colab` on."""
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                found = finder.find_spec(name, path, target)
                if found is not None:
                    return found
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        contents = self._modules.get(module.__name__, {})
        module.__dict__.update(contents)
        if contents or module.__name__ == "google.colab":
            package = "google.colab" if module.__name__.startswith("google.") else module.__name__
            self._assets.log.note("shim", f"import {package}", "a stand-in that lets the notebook go on")


class _Anything:
    """Answers every attribute and call with itself: for what only matters on the other side of a network."""

    def __init__(self, *args: Any, **options: Any) -> None:
        return

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self


def _nothing(*args: Any, **options: Any) -> None:
    """Does nothing, for whatever arguments."""
    return None


def _mount(assets: ServedAssets) -> Callable[..., None]:
    def mount(mountpoint: str = "/content/drive", *args: Any, **options: Any) -> None:
        drive = os.path.join(mountpoint, "MyDrive")
        if assets.may_write(drive):
            os.makedirs(drive, exist_ok=True)
        assets.log.note("shim", f"drive.mount({mountpoint!r})", "an empty drive")
        sys.stdout.write(f"Mounted at {mountpoint}\n")

    return mount


def _upload(assets: ServedAssets) -> Callable[..., Dict[str, bytes]]:  # noqa: UP006
    def upload(*args: Any, **options: Any) -> Dict[str, bytes]:  # noqa: UP006
        """What was handed in beside the notebook, as if it had been picked."""
        uploaded = {}
        for entry in os.scandir("."):
            is_small = entry.is_file() and not entry.is_symlink() and entry.stat().st_size <= MOST_UPLOADED_BYTES
            if is_small and not entry.name.endswith(".ipynb"):
                with open(entry.path, "rb") as file:
                    uploaded[entry.name] = file.read()
        assets.log.note("answered", "files.upload()", ", ".join(uploaded) or "no file")
        return uploaded

    return upload


def _kagglehub(assets: ServedAssets, home: str) -> Callable[..., str]:
    def dataset_download(handle: str, *args: Any, **options: Any) -> str:
        dataset = assets.by_kaggle(str(handle))
        folder = os.path.join(home, ".cache", "kagglehub", "datasets", *str(handle).split("/"))
        if dataset is None:
            return _made_when_read(folder, f"kagglehub {handle}", assets)
        assets.log.note(assets.kind(dataset), f"kagglehub {handle}", described(dataset))
        assets.place(dataset, os.path.join(folder, dataset["name"]))
        return folder

    return dataset_download


def _made_when_read(folder: str, what: str, assets: ServedAssets) -> str:
    """A folder that is empty but for a mark: its pictures are made when somebody looks for them."""
    if assets.make is None:
        assets.log.note("missing", what, "refused: no network, and not among the assets")
        raise ConnectionError(refusal(what))
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, HOLLOW), "w", encoding="utf-8"):
        assets.log.note("supplied", what, "a folder whose pictures are made when they are read")
    return folder


class _Api:
    """`kaggle.api`: downloads become folders whose pictures are made when they are read."""

    def __init__(self, assets: ServedAssets) -> None:
        self._assets = assets

    def authenticate(self, *args: Any, **options: Any) -> None:
        return

    def dataset_download_files(self, dataset: str, path: Any = None, *args: Any, **options: Any) -> None:
        self._get(str(dataset), path)

    def competition_download_files(self, competition: str, path: Any = None, *args: Any, **options: Any) -> None:
        self._get(str(competition), path)

    def _get(self, handle: str, path: Any) -> None:
        folder = os.fspath(path or ".")
        known = self._assets.by_kaggle(handle)
        if known is not None:
            self._assets.log.note(self._assets.kind(known), f"kaggle {handle}", described(known))
            self._assets.place(known, os.path.join(folder, known["name"]))
            self._assets.place_archive(known, os.path.join(folder, handle.rsplit("/", 1)[-1] + ".zip"))
        elif self._assets.fetch is not None:
            name = handle.rsplit("/", 1)[-1] + ".zip"
            self._assets.fetch(f"https://www.kaggle.com/{handle}.zip", os.path.join(folder, name))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing
