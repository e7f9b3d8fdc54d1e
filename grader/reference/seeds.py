"""One training of the solution, as the run witnessed it, → a ReferenceSeed.

In: the run's Testimony, and what it cost. Out: ReferenceSeed. Pure. It must never take a shortened training for one.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.errors import GraderError
from grader.records import Account, Quantity, ReferenceFit, ReferenceModel, ReferenceSeed, Stage, Testimony

NAMES = ("accuracy", "acc", "binary_accuracy", "sparse_categorical_accuracy", "categorical_accuracy")
_PACKAGES = ("python", "tensorflow", "keras", "numpy")
_DIGITS = 5


def seed_of(run: Testimony, *, seed: int, wall_s: float, cpu_s: float, peak_memory_mb: float,
            environment: Mapping[str, str]) -> ReferenceSeed:
    """Histories and accuracies of every transfer model.

    Raises:
        GraderError: no training of a transfer model came to its end.
    """
    models = tuple(model for account in run.accounts if (model := _model(account)) is not None)
    if not models:
        raise GraderError(f"seed {seed}: no training of a model with a backbone came to its end. {run.why}".rstrip())
    versions = {name: environment[name] for name in _PACKAGES if name in environment}
    return ReferenceSeed(seed=seed, models=models, wall_s=round(wall_s, 1), cpu_s=round(cpu_s, 1),
                         peak_memory_mb=round(peak_memory_mb, 1), versions=versions)


def _model(account: Account) -> ReferenceModel | None:
    trained = [s for s in account.stages if s.history.known and s.history.value]
    if not trained or not account.backbone.name.known or account.backbone.in_model.is_known_as(False):
        return None
    return ReferenceModel(backbone=account.backbone.name.value or "", fits=tuple(map(_fit, trained)),
                          reached=_reached(account, trained))


def _fit(stage: Stage) -> ReferenceFit:
    history = _history(stage)
    return ReferenceFit(
        epochs=max(map(len, history.values())),
        steps=stage.steps_run.value or 0,
        history={name: tuple(round(value, _DIGITS) for value in values) for name, values in history.items()},
    )


def _reached(account: Account, trained: list[Stage]) -> dict[Quantity, float]:
    """The accuracies of the last epoch, the best of all epochs, and the last evaluation on a test set."""
    found: dict[Quantity, float] = {}
    for prefix, last, best in (("", Quantity.TRAINING, Quantity.BEST_TRAINING),
                               ("val_", Quantity.VALIDATION, Quantity.BEST_VALIDATION)):
        values = [value for stage in trained for value in accuracy_in(_history(stage), prefix)]
        at_end = accuracy_in(_history(trained[-1]), prefix)
        if at_end:
            found |= {last: at_end[-1], best: max(values)}
    tests = [accuracy_in({name: (value,) for name, value in e.metrics.items()})
             for e in account.evaluations if e.split == "test"]
    if tests and tests[-1]:
        found[Quantity.TEST] = tests[-1][0]
    return {quantity: round(value, _DIGITS) for quantity, value in found.items()}


def accuracy_in(history: Mapping[str, tuple[float, ...]], prefix: str = "") -> tuple[float, ...]:
    """The accuracy of a history under whichever of its usual names; () where it has none."""
    return next((history[prefix + name] for name in NAMES if prefix + name in history), ())


def _history(stage: Stage) -> Mapping[str, tuple[float, ...]]:
    return stage.history.value or {}
