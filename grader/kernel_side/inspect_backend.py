"""Lets Keras compute without TensorFlow: its own NumPy backend, and the few XLA routines that this takes from JAX.

In: nothing. Out: a Keras that imports in a fifth of TensorFlow's CPU time and runs its real layers on arrays.
It must never be loaded in the student's kernel: it fills `sys.modules` with names that it does not really provide.

Keras's NumPy backend is inference only, which is all that an inspection needs. It borrows convolution and pooling
from `jax.lax`; these are written here in NumPy. What is missing raises `NotImplementedError`, and the inspection
then starts again with TensorFlow.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import types
from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = Any
ConvDimensionNumbers = namedtuple("ConvDimensionNumbers", ("lhs_spec", "rhs_spec", "out_spec"))
_DEAR_AND_NOT_NEEDED = (
    "sklearn",
    "matplotlib",
    "pandas",
    "torch",
    "IPython",
    "pydot",
    "huggingface_hub",
    "tensorboard",
    "psutil",
)
_NOT_NEEDED_ON_NUMPY = ("tensorflow", "requests", "cv2", "PIL")
_MOST_GROUPS = 256


def import_keras(backend: str) -> Any:
    """Keras on `numpy` or `tensorflow`, without what it imports only for its conveniences."""
    _prepare(backend)
    import keras

    if backend == "numpy":
        from keras.src.utils import backend_utils

        backend_utils.in_tf_graph = lambda: False  # would import TensorFlow to ask
    return keras


def _prepare(backend: str) -> None:
    os.environ["KERAS_BACKEND"] = backend
    for name in _DEAR_AND_NOT_NEEDED:
        sys.modules[name] = None  # type: ignore[assignment]
    if backend != "numpy":
        return
    for name in _NOT_NEEDED_ON_NUMPY:
        sys.modules[name] = None  # type: ignore[assignment]
    lax = _module(
        "jax.lax",
        ConvDimensionNumbers=ConvDimensionNumbers,
        conv_general_dilated=conv_general_dilated,
        conv_transpose=_missing("conv_transpose"),
        reduce_window=reduce_window,
        max=np.maximum,
        add=np.add,
    )
    _import_on_use("scipy.linalg")
    _module("jax", lax=lax, monitoring=types.SimpleNamespace(record_scalar=None))
    _module("keras.src.backend.jax")
    _module("keras.src.backend.jax.math", fft=_missing("fft"), fft2=_missing("fft2"))


def _module(name: str, **attributes: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__path__ = []
    module.__dict__.update(attributes)
    sys.modules[name] = module
    return module


def _import_on_use(name: str) -> None:
    """A stand-in that imports the real module when something is asked of it. Not `importlib.util.LazyLoader`: that
    imports on any attribute, and an `import` statement asks for `__spec__`."""
    spec = importlib.util.find_spec(name)
    stub = _module(name)
    stub.__path__ = list(spec.submodule_search_locations)

    def late(attribute: str) -> Any:
        if sys.modules.get(name) is stub:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    stub.__getattr__ = late


def _missing(name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise NotImplementedError(f"{name} is not available without TensorFlow")

    return refuse


def conv_general_dilated(
    lhs: Array,
    rhs: Array,
    window_strides: Sequence[int],
    padding: str,
    rhs_dilation: Sequence[int] | None = None,
    dimension_numbers: Any = None,
    feature_group_count: int = 1,
) -> Array:
    """Convolve as `jax.lax` does, for any number of spatial dimensions.

    Args:
        lhs: `(n, *space, channels)` or `(n, channels, *space)`, as `dimension_numbers` says.
        rhs: `(*window, channels / groups, filters)`.
        padding: `same` or `valid`, in either case.

    Returns:
        `(n, *space, filters)` in the layout of `lhs`.
    """
    channels_last = dimension_numbers.lhs_spec[1] == lhs.ndim - 1
    images = np.asarray(lhs) if channels_last else np.moveaxis(lhs, 1, -1)
    kernel = np.asarray(rhs)
    window, rank = kernel.shape[:-2], images.ndim - 2
    dilation = tuple(rhs_dilation or (1,) * rank)
    spans = [(size - 1) * step + 1 for size, step in zip(window, dilation)]  # noqa: B905
    images = _padded(images, spans, window_strides, padding, 0.0)
    space = [(images.shape[1 + i] - spans[i]) // window_strides[i] + 1 for i in range(rank)]
    shape = (images.shape[0], *space, kernel.shape[-1])
    if kernel.size == kernel.shape[-2] * kernel.shape[-1] and images.shape[1:-1] == tuple(space):
        return _laid_out(_tap(images, kernel[(0,) * rank], feature_group_count), channels_last)
    out = np.zeros(shape, np.result_type(images, kernel))
    for tap in np.ndindex(*window):
        cut = tuple(
            slice(t * d, t * d + (n - 1) * s + 1, s)
            for t, d, n, s in zip(tap, dilation, space, window_strides)  # noqa: B905
        )
        out += _tap(images[(slice(None), *cut)], kernel[tap], feature_group_count)
    return _laid_out(out, channels_last)


def _laid_out(out: Array, channels_last: bool) -> Array:
    return out if channels_last else np.moveaxis(out, -1, 1)


def _tap(patch: Array, weights: Array, groups: int) -> Array:
    """One tap of the window: `(n, *space, channels)` by `(channels / groups, filters)`."""
    if groups == 1:
        # One large product: NumPy's own loop over a stack of small ones is ten times dearer.
        return (patch.reshape(-1, patch.shape[-1]) @ weights).reshape(*patch.shape[:-1], weights.shape[-1])
    if weights.shape[0] == 1:  # depthwise: each channel has filters of its own
        multiplier = weights.shape[1] // groups
        spread = patch if multiplier == 1 else np.repeat(patch, multiplier, axis=-1)
        return spread * weights[0]
    if groups > _MOST_GROUPS:
        raise NotImplementedError(f"a convolution with {groups} groups")
    parts = zip(np.split(patch, groups, -1), np.split(weights, groups, -1))  # noqa: B905
    return np.concatenate([part @ weight for part, weight in parts], axis=-1)


def reduce_window(
    inputs: Array,
    initial: float,
    reduce: Callable[..., Array],
    window: Sequence[int] | int,
    strides: Sequence[int] | int | None,
    padding: str,
) -> Array:
    """Reduce over sliding windows; `window` and `strides` name every dimension, batch and channels too."""
    sizes = (window,) * inputs.ndim if isinstance(window, int) else tuple(window)
    steps = (strides,) * inputs.ndim if isinstance(strides, int) else tuple(strides or (1,) * inputs.ndim)
    whole = _padded(inputs, sizes, steps, padding, initial, every=True)
    counts = [(n - size) // step + 1 for n, size, step in zip(whole.shape, sizes, steps)]  # noqa: B905
    out = np.full(counts, initial, np.asarray(inputs).dtype)
    for tap in np.ndindex(*sizes):
        cut = tuple(slice(t, t + (n - 1) * s + 1, s) for t, n, s in zip(tap, counts, steps))  # noqa: B905
        out = reduce(out, whole[cut])
    return out


def _padded(
    array: Array, spans: Sequence[int], strides: Sequence[int], padding: str, value: float, *, every: bool = False
) -> Array:
    """The array with XLA's `SAME` padding (the odd one behind), or as it is for `VALID`."""
    if padding.upper() == "VALID":
        return np.asarray(array)
    first = 0 if every else 1
    widths = [(0, 0)] * array.ndim
    for i, (span, stride) in enumerate(zip(spans, strides)):  # noqa: B905
        size = array.shape[first + i]
        total = max((-(-size // stride) - 1) * stride + span - size, 0)
        widths[first + i] = (total // 2, total - total // 2)
    return np.pad(array, widths, constant_values=value) if any(sum(w) for w in widths) else np.asarray(array)
