"""Hooks on optimizers, for loops that students write themselves, and on ImageDataGenerator.

In: the modules as they are loaded. Out: stages of kind custom_loop; events `generator`.
It must never change gradients or generators.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from recorder_core import Recorder, wrap
from recorder_data import generator_arguments
from recorder_stages import Stages


def hook_optimizer(recorder: Recorder, stages: Stages, module: Any) -> None:
    """Sees each application of gradients that does not come from Keras's own training."""
    for name in ("BaseOptimizer", "Optimizer", "_BaseOptimizer", "OptimizerV2"):
        optimizer_class = getattr(module, name, None)
        if not isinstance(optimizer_class, type) or optimizer_class.__module__ != module.__name__:
            continue
        method = next((m for m in ("apply", "apply_gradients") if m in vars(optimizer_class)), None)
        if method is not None:
            wrap(optimizer_class, method, lambda original: _applied(recorder, stages, original))


def _applied(recorder: Recorder, stages: Stages, original: Callable[..., Any]) -> Callable[..., Any]:
    def apply(optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        if recorder.now.training:
            return original(optimizer, *args, **kwargs)
        given = [list(x) if isinstance(x, zip) else x for x in args]
        variables = recorder.attempt("gradients", _variables, optimizer, given, kwargs)
        if variables:
            recorder.attempt("custom_loop", stages.applied, optimizer, variables)
        return original(optimizer, *given, **kwargs)

    return apply


def _variables(optimizer: Any, args: list[Any], kwargs: Any) -> list[Any]:
    """The variables that get a gradient."""
    names = ("grads", "trainable_variables")
    call = {**dict(zip(names, args)), **kwargs}  # noqa: B905
    grads = list(call.get("grads", call.get("grads_and_vars", ())) or ())
    variables = call.get("trainable_variables")
    if variables is None and grads and isinstance(grads[0], (tuple, list)) and len(grads[0]) == 2:
        return [variable for gradient, variable in grads if gradient is not None]
    if variables is None:
        variables = getattr(optimizer, "_trainable_variables", ())
    return [v for g, v in zip(grads, variables) if g is not None]  # noqa: B905


def hook_generator(recorder: Recorder, module: Any) -> None:
    """Tells the arguments of each ImageDataGenerator."""
    generator_class = getattr(module, "ImageDataGenerator", None)
    if not isinstance(generator_class, type) or generator_class.__module__ != module.__name__:
        return

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)

        def __init__(generator: Any, *args: Any, **kwargs: Any) -> None:
            original(generator, *args, **kwargs)
            recorder.attempt("generator", tell, generator, args, kwargs)

        def tell(generator: Any, args: Any, kwargs: Any) -> None:
            signature.bind(generator, *args, **kwargs)
            place = recorder.places.here()
            setattr(generator, "_recorded_place", place)
            recorder.emit("generator", place, arguments=generator_arguments(generator))

        return __init__

    wrap(generator_class, "__init__", make)
