"""What running the notebook showed: `read_run`, the witness that saw the calls and measured the values.

In: the notebook's cells and a Run. Out: a Testimony with an account of each model that was trained, or compiled
with a backbone inside, else of the last one that was compiled. It must never believe a journal that is not whole,
and never judge.
"""

from __future__ import annotations

from grader.evidence.run_events import FeaturesEvent, parse_events
from grader.evidence.run_facts import Notebook
from grader.evidence.run_fed import evaluations_of, readings_of
from grader.evidence.run_history import BuiltModel, History, history_of
from grader.evidence.run_parts import (
    backbone_of,
    head_of,
    loaded_backbone,
    pooling_of,
    pooling_of_features,
    precomputed_from,
)
from grader.evidence.run_pixels import augmentation_of, preprocessing_of, preprocessing_of_features
from grader.evidence.run_stages import freezings_of, freezings_of_copies, stages_of, starts_from
from grader.records import (
    Account,
    Cell,
    CellStatus,
    Fact,
    Run,
    RunEnd,
    Testimony,
    Witness,
)

_SEEING = ("call", "model", "stage", "plan", "install", "flush", "Layer", "trainer", "after import")
"""Faults of these kinds may have hidden a model or a training from the recorder."""


def read_run(cells: tuple[Cell, ...], run: Run) -> Testimony:
    """What happened, in order, as the recorder in the student's kernel wrote it down."""
    if run.grader_fault or run.end in (RunEnd.NOT_STARTED, RunEnd.GRADER_FAULT):
        return _absent(run.grader_fault or "the notebook could not be run here")
    events, dropped = parse_events(run.journal)
    history = history_of(events)
    if not events:
        return _absent("the recorder wrote nothing down")
    remarks = _remarks(history, dropped, intact=run.journal_intact)
    blind = [f for f in history.faults if any(word in f.what for word in _SEEING)]
    models = [m for m in history.models.values() if _belongs(m)] or _compiled_last(history)
    if not models and (not run.journal_intact or blind or dropped):
        why = "the recorder's journal is not whole" if not blind else "the recorder failed in part of the notebook"
        return _absent(why, remarks)
    notebook = Notebook(cells)
    complete = run.journal_intact and not blind and all(r.status == CellStatus.OK for r in run.cells)
    models.sort(key=lambda m: (len(m.key), m.key))
    accounts = tuple(_account(m, history, notebook, complete=complete) for m in models)
    used = [m.described.backbone.key for m in models if m.described is not None and m.described.backbone is not None]
    return Testimony(
        witness=Witness.RUN,
        accounts=accounts,
        loaded=tuple(loaded_backbone(b, notebook) for b in history.backbones.values()),
        freezings=freezings_of(history, used, notebook),
        freezings_of_copies=freezings_of_copies(history, used, notebook),
        remarks=remarks,
    )


def _belongs(model: BuiltModel) -> bool:
    """Trained, or compiled with a backbone inside."""
    inside = model.described is not None and model.described.backbone is not None
    return bool(model.trainings) or (inside and bool(model.compiles))


def _compiled_last(history: History) -> list[BuiltModel]:
    """Where nothing is trained and no model holds a backbone, the one that was meant to be trained."""
    return [m for m in history.models.values() if m.described is not None and m.compiles][-1:]


def _absent(why: str, remarks: tuple[str, ...] = ()) -> Testimony:
    return Testimony(witness=Witness.RUN, available=False, why=why, remarks=remarks)


def _account(model: BuiltModel, history: History, notebook: Notebook, *, complete: bool) -> Account:
    account = Account(
        witness=Witness.RUN,
        label=model.label,
        model_key=model.key,
        starts_from=starts_from(model, history),
        place=notebook.place(model.described),
        backbone=backbone_of(model, history, notebook),
        augmentation=augmentation_of(model, history, notebook, complete=complete),
        preprocessing=preprocessing_of(model, history, notebook),
        pooling=pooling_of(model, history, notebook),
        head=head_of(model, notebook),
        features_precomputed=_not_precomputed(model, notebook),
        readings=readings_of(model, notebook),
        evaluations=evaluations_of(model, notebook),
        stages=stages_of(model, history, notebook),
        stages_known=complete or bool(model.trainings),
    )
    told = precomputed_from(model, history)
    return account if told is None else _on_features(account, model, told, history, notebook)


def _on_features(
    account: Account, model: BuiltModel, told: FeaturesEvent, history: History, notebook: Notebook
) -> Account:
    """The account of a model that is trained on features which a backbone computed before."""
    why = "the features were computed before, from pictures that the recorder did not follow"
    backbone = loaded_backbone(history.backbones[told.backbone], notebook)
    return account.model_copy(
        update={
            "backbone": backbone.model_copy(update={"in_model": account.backbone.in_model}),
            "augmentation": account.augmentation.model_copy(update={"wired": notebook.cant_tell(why, told)}),
            "preprocessing": preprocessing_of_features(told, notebook),
            "pooling": pooling_of_features(model, told, history, notebook),
            "features_precomputed": notebook.known(True, told),
        }
    )


def _not_precomputed(model: BuiltModel, notebook: Notebook) -> Fact[bool]:
    inside = model.described is not None and model.described.backbone is not None
    return notebook.known(False) if inside or model.batch is not None else notebook.cant_tell("no step was observed")


def _remarks(history: History, dropped: int, *, intact: bool) -> tuple[str, ...]:
    remarks = []
    if not intact:
        remarks.append("The recorder's journal was cut or altered; only what was sealed before is used.")
    if dropped:
        remarks.append(f"{dropped} of the recorder's lines could not be read.")
    faults = dict.fromkeys((f.what, f.error) for f in history.faults)
    remarks += [
        f"The recorder failed at '{what}' ({error}); what it would have seen is missing." for what, error in faults
    ]
    return tuple(remarks)
