"""Notebooks of one fault each, put together from evidence: what `findings.py` measures the findings by.

In: what is special about a notebook. Out: a Case, its Evidence with the claims of its report.
"""

from __future__ import annotations

from typing import Any

from findings_evidence import CELLS, account, at, evidence, pictures, pixels, random_layer, stage, step

from grader.records import (
    Account,
    Cause,
    CauseKind,
    Cell,
    CellKind,
    Claim,
    ClaimVerdict,
    Common,
    Evidence,
    Fed,
    Labels,
    Loss,
    PictureSet,
    Reading,
    Scaling,
    Site,
    Stage,
    Testimony,
    Trainable,
    Witness,
    cant_tell,
    known,
)

ONE, ZERO = Scaling.MINUS_ONE_TO_ONE, Scaling.ZERO_TO_ONE
ALL, PART, NONE = Trainable.ALL, Trainable.PART, Trainable.NONE
SOURCE, RUN, MODEL, DOCUMENT = Witness.SOURCE, Witness.RUN, Witness.MODEL, Witness.DOCUMENT
Case = tuple[Evidence, tuple[Claim, ...]]


def case(*accounts: Account, claims: tuple[Claim, ...] = (), **changes: Any) -> Case:
    return evidence(*accounts, **changes), claims


def by_opencv(name: str, low: float, high: float, reached: tuple[float, ...], entered: tuple[float, ...] = (),
              channels: str = "bgr") -> Case:  # fmt: skip
    """Pictures that OpenCV read, with their channels' means where they enter the model and at the backbone."""
    found = {"reached": pixels(low, high, *reached), "channels": channels,
             "raw": pixels(0, 250, *(entered or (90.0, 120.0, 150.0)))}  # fmt: skip
    return case(account(backbone={"name": known(name, at(2))}, preprocessing=found))


def fed(name: str, low: float, high: float, *steps: Any, source: Any = None, weights: str = "imagenet",
        means: tuple[float, ...] = (), raw: tuple[float, ...] = ()) -> Case:  # fmt: skip
    """A model whose backbone got values in this range. `source`: steps that the code shows."""
    return case(*fed_accounts(name, low, high, *steps, source=source, weights=weights, means=means, raw=raw))


def fed_accounts(name: str, low: float, high: float, *steps: Any, source: Any = None, weights: str = "imagenet",
                 means: tuple[float, ...] = (), raw: tuple[float, ...] = (),
                 key: str = "m0") -> list[Account]:  # fmt: skip
    backbone = {"name": known(name, at(2)), "weights": weights}
    preprocessing = {"reached": pixels(low, high, *means), "raw": pixels(0, 250, *raw), "in_model": tuple(steps)}
    found = [account(backbone=backbone, preprocessing=preprocessing, model_key=key, label=name.lower())]
    if source is not None:
        found.append(account(SOURCE, backbone=backbone, preprocessing={"in_model": source}, label=name.lower()))
    return found


def trained(*stages: Stage, weights: str = "imagenet", **changes: Any) -> Case:
    return case(account(stages=stages, backbone={"weights": weights}), **changes)


def opened(**changes: Any) -> Stage:
    """A first training in which all of the backbone could learn, and did."""
    given = {"backbone_trainable": ALL, "trainable_layers": 154, "backbone_changed": True, **changes}
    return stage(0, **given)


def headed(units: int, activation: str, loss: str, *, from_logits: bool = False, inside: bool | None = None,
           saved: str = "", **changes: Any) -> Case:  # fmt: skip
    """A head and a loss; `inside`: whether the saved model's outputs lie in [0, 1]; `saved`: its activation there."""
    stages = (stage(0, loss=Loss(name=loss, from_logits=from_logits)),)
    found = [account(head={"units": units, "activation": activation}, stages=stages, **changes)]
    if inside is not None:
        unknown = {"units": cant_tell(), "activation": known(saved) if saved else cant_tell()}
        found.append(account(MODEL, head={**unknown, "outputs_within_unit": inside}, stages=stages))
    return case(*found)


def augmented(site: Site | None, *, source: Site | None = None, precomputed: bool = False) -> Case:
    """A model whose training pictures pass a random layer there, or nowhere."""
    wired = (random_layer(site=site),) if site is not None else ()
    found = [account(augmentation={"wired": wired}, features_precomputed=known(precomputed))]
    if source is not None:
        found.append(account(SOURCE, augmentation={"wired": (random_layer(site=source),)}))
    return case(*found)


def predicting(asleep: bool | None) -> Case:
    fact = cant_tell() if asleep is None else known(asleep)
    return case(account(), account(MODEL, augmentation={"inactive_in_inference": fact}))


def without_backbone(*, in_source: bool = False, cell_runs: Any = None, unknown: bool = False) -> Case:
    """A network without the backbone that was loaded."""
    absent = cant_tell("a layer into which nobody sees") if unknown else known(False)
    stages = (stage(0, backbone_trainable=cant_tell(), backbone_changed=cant_tell()),)
    found = [account(backbone={"name": cant_tell(), "weights": cant_tell(), "in_model": absent}, stages=stages)]
    if in_source:
        found.append(account(SOURCE))
    changes = {} if cell_runs is None else {"cell_runs": cell_runs}
    return case(*found, run={"loaded": (account().backbone,)}, **changes)


def copied(what: Trainable, stages: tuple[Stage, ...], *, own: Trainable | None = None) -> Case:
    """`trainable` set on a network that no model contains; `own`: also on the one in the model."""
    copy = known(what, at(3), "base2.trainable = …")
    freezings = (copy,) if own is None else (copy, known(own, at(4)))
    run = {"freezings": freezings, "freezings_of_copies": (copy,), "loaded": (account().backbone, account().backbone)}
    return case(account(stages=stages), run=run)


def made_again(last: Trainable, *, after: bool = True) -> Case:
    """A second network, opened by the code; `after`: made after the first training. The model's own stays frozen."""
    stages = (stage(0), stage(1, backbone_trainable=NONE, backbone_changed=False))
    second = account(backbone={"name": known("MobileNetV2", at(7 if after else 1))}).backbone
    freezings = (known(NONE, at(2)), known(last, at(7)))
    code = Testimony(witness=SOURCE, accounts=(account(SOURCE, stages=stages),), freezings=freezings)
    return case(account(stages=stages), run={"loaded": (account().backbone, second)}, testimonies=[code])


def written_of_a_clone(became: Trainable, *, cell: int = 7, own: bool = False) -> Case:
    """A clone that the code alone shows, opened in `cell`; `own`: the model's own is opened afterwards."""
    stages = (stage(0), stage(1, backbone_trainable=NONE, backbone_changed=False))
    opened = known(became, at(cell), "clone.trainable = …")
    freezings = (known(NONE, at(2)), opened, *((known(ALL, at(cell)),) if own else ()))
    code = Testimony(witness=SOURCE, accounts=(account(SOURCE, stages=stages),), freezings=freezings,
                     freezings_of_copies=(opened,))  # fmt: skip
    return case(account(stages=stages), run={"loaded": (account().backbone,)}, testimonies=[code])


def logged(*logs: dict[str, str], epochs: int = 5, stages: tuple[Stage, ...] | None = None, excerpt: str = "Epoch 1/5",
           asked: int = 5, units: int = 1, **changes: Any) -> Case:  # fmt: skip
    """A notebook with saved logs: of each, its metrics by name."""
    there = stages or tuple(stage(i, epochs_asked=asked) for i in range(len(logs)))
    told = tuple(Stage(order=i, place=at(6 + 2 * i).model_copy(update={"line": None}), epochs_asked=known(epochs),
                       excerpt=excerpt) for i in range(len(logs)))  # fmt: skip
    claims = {f"training_{i}.{name}": values for i, log in enumerate(logs) for name, values in log.items()}
    document = Testimony(witness=DOCUMENT, accounts=(Account(witness=DOCUMENT, stages=told),), claims=claims)
    head = {"units": units, "activation": "sigmoid" if units == 1 else "softmax"}
    found = (account(stages=there, head=head), account(SOURCE, stages=there, head=head))
    return case(*found, testimonies=[document], **changes)


def fitted(source: str) -> tuple[Cell, ...]:
    """The cells of a notebook whose first training stands in this one."""
    return tuple(cell.model_copy(update={"source": source}) if cell.number == 6 else cell for cell in CELLS)


def counted(remark: str, *causes: Cause, finished: bool = False) -> Case:
    document = Testimony(witness=DOCUMENT, remarks=(remark,))
    runs = {} if finished else {"cell_runs": ()}
    return case(testimonies=[document], causes=causes, **runs)


def claimed(verdict: ClaimVerdict) -> Case:
    claim = Claim(what="validation accuracy", claimed="0.99", verdict=verdict, there="0.91", there_place=at(6))
    return case(claims=(claim,))


def fresh(other: Witness | None = None, *, rate: float = 1e-5, continues: bool = False) -> Case:
    """Fine-tuning in a second Keras model; `other`: who takes it for a continuation."""
    second = stage(0, backbone_trainable=PART, backbone_changed=True, learning_rate=rate, continues=continues,
                   place=at(8), compile_place=at(7))  # fmt: skip
    goes_on = second.model_copy(update={"continues": known(True)})
    found = [account(stages=(stage(0),)), account(stages=(second,), model_key="m1", place=at(7))]
    if other is not None:
        found += [account(other, stages=(stage(0),)), account(other, stages=(goes_on,), model_key="m1", place=at(7))]
    return case(*found)


def validated(training: PictureSet | None, validation: PictureSet | None, shared: int | None, of: int = 400,
              **changes: Any) -> Case:  # fmt: skip
    """A training and its validation, with how many pictures of this are trained on too."""
    redrawn = bool(changes.pop("redrawn", False))
    common = None if shared is None else Common(shared=shared, of=of, redrawn=redrawn)
    return trained(stage(0, fed=Fed(training=training, validation=validation, validated=validation is not None,
                                    common=common)), **changes)  # fmt: skip


def evaluated(*readings: Reading, validation: Common | None = None, watched: bool = False) -> Case:
    """A training of 2000 files, and tests after it."""
    fed = Fed(training=pictures(2000), validation=pictures(400) if validation else None, validated=bool(validation),
              common=validation, watched=watched)  # fmt: skip
    return case(account(stages=(stage(0, fed=fed),), readings=readings))


def labelled(low: float, high: float, loss: str, *, units: int = 1, width: int = 1, ones: bool = False) -> Case:
    labels = Labels(width=width, rows=200, minimum=low, maximum=high, whole=True, sums_to_one=ones, of_all=True)
    head = {"units": units, "activation": "sigmoid" if units == 1 else "softmax"}
    return case(account(head=head, stages=(stage(0, loss=Loss(name=loss), fed=Fed(labels=labels)),)))


def held_out(name: str, asleep: tuple[float, float], held: tuple[float, float], augmented: str = "RandomFlip") -> Case:
    """What reached a backbone in training and in validation; training data passes this random layer."""
    found = {"asleep": pixels(*asleep), "held": pixels(*held), "reached": pixels(*asleep)}
    return case(account(backbone={"name": known(name, at(2))}, preprocessing=found,
                        augmentation={"wired": (random_layer(augmented, Site.PIPELINE),)}))  # fmt: skip


READ = "held = keras.utils.image_dataset_from_directory('data/validation', image_size=(160, 160))\n"
PREDICTED = "scores = model.predict(held)\n"


def compared(*lines: str, order: Any = "anew", read: str = READ, predicted: int = 2) -> Case:
    """One cell of code that reads a folder, predicts in its line `predicted`, and compares."""
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate((read + "".join(lines),), start=1))
    data = pictures(400, folder="data/validation").model_copy(update={
        "order": order, "place": at(1, 1), "excerpt": read.strip()})  # fmt: skip
    reading = Reading(what="predict", place=at(1, predicted), excerpt="scores = …", data=data)
    return case(account(readings=(reading,)), cells=cells)


def rates(first: float, second: float, **changes: Any) -> Case:
    return trained(stage(0, learning_rate=first), stage(1, learning_rate=second, **changes))


NAME_ERROR = Cause(kind=CauseKind.STUDENT_ERROR, message="NameError: name 'train' is not defined", place=at(6))
STRANGE = Cause(kind=CauseKind.TIME_OUT, message="took longer than 60 s", place=at(6))
RGB = (150.0, 120.0, 90.0)
SCALED_ONCE = (step(ONE),)
