"""Each finding where it must be found, and silence on near twins; nothing at all on what is right or in doubt."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.judge.findings import (
    KINDS,
    colours,
    data,
    find_findings,
    freezing,
    held,
    honesty,
    leakage,
    order,
    preprocessing,
    training,
    wiring,
)
from grader.judge.findings.facts import facts_of
from grader.judge.findings.pages import overview, page
from grader.judge.findings.scalings import EXPECTS, MODULES
from grader.records import Evidence, Finding, Scaling, Severity, Site, Testimony, Witness, known

BENCH = Path(__file__).parents[2] / "bench"
DOCS = Path(__file__).parents[3] / "docs" / "findings"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


make = load("findings_evidence")
build = load("findings_builders")
bench = load("findings")
POSITIVE = [(code, i, case) for code, (cases, _) in bench.CASES.items() for i, case in enumerate(cases)]
NEGATIVE = [(code, i, case) for code, (_, cases) in bench.CASES.items() for i, case in enumerate(cases)]


def found(of: Evidence, claims: Any = ()) -> dict[str, Finding]:
    """Code → finding; a finder that fails is not forgiven here."""
    facts = facts_of(of)
    for topic in (preprocessing, colours, held, freezing, wiring, data, leakage, order, training):
        list(topic.find(facts))
    list(honesty.find(facts, claims))
    return {f.code: f for f in find_findings(of, claims)}


def fed(*models: Any, **changes: Any) -> dict[str, Finding]:
    accounts = [a for i, (name, low, high, *steps) in enumerate(models)
                for a in build.fed_accounts(name, low, high, *steps, key=f"m{i}")]  # fmt: skip
    return found(make.evidence(*accounts, **changes))


# --------------------------------------------------------------------------- the table of cases


@pytest.mark.parametrize(("code", "number", "case"), POSITIVE, ids=lambda x: str(x) if not callable(x) else "")
def test_it_is_found_with_what_was_measured(code: str, number: int, case: Any) -> None:
    finding = found(*case()).get(code)
    assert finding is not None
    assert finding.measured and all(m.what and m.value for m in finding.measured)
    assert finding.found and finding.explanation and finding.mend and finding.docs == f"docs/findings/{code}.md"


@pytest.mark.parametrize(("code", "number", "case"), NEGATIVE, ids=lambda x: str(x) if not callable(x) else "")
def test_near_twin_is_silent(code: str, number: int, case: Any) -> None:
    assert code not in found(*case())


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.code)
def test_every_kind_has_two_cases_of_each_sort_and_its_page(kind: Any) -> None:
    positive, negative = bench.CASES[kind.code]
    assert len(positive) >= 2 and len(negative) >= 2
    assert (DOCS / f"{kind.code}.md").read_text(encoding="utf-8") == page(kind)


def test_the_overview_of_the_docs_lists_every_kind_and_no_page_is_left_over() -> None:
    assert (DOCS / "README.md").read_text(encoding="utf-8") == overview(KINDS)
    assert {p.stem for p in DOCS.glob("TL*.md")} == {k.code for k in KINDS} == set(bench.CASES)
    assert len({k.code for k in KINDS}) == len(KINDS)


def test_every_backbone_that_needs_a_scaling_has_the_module_of_its_own() -> None:
    assert {name for name, scaling in EXPECTS.items() if scaling != Scaling.IDENTITY} == set(MODULES)


# --------------------------------------------------------------------------- in doubt, nothing


def test_right_notebook_has_no_finding() -> None:
    assert found(make.evidence(make.account(), make.account(Witness.SOURCE), make.account(Witness.MODEL))) == {}


def test_empty_evidence_has_no_finding() -> None:
    assert found(make.evidence().model_copy(update={"testimonies": (), "cells": ()})) == {}


def test_run_is_not_believed_where_somebody_reached_for_the_recorder() -> None:
    reached = Testimony(witness=Witness.SOURCE, remarks=("tampering: Cell 3, line 1: the code uses …",))
    assert "TL101" not in fed(("MobileNetV2", 0, 250), testimonies=[reached])
    assert "TL101" in fed(("MobileNetV2", 0, 250))


def test_what_the_saved_model_contradicts_is_not_said() -> None:
    ran = make.account(stages=(build.opened(),))
    saved = make.account(Witness.MODEL, stages=(make.stage(0, backbone_trainable=known("none")),))
    assert "TL201" in found(make.evidence(ran))
    assert "TL201" not in found(make.evidence(ran, saved))


def test_network_made_without_its_own_scaling_is_not_judged() -> None:
    plain = build.fed("EfficientNetV2B0", -1, 0.9)[0]
    cell = plain.cells[1].model_copy(update={"source": "base = EfficientNetV2B0(include_preprocessing=False)"})
    assert "TL104" in found(plain)
    assert found(plain.model_copy(update={"cells": (plain.cells[0], cell)})) == {}


def test_finder_that_fails_finds_nothing_and_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise ValueError("hostile")

    monkeypatch.setattr(honesty, "find", fails)
    assert [f.code for f in find_findings(build.fed("MobileNetV2", 0, 250)[0])] == ["TL101"]


# --------------------------------------------------------------------------- what is said


def test_doubled_scaling_of_seven_backbones_names_the_ruined_and_why_the_others_were_spared() -> None:
    twice = [("InceptionV3", -1.0078, -0.9925), ("MobileNetV2", -1.0078, -0.9931)]
    told = fed(*twice, ("EfficientNetB0", 0, 252), ("VGG16", -229, 21), ("ResNet50", -231, 20))["TL102"]
    assert "InceptionV3 and MobileNetV2 are squeezed into [-1.008, -0.9925] and [-1.008, -0.9931]" in told.found
    assert "VGG16 and ResNet50 are shifted to [-229, 21] and [-231, 20]" in told.found
    assert "EfficientNetB0 is spared" in told.explanation
    assert "VGG16 and ResNet50 only see all pictures darker" in told.explanation
    assert any("[-1.008, -0.9925]" in m.value for m in told.measured)
    assert told.severity == Severity.GRAVE


def test_doubled_subtraction_shifts_and_is_not_grave() -> None:
    assert fed(("VGG16", -229, 21))["TL102"].severity == Severity.NOTABLE


def test_gravest_stand_first() -> None:
    both = make.account(stages=(build.opened(),), augmentation={"wired": ()})
    assert [f.code for f in find_findings(make.evidence(both))] == ["TL201", "TL301"]


def test_head_without_activation_and_probabilities_is_grave() -> None:
    assert found(*build.headed(1, "linear", "binary_crossentropy"))["TL305"].severity == Severity.GRAVE


# --------------------------------------------------------------------------- the change of the student's own lines


def changed(diff: str) -> list[str]:
    return [line for line in diff.split("\n") if line.startswith(("+", "-")) and not line.startswith(("---", "+++"))]


def test_second_scaling_is_deleted_on_the_data() -> None:
    steps = (make.step(Scaling.MINUS_ONE_TO_ONE, Site.PIPELINE, 3, 2, "mobilenet_v2"),)
    inside = (make.step(Scaling.MINUS_ONE_TO_ONE, of="mobilenet_v2"),)
    both = {"reached": make.pixels(-1.0078, -0.9945), "in_pipeline": steps, "in_model": inside}
    told = found(make.evidence(make.account(preprocessing=both)))["TL102"]
    assert changed(told.diff) == ["-    image = mobilenet_v2.preprocess_input(image)"]
    assert "cell 3" in told.diff and str(told.place) == "cell 3, line 2"


def test_missing_scaling_is_put_before_the_call() -> None:
    told = fed(("MobileNetV2", 0, 250))["TL101"]
    assert changed(told.diff) == ["+x = tf.keras.applications.mobilenet_v2.preprocess_input(x)"]


def test_freezing_is_put_behind_the_constructor() -> None:
    told = found(make.evidence(make.account(stages=(build.opened(),))))["TL201"]
    assert changed(told.diff) == ["+base.trainable = False"]


def test_learning_rate_is_lowered_where_it_is_written() -> None:
    told = found(*build.rates(1e-3, 1e-3))["TL602"]
    assert [line[0] for line in changed(told.diff)] == ["-", "+"]
    assert "learning_rate=0.0001" in told.diff


def test_from_logits_is_taken_back() -> None:
    told = found(*build.headed(1, "sigmoid", "binary_crossentropy", from_logits=True))["TL305"]
    assert "from_logits=False" in changed(told.diff)[1]


@pytest.mark.parametrize("source", ["%matplotlib inline\nbase = M()", "base = (", "", "base =\fM()", "x\r\ny"])
def test_cell_that_can_not_be_read_gets_no_diff(source: str) -> None:
    of = make.evidence(make.account(stages=(build.opened(),)))
    cells = tuple(c.model_copy(update={"source": source}) if c.number == 2 else c for c in of.cells)
    assert found(of.model_copy(update={"cells": cells}))["TL201"].diff == ""


def with_line(number: int, source: str) -> tuple[Any, ...]:
    return tuple(c.model_copy(update={"source": source}) if c.number == number else c for c in make.CELLS)


OWN = "mobilenet_v2"


@pytest.mark.parametrize(("source", "lines"), [
    ("from keras.applications.vgg16 import preprocess_input",
     [f"+from keras.applications.{OWN} import preprocess_input"]),
    ("x = tf.keras.applications.resnet50.preprocess_input(x)",
     [f"+x = tf.keras.applications.{OWN}.preprocess_input(x)"]),
    ("from keras.applications.vgg16 import VGG16, preprocess_input", []),
    ("x = vgg16.preprocess_input(x)", []),
    ("from keras.applications.vgg16 import preprocess_input\ny = keras.applications.resnet.preprocess_input(x)", []),
    (f"from keras.applications.{OWN} import preprocess_input", []),
])  # fmt: skip
def test_preprocessing_of_another_backbone_is_exchanged_where_it_is_taken_once(source: str, lines: list[str]) -> None:
    told = fed(("MobileNetV2", -123.0, 148.0), cells=tuple(c for c in with_line(3, source) if c.number != 4))["TL104"]
    assert changed(told.diff)[1:] == lines


@pytest.mark.parametrize(("source", "line"), [
    ("g = ImageDataGenerator(rescale=1./255, preprocessing_function=preprocess_input)",
     "+g = ImageDataGenerator(preprocessing_function=preprocess_input)"),
    ("g = ImageDataGenerator(preprocessing_function=m.preprocess_input, rescale=1/255)",
     "+g = ImageDataGenerator(preprocessing_function=m.preprocess_input)"),
    ("g = ImageDataGenerator(rotation_range=20, rescale=1/255, preprocessing_function=f)", None),
    ("g = ImageDataGenerator(preprocessing_function=preprocess_input)", None),
])  # fmt: skip
def test_rescaling_beside_the_backbones_own_is_taken_out_of_a_generator(source: str, line: str | None) -> None:
    told = fed(("MobileNetV2", 0, 0.0039, make.step(Scaling.OTHER, Site.GENERATOR, 3, 1)), cells=with_line(3, source))
    assert changed(told["TL106"].diff)[1:] == ([line] if line else [])


@pytest.mark.parametrize(("source", "lines"), [
    ("x = Rescaling(1./255)(x)", ["-x = Rescaling(1./255)(x)"]),
    ("y = Rescaling(1./255)(x)", ["-y = Rescaling(1./255)(x)", "+y = x"]),
    ("x = x / 255.", []), ("train = train.map(f)", []),
])  # fmt: skip
def test_second_kind_of_scaling_is_taken_out_where_it_is_a_layer(source: str, lines: list[str]) -> None:
    steps = (make.step(Scaling.ZERO_TO_ONE, cell=3, line=1), make.step(Scaling.MINUS_ONE_TO_ONE))
    told = fed(("MobileNetV2", -1.0, -0.9922, *steps), cells=with_line(3, f"{source}\nx = base(x)"))["TL106"]
    assert changed(told.diff) == lines


@pytest.mark.parametrize(("source", "line"), [
    ("m.compile('sgd', loss='sparse_categorical_crossentropy')", "+m.compile('sgd', loss='binary_crossentropy')"),
    ("loss = keras.losses.CategoricalCrossentropy()", "+loss = keras.losses.BinaryCrossentropy()"),
    ("from keras.losses import CategoricalCrossentropy as CE", "+from keras.losses import BinaryCrossentropy as CE"),
    ("# categorical_crossentropy", None),
    ("!pip list\nmodel.compile(loss='categorical_crossentropy')", None),
])  # fmt: skip
def test_loss_for_many_classes_is_respelled_for_one_unit(source: str, line: str | None) -> None:
    of, claims = build.headed(1, "sigmoid", "categorical_crossentropy")
    told = found(of.model_copy(update={"cells": with_line(5, source)}), claims)["TL401"]
    assert changed(told.diff)[1:] == ([line] if line else [])


def test_loss_is_not_respelled_for_other_heads() -> None:
    of, claims = build.headed(1, "relu", "binary_crossentropy")
    cells = with_line(5, "model.compile(loss='categorical_crossentropy')")
    assert found(of.model_copy(update={"cells": cells}), claims)["TL401"].diff == ""


def test_part_of_a_copy_that_is_opened_is_called_a_part() -> None:
    (part, _), (whole, _) = (case() for case in (bench.CASES["TL206"][0][1], bench.CASES["TL206"][0][0]))
    assert found(part)["TL206"].found.startswith("A part of a network")
    assert found(whole)["TL206"].found.startswith("All of a network")


def test_change_keeps_letters_beyond_ascii() -> None:
    cells = with_line(7, "model.compile(metrics=['Größe', 'точность'], optimizer=Adam(learning_rate=0.001))")
    told = found(make.evidence(*build.rates(1e-3, 1e-3)[0].testimony(Witness.RUN).accounts, cells=cells))["TL602"]
    assert changed(told.diff)[1] == (
        "+model.compile(metrics=['Größe', 'точность'], optimizer=Adam(learning_rate=0.0001))"
    )


@pytest.mark.parametrize("source", ["a = 1; base = MobileNetV2()", "for n in (1, 2): base = MobileNetV2()"])
def test_line_of_several_statements_gets_no_diff(source: str) -> None:
    of = make.evidence(make.account(stages=(build.opened(),)), cells=with_line(2, source))
    assert found(of)["TL201"].diff == ""


READ = "train_dir = os.path.join(PATH, 'train')\nvalidation_dir = os.path.join(PATH, 'validation')\n"


def leaking(code: str, training: dict[str, Any], validation: dict[str, Any], **common: Any) -> Finding:
    """A cell that reads training data in its line 3 and validation data in its line 4, which share pictures."""
    cells = with_line(1, READ + code)
    first, second = (make.pictures(2000, **how).model_copy(update={"place": make.at(1, line)})
                     for line, how in ((3, training), (4, validation)))  # fmt: skip
    of, _ = build.validated(first, second, 300, cells=cells, **common)
    told = found(of)
    return told.get("TL404") or told["TL403"]


def test_seed_of_the_training_is_given_to_the_validation() -> None:
    call = "{} = image_dataset_from_directory(train_dir, validation_split=0.2, subset='{}', seed={})\n"
    told = leaking(call.format("train", "training", 1) + call.format("held", "validation", 2),
                   {"seed": 1, "subset": "training"}, {"seed": 2, "subset": "validation"})  # fmt: skip
    assert "seed=2" in changed(told.diff)[0] and "seed=1" in changed(told.diff)[1]
    assert any(m.value == "1, 2" for m in told.measured)


def scaled_in_training_only(*sources: str) -> Finding:
    cells = tuple(make.CELLS[0].model_copy(update={"number": n, "source": s}) for n, s in enumerate(sources, start=6))
    of, _ = build.held_out("MobileNetV2", (-1.0, 0.94), (0.0, 251.0))
    return found(of.model_copy(update={"cells": cells}))["TL107"]


def test_validation_is_mapped_as_the_training_is() -> None:
    fit = "history = model.fit(train, validation_data=held, epochs=3)"
    told = scaled_in_training_only(fit, "train, held = 1, 2\nheld = read()\ntrain = train.map(ready)")
    assert changed(told.diff) == ["+held = held.map(ready)"]
    for other in ("train = train.map(ready)\nheld = read()", "held = read().map(ready)\ntrain = train.map(ready)",
                  "held = read()\ntrain = train.map(flip).map(ready)",
                  "held = read()\ndef f():\n    train = train.map(g)"):
        assert scaled_in_training_only(fit, other).diff == ""


def test_part_that_is_not_mixed_gets_the_other_one_s_shuffling() -> None:
    call = "{} = image_dataset_from_directory(train_dir, validation_split=0.2, subset='{}', seed=1, shuffle={})\n"
    how = {"seed": 1, "validation_split": 0.2}
    told = leaking(call.format("train", "training", "True") + call.format("held", "validation", "False"),
                   {**how, "subset": "training", "shuffle": True}, {**how, "subset": "validation", "shuffle": False})
    assert "shuffle=True" in changed(told.diff)[1] and "mixed before it is cut" in told.mend


def test_subset_given_twice_is_changed_in_the_validation() -> None:
    call = "{} = image_dataset_from_directory(train_dir, validation_split=0.2, subset='training', seed=1)\n"
    how = {"seed": 1, "subset": "training", "validation_split": 0.2}
    told = leaking(call.format("train") + call.format("held"), how, how)
    assert "subset='validation'" in changed(told.diff)[1]


def test_folder_read_twice_is_replaced_by_the_one_that_is_not_used() -> None:
    call = "{} = image_dataset_from_directory({})\n"
    told = leaking(call.format("train", "train_dir") + call.format("held", "train_dir"), {}, {})
    assert changed(told.diff)[1] == "+held = image_dataset_from_directory(validation_dir)"
    swapped = leaking(call.format("train", "validation_dir") + call.format("held", "validation_dir"),
                      {"folder": "data/validation", "beside": ("train",)}, {"folder": "data/validation"})  # fmt: skip
    assert (swapped.code, changed(swapped.diff)[1]) == ("TL404", "+train = image_dataset_from_directory(train_dir)")


def test_call_inside_a_function_is_not_changed_for_all_its_callers() -> None:
    code = "def read(f):\n    return image_dataset_from_directory(f)\ntrain, held = map(read, (train_dir,) * 2)"
    assert leaking(code, {}, {}).diff == ""


def test_shuffling_before_dividing_is_made_to_keep_its_order() -> None:
    code = "rows = Dataset.from_tensor_slices((x, y)).shuffle(1000)\ntrain, held = rows.take(800), rows.skip(800)"
    told = leaking(code, {"kind": "rows"}, {"kind": "rows"}, redrawn=True)
    assert "shuffle(1000, reshuffle_each_iteration=False)" in changed(told.diff)[1]
    assert "about 300 are trained on too" in told.found and "anew each time" in told.explanation


def test_few_shared_pictures_are_not_grave() -> None:
    assert leaking("", {}, {}, of=2000).severity == Severity.NOTABLE
    assert leaking("", {}, {}).severity == Severity.GRAVE


def test_pictures_of_ours_are_not_taken_for_the_students() -> None:
    ours = make.pictures(400, folder="/work/.supplied/validation")
    assert "TL403" in found(*build.validated(make.pictures(400), make.pictures(400), 400))
    assert "TL403" not in found(*build.validated(ours, ours, 400))
