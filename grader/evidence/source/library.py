"""What calls of library functions and classes give: the table of what is known of Keras, TensorFlow and NumPy.

In: a canonical name and arguments. Out: a symbolic value. Never imports or runs a library.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from grader.evidence.source import builtin_calls, datasets, layers, models, tensors, training
from grader.evidence.source.doubt import perhaps_run
from grader.evidence.source.machine import Machine
from grader.evidence.source.names import HARMLESS, package
from grader.evidence.source.trail import merge
from grader.evidence.source.values import (
    Args,
    AutoName,
    Callback,
    Dataset,
    Function,
    Instance,
    Layer,
    LibraryName,
    LossValue,
    Model,
    Partial,
    Rate,
    Spot,
    Step,
    Tensor,
    Unknown,
    UserClass,
)

Handler = Callable[[Machine, Args, Spot], object]


def call_library(machine: Machine, path: str, args: Args, spot: Spot) -> object:
    """The symbolic value of calling `path`."""
    if path.startswith("builtins."):
        return builtin_calls.call_builtin(machine, path.removeprefix("builtins."), args, spot)
    if path in EXACT:
        return EXACT[path](machine, args, spot)
    room, _, last = path.rpartition(".")
    if last == "preprocess_input" and ".applications." in f".{path}":
        return tensors.preprocess_input(path, args, spot)
    if room in ROOMS and last[:1].isupper():
        return ROOMS[room](machine, last, args, spot)
    if room == "keras.layers":
        return _function_of_layers(machine, last, args, spot)
    if room == "keras.losses":
        return _loss(machine, last, args, spot)
    if path.startswith("keras.datasets.") and last == "load_data":
        return datasets.load_data(path, spot)
    if package(path) == "tensorflow_hub" and last == "KerasLayer":
        return _hub_layer(machine, args, spot)
    found = tensors.call_on_tensor(machine, path, args, spot)
    return found if found is not None else _elsewhere(machine, path, args)


def _elsewhere(machine: Machine, path: str, args: Args) -> object:
    """A function that is not followed: one of an unknown module may change whatever it is given."""
    perhaps_run(machine, args.all)
    if package(path) in HARMLESS:
        return replace(machine.unknown(f"what `{path}` gives is not followed", *args.all), of_library=True)
    why = f"`{path.rpartition('.')[2]}` comes from a module that is not part of the notebook"
    machine.taint(args.all, why)
    tensor = next((t for t in map(tensors.first_tensor, args.all) if t is not None), None)
    if tensor is not None:
        return Tensor(Step("opaque", name=why), (tensor,), None)
    return machine.unknown(why, *args.all)


# --------------------------------------------------------------------------- rooms of Keras


def _layer(machine: Machine, kind: str, args: Args, spot: Spot) -> object:
    if kind == "Input":
        return layers.make_input(machine, args, spot)
    return layers.make_layer(machine, kind, args, spot)


def _application(machine: Machine, name: str, args: Args, spot: Spot) -> object:
    return models.make_application(machine, name, args, spot)


def _optimizer(machine: Machine, name: str, args: Args, spot: Spot) -> object:
    return training.make_optimizer(name, args)


def _schedule(machine: Machine, name: str, args: Args, spot: Spot) -> object:
    return training.make_schedule(name, args)


def _loss(machine: Machine, name: str, args: Args, spot: Spot) -> object:
    if name[:1].isupper():
        return training.loss_named(name, args)
    keywords = {k: v for k, v in args.keywords.items() if k == "from_logits"}
    made = training.loss_named(name, Args([], keywords))
    if isinstance(made, LossValue):
        machine.last_loss = made
    return made


def _callback(machine: Machine, name: str, args: Args, spot: Spot) -> object:
    first = "schedule" if name == "LearningRateScheduler" else "filepath" if name == "ModelCheckpoint" else "monitor"
    return Callback(name, args.bind(first))


def _function_of_layers(machine: Machine, name: str, args: Args, spot: Spot) -> object:
    """`keras.layers.concatenate([a, b])` and its like."""
    given = args.positional[0] if args.positional else args.keywords.get("inputs")
    return Tensor(Step("merge", spot, name=name), layers.as_tensors(machine, given, spot), None)


def _hub_layer(machine: Machine, args: Args, spot: Spot) -> object:
    """`hub.KerasLayer(url)`: a backbone whose name is all that is known."""
    arguments = args.bind("handle")
    handle = arguments.get("handle")
    trainable = arguments.get("trainable", False)
    shown = handle if isinstance(handle, str) else "TensorFlow Hub"
    made = Model("hub", arguments.get("name") or AutoName("keras_layer"),
                 {**arguments, "hub": shown, "input_shape": arguments.get("input_shape")}, spot,
                 style="application", order=len(machine.models))
    made.trainable = trainable if isinstance(trainable, bool) else Unknown("`trainable` as an argument")
    start = Tensor(Step("input", spot))
    made.inputs, made.outputs = (start,), (Tensor(Step("inner", spot, layer=made), (start,), None),)
    machine.models.append(made)
    layers.remember(machine, made)
    return made


# --------------------------------------------------------------------------- single names


def _input(machine: Machine, args: Args, spot: Spot) -> object:
    return layers.make_input(machine, args, spot)


def _model(machine: Machine, args: Args, spot: Spot) -> object:
    return models.make_model(machine, args, spot)


def _sequential(machine: Machine, args: Args, spot: Spot) -> object:
    return models.make_sequential(machine, args, spot)


def _sequential_init(machine: Machine, args: Args, spot: Spot) -> object:
    model, rest = args.positional[0], Args(args.positional[1:], args.keywords, args.opaque)
    if isinstance(model, Model):
        models.make_sequential(machine, rest, spot, model)
    return None


def _clone(machine: Machine, args: Args, spot: Spot) -> object:
    """`keras.models.clone_model(model)`: the same layers with new weights."""
    source = args.bind("model").get("model")
    if not isinstance(source, Model) or source.style != "application" or len(args.positional) != 1 or args.keywords:
        return _opaque_model(machine, "a clone of a model is not followed", spot)
    plain = {**source.arguments, "weights": None, "input_tensor": None}
    name = source.architecture.name if source.architecture is not None else ""
    if not name:
        return _opaque_model(machine, "a clone of a model is not followed", spot)
    made = models.make_application(machine, name, Args([], plain), spot)
    for old, new in zip(source.members, made.members, strict=False):
        if isinstance(old, Layer) and isinstance(new, Layer):
            new.trainable = old.trainable
    made.trainable = source.trainable
    return made


def _load(machine: Machine, args: Args, spot: Spot) -> object:
    return _opaque_model(machine, "the model is loaded from a file", spot)


def _opaque_model(machine: Machine, why: str, spot: Spot) -> Model:
    made = Model("opaque", "", {}, spot, order=len(machine.models), tainted=why)
    made.trainable = Unknown(why)
    made.compiled = Unknown(why)
    machine.models.append(made)
    return made


def _directory(machine: Machine, args: Args, spot: Spot) -> object:
    return datasets.from_directory(machine, args, spot)


def _generator(machine: Machine, args: Args, spot: Spot) -> object:
    return datasets.make_generator(machine, args, spot)


def _slices(machine: Machine, args: Args, spot: Spot) -> object:
    return datasets.from_slices(args.positional[0] if args.positional else Unknown("data"))


def _from_generator(machine: Machine, args: Args, spot: Spot) -> object:
    return Dataset(Unknown("what a generator yields is not followed"), None, batched=False)


def _zip(machine: Machine, args: Args, spot: Spot) -> object:
    return datasets.zipped(machine, args)


def _tfds(machine: Machine, args: Args, spot: Spot) -> object:
    return datasets.load_tfds(args, spot)


def _partial(machine: Machine, args: Args, spot: Spot) -> object:
    if not args.positional or args.opaque:
        return machine.unknown("a partial function that is not followed", *args.all)
    return Partial(args.positional[0], tuple(args.positional[1:]), dict(args.keywords))


def _wraps(machine: Machine, args: Args, spot: Spot) -> object:
    """`functools.wraps(f)`: a decorator that leaves to a function what it does."""
    return LibraryName("functools.update_wrapper")


def _remembering(machine: Machine, args: Args, spot: Spot) -> object:
    """`functools.cache(f)` and `lru_cache(f)`: f, which from then on runs once for the same arguments."""
    function = args.positional[0] if args.positional else None
    if not isinstance(function, Function):
        return LibraryName("functools.lru_cache")
    function.remembered = {}
    return function


def _named_tuple(machine: Machine, args: Args, spot: Spot) -> object:
    """`collections.namedtuple('Stage', 'name rate')`: a class whose objects hold what they are given by name."""
    fields = args.bind("typename", "field_names").get("field_names")
    names = fields.replace(",", " ").split() if isinstance(fields, str) else fields
    known = [n for n in names if isinstance(n, str)] if isinstance(names, (list, tuple)) else []
    if args.opaque or args.keywords or not isinstance(names, (list, tuple)) or len(known) < len(names):
        return machine.unknown("a class of tuples that is not followed")
    return UserClass("tuple", (), dict.fromkeys(known))


def _namespace(machine: Machine, args: Args, spot: Spot) -> object:
    """`types.SimpleNamespace(rate=1e-3)`."""
    if args.opaque or args.positional:
        return machine.unknown("a namespace that is not followed", *args.all)
    return Instance(UserClass("SimpleNamespace", (), {}), dict(args.keywords))


def _same_function(machine: Machine, args: Args, spot: Spot) -> object:
    """`tf.function(f)`: f; without one, a decorator."""
    return args.positional[0] if args.positional else LibraryName("tensorflow.function")


def _set_value(machine: Machine, args: Args, spot: Spot) -> object:
    """`keras.backend.set_value(model.optimizer.learning_rate, 1e-5)`."""
    if len(args.positional) == 2 and isinstance(args.positional[0], Rate):
        machine.trail.set_attribute(args.positional[0].optimizer, "rate", args.positional[1])
    else:
        machine.taint(args.all, "a variable was set by hand")
    return None


def _fused(machine: Machine, args: Args, spot: Spot) -> object:
    """`tf.numpy_function` and `py_function`: what they return is not followed."""
    tensor = next((t for t in map(tensors.first_tensor, args.all) if t is not None), None)
    why = "what a function called through TensorFlow does is not followed"
    return Tensor(Step("opaque", spot, name=why), (tensor,) if tensor else (), None)


def _conditional(machine: Machine, args: Args, spot: Spot) -> object:
    """`tf.cond(p, f, g)`: one of two."""
    results = [machine.trail.attempt(lambda f=f: machine.call(f, Args(), spot))  # type: ignore[misc]
               for f in args.positional[1:3]]
    machine.trail.join(*(branch for _, branch in results))
    return merge([value for value, _ in results]) if results else Unknown("a choice")


ROOMS: MappingProxyType[str, Callable[[Machine, str, Args, Spot], object]] = MappingProxyType({
    "keras.layers": _layer, "keras.applications": _application, "keras.optimizers": _optimizer,
    "keras.optimizers.schedules": _schedule, "keras.losses": _loss, "keras.callbacks": _callback,
    "tensorflow.train": _optimizer,
})
EXACT: MappingProxyType[str, Handler] = MappingProxyType({
    "keras.Input": _input, "keras.Model": _model, "keras.Sequential": _sequential,
    "keras.Sequential.__init__": _sequential_init, "keras.models.clone_model": _clone,
    "keras.models.load_model": _load, "keras.models.model_from_json": _load, "keras.TFSMLayer": _load,
    "tensorflow.saved_model.load": _load,
    "keras.utils.image_dataset_from_directory": _directory, "keras.ImageDataGenerator": _generator,
    "tensorflow.data.Dataset.from_tensor_slices": _slices, "tensorflow.data.Dataset.from_tensors": _slices,
    "tensorflow.data.Dataset.from_generator": _from_generator, "tensorflow.data.Dataset.list_files": _from_generator,
    "tensorflow.data.Dataset.range": _from_generator,
    "tensorflow.data.Dataset.zip": _zip, "tensorflow_datasets.load": _tfds, "functools.partial": _partial,
    "collections.namedtuple": _named_tuple, "types.SimpleNamespace": _namespace, "argparse.Namespace": _namespace,
    "functools.wraps": _wraps, "functools.update_wrapper": _same_function, "functools.lru_cache": _remembering,
    "functools.cache": _remembering, "tensorflow.function": _same_function, "keras.backend.set_value": _set_value,
    "tensorflow.py_function": _fused, "tensorflow.numpy_function": _fused, "tensorflow.cond": _conditional,
})
