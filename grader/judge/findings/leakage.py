"""TL403 to TL406: whether pictures that test a model are really new to it.

In: Facts. Out: Findings. Judged are the files and the rows of arrays that were fed; what merely has a telling name,
or can't be compared, is not spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.judge.findings.diffs import first_argument_replaced, keyword_added, keyword_changed, name_of_path
from grader.judge.findings.facts import Facts, Trained, code, seen
from grader.judge.findings.kinds import Kind
from grader.records import Common, Fed, Finding, Measured, PictureSet, Reading, Severity, Stage

_LEAST = {"files": 0.02, "rows": 0.05}
_FEW = 0.2
_NEARLY_ALL = 0.95
_TRAIN = ("train", "training")
_HELD = ("validation", "valid", "val", "test", "testing")
_READERS = ("image_dataset_from_directory", "flow_from_directory")

SHARED = Kind(
    "TL403", Severity.GRAVE, "Validation pictures are among the training pictures",
    "validated on pictures that they trained on",
    "The validation accuracy is to say how the model does on pictures that it has never seen. It was trained on these: "
    "it may know them by heart, and the number says nothing about new pictures. Overfitting can't be noticed either.",
    "Read training and validation pictures from two folders, or divide one folder with the same `validation_split` and "
    "the same `seed`, once with `subset='training'` and once with `subset='validation'`.",
    "The files, or the rows of the arrays, of the training are compared with those of its validation. Of two parts of "
    "one data set that is shuffled anew each time before `take` and `skip`, how many they share is simulated with the "
    "student's buffer. Silent where fewer than 2 % of files or 5 % of rows are shared, where pictures look so alike "
    "that rows can't be told apart, where the run stood in for missing pictures, and for data from Python code.",
)  # fmt: skip
HELD_OUT = Kind(
    "TL404", Severity.GRAVE, "The training reads the validation folder", "trained on the validation folder",
    "The pictures that should test the model are those from which it learns, and the training folder is not used for "
    "it. There are fewer of them, and there is nothing left on which the model could be tested.",
    "Read the training data from the training folder.",
    "All pictures of the training come from a folder called validation or test, and a training folder lies beside it. "
    "Silent where the training also has pictures from elsewhere.",
)  # fmt: skip
TESTED = Kind(
    "TL405", Severity.GRAVE, "The model is tested on pictures that it trained on",
    "tested on pictures that they trained on",
    "A test is to say how the model does on pictures that it has never seen. It was trained on these, so the number is "
    "better than what new pictures would give.",
    "Set the test pictures aside before anything else, and keep them out of every training.",
    "The files or rows that `evaluate` reads are compared with those of the model's trainings: a part of them, but not "
    "all, was trained on; or all of them, and neither a validation nor another test has new pictures. Silent where "
    "the training set itself is evaluated beside a test, and where data can't be compared.",
)  # fmt: skip
CHOSEN_BY = Kind(
    "TL406", Severity.HINT, "The last test uses the pictures by which the training was chosen",
    "tested on the pictures that chose the model",
    "The callback kept the weights, or stopped, where these pictures gave the best result. Tested on them again, the "
    "model looks a little better than it is.",
    "Keep some pictures apart that neither train nor choose, and evaluate on those at the end.",
    "`EarlyStopping` or `ModelCheckpoint` watched the validation, and every `evaluate` after the last training reads "
    "the same files or rows. Silent without such a callback, and where any other data is evaluated too.",
)  # fmt: skip

KINDS = (SHARED, HELD_OUT, TESTED, CHOSEN_BY)


def find(facts: Facts) -> Iterator[Finding]:
    """Each kind at most once a model."""
    for model in facts.models:
        held_out = next(_held_out(model, facts), None)
        shared = next(_shared(model, facts), None)
        if held_out is not None:
            yield held_out
        elif shared is not None:
            yield shared
        yield from _tested(model, facts)
        yield from _chosen_by(model, facts)


# --------------------------------------------------------------------------- what may be compared


def _stages(model: Trained) -> Iterator[tuple[Stage, Fed]]:
    for stage in model.stages:
        if stage.fed.value is not None:
            yield stage, stage.fed.value


def _readings(model: Trained) -> list[Reading]:
    """The tests after a training, in order."""
    return [r for account in model.run.accounts for r in account.readings if r.what == "evaluate" and r.trainings > 0]


def _told_apart(pictures: PictureSet | None, facts: Facts) -> bool:
    """False for pictures of ours that stand in for the student's, and may stand in for several."""
    if pictures is None or any(".supplied" in folder for folder in pictures.folders):
        return False
    return pictures.kind == "files" or not any(n.kind == "supplied" for n in facts.evidence.notices)


def _overlaps(common: Common | None, pictures: PictureSet | None) -> bool:
    if common is None or pictures is None:
        return False
    return common.shared >= 2 and common.share >= _LEAST[pictures.kind]


def _what(pictures: PictureSet | None) -> str:
    """`2000 files of data/train`, `70 rows of an array`."""
    if pictures is None:
        return "unknown"
    count = "" if pictures.count is None else f"{pictures.count} "
    if pictures.kind == "rows":
        return f"{count}rows of arrays"
    return f"{count}files" + (f" of `{'` and `'.join(map(_end_of, pictures.folders))}`" if pictures.folders else "")


def _end_of(folder: str) -> str:
    """`cats_and_dogs_filtered/train`: where it lies on which machine is of no interest."""
    parts = [part for part in re.split(r"[/\\]+", folder) if part not in ("", ".")]
    return "/".join(parts[-2:])


def _last_part(folder: str) -> str:
    parts = [part for part in re.split(r"[/\\]+", folder.lower()) if part not in ("", ".")]
    return parts[-1] if parts else ""


# --------------------------------------------------------------------------- training and validation


def _shared(model: Trained, facts: Facts) -> Iterator[Finding]:
    for stage, fed in _stages(model):
        common, training, validation = fed.common, fed.training, fed.validation
        if common is None or training is None or validation is None or not _overlaps(common, validation):
            continue
        if not (_told_apart(training, facts) and _told_apart(validation, facts)):
            continue
        about = "about " if common.redrawn else ""
        yield SHARED.finding(
            f"Of the {common.of} validation pictures of {model.called}, {about}{common.shared} are trained on too.",
            [seen("trained on", _what(training), training.place or stage.place),
             seen("validated on", _what(validation), validation.place or stage.place),
             seen("pictures of the validation that are trained on too", f"{about}{common.shared} of {common.of}",
                  stage.place), *_ways(fed)],
            severity=Severity.NOTABLE if common.share < _FEW else None, mend=_mend(fed),
            why=_REDRAWN if common.redrawn else "", diff=_diff(fed, facts),
            place=validation.place or stage.place, excerpt=validation.excerpt if validation.place else stage.excerpt,
        )  # fmt: skip
        return


_REDRAWN = (
    "`take` and `skip` cut the data set after it is shuffled, and it is shuffled anew each time that it is read: once "
    "for the training, once for the validation, again in each epoch. So the two parts are not the same twice, and "
    "pictures of the one turn up in the other. The validation accuracy is then that of pictures which the model knows."
)


def _ways(fed: Fed) -> Iterator[Measured]:
    """How one folder was divided, where the two calls differ."""
    if fed.training is None or fed.validation is None or not fed.validation.arguments:
        return
    divided = "subset" in fed.validation.arguments
    for name in ("subset", "validation_split", "seed", *(("shuffle",) if divided else ())):
        values = (fed.training.arguments.get(name, "none"), fed.validation.arguments.get(name, "none"))
        if values[0] != values[1] and set(values) != {"training", "validation"}:
            yield seen(f"`{name}` of training, and of validation", f"{values[0]}, {values[1]}", fed.validation.place)


def _differing(fed: Fed, name: str) -> bool:
    return fed.training is not None and fed.validation is not None and (
        fed.training.arguments.get(name) != fed.validation.arguments.get(name))  # fmt: skip


def _mend(fed: Fed) -> str:
    if fed.common is not None and fed.common.redrawn:
        return ("Shuffle after dividing, not before; or give `shuffle` the argument `reshuffle_each_iteration=False`; "
                "or let `image_dataset_from_directory` divide, with `validation_split` and `subset`.")  # fmt: skip
    if fed.training is None or fed.validation is None or fed.training.kind == "rows":
        return "Divide the arrays once, before anything else, so that no picture is in both parts."
    if not fed.validation.arguments.get("subset") and "validation" in fed.validation.beside:
        return "Read the validation data from the validation folder."
    if fed.validation.arguments.get("subset") and _differing(fed, "seed"):
        return "Give both calls the same `seed`: with another one the folder is mixed, and cut, another way."
    if fed.validation.arguments.get("subset") and _differing(fed, "shuffle"):
        return ("Give both calls the same `shuffle`: the list of files is mixed before it is cut, so without mixing it "
                "is cut another way.")  # fmt: skip
    return ""


def _diff(fed: Fed, facts: Facts) -> str:
    cells, training, validation = facts.evidence.cells, fed.training, fed.validation
    if fed.common is None or training is None or validation is None:
        return ""
    if fed.common.redrawn:
        return keyword_added(cells, "shuffle", "reshuffle_each_iteration", "False") if not training.folders else ""
    seed = training.arguments.get("seed", "")
    wrong = [name for name in ("validation_split", "seed") if _differing(fed, name)]
    if wrong == ["seed"] and re.fullmatch(r"\d+", seed) and validation.arguments.get("subset") == "validation":
        return keyword_changed(cells, validation.place, ("seed",), seed)
    if not wrong and _differing(fed, "shuffle") and validation.arguments.get("subset") == "validation":
        return keyword_changed(cells, validation.place, ("shuffle",), training.arguments.get("shuffle", "True"))
    same = training.arguments.get("subset") == validation.arguments.get("subset") == "training"
    if not wrong and same and training.place != validation.place:
        return keyword_changed(cells, validation.place, ("subset",), "'validation'")
    other = name_of_path(cells, ("validation", "valid", "val"))
    if not wrong and not validation.arguments.get("subset") and other and training.place != validation.place:
        return first_argument_replaced(cells, validation.place, _READERS, other)
    return ""


def _held_out(model: Trained, facts: Facts) -> Iterator[Finding]:
    for stage, fed in _stages(model):
        training = fed.training
        if training is None or training.kind != "files" or not training.folders:
            continue
        beside = [name for name in training.beside if name.lower() in _TRAIN]
        if not beside or not all(_last_part(folder) in _HELD for folder in training.folders):
            continue
        measured = [seen("trained on", _what(training), training.place or stage.place),
                    seen("a folder beside it", f"`{beside[0]}`", training.place)]  # fmt: skip
        if fed.validation is not None:
            measured.append(seen("validated on", _what(fed.validation), fed.validation.place))
        name = name_of_path(facts.evidence.cells, _TRAIN)
        yield HELD_OUT.finding(
            f"The training in {stage.place} learns from {_what(training)}.", measured,
            diff=first_argument_replaced(facts.evidence.cells, training.place, _READERS, name) if name else "",
            place=training.place or stage.place, excerpt=training.excerpt if training.place else stage.excerpt,
        )  # fmt: skip
        return


# --------------------------------------------------------------------------- tests


def _tested(model: Trained, facts: Facts) -> Iterator[Finding]:
    readings = _readings(model)
    for reading in readings:
        common = reading.trained
        if common is None or common.redrawn or not _overlaps(common, reading.data):
            continue
        if not _told_apart(reading.data, facts) or not _is_leak(reading, readings, model):
            continue
        kind = reading.data.kind if reading.data is not None else "files"
        if common.share < _LEAST[kind]:
            continue
        all_of_them = common.shared == common.of
        yield TESTED.finding(
            f"{'All' if all_of_them else f'{common.shared} of the'} {common.of} pictures on which {model.called} is "
            f"tested in {reading.place} were trained on.",
            [seen("tested on", _what(reading.data), reading.place),
             seen("of these, trained on", f"{common.shared} of {common.of}", reading.place),
             seen("new pictures in any validation or test", "none", reading.place) if all_of_them else
             seen("pictures of the training", reading.pictures or "unknown", model.stages[0].place)],
            severity=Severity.NOTABLE if all_of_them else None,
            place=reading.place, excerpt=reading.excerpt,
        )  # fmt: skip
        return


def _is_leak(reading: Reading, readings: list[Reading], model: Trained) -> bool:
    """A part of a test that was trained on is one; a whole is, where nothing new is looked at anywhere."""
    common = reading.trained
    if common is None:
        return False
    whole_training = reading.pictures is not None and common.shared >= _NEARLY_ALL * reading.pictures
    if common.share < _NEARLY_ALL:
        return not whole_training
    fed = [fed for _, fed in _stages(model)]
    nothing_validated = len(fed) == len(model.stages) and not any(f.validated for f in fed)
    return nothing_validated and all(r.trained is not None and r.trained.share >= _NEARLY_ALL for r in readings)


def _chosen_by(model: Trained, facts: Facts) -> Iterator[Finding]:
    watched = [(stage, fed) for stage, fed in _stages(model) if fed.watched and fed.validation is not None]
    account = model.run.accounts[-1]
    last = len(account.stages)
    finals = [r for r in account.readings if r.what == "evaluate" and r.trainings == last]
    if not watched or not finals:
        return
    alike = [r for r in finals if r.validated is not None and r.validated.share >= _NEARLY_ALL
             and _told_apart(r.data, facts)]  # fmt: skip
    if len(alike) < len(finals):
        return
    stage, fed = watched[-1]
    first = alike[0]
    yield CHOSEN_BY.finding(
        f"{model.called[:1].upper()}{model.called[1:]} is tested in {first.place} on the pictures by which its "
        "training was stopped or its weights were kept.",
        [seen("validated on, and watched by a callback", _what(fed.validation), stage.place),
         seen("tested on", f"{code(first.excerpt) or _what(first.data)}", first.place),
         seen("the same pictures", f"{first.validated.shared if first.validated else 0} of "
              f"{first.validated.of if first.validated else 0}", first.place)],
        place=first.place, excerpt=first.excerpt,
    )  # fmt: skip
