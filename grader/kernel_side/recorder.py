"""Loaded before the first cell: writes down what a notebook does with Keras, and keeps its trainings short.

In: settings and the journal's key. Out: journal.jsonl, saved models. The events are in EVENTS.md.
It must never raise into the student's code, and imports neither TensorFlow nor Keras: it waits.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from typing import Any

from journal_writer import Journal

_AUGMENTATION_MODULES = (
    "aug_mix", "auto_contrast", "cut_mix", "equalization", "mix_up", "rand_augment", "random_brightness",
    "random_color_degeneration", "random_color_jitter", "random_contrast", "random_crop", "random_elastic_transform",
    "random_erasing", "random_flip", "random_gaussian_blur", "random_grayscale", "random_hue", "random_invert",
    "random_perspective", "random_posterization", "random_rotation", "random_saturation", "random_sharpness",
    "random_shear", "random_translation", "random_zoom", "solarization",
)  # fmt: skip
_LAYERS = ("keras.src.layers.layer", "keras.src.engine.base_layer", "keras.engine.base_layer",
           "tf_keras.src.engine.base_layer", "keras.src.legacy.layer")  # fmt: skip
_TRAINERS = ("keras.src.trainers.trainer", "keras.src.backend.tensorflow.trainer", "keras.src.backend.jax.trainer",
             "keras.src.backend.torch.trainer", "keras.src.engine.training", "keras.engine.training",
             "tf_keras.src.engine.training")  # fmt: skip
_OPTIMIZERS = ("keras.src.optimizers.base_optimizer", "keras.src.optimizers.optimizer",
               "keras.optimizers.optimizer", "keras.src.optimizers.legacy.optimizer_v2",
               "tf_keras.src.optimizers.optimizer")  # fmt: skip
_GENERATORS = ("keras.src.legacy.preprocessing.image", "keras.src.preprocessing.image", "keras.preprocessing.image",
               "tf_keras.src.preprocessing.image")  # fmt: skip
_VERSIONS = ("keras.src.version", "keras.src", "tf_keras.src")


def install(settings: dict[str, Any], key: str) -> None:
    """Opens the journal and sets the hooks. Whatever fails is written to the journal, and the kernel goes on."""
    try:
        out = str(settings.get("out", "/grader/out"))
        os.makedirs(out, exist_ok=True)
        journal = Journal(os.path.join(out, "journal.jsonl"), key)
    except Exception:
        return
    journal.emit("start", python=sys.version.split()[0], budget=settings.get("budget", {}))
    atexit.register(journal.finish)
    try:
        _install_hooks(settings, journal, out)
    except Exception as error:
        journal.fault("install", error)
    _make_room_for_the_students_names()


def _make_room_for_the_students_names() -> None:
    """A student's own module may be called `budget`: ours stay alive in their hooks, but leave the table of modules."""
    here = os.path.dirname(os.path.abspath(__file__))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        ours = name.startswith(("recorder", "budget", "journal_writer"))
        if ours and file and os.path.dirname(os.path.abspath(file)) == here:
            del sys.modules[name]


def _install_hooks(settings: dict[str, Any], journal: Journal, out: str) -> None:
    import budget_shuffle
    import import_hooks
    import recorder_folders
    import recorder_images
    from budget import Budget
    from budget_calls import Calls
    from budget_inference import Inference
    from recorder_backbones import MODULES, ROOTS, BackboneHooks
    from recorder_core import Recorder
    from recorder_data import graph_tokens
    from recorder_layers import LayerHooks
    from recorder_loops import hook_generator, hook_optimizer
    from recorder_models import Models
    from recorder_places import Places, follow_ipython
    from recorder_stages import Stages

    import_hooks.report_faults_to(journal.fault)
    recorder = Recorder(journal, Places(list(settings.get("cells", []))), dict(settings.get("budget", {})), out)
    follow_ipython(recorder.places, import_hooks.when_imported)
    backbones = BackboneHooks(recorder, graph_tokens)
    models = Models(recorder, backbones)
    stages = Stages(recorder, models)
    layers = LayerHooks(recorder, models)
    budget = Budget(recorder, stages)
    inference = Inference(recorder, budget, models)

    def trainer(module: Any) -> None:
        for thing in _own_classes(module, ("Trainer", "TensorFlowTrainer", "JAXTrainer", "TorchTrainer", "Model")):
            budget.install(thing)
            inference.install(thing)
            if thing.__name__ in ("Trainer", "Model"):
                layers.install_model(thing)

    _hook(import_hooks.when_imported, [f"{root}.{name}" for root in ROOTS for name in MODULES], backbones.install)
    _hook(
        import_hooks.when_imported,
        _LAYERS,
        lambda module: [layers.install(c) for c in _own_classes(module, ("Layer",))],
    )
    _hook(import_hooks.when_imported, _TRAINERS, trainer)
    _hook(import_hooks.when_imported, _OPTIMIZERS, lambda module: hook_optimizer(recorder, stages, module))
    _hook(import_hooks.when_imported, _GENERATORS, lambda module: hook_generator(recorder, module))
    _hook(import_hooks.when_imported, _GENERATORS, lambda module: recorder_folders.install_generator(recorder, module))
    _hook(import_hooks.when_imported, recorder_folders.FUNCTIONS,
          lambda module: recorder_folders.install_function(recorder, module))  # fmt: skip
    folder = "keras.src.layers.preprocessing.image_preprocessing"
    augmentations = [f"{folder}.{name}" for name in _AUGMENTATION_MODULES]
    augmentations += [folder, "keras.layers.preprocessing.image_preprocessing",
                      "tf_keras.src.layers.preprocessing.image_preprocessing"]  # fmt: skip
    _hook(import_hooks.when_imported, augmentations, layers.install_augmentations)
    _hook(import_hooks.when_imported, ("tensorflow.python.ops.image_ops_impl",),
          lambda module: recorder_images.install(recorder, module))  # fmt: skip
    _hook(import_hooks.when_imported, ("cv2",), stages.channels.install)
    if not budget.full:
        layers.calls = Calls(recorder)
        _hook(import_hooks.when_imported, ("tensorflow.python.data.ops.dataset_ops",),
              lambda module: budget_shuffle.install(recorder, module))  # fmt: skip
    _hook(import_hooks.when_imported, _VERSIONS, lambda module: _tell_version(journal, module))


def _hook(when_imported: Callable[..., Any], names: Any, callback: Callable[[Any], Any]) -> None:
    for name in names:
        when_imported(name, callback)


def _own_classes(module: Any, names: Any) -> Any:
    found = [getattr(module, name, None) for name in names]
    return [c for c in found if isinstance(c, type) and c.__module__ == module.__name__]


def _tell_version(journal: Journal, module: Any) -> None:
    version = getattr(module, "__version__", "")
    if isinstance(version, str) and version:
        journal.emit("keras", version=version)
