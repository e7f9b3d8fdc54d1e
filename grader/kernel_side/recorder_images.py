"""Hooks on `tf.image`'s random functions: augmentation without layers.

In: TensorFlow's image module as it is loaded. Out: events `pipeline_call`.
It must never draw a random number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recorder_core import Recorder, shape_of, wrap
from recorder_data import graph_tokens

KINDS = {
    "random_flip_left_right": "RandomFlip", "random_flip_up_down": "RandomFlip",
    "random_brightness": "RandomBrightness",
    "random_contrast": "RandomContrast", "random_hue": "RandomHue", "random_saturation": "RandomSaturation",
    "stateless_random_flip_left_right": "RandomFlip", "stateless_random_flip_up_down": "RandomFlip",
    "stateless_random_brightness": "RandomBrightness", "stateless_random_contrast": "RandomContrast",
    "stateless_random_hue": "RandomHue", "stateless_random_saturation": "RandomSaturation",
}  # fmt: skip


def install(recorder: Recorder, module: Any) -> None:
    """Wraps each random function that there is."""
    for name, kind in KINDS.items():
        if name in vars(module):
            wrap(module, name, lambda original, name=name, kind=kind: _watched(recorder, original, name, kind))


def _watched(recorder: Recorder, original: Callable[..., Any], name: str, kind: str) -> Callable[..., Any]:
    told: set = set()

    def tell(args: Any, kwargs: Any) -> None:
        if recorder.now.stepping or recorder.now.training:
            return
        place, graphs = recorder.places.here(), graph_tokens()
        if place["line"] is None or (place["cell"], place["line"], tuple(graphs)) in told:
            return
        told.add((place["cell"], place["line"], tuple(graphs)))
        made = {"key": f"tf.image.{name}", "kind": kind, "arguments": {}, **place}
        value = args[0] if args else kwargs.get("image")
        layer = {"class": kind, "name": f"tf.image.{name}", "keras": True, "weights": 0}
        recorder.emit("pipeline_call", place, layer=layer,
                      made=made, training="true", graphs=graphs, reading=recorder.now.reading,
                      shape=shape_of(value))  # fmt: skip

    def random_function(*args: Any, **kwargs: Any) -> Any:
        recorder.attempt("tf.image", tell, args, kwargs)
        return original(*args, **kwargs)

    return random_function
