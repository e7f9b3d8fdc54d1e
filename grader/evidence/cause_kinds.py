"""What kind of failure an exception is, and what to advise: by its name and message alone.

In: the exception's name and message. Out: kind, words, advice. Pure.
It must never call a failure the student's own where data, a package or Keras's changes explain it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.records import CauseKind


@dataclass(frozen=True)
class Diagnosis:
    kind: CauseKind
    message: str
    advice: str


_SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError"})
_DATA = frozenset({"FileNotFoundError", "NotFoundError", "NotADirectoryError"})
_NETWORK = frozenset(
    {
        "URLError",
        "HTTPError",
        "ConnectionError",
        "gaierror",
        "NewConnectionError",
        "MaxRetryError",
        "ConnectTimeout",
        "ConnectionRefusedError",
        "SSLError",
        "RemoteDisconnected",
        "DownloadError",
    }
)
_MEMORY = frozenset({"MemoryError", "ResourceExhaustedError", "_ArrayMemoryError"})
_NO_FILE = re.compile(
    r"No such file or directory|could not find directory|No file or directory found|"
    r"does not exist|Unable to (?:synchronously )?open file|Could not find|not found: |"
    r"File not found|Expected a directory",
    re.IGNORECASE,
)
_NO_NETWORK = re.compile(
    r"URL fetch failure|Temporary failure in name resolution|Network is unreachable|"
    r"Name or service not known|Max retries exceeded|getaddrinfo failed|urlopen error|no network",
    re.IGNORECASE,
)
_PATH = re.compile(r"['\"]([^'\"\n]{1,200}[/\\.][^'\"\n]{0,200})['\"]")
_NODE = re.compile(r"\{\{[^{}]*\}\}")
_BARE_PATH = re.compile(r"(?:^|[\s;:=])((?:/|\./|~/|[\w-]+/)[^\s;:'\"]{1,200})")
_MODULE = re.compile(r"No module named ['\"]([\w.]+)['\"]")
_CANT_IMPORT = re.compile(
    r"cannot import name ['\"](\w+)['\"] from (?:partially initialized module )?['\"]([\w.]+)['\"]"
)
_KERAS = re.compile(r"^(?:tensorflow|keras|tf_keras)(?:\.|$)")
_LOCAL = re.compile(
    r"^(?:my|our|own|lab\d*|hw\d*|task\d*|student|local|custom)_?|"
    r"(?:utils?|helpers?|functions?|tools|common|config|settings|constants|plots?|plotting|"
    r"data_?loader|dataset|datasets_local|model|models|preprocess\w*|train\w*|visuali[sz]\w*)$",
    re.IGNORECASE,
)
# Names that Keras 2 had and Keras 3 has not: what uses them was right when it was written.
_DROPPED = (
    "experimental", "fit_generator", "evaluate_generator", "predict_generator", "predict_classes", "predict_proba",
    "np_utils", "wrappers", "normalization", "convolutional", "recurrent", "advanced_activations", "pooling",
    "legacy", "optimizer_v2", "engine", "layers.core", "get_session", "set_session", "clear_session", "reset_states",
    "reset_metrics", "input_shape", "output_shape", "get_updates_for", "add_metric", "add_update", "set_learning_phase",
    "learning_phase", "image_dim_ordering", "text_dataset_from_directory", "CuDNNLSTM", "CuDNNGRU",
    "SeparableConvolution2D",
    "Convolution2D", "saved_model", "metrics_names", "_get_distribution_strategy", "_layers", "targets", "total_loss",
    "img_to_array", "load_img", "ImageDataGenerator", "multi_gpu_model", "save_format", "applications.resnet_v2",
)  # fmt: skip
_OLD_ARGUMENTS = (
    "lr",
    "decay",
    "workers",
    "use_multiprocessing",
    "max_queue_size",
    "nb_epoch",
    "period",
    "init",
    "save_freq",
    "sample_weight_mode",
    "weights",
    "input_shape",
    "batch_input_shape",
    "interpolation_order",
    "output_dim",
    "samples_per_epoch",
    "border_mode",
    "subsample",
    "write_grads",
    "save_format",
    "options",
)
_UNEXPECTED = re.compile(r"(?:unexpected keyword argument|Unrecognized keyword arguments? passed to \w+:|"
                         r"Argument\(s\) not recognized:|Unrecognized keyword arguments?:|Invalid keyword arguments?)"
                         r"[^'\"]*['\"](\w+)['\"]", re.IGNORECASE)  # fmt: skip
_NO_ATTRIBUTE = re.compile(
    r"(?:module|object|type object) ?['\"]?([\w.]*)['\"]?(?: object)? has no attribute ['\"](\w+)['\"]"
)
_FORMATS = re.compile(
    r"Invalid filepath extension for saving|must end in [`'\"]?\.(?:weights\.h5|keras)|"
    r"filepath provided must end in|Keras 3 only supports|only supported in legacy|"
    r"legacy (?:H5|SavedModel) format",
    re.IGNORECASE,
)


def diagnose(name: str, message: str, *, installs: frozenset[str] = frozenset(), refused: str = "") -> Diagnosis:
    """What an exception means.

    Args:
        installs: packages that the notebook itself asks pip for.
        refused: what the kernel asked the network for in the same cell, and nobody had; "" if nothing.
    """
    words = f"{name}: {message}".strip().rstrip(":") if name else message
    words = " ".join(words.split())[:400] or "an error without a message"
    if name in _SYNTAX:
        return Diagnosis(
            CauseKind.SYNTAX_ERROR,
            words,
            "Run the cell once more in Jupyter: Python marks the place "
            "where it stopped reading. Often a bracket or a quote is missing in the line before.",
        )
    for look in (_module, _memory, _drift, _network, _data):
        found = look(name, message, words, installs)
        if found is not None:
            return found
    if refused and name in (
        "Exception",
        "OSError",
        "ValueError",
        "RuntimeError",
        "TypeError",
        "BadZipFile",
        "BadZipfile",
    ):
        return _missing_download(words, refused)
    return Diagnosis(CauseKind.STUDENT_ERROR, words, _advice(name, message))


def _module(name: str, message: str, words: str, installs: frozenset[str]) -> Diagnosis | None:
    missing = _MODULE.search(message)
    if missing is not None:
        return _missing_module(missing[1], words, installs)
    cant = _CANT_IMPORT.search(message)
    if name in ("ImportError", "ModuleNotFoundError") and cant is not None:
        if _LOCAL.search(cant[2]):
            return None
        return Diagnosis(
            CauseKind.DRIFT,
            words,
            f"{cant[2]} no longer has {cant[1]}: it was moved or dropped in a newer "
            "version. No mark is lost by it; look in the package's documentation for its new place.",
        )
    if name == "ImportError":
        return Diagnosis(
            CauseKind.MISSING_PACKAGE,
            words,
            "Something that this import needs is not installed where the "
            "notebook was graded. That is ours to mend, and no mark is lost by it.",
        )
    return None


def _missing_module(module: str, words: str, installs: frozenset[str]) -> Diagnosis:
    top = module.split(".")[0]
    if _KERAS.match(module) and "." in module:
        return Diagnosis(
            CauseKind.DRIFT,
            words,
            f"`{module}` belongs to an older Keras. In Keras 3 the same things are "
            "found under `keras.layers`, `keras.utils` and so on. No mark is lost by it.",
        )
    if top not in installs and _LOCAL.search(top):
        return Diagnosis(
            CauseKind.MISSING_DATA,
            words,
            f"`{top}` looks like a file of your own: hand in {top}.py together with the notebook.",
        )
    return Diagnosis(
        CauseKind.MISSING_PACKAGE,
        words,
        f"The package `{top}` is not installed where the notebook was "
        "graded. That is ours to mend, and no mark is lost by it.",
    )


def _memory(name: str, message: str, words: str, _: frozenset[str]) -> Diagnosis | None:
    if name in _MEMORY or "Unable to allocate" in message or "OOM when allocating" in message:
        return Diagnosis(
            CauseKind.OUT_OF_MEMORY,
            words,
            "Load pictures in batches (image_dataset_from_directory) instead of all at once, or make them smaller.",
        )
    return None


def _drift(name: str, message: str, words: str, _: frozenset[str]) -> Diagnosis | None:
    old = _old_name(message)
    if old and name in ("AttributeError", "TypeError", "ValueError", "ImportError", "NameError", "KeyError"):
        return Diagnosis(
            CauseKind.DRIFT,
            words,
            f"`{old}` is of an older Keras; the notebook was graded with Keras 3. No "
            "mark is lost by it. Keras's migration guide names what replaces it.",
        )
    if name in ("ValueError", "TypeError", "OSError") and _FORMATS.search(message):
        return Diagnosis(
            CauseKind.DRIFT,
            words,
            "Keras 3 saves models as `.keras` and weights as `.weights.h5`. No mark is lost by it.",
        )
    if name == "ValueError" and "KerasTensor cannot be used as input to a TensorFlow function" in message:
        return Diagnosis(
            CauseKind.DRIFT,
            words,
            "In a functional model, Keras 2 took TensorFlow's functions (tf.cast, tf.reduce_mean, tf.nn.sigmoid …) for "
            "layers; Keras 3 wants keras.ops or a layer. No mark is lost by it.",
        )
    numpy = re.search(r"module 'numpy' has no attribute '(float|int|bool|object|str|complex|float_|Inf)'", message)
    if numpy is not None:
        return Diagnosis(
            CauseKind.DRIFT,
            words,
            f"`np.{numpy[1]}` was dropped by NumPy; write `{numpy[1].strip('_')}`. No mark is lost by it.",
        )
    return None


def _old_name(message: str) -> str:
    """The dropped name that a message complains of; "" if none."""
    argument = _UNEXPECTED.search(message)
    if argument is not None and argument[1] in _OLD_ARGUMENTS:
        return f"{argument[1]}="
    attribute = _NO_ATTRIBUTE.search(message)
    if attribute is None or attribute[1] in ("NoneType", "str", "list", "dict", "tuple", "int", "float", "ndarray"):
        return ""
    return attribute[2] if attribute[2] in _DROPPED else ""


def _network(name: str, message: str, words: str, _: frozenset[str]) -> Diagnosis | None:
    if name in _NETWORK or _NO_NETWORK.search(message):
        return _missing_download(words, "")
    return None


def _missing_download(words: str, what: str) -> Diagnosis:
    of = f" ({what})" if what else ""
    return Diagnosis(
        CauseKind.MISSING_DATA,
        words,
        f"Notebooks are graded without a network, and what this cell "
        f"downloads{of} was not at hand here. No mark is lost by it; a person will look.",
    )


def _data(name: str, message: str, words: str, _: frozenset[str]) -> Diagnosis | None:
    absent = name in _DATA or (name in ("OSError", "ValueError", "Exception", "InvalidArgumentError")
                               and _NO_FILE.search(message) is not None)  # fmt: skip
    if not absent:
        return None
    path = path_in(message)
    of = f" `{path}`" if path else ""
    return Diagnosis(
        CauseKind.MISSING_DATA,
        words,
        f"The file or folder{of} is not where the notebook was graded. If it is "
        "your own, hand it in together with the notebook; if it is the lab's, check the spelling of its path.",
    )


def path_in(message: str) -> str:
    """The path that a message speaks of; "" if none can be seen. TensorFlow's `{{node …/job:…}}` is none."""
    message = _NODE.sub("", message)
    quoted = _PATH.search(message)
    if quoted is not None:
        return quoted[1]
    bare = _BARE_PATH.search(message)
    return bare[1] if bare is not None else ""


def _advice(name: str, message: str) -> str:
    if name == "NameError":
        return (
            "The name is used before anything gives it a value. Restart the kernel and run all cells from the top: a "
            "cell may be missing, in the wrong place, or the name may be misspelt."
        )
    if name in ("KeyError", "IndexError"):
        return "Print what is really in the container just before this line."
    if "shape" in message.lower() or "incompatible" in message.lower():
        return "Print the shapes of what goes in (or model.summary()) and compare them with what the layer expects."
    if name in ("TypeError", "AttributeError"):
        return "Look up the signature of what is called here, and print the type of what it is called on."
    return "Restart the kernel, run all cells from the top, and read the last line of the message first."
