"""Where training pictures come from and what is done to them: tf.data, ImageDataGenerator, Keras's data sets.

In: library calls. Out: Dataset values whose element carries the steps done to a picture. Never reads any data.
"""

from __future__ import annotations

from types import MappingProxyType

from grader.evidence.source.layers import sizes
from grader.evidence.source.machine import Machine, Random
from grader.evidence.source.sequences import elements
from grader.evidence.source.tensors import first_tensor
from grader.evidence.source.values import Args, Dataset, Generator, Spot, Step, Tensor, Unknown
from grader.records import Shape, Site

FROM_DIRECTORY = ("directory", "labels", "label_mode", "class_names", "color_mode", "batch_size", "image_size",
                  "shuffle", "seed", "validation_split", "subset")
GENERATOR = ("featurewise_center", "samplewise_center", "featurewise_std_normalization", "samplewise_std_normalization",
             "zca_whitening", "zca_epsilon", "rotation_range", "width_shift_range", "height_shift_range",
             "brightness_range", "shear_range", "zoom_range", "channel_shift_range", "fill_mode", "cval",
             "horizontal_flip", "vertical_flip", "rescale", "preprocessing_function")
AUGMENTING_ARGUMENTS: MappingProxyType[str, str] = MappingProxyType({
    "rotation_range": "RandomRotation", "width_shift_range": "RandomTranslation",
    "height_shift_range": "RandomTranslation", "brightness_range": "RandomBrightness", "shear_range": "RandomShear",
    "zoom_range": "RandomZoom", "channel_shift_range": "RandomColorJitter", "horizontal_flip": "RandomFlip",
    "vertical_flip": "RandomFlip",
})
NORMALISING = GENERATOR[:5]
FLOWS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType({
    "flow": ("x", "y", "batch_size"),
    "flow_from_directory": ("directory", "target_size", "color_mode", "classes", "class_mode", "batch_size"),
    "flow_from_dataframe": ("dataframe", "directory", "x_col", "y_col", "weight_col", "target_size", "color_mode",
                            "classes", "class_mode", "batch_size"),
})
SAME = frozenset("""
    shuffle prefetch cache take skip repeat filter with_options ignore_errors shard as_numpy_iterator apply snapshot
    rebatch make_one_shot_iterator get_single_element
""".split())
IMAGES: MappingProxyType[str, Shape] = MappingProxyType({
    "cifar10": (None, 32, 32, 3), "cifar100": (None, 32, 32, 3), "mnist": (None, 28, 28),
    "fashion_mnist": (None, 28, 28),
})
LABELS = "labels"


def from_directory(machine: Machine, args: Args, spot: Spot) -> object:
    """`image_dataset_from_directory(...)`."""
    arguments = args.bind(*FROM_DIRECTORY)
    batch = arguments.get("batch_size", 32)
    size = sizes(arguments.get("image_size", (256, 256)))
    if args.opaque:
        batch, size = arguments.get("batch_size"), sizes(arguments.get("image_size"))
    channels = {"rgb": 3, "grayscale": 1, "rgba": 4}.get(str(arguments.get("color_mode", "rgb")))
    element: object = Tensor(Step("data", spot, name="folder"), (), (None, *(size or (None, None)), channels))
    if arguments.get("label_mode", "int") is not None:
        element = (element, Unknown(LABELS))
    made = Dataset(element, batch if isinstance(batch, int) else None)
    return (made, made) if arguments.get("subset") == "both" else made


def load_data(path: str, spot: Spot) -> object:
    """`keras.datasets.cifar10.load_data()`: ((x, y), (x, y))."""
    name = path.split(".")[-2]

    def part() -> tuple[object, ...]:
        return (Tensor(Step("data", spot, name=name), (), IMAGES.get(name)), Unknown(LABELS))

    return (part(), part())


def load_tfds(args: Args, spot: Spot) -> object:
    """`tfds.load(...)`: data sets in the shape of `split`."""
    arguments = args.bind("name", "split", "data_dir", "batch_size", "shuffle_files", "download", "as_supervised")
    image = Tensor(Step("data", spot, name="tfds"), (), (None, None, None, 3))
    supervised = arguments.get("as_supervised", False)
    element: object = (image, Unknown(LABELS)) if supervised is True else {"image": image, "label": Unknown(LABELS)}
    if not isinstance(supervised, bool) or args.opaque:
        element = Unknown("whether the data set yields pairs is not followed")
    batch = arguments.get("batch_size")
    one = Dataset(element, batch if isinstance(batch, int) else None, batched=isinstance(batch, int))
    split = arguments.get("split")
    made: object = one
    if isinstance(split, (list, tuple)):
        made = [one for _ in split]
    elif split is None:
        made = {"train": one, "test": one, "validation": one}
    info = arguments.get("with_info", False)
    if not isinstance(info, bool):
        return Unknown("whether tfds.load gives a pair is not followed")
    return (made, Unknown("information on a data set")) if info else made


def from_slices(value: object) -> object:
    """`tf.data.Dataset.from_tensor_slices(x)`."""
    return Dataset(value, None, batched=False)


def zipped(machine: Machine, args: Args) -> object:
    """`tf.data.Dataset.zip((a, b))`."""
    value = args.positional[0] if len(args.positional) == 1 else tuple(args.positional)
    if isinstance(value, Dataset):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(v, Dataset) for v in value):
        parts = [v for v in value if isinstance(v, Dataset)]
        if parts:
            return Dataset(tuple(v.element for v in parts), parts[0].batch, parts[0].batched)
    return machine.unknown("data sets that are not followed")


def dataset_method(machine: Machine, data: Dataset, name: str, args: Args, spot: Spot) -> object:
    """A method of `tf.data.Dataset` or of a generator's flow."""
    if name == "map":
        return _mapped(machine, data, args)
    if name in SAME:
        return data
    if name in ("batch", "padded_batch", "ragged_batch"):
        size = args.positional[0] if args.positional else args.keywords.get("batch_size")
        return Dataset(data.element, size if isinstance(size, int) else None)
    if name == "unbatch":
        return Dataset(data.element, None, batched=False)
    if name == "concatenate":
        other = args.positional[0] if args.positional else None
        alike = isinstance(other, Dataset) and _roots(other.element) == _roots(data.element)
        return data if alike else Dataset(Unknown("two data sets joined"), data.batch, data.batched)
    if name in ("next", "__next__", "__getitem__", "get_next"):
        return data.element
    if name == "enumerate":
        return Dataset((Unknown("a count"), data.element), data.batch, data.batched)
    if name in ("reset", "cardinality", "on_epoch_end", "save"):
        return Unknown("a fact about the data")
    return Unknown(f"what `.{name}` does to the data is not followed")


def _roots(element: object) -> int:
    """How many steps were done to a picture: two pipelines of the same length are taken for the same kind."""
    count = 0
    tensor = first_tensor(element)
    while tensor is not None:
        count, tensor = count + 1, (tensor.parents[0] if tensor.parents else None)
    return count


def _mapped(machine: Machine, data: Dataset, args: Args) -> Dataset:
    arguments = args.bind("map_func")
    function = arguments.get("map_func")
    inputs = list(data.element) if isinstance(data.element, tuple) else [data.element]
    spot = Spot()
    return Dataset(machine.call(function, Args(inputs), spot), data.batch, data.batched)


# --------------------------------------------------------------------------- ImageDataGenerator


def make_generator(machine: Machine, args: Args, spot: Spot) -> Generator:
    """`ImageDataGenerator(...)`."""
    arguments = args.bind(*GENERATOR)
    if args.opaque:
        arguments["argument *"] = Unknown(args.opaque)
    for argument, kind in AUGMENTING_ARGUMENTS.items():
        if _is_on(arguments.get(argument)):
            described = {argument: arguments[argument]}
            machine.define(Random(kind, described, spot, generator=True))
    return Generator(arguments, spot)


def _is_on(value: object) -> bool:
    return value is not None and value is not False and not (isinstance(value, (int, float)) and value == 0)


def generator_method(machine: Machine, generator: Generator, name: str, args: Args, spot: Spot) -> object:
    """`generator.flow_from_directory(...)` and its like."""
    if name not in FLOWS:
        return Unknown(f"what `.{name}` of a generator gives is not followed")
    arguments = args.bind(*FLOWS[name])
    size = sizes(arguments.get("target_size", (256, 256)))
    start = Tensor(Step("data", spot, name="folder"), (), (None, *(size or (None, None)), 3))
    if name == "flow":
        unseen = Tensor(Step("opaque", spot, name="the array given to `flow` is not followed"))
        start = first_tensor(arguments.get("x")) or unseen
    batch = arguments.get("batch_size", 32)
    element: object = _generated(machine, generator, start)
    if arguments.get("class_mode", "categorical") is not None:
        element = (element, Unknown(LABELS))
    return Dataset(element, batch if isinstance(batch, int) else None)


def _generated(machine: Machine, generator: Generator, tensor: Tensor) -> Tensor:
    """The steps of a generator, in the order in which it does them."""
    arguments, spot, site = generator.arguments, generator.spot, Site.GENERATOR
    shape = tensor.shape
    for argument, kind in AUGMENTING_ARGUMENTS.items():
        if _is_on(arguments.get(argument)):
            described = {argument: arguments[argument]}
            step = Step("augment", spot, name=kind, arguments=described, site=site)
            tensor = Tensor(step, (tensor,), shape)
    function = arguments.get("preprocessing_function")
    if function is not None:
        start = Tensor(Step("input"), (), shape)
        end = machine.call(function, Args([start]), spot)
        body = (start, end) if isinstance(end, Tensor) else ()
        kind = "call" if body else "opaque"
        why = "" if body else "the generator's preprocessing_function is not followed"
        tensor = Tensor(Step(kind, spot, name=why, body=body, site=site), (tensor,), shape)
    rescale = arguments.get("rescale")
    if isinstance(rescale, (int, float)) and rescale:
        step = Step("arithmetic", spot, symbol="*", constant=float(rescale), site=site)
        tensor = Tensor(step, (tensor,), shape)
    elif rescale is not None:
        tensor = Tensor(Step("other", spot, name="rescale", site=site), (tensor,), shape)
    if any(_is_on(arguments.get(name)) for name in (*NORMALISING, "argument *")):
        tensor = Tensor(Step("other", spot, name="normalisation", site=site), (tensor,), shape)
    return tensor


def training_picture(machine: Machine, data: object) -> Tensor | None:
    """The picture that one training step gets from what `fit` was given; None where not followed."""
    element = data.element if isinstance(data, Dataset) else data
    if isinstance(element, (list, tuple)) and element:
        items, _ = elements(machine, element)
        element = items[0] if items else None
    return element if isinstance(element, Tensor) else None
