"""What all hooks of the recorder share: journal, places, registry, and what is going on in this thread.

In: settings. Out: one Recorder object that the hooks close over.
It must never raise into the student's code: hooks go through `attempt`.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any

from journal_writer import Journal
from recorder_places import Places
from recorder_registry import Registry


class Now(threading.local):
    """What this thread is doing.

    Attributes:
        constructing: depth inside backbone constructors.
        making: depth inside constructors of augmentation layers.
        setting: depth inside `trainable = …`.
        stepping: depth inside calls of augmentation layers.
        preprocessing: depth inside `preprocess_input`.
        containers: the models and opaque layers whose call is running, outermost first.
        trace: the observation of a training step, None where none is watched.
        training: depth inside fit, evaluate, predict and train_on_batch of Keras itself.
        reading: True while a training batch is drawn from the student's data.
    """

    def __init__(self) -> None:
        self.constructing = 0
        self.making = 0
        self.setting = 0
        self.stepping = 0
        self.preprocessing = 0
        self.containers: list[Any] = []
        self.trace: Any = None
        self.training = 0
        self.reading = False


class Recorder:
    """The shared state of all hooks in one kernel."""

    def __init__(self, journal: Journal, places: Places, budget: dict[str, Any], out: str) -> None:
        self.journal = journal
        self.places = places
        self.registry = Registry()
        self.budget = budget
        self.out = out
        self.now = Now()
        self.before_event: list[Callable[[], None]] = []
        self._flushing = False

    def emit(self, event: str, place: dict[str, Any] | None = None, **fields: Any) -> None:
        """Writes an event with its place; what was held back (runs of `trainable = …`) goes first."""
        if not self._flushing:
            self._flushing = True
            try:
                for flush in self.before_event:
                    self.attempt("flush", flush)
            finally:
                self._flushing = False
        self.journal.emit(event, **{**(self.places.here() if place is None else place), **fields})

    def attempt(self, what: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """The function's result, or None after a fault of ours, which is written down."""
        try:
            return function(*args, **kwargs)
        except Exception as error:
            self.journal.fault(what, error)
            return None


def wrap(owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replaces `owner.name` by `make(original)`, which looks like the original to whoever asks."""
    original = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
    if getattr(original, "_recorded", False):
        return
    wrapped = make(original)
    functools.update_wrapper(wrapped, original)
    try:
        setattr(wrapped, "__signature__", inspect.signature(original))
    except (TypeError, ValueError):
        pass
    setattr(wrapped, "_recorded", True)
    setattr(owner, name, wrapped)


def is_symbolic(value: Any) -> bool:
    """True for a Keras tensor: a place in a graph that is being built, without values."""
    first = next(iter(value), None) if isinstance(value, (list, tuple)) else value
    if isinstance(value, dict):
        first = next(iter(value.values()), None)
    return hasattr(first, "_keras_history") or type(first).__name__ == "KerasTensor"


def shape_of(value: Any) -> list[int | None] | None:
    """The shape of a tensor or array as a list; None where it has none."""
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    if isinstance(value, dict):
        first = next(iter(value.values()), None)
    shape = getattr(first, "shape", None)
    if shape is None:
        return None
    try:
        return [None if size is None else int(size) for size in shape]
    except (TypeError, ValueError):
        return None
