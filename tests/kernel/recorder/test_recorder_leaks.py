"""From a run to the finding: leaks that really happened are found, and the same notebook without them is silent."""

from __future__ import annotations

from typing import Any

import pytest

from grader.judge.findings import find_findings
from grader.records import Cell, CellKind, CellRun, CellStatus, Evidence

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

FAMILY = {"TL107", "TL402", "TL403", "TL404", "TL405", "TL406", "TL407"}
SETUP = """
import os, PIL.Image
from keras.utils import image_dataset_from_directory
for split, count in (('train', 24), ('validation', 10), ('test', 6)):
    for label in ('cats', 'dogs'):
        os.makedirs(f'pets/{split}/{label}', exist_ok=True)
        for n in range(count):
            PIL.Image.fromarray(rng.integers(0, 255, (32, 32, 3), dtype='uint8')).save(f'pets/{split}/{label}/{n}.png')

def build():
    base = tf.keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
    made = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1, activation='sigmoid')])
    made.compile('adam', 'binary_crossentropy')
    return made
"""
READ = "image_dataset_from_directory('pets/{}', 'inferred', 'binary', image_size=(32, 32), batch_size=8, verbose=0{})"
TRAIN, HELD, TEST = (READ.format(split, "") for split in ("train", "validation", "test"))
ORDERED = READ.format("validation", ", shuffle=False")
KEEPING = "keras.callbacks.ModelCheckpoint('best.keras', monitor='val_loss', save_best_only=True)"


def split(seed: int, subset: str) -> str:
    return READ.format("train", f", validation_split=0.25, seed={seed}, subset='{subset}'")


PAIRS = {
    "TL403": (f"m = build()\nm.fit({split(1, 'training')}, validation_data={split(2, 'validation')}, verbose=0)",
              f"m = build()\nm.fit({split(1, 'training')}, validation_data={split(1, 'validation')}, verbose=0)"),
    "TL404": (f"m = build()\nm.fit({HELD}, validation_data={TEST}, verbose=0)",
              f"m = build()\nm.fit({TRAIN}.concatenate({HELD}), validation_data={TEST}, verbose=0)"),
    "TL405": (f"m = build()\nm.fit({TRAIN}.concatenate({ORDERED}.take(2)), verbose=0)\nm.evaluate({HELD}, verbose=0)",
              f"m = build()\nm.fit({TRAIN}, verbose=0)\nm.evaluate({TRAIN}, verbose=0)\nm.evaluate({HELD}, verbose=0)"),
    "TL406": (f"m = build()\nv = {HELD}\nm.fit({TRAIN}, validation_data=v, callbacks=[{KEEPING}], verbose=0)\n"
              "m.evaluate(v, verbose=0)",
              f"m = build()\nv = {HELD}\nm.fit({TRAIN}, validation_data=v, callbacks=[{KEEPING}], verbose=0)\n"
              f"m.evaluate({TEST}, verbose=0)"),
    "TL407": (f"m = build()\nheld = {HELD}\nm.fit({TRAIN}, validation_data=held, verbose=0)\n"
              "scores = m.predict(held, verbose=0)\ntruth = np.concatenate([y for x, y in held])\n"
              "print(np.mean((scores > 0.5) == truth))",
              f"m = build()\nheld = {HELD}.cache()\nm.fit({TRAIN}, validation_data=held, verbose=0)\n"
              "scores = m.predict(held, verbose=0)\ntruth = np.concatenate([y for x, y in held])\n"
              "print(np.mean((scores > 0.5) == truth))"),
    "TL402": ("m = build()\nm.fit(pictures, labels + 1, verbose=0)", "m = build()\nm.fit(pictures, labels, verbose=0)"),
    "TL107": (f"m = build()\nt = {TRAIN}.map(lambda x, y: (x / 127.5 - 1, y))\n"
              f"m.fit(t, validation_data={HELD}, verbose=0)",
              f"m = build()\nt, v = (d.map(lambda x, y: (x / 127.5 - 1, y)) for d in ({TRAIN}, {HELD}))\n"
              "m.fit(t, validation_data=v, verbose=0)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(watch: Any) -> dict[bool, set[str]]:
    """The codes that a notebook of all leaks gets, and that of their near twins."""
    return {leaking: codes(watch, [pair[0 if leaking else 1] for pair in PAIRS.values()]) for leaking in (True, False)}


def codes(watch: Any, cells: list[str]) -> set[str]:
    ran = watch(SETUP, *cells)
    assert [e for e in ran.errors if e] == []
    sources = tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate((SETUP, *cells), start=1))
    evidence = Evidence(student="noor", display_name="Noor Haddad", notebook_name="lab.ipynb", digest="d" * 64,
                        cells=sources, testimonies=(ran.testimony,),
                        cell_runs=tuple(CellRun(cell=c.number, status=CellStatus.OK) for c in sources))  # fmt: skip
    return {finding.code for finding in find_findings(evidence)} & FAMILY


@pytest.mark.parametrize("code", sorted(PAIRS))
def test_leak_that_happened_is_found(found: dict[bool, set[str]], code: str) -> None:
    assert code in found[True]


def test_near_twins_are_silent(found: dict[bool, set[str]]) -> None:
    assert found[False] == set()
