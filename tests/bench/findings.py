"""Every finding where it must be found, and near twins where it must be silent: prints the table of both.

In: evidence built by hand, one case a function. Out: a table; exit code 1 where a case fails. Tests use the cases too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from findings_builders import (
    ALL,
    MODEL,
    NAME_ERROR,
    NONE,
    ONE,
    PART,
    PREDICTED,
    RGB,
    RUN,
    SCALED_ONCE,
    SOURCE,
    STRANGE,
    ZERO,
    Case,
    augmented,
    by_opencv,
    case,
    claimed,
    compared,
    copied,
    counted,
    evaluated,
    fed,
    fitted,
    fresh,
    headed,
    held_out,
    labelled,
    logged,
    made_again,
    opened,
    predicting,
    rates,
    trained,
    validated,
    without_backbone,
    written_of_a_clone,
)
from findings_evidence import account, at, pictures, stage, step, tested

from grader.judge.findings import KINDS, find_findings
from grader.judge.findings.pages import overview, page
from grader.records import (
    ClaimVerdict,
    Common,
    Notice,
    Scaling,
    Site,
    cant_tell,
    known,
)

DOCS = Path(__file__).parents[2] / "docs" / "findings"

CASES: dict[str, tuple[list[Callable[[], Case]], list[Callable[[], Case]]]] = {
    "TL101": (
        [
            lambda: fed("MobileNetV2", 0, 251.3),
            lambda: fed("VGG16", 0, 255, source=()),
            lambda: fed("DenseNet121", 0, 243),
        ],
        [
            lambda: fed("EfficientNetB0", 0, 251.3),
            lambda: fed("ConvNeXtTiny", 0, 255),
            lambda: fed("MobileNetV2", 0, 251.3, weights="none"),
            lambda: fed("MobileNetV2", 0, 251.3, source=SCALED_ONCE),
            lambda: fed("MobileNetV2", -1, 0.93),
        ],
    ),
    "TL102": (
        [
            lambda: fed("MobileNetV2", -1.0078, -0.9945, step(ONE), step(ONE)),
            lambda: fed("InceptionV3", -1.0078, -0.9921),
            lambda: fed("ResNet50", -229.0, 21.0),
            lambda: fed("DenseNet121", -2.15, -1.76),
        ],
        [
            lambda: fed("MobileNetV2", -1.0, -0.2),
            lambda: fed("ResNet50", -123.68, 148.0),
            lambda: fed("EfficientNetB0", 0, 255, step(Scaling.IDENTITY), step(Scaling.IDENTITY)),
            lambda: fed("MobileNetV2", -1.0, -1.0),
            lambda: fed("MobileNetV2", -1.0078, -0.9945, weights="none"),
        ],
    ),
    "TL103": (
        [lambda: fed("MobileNetV2", 0.0018, 0.894, step(ZERO)), lambda: fed("EfficientNetB0", 0, 0.98)],
        [lambda: fed("MobileNetV2", -0.99, 0.894), lambda: fed("EfficientNetB0", 0, 250),
         lambda: fed("MobileNetV2", 0.0018, 0.894, source=SCALED_ONCE)],
    ),
    "TL104": (
        [lambda: fed("MobileNetV2", -123.0, 148.0), lambda: fed("VGG16", -1.0, 0.95),
         lambda: fed("EfficientNetB0", -1.0, 0.95)],
        [lambda: fed("ResNet50V2", -1.0, 0.95), lambda: fed("ResNet50", -123.0, 148.0),
         lambda: fed("DenseNet201", -2.1, 2.5)],
    ),
    "TL105": (
        [
            lambda: fed("VGG16", -120, 150, means=(46.1, 3.2, -33.7), raw=RGB),
            lambda: fed("ResNet50", -120, 150, means=(26.3, 3.2, -13.9), raw=RGB),
            lambda: by_opencv("MobileNetV2", -1, 0.96, (-0.294, -0.059, 0.176)),
            lambda: by_opencv("EfficientNetB0", 0, 250, (90.0, 120.0, 150.0)),
            lambda: by_opencv("VGG16", -120, 150, (46.1, 3.2, -33.7)),
        ],
        [
            lambda: fed("VGG16", -120, 150, means=(-13.9, 3.2, 26.3), raw=RGB),
            lambda: fed("VGG16", -120, 150, means=(16.1, 3.2, -3.7), raw=(120.0, 120.0, 120.0)),
            lambda: fed("MobileNetV2", -1, 0.9, means=(-0.3, -0.1, 0.2), raw=RGB),
            lambda: by_opencv("MobileNetV2", -1, 0.96, (0.176, -0.059, -0.294)),
            lambda: by_opencv("MobileNetV2", -1, 0.96, (-0.294, -0.059, 0.176), channels="rgb"),
            lambda: by_opencv("VGG16", -120, 150, (-13.9, 3.2, 26.3)),
            lambda: by_opencv("MobileNetV2", -1, 0.96, (-0.06, -0.05, -0.059), (120.0, 121.0, 120.0)),
        ],
    ),
    "TL106": (
        [lambda: fed("MobileNetV2", -1.0, -0.9922, step(ZERO), step(ONE)), lambda: fed("MobileNetV2", 0, 0.0039),
         lambda: fed("VGG16", -123.68, -102.9)],
        [lambda: fed("MobileNetV2", -1.0, -0.4), lambda: fed("MobileNetV2", -1.0078, -0.9945),
         lambda: fed("VGG16", -123.68, 30.0)],
    ),
    "TL107": (
        [
            lambda: held_out("MobileNetV2", (-1.0, 0.94), (0.0, 251.0)),
            lambda: held_out("MobileNetV2", (-1.0, 0.94), (-1.0078, -0.9944)),
            lambda: held_out("VGG16", (-120.0, 148.0), (0.0, 0.97)),
            lambda: held_out("MobileNetV2", (0.0, 0.99), (-0.98, 0.97)),
        ],
        [
            lambda: held_out("MobileNetV2", (-1.0, 0.94), (-0.99, 0.81)),
            lambda: held_out("EfficientNetB0", (0.0, 255.0), (3.0, 231.0)),
            lambda: held_out("MobileNetV2", (-1.0, 0.94), (-0.87, 0.31)),
            lambda: held_out("DenseNet121", (-2.1, 2.6), (-1.9, 2.4)),
            lambda: held_out("EfficientNetB0", (-40.0, 160.0), (0.0, 200.0), augmented="RandomBrightness"),
        ],
    ),
    "TL201": (
        [lambda: trained(opened()), lambda: trained(opened(learning_rate=1e-4), stage(1, backbone_trainable=ALL))],
        [lambda: trained(opened(learning_rate=1e-5)), lambda: trained(stage(0), stage(1, backbone_trainable=ALL)),
         lambda: trained(opened(), weights="none"), lambda: trained(opened(backbone_changed=cant_tell()))],
    ),
    "TL202": (
        [
            lambda: trained(opened(), stage(1, backbone_trainable=NONE, backbone_changed=False)),
            lambda: trained(opened(), stage(1, backbone_trainable=NONE, backbone_changed=False), stage(2)),
        ],
        [
            lambda: trained(stage(0), stage(1, backbone_trainable=ALL), stage(2, backbone_trainable=NONE)),
            lambda: trained(opened(), stage(1)),
            lambda: trained(opened(backbone_changed=False), stage(1, backbone_trainable=NONE)),
        ],
    ),
    "TL203": (
        [lambda: trained(opened(backbone_trainable=PART, trainable_layers=30)),
         lambda: trained(opened(backbone_trainable=PART, trainable_layers=30, learning_rate=1e-4), stage(1))],
        [lambda: trained(opened(backbone_trainable=PART, learning_rate=2e-5)), lambda: trained(stage(0), stage(1)),
         lambda: trained(opened())],
    ),
    "TL204": (
        [lambda: copied(NONE, (opened(),)), lambda: copied(NONE, (opened(), stage(1, backbone_trainable=ALL)))],
        [lambda: copied(NONE, (stage(0),), own=NONE), lambda: copied(ALL, (opened(),)),
         lambda: copied(NONE, (opened(learning_rate=1e-5),))],
    ),
    "TL205": (
        [
            lambda: trained(stage(0), stage(1, recompiled=False)),
            lambda: trained(stage(0), stage(1, recompiled=False, backbone_trainable=ALL, trainable_layers=154)),
        ],
        [
            lambda: trained(stage(0), stage(1)),
            lambda: trained(stage(0), stage(1, recompiled=False, backbone_trainable=NONE, trainable_layers=0,
                                            backbone_changed=False)),
            lambda: trained(stage(0, recompiled=False)),
        ],
    ),
    "TL206": (
        [lambda: copied(ALL, (stage(0), stage(1, backbone_trainable=NONE, backbone_changed=False))),
         lambda: copied(PART, (stage(0), stage(1, backbone_trainable=NONE, backbone_changed=False)), own=NONE),
         lambda: made_again(ALL), lambda: written_of_a_clone(PART)],
        [lambda: copied(ALL, (stage(0), stage(1))), lambda: copied(ALL, (stage(0),)), lambda: made_again(NONE),
         lambda: made_again(ALL, after=False), lambda: written_of_a_clone(NONE),
         lambda: written_of_a_clone(ALL, own=True), lambda: written_of_a_clone(ALL, cell=1),
         lambda: trained(stage(0), stage(1, backbone_trainable=NONE, backbone_changed=False))],
    ),
    "TL207": (
        [lambda: trained(stage(0, backbone_changed=True)),
         lambda: trained(stage(0), stage(1, backbone_trainable=NONE, backbone_changed=True))],
        [lambda: trained(stage(0)), lambda: trained(opened(learning_rate=1e-5)),
         lambda: case(account(stages=(stage(0, backbone_changed=True),)), account(MODEL, stages=(stage(0),)))],
    ),
    "TL301": (
        [lambda: augmented(None),
         lambda: case(*(account(augmentation={"wired": ()}, model_key=key) for key in ("m0", "m1")))],
        [lambda: augmented(Site.MODEL), lambda: augmented(Site.PIPELINE), lambda: augmented(Site.GENERATOR),
         lambda: augmented(None, source=Site.PIPELINE)],
    ),
    "TL302": (
        [lambda: augmented(Site.AFTER_BACKBONE), lambda: augmented(Site.AFTER_BACKBONE, source=Site.AFTER_BACKBONE)],
        [lambda: augmented(Site.MODEL), lambda: augmented(Site.AFTER_BACKBONE, source=Site.MODEL),
         lambda: augmented(Site.AFTER_BACKBONE, precomputed=True)],
    ),
    "TL303": (
        [lambda: without_backbone(),
         lambda: case(*[a for a in without_backbone()[0].testimony(RUN).accounts], account(
             stages=(stage(0, backbone_trainable=cant_tell()),), model_key="m1",
             backbone={"in_model": False, "name": cant_tell(), "weights": cant_tell()}),
             run={"loaded": (account().backbone,)})],
        [lambda: case(), lambda: without_backbone(in_source=True), lambda: without_backbone(cell_runs=()),
         lambda: without_backbone(unknown=True)],
    ),
    "TL304": (
        [lambda: predicting(False),
         lambda: case(account(augmentation={"wired": ()}),
                      account(MODEL, augmentation={"inactive_in_inference": False}))],
        [lambda: predicting(True), lambda: predicting(None)],
    ),
    "TL305": (
        [
            lambda: headed(1, "sigmoid", "binary_crossentropy", from_logits=True),
            lambda: headed(1, "linear", "binary_crossentropy"),
            lambda: headed(3, "softmax", "sparse_categorical_crossentropy", from_logits=True, inside=True),
            lambda: headed(1, "linear", "binary_crossentropy", inside=True, saved="linear"),
        ],
        [
            lambda: headed(1, "linear", "binary_crossentropy", from_logits=True),
            lambda: headed(1, "sigmoid", "binary_crossentropy"),
            lambda: headed(1, "linear", "binary_crossentropy", inside=True),
            lambda: headed(1, "linear", "mean_squared_error"),
        ],
    ),
    "TL306": (
        [lambda: headed(1, "softmax", "binary_crossentropy"), lambda: headed(1, "softmax", "categorical_crossentropy")],
        [lambda: headed(2, "softmax", "sparse_categorical_crossentropy"),
         lambda: headed(1, "sigmoid", "binary_crossentropy")],
    ),
    "TL307": (
        [lambda: case(account(backbone={"include_top": True})),
         lambda: case(account(backbone={"include_top": True}), account(SOURCE, backbone={"include_top": True}))],
        [lambda: case(account(backbone={"include_top": True, "cut_before_top": True})),
         lambda: case(account(backbone={"include_top": True}, head={"units": 1000, "activation": "softmax"})),
         lambda: case(account(backbone={"include_top": False}))],
    ),
    "TL401": (
        [lambda: headed(1, "sigmoid", "sparse_categorical_crossentropy"),
         lambda: headed(1, "sigmoid", "categorical_crossentropy"), lambda: headed(1, "relu", "binary_crossentropy"),
         lambda: headed(1, "sigmoid", "categorical_crossentropy", backbone={"in_model": known(False)})],
        [lambda: headed(2, "softmax", "binary_crossentropy"), lambda: headed(1, "sigmoid", "binary_crossentropy"),
         lambda: headed(2, "softmax", "sparse_categorical_crossentropy"),
         lambda: headed(1, "relu", "mean_squared_error")],
    ),
    "TL402": (
        [
            lambda: labelled(1, 2, "binary_crossentropy"),
            lambda: labelled(-1, 1, "binary_crossentropy"),
            lambda: labelled(1, 10, "sparse_categorical_crossentropy", units=10),
            lambda: labelled(0, 1, "sparse_categorical_crossentropy", units=3, width=3, ones=True),
        ],
        [
            lambda: labelled(0, 1, "binary_crossentropy"),
            lambda: labelled(0.05, 0.95, "binary_crossentropy"),
            lambda: labelled(0, 9, "sparse_categorical_crossentropy", units=10),
            lambda: labelled(0, 1, "categorical_crossentropy", units=2, width=2, ones=True),
            lambda: labelled(-1, 1, "mean_squared_error"),
        ],
    ),
    "TL403": (
        [
            lambda: validated(pictures(2000), pictures(2000), 2000, 2000),
            lambda: validated(pictures(1600, seed=1), pictures(400, seed=2), 322),
            lambda: validated(pictures(1600), pictures(400), 301, redrawn=True),
            lambda: validated(pictures(70, "rows"), pictures(20, "rows"), 20, 20),
        ],
        [
            lambda: validated(pictures(2000), pictures(1000, folder="data/validation"), 0, 1000),
            lambda: validated(pictures(1600, seed=1), pictures(400, seed=1), 0),
            lambda: validated(pictures(1600), pictures(400), None),
            lambda: validated(pictures(2000, "rows"), pictures(400, "rows"), 9),
            lambda: validated(pictures(70, "rows"), pictures(20, "rows"), 20, 20,
                              notices=(Notice(kind="supplied", message="pictures of ours"),)),
        ],
    ),
    "TL404": (
        [
            lambda: validated(pictures(1000, folder="data/validation", beside=("train",)), pictures(2000), 0, 2000),
            lambda: validated(pictures(1000, folder="/content/pets/test", beside=("train", "valid")), None, None),
            lambda: validated(pictures(1000, folder="d/val", beside=("Training",)), pictures(1000), 1000, 1000),
        ],
        [
            lambda: validated(pictures(2000, beside=("validation",)), pictures(1000, folder="data/validation"), 0),
            lambda: validated(pictures(1000, folder="data/validation"), None, None),
            lambda: validated(pictures(3000, folder=("data/train", "data/validation"), beside=("train",)), None, None),
        ],
    ),
    "TL405": (
        [
            lambda: evaluated(tested(700, 1000)),
            lambda: evaluated(tested(700, 1000), tested(0, 500), validation=Common(shared=0, of=400)),
            lambda: evaluated(tested(2000, 2000)),
        ],
        [
            lambda: evaluated(tested(0, 1000)),
            lambda: evaluated(tested(2000, 2000), tested(0, 1000)),
            lambda: evaluated(tested(2000, 2000), validation=Common(shared=0, of=400)),
            lambda: evaluated(tested(2000, 2400), validation=Common(shared=0, of=400)),
            lambda: evaluated(tested(700, 1000, trainings=0)),
        ],
    ),
    "TL406": (
        [
            lambda: evaluated(tested(0, 400, 400), validation=Common(shared=0, of=400), watched=True),
            lambda: evaluated(tested(0, 400, 400, trainings=0), tested(0, 400, 400),
                              validation=Common(shared=0, of=400), watched=True),
        ],
        [
            lambda: evaluated(tested(0, 400, 400), validation=Common(shared=0, of=400)),
            lambda: evaluated(tested(0, 400, 400), tested(0, 200, 0), validation=Common(shared=0, of=400),
                              watched=True),
            lambda: evaluated(tested(0, 400, 0), validation=Common(shared=0, of=400), watched=True),
            lambda: evaluated(tested(0, 400, 400, trainings=0), validation=Common(shared=0, of=400), watched=True),
        ],
    ),
    "TL407": (
        [
            lambda: compared(PREDICTED, "truth = np.concatenate([y for x, y in held])\n",
                             "print(confusion_matrix(truth, scores > 0.5))\n"),
            lambda: compared(PREDICTED, "truth = []\nfor images, labels in held:\n    truth.extend(labels.numpy())\n",
                             "guess = (scores > 0.5).astype(int)\nprint(np.mean(guess.ravel() == np.array(truth)))\n"),
            lambda: compared(PREDICTED, "print(classification_report(held.classes, np.round(scores)))\n",
                             read="held = plain.flow_from_directory('data/validation')\n"),
            lambda: compared("def report(m, data):\n    p = m.predict(data, verbose=0)\n",
                             "    t = list(data.unbatch().map(lambda x, y: y).as_numpy_iterator())\n",
                             "    t = [int(y) for x, y in data.unbatch()]\n    return accuracy_score(t, p > 0.5)\n",
                             predicted=3),
        ],
        [
            lambda: compared(PREDICTED, "truth = np.concatenate([y for x, y in held])\n",
                             "print(confusion_matrix(truth, scores > 0.5))\n", order="fixed"),
            lambda: compared("truth, scores = [], []\nfor x, y in held:\n    truth.extend(y)\n",
                             "    scores.extend(model.predict(x))\n",
                             "print(confusion_matrix(truth, np.array(scores) > 0.5))\n", predicted=5),
            lambda: compared(PREDICTED, "truth = [y for x, y in other]\n",
                             "print(confusion_matrix(truth, scores > 0.5))\n"),
            lambda: compared(PREDICTED, "truth = [y for x, y in held]\nplt.hist(scores)\nplt.hist(truth)\n"),
            lambda: compared(PREDICTED, "held = ordered()\ntruth = [y for x, y in held]\n",
                             "print(confusion_matrix(truth, scores > 0.5))\n"),
        ],
    ),
    "TL501": (
        [lambda: logged({}, asked=10), lambda: logged({}, {}, epochs=8),
         lambda: logged({}, asked=10, cells=fitted("initial_epochs = 10\nmodel.fit(train, epochs=initial_epochs)"))],
        [lambda: logged({}), lambda: logged({}, asked=10, cells=fitted("model.fit(train, epochs=20, initial_epoch=9)")),
         lambda: logged({}, epochs=11, excerpt="Epoch 10/20"),
         lambda: logged({}, stages=(stage(0), stage(1, place=at(6, 2))), epochs=8)],
    ),
    "TL502": (
        [lambda: counted("cells were run out of order: 1, 22, 4", NAME_ERROR),
         lambda: counted("cells saved without having been run: 9, 10", STRANGE)],
        [lambda: counted("cells were run out of order: 1, 22, 4", finished=True),
         lambda: counted("cells were never run, or their outputs were cleared", NAME_ERROR)],
    ),
    "TL503": (
        [lambda: claimed(ClaimVerdict.CONTRADICTED), lambda: (case()[0], claimed(ClaimVerdict.CONTRADICTED)[1] * 2)],
        [lambda: claimed(ClaimVerdict.AGREED), lambda: claimed(ClaimVerdict.NOT_FOUND)],
    ),
    "TL504": (
        [lambda: logged({"val_accuracy": "0.49, 0.5, 0.512"}), lambda: logged({"val_acc": "0.25, 0.21"}, units=4)],
        [lambda: logged({"val_accuracy": "0.49, 0.5, 0.61"}), lambda: logged({"val_accuracy": "0.5"}),
         lambda: logged({"val_accuracy": "0.45, 0.48"}, units=4)],
    ),
    "TL505": (
        [lambda: logged({"accuracy": "0.8, 0.99", "val_accuracy": "0.79, 0.8"}),
         lambda: logged({"acc": "0.8, 0.95", "val_acc": "0.6, 0.6"})],
        [lambda: logged({"accuracy": "0.8, 0.99", "val_accuracy": "0.79, 0.9"}),
         lambda: logged({"accuracy": "0.8, 0.99", "val_accuracy": "0.5, 0.6"},
                        {"accuracy": "0.9, 0.97", "val_accuracy": "0.9, 0.96"}),
         lambda: logged({"accuracy": "0.6, 0.7", "val_accuracy": "0.9, 0.95"})],
    ),
    "TL601": (
        [lambda: fresh(), lambda: fresh(rate=5e-4), lambda: fresh(MODEL),
         lambda: trained(stage(0), stage(1, continues=False))],
        [lambda: fresh(continues=True), lambda: trained(stage(0), stage(1, continues=False, learning_rate=1e-3)),
         lambda: fresh(rate=1e-3), lambda: fresh(SOURCE),
         lambda: trained(stage(0), stage(1))],
    ),
    "TL602": (
        [lambda: rates(5e-4, 5e-4), lambda: rates(1e-3, 1e-2, backbone_trainable=ALL)],
        [lambda: rates(1e-3, 1e-5), lambda: rates(1e-5, 1e-5), lambda: rates(5e-4, 1e-3, optimizer="SGD"),
         lambda: rates(1e-3, 1e-3, recompiled=False),
         lambda: rates(1e-3, 1e-3, backbone_trainable=NONE, backbone_changed=False)],
    ),
    "TL603": (
        [lambda: trained(stage(0), weights="none"),
         lambda: trained(stage(0), stage(1, backbone_trainable=NONE, backbone_changed=False), weights="none")],
        [lambda: trained(stage(0)), lambda: trained(opened(), weights="none"),
         lambda: trained(stage(0), stage(1), weights="none"), lambda: trained(stage(0), weights="file")],
    ),
}  # fmt: skip


def codes(of: Case) -> set[str]:
    return {finding.code for finding in find_findings(of[0], of[1])}


def main() -> int:
    """Prints the table; `--write-docs` writes the pages."""
    if "--write-docs" in sys.argv[1:]:
        DOCS.mkdir(parents=True, exist_ok=True)
        (DOCS / "README.md").write_text(overview(KINDS), encoding="utf-8")
        for kind in KINDS:
            (DOCS / f"{kind.code}.md").write_text(page(kind), encoding="utf-8")
    failed = 0
    sys.stdout.write("code   found    silent   what\n")
    for kind in KINDS:
        positive, negative = CASES[kind.code]
        found = sum(kind.code in codes(make()) for make in positive)
        silent = sum(kind.code not in codes(make()) for make in negative)
        failed += (len(positive) - found) + (len(negative) - silent)
        sign = "" if (found, silent) == (len(positive), len(negative)) else "  <- wrong"
        told = f"{found} of {len(positive)}   {silent} of {len(negative)}"
        sys.stdout.write(f"{kind.code}  {told}   {kind.title}{sign}\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
