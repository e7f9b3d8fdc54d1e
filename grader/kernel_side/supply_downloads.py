"""Downloads that nobody serves: a stand-in of their kind in the place of a refusal.

In: `ServedAssets` and what makes stand-ins. Out: hooks on kagglehub, gdown, opendatasets, tensorflow_datasets,
keras.datasets, and an answer for `get_file`, `urllib` and `requests`.
It must never open a connection. What is no picture, table, archive or data set of pictures stays refused.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

from import_hooks import when_imported
from served_assets import HOLLOW, ServedAssets
from supply_code import PICTURE
from supply_packages import Anything
from supply_trees import is_archive, is_table

ARRAY_SETS = {"cifar10": (50000, 10000, 10), "cifar100": (50000, 10000, 100)}
TFDS_MOST = 1000


def install(assets: ServedAssets, supplier: Any) -> dict[str, Callable[[ModuleType], None]]:
    """Hooks Keras's own data sets; gives back what makes the packages that download others."""
    for name in ARRAY_SETS:
        when_imported(f"keras.src.datasets.{name}", functools.partial(_hook_arrays, name=name, supplier=supplier))
    return {
        "gdown": functools.partial(_gdown, supplier=supplier),
        "wget": functools.partial(_wget, supplier=supplier),
        "opendatasets": functools.partial(_opendatasets, assets=assets),
        "tensorflow_datasets": functools.partial(_tfds, supplier=supplier),
    }


def fetched(address: str, path: str, supplier: Any) -> str | None:
    """A stand-in of the kind that an address names at `path`, or None where its kind is not ours to make."""
    plain = address.split("?")[0].rstrip("/")
    if PICTURE.search(plain) or PICTURE.search(path):
        kind, make = "picture", supplier.trees.make_picture
    elif is_table(plain) or is_table(path):
        kind, make = "table", supplier.trees.make_table
    elif is_archive(plain) or is_archive(path) or re.search(r"drive\.google|/uc$|kaggle|download", address):
        kind, make = "archive", supplier.trees.make_archive
    else:
        return None
    with supplier.assets.without_hooks():
        target = supplier.assets.writable(path)
        answer = make(target) if not os.path.lexists(target) else "what lay there"
    supplier.assets.log.note("supplied", f"download {address}", f"a {kind}: {answer}")
    return target


def hollow(folder: str, what: str, assets: ServedAssets) -> str:
    """A folder whose pictures are made when somebody looks."""
    target = assets.writable(folder)
    with assets.without_hooks():
        os.makedirs(target, exist_ok=True)
        if not os.listdir(target):
            with open(os.path.join(target, HOLLOW), "w", encoding="utf-8"):
                pass
    assets.log.note("supplied", what, "a folder whose pictures are made when they are read")
    return target


def _gdown(module: ModuleType, supplier: Any) -> None:
    def download(url: Any = None, output: Any = None, *args: Any, id: Any = None, **options: Any) -> str | None:
        path = str(output or "download.zip")
        if path.endswith("/"):
            path += "download.zip"
        address = str(url or id)
        return fetched(address if "/" in address else f"https://drive.google.com/uc?id={address}", path, supplier)

    def download_folder(url: Any = None, output: Any = None, *args: Any, **options: Any) -> list[str]:
        return [hollow(str(output or "download"), f"gdown folder {url}", supplier.assets)]

    module.download = module.cached_download = download  # type: ignore[attr-defined]
    module.download_folder = download_folder  # type: ignore[attr-defined]
    module.extractall = lambda *args, **options: None  # type: ignore[attr-defined]


def _wget(module: ModuleType, supplier: Any) -> None:
    def download(url: str, out: Any = None, bar: Any = None) -> str | None:
        return fetched(url, str(out or url.split("?")[0].rsplit("/", 1)[-1]), supplier)

    module.download = download  # type: ignore[attr-defined]


def _opendatasets(module: ModuleType, assets: ServedAssets) -> None:
    def download(dataset_id_or_url: str, data_dir: str = ".", *args: Any, **options: Any) -> None:
        name = str(dataset_id_or_url).split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        dataset = assets.by_kaggle(str(dataset_id_or_url))
        if dataset is not None and dataset["name"] == name:
            assets.place(dataset, os.path.join(data_dir, name))
        else:
            hollow(os.path.join(data_dir, name), f"opendatasets {dataset_id_or_url}", assets)

    module.download = module.download_kaggle_dataset = download  # type: ignore[attr-defined]


# ---------------------------------------------------------------------- data sets as arrays


def _hook_arrays(module: ModuleType, name: str, supplier: Any) -> None:
    real = module.load_data  # type: ignore[attr-defined]

    @functools.wraps(real)
    def load_data(*args: Any, **options: Any) -> Any:
        try:
            return real(*args, **options)
        except Exception:
            arrays = pictures_as_arrays(name, supplier)
            supplier.assets.log.note("supplied", f"keras.datasets.{name}.load_data()", "drawn pictures as arrays")
            return arrays

    module.load_data = load_data  # type: ignore[attr-defined]


def pictures_as_arrays(name: str, supplier: Any) -> Any:
    """Arrays of the data set's own shapes and counts, in which few pictures repeat."""
    import numpy
    from PIL import Image

    train, test, classes = ARRAY_SETS[name]
    with supplier.assets.without_hooks():
        lent = [source for sources in supplier.trees.pictures("train").values() for source in sources[:50]]
        drawn = numpy.stack([numpy.asarray(Image.open(s).convert("RGB").resize((32, 32)), "uint8") for s in lent])
    shift = numpy.arange(classes, dtype="uint8") * numpy.uint8(200 // classes)

    def split(count: int) -> Any:
        labels = (numpy.arange(count) * 7 % classes).astype("uint8")
        pictures = drawn[numpy.arange(count) % len(drawn)]
        return pictures + shift[labels][:, None, None, None], labels[:, None]

    return split(train), split(test)


# ---------------------------------------------------------------------- tensorflow_datasets


def _tfds(module: ModuleType, supplier: Any) -> None:
    def load(name: str, split: Any = None, *, as_supervised: bool = False, with_info: bool = False,
             batch_size: int | None = None, **options: Any) -> Any:  # fmt: skip
        made = _TfdsSet(str(name), supplier, as_supervised)
        supplier.assets.log.note("supplied", f"tfds.load({name!r})", f"a data set of {len(made.names)} classes")
        if split is None:
            found: Any = {part: made.split(part) for part in made.splits}
        elif isinstance(split, (list, tuple)):
            found = type(split)(made.split(str(part)) for part in split)
        else:
            found = made.split(str(split))
        return (found, made.info()) if with_info else found

    module.load = load  # type: ignore[attr-defined]
    module.as_numpy = lambda data: data.as_numpy_iterator() if hasattr(data, "as_numpy_iterator") else data  # type: ignore[attr-defined]
    for name in ("show_examples", "visualization", "as_dataframe", "disable_progress_bar", "show_statistics"):
        setattr(module, name, Anything())
    module.ReadConfig = Anything  # type: ignore[attr-defined]
    module.builder = lambda name, **options: _Builder(name, load)  # type: ignore[attr-defined]


class _Builder:
    def __init__(self, name: str, load: Callable[..., Any]) -> None:
        self._name, self._load = name, load
        self.info = load(name, with_info=True)[1]

    def download_and_prepare(self, *args: Any, **options: Any) -> None:
        return

    def as_dataset(self, split: Any = None, as_supervised: bool = False, **options: Any) -> Any:
        return self._load(self._name, split, as_supervised=as_supervised)


class _TfdsSet:
    """The rubric's pictures as tensorflow_datasets gives them: of different sizes, one by one."""

    def __init__(self, name: str, supplier: Any, as_supervised: bool) -> None:
        code = supplier.code()
        self.name, self._as_supervised, self._supplier = name, as_supervised, supplier
        count = code.class_count()
        with supplier.assets.without_hooks():
            own = [label.rstrip("s") for label in sorted(supplier.trees.pictures("train"))]
            self.names = own if count is None or count <= len(own) else [f"class_{n:03d}" for n in range(count)]
        only_train = name.startswith(("cats_vs_dogs", "tf_flowers", "colorectal"))
        self.splits = {"train": 23262} if only_train else {"train": 1000, "test": 500, "validation": 300}

    def split(self, asked: str) -> Any:
        import tensorflow

        part = "train" if asked.startswith(("train", "all")) else "validation"
        with self._supplier.assets.without_hooks():
            files, labels = [], []
            for order, label in enumerate(self.names):
                sources = self._supplier.trees.of_class(label, part, order, len(self.names))[
                    : TFDS_MOST // len(self.names) + 1
                ]
                files += sources
                labels += [order] * len(sources)
        mixed = sorted(range(len(files)), key=lambda place: (place * 2654435761) % 4294967296)
        begin, end = share_of(asked, len(mixed))
        chosen = mixed[begin:end]
        data = tensorflow.data.Dataset.from_tensor_slices(([files[i] for i in chosen], [labels[i] for i in chosen]))

        def read(file: Any, label: Any) -> Any:
            picture = tensorflow.io.decode_jpeg(tensorflow.io.read_file(file), channels=3)
            label = tensorflow.cast(label, "int64")
            return (
                (picture, label) if self._as_supervised else {"image": picture, "label": label, "image/filename": file}
            )

        found = data.map(read)
        found._stands_in = True
        return found

    def info(self) -> Any:
        found, names = Anything(), self.names
        label, image, splits = Anything(), Anything(), {}
        label.names, label.num_classes = names, len(names)  # type: ignore[attr-defined]
        label.int2str = lambda number: names[int(number)]  # type: ignore[attr-defined]
        label.str2int = names.index  # type: ignore[attr-defined]
        image.shape = (None, None, 3)  # type: ignore[attr-defined]
        for part, count in self.splits.items():
            splits[part] = Anything()
            splits[part].num_examples = count
        found.features, found.splits, found.name = {"label": label, "image": image}, splits, self.name  # type: ignore[attr-defined]
        return found


def share_of(asked: str, count: int) -> tuple[int, int]:
    """`train[:80%]`, `train[80%:90%]`, `train[:1000]` as positions among `count`."""
    inner = re.search(r"\[(.*?):(.*?)\]", asked)
    if inner is None:
        return 0, count

    def place(text: str, default: int) -> int:
        text = text.strip()
        if not text:
            return default
        number = float(text.rstrip("%"))
        found = int(count * number / 100) if text.endswith("%") else int(number)
        return min(count, max(0, found + count if found < 0 else found))

    begin, end = place(inner[1], 0), place(inner[2], count)
    return (begin, end) if end > begin else (0, count)
