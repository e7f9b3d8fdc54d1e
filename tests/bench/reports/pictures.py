"""How well screenshots of code are read and judged: draws a labelled set, reads it as the grader does, judges it.

In: pictures/*.yaml, the rubric's report_screenshot criteria. Out: tables on standard output; exit code 1 where a false
piece turned a verdict, a sure verdict is wrong, or recall is below 0.97 (not asked of the hard part). `--fresh` reads
again what was read before; `--show` lists what differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from drawing import Look, draw
from PIL import Image

from grader.judge.report.pictures import PicturesJudged, judge_pictures
from grader.judge.report.wanted import PictureWanted
from grader.records import Block, BlockKind, Cell, CellKind, Picture, TextLine

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
READER = ROOT / "grader" / "reader_side" / "read_pictures.py"
KEPT = ROOT / ".cache" / "bench" / "pictures"
PARTS = ("tuned", "held_out", "dense", "hard")
LOOKS_EACH = 2
LEAST_RECALL = 0.97
OUTCOMES = ("met", "partly", "not_met", "undecided")
_WORD = re.compile(r"\w\w+")
BETTER = {"not_met": 0, "undecided": 1, "partly": 2, "met": 3}


@dataclass(frozen=True)
class Case:
    """One picture and what it should give."""

    half: str
    asks: str
    outcome: str
    fault: str
    sees: tuple[str, ...] | None
    cells: tuple[int, ...]
    notebook: tuple[Cell, ...]
    code: str
    output: str
    look: Look
    name: str


@dataclass
class Tally:
    """Counts over one part or one question.

    Attributes:
        there, found, false: wanted pieces that are in the pictures, of them read, and read though not there.
        words, words_read: of the drawn code, and of them found in what was read.
        turned: verdicts that a false piece made better. wrong: sure verdicts that differ from the label.
        cells, faults: whether exactly the drawn cells, and the fault, were named.
    """

    pictures: int = 0
    there: int = 0
    found: int = 0
    false: int = 0
    words: int = 0
    words_read: int = 0
    turned: int = 0
    wrong: int = 0
    faults: Counter[bool] = field(default_factory=Counter)
    cells: Counter[bool] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def reads(self) -> float:
        return self.words_read / self.words if self.words else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.there if self.there else 1.0


def main() -> int:
    options = _options()
    wanted = _wanted(options.rubric)
    failed = False
    for half in PARTS:
        if options.part not in ("all", half):
            continue
        cases = list(_cases(half))
        pictures, cpu_s = _read([draw(case.code, case.look, output=case.output) for case in cases], options.fresh)
        failed = _measure(half, cases, pictures, cpu_s, wanted, show=options.show) or failed
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rubric", type=Path, default=ROOT / "rubrics" / "lab06.yaml")
    parser.add_argument("--part", choices=("all", *PARTS), default="all")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--show", action="store_true")
    return parser.parse_args()


def _wanted(rubric: Path) -> dict[str, PictureWanted]:
    criteria = yaml.safe_load(rubric.read_text(encoding="utf-8"))["criteria"]
    return {
        c["id"]: PictureWanted.model_validate_json(json.dumps(c["parameters"]))
        for c in criteria
        if c.get("check") == "report_screenshot"
    }


def _cases(half: str) -> Iterator[Case]:
    labelled = _labelled(half)
    labelled = {**_labelled(labelled["like"]), **labelled} if "like" in labelled else labelled
    notebooks = {
        name: tuple(Cell(number=i + 1, kind=CellKind.CODE, source=source) for i, source in enumerate(sources))
        for name, sources in labelled["notebooks"].items()
    }
    looks = [Look(**look) for look in labelled["looks"]]
    for i, picture in enumerate(labelled["pictures"]):
        cells = notebooks[picture["notebook"]]
        numbers = tuple(picture.get("cells", ()))
        code = picture.get("code") or "\n".join(cells[n - 1].source for n in numbers)
        if "lines" in picture:
            first, last = picture["lines"]
            code = "\n".join(code.split("\n")[first - 1 : last])
        for turn in range(LOOKS_EACH):
            at = (LOOKS_EACH * i + turn) % len(looks)
            yield Case(
                half, picture["asks"], picture["outcome"], picture.get("fault", ""),
                tuple(picture["sees"]) if "sees" in picture else None, numbers, cells, code,
                picture.get("output", ""), looks[at], f"{half} {i + 1}, look {at + 1}",
            )  # fmt: skip


def _labelled(half: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((HERE / "pictures" / f"{half}.yaml").read_text(encoding="utf-8"))
    return told


# --------------------------------------------------------------------------- reading


def _read(drawn: list[Image.Image], fresh: bool) -> tuple[list[Picture], float]:
    """The pictures as the grader reads them, and the CPU seconds that one took (0 where all were read before)."""
    reader = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(READER.parent.glob("*.py")))).hexdigest()[:12]
    folder = KEPT / reader
    folder.mkdir(parents=True, exist_ok=True)
    digests = [hashlib.sha256(repr(p.size).encode() + p.convert("RGB").tobytes()).hexdigest() for p in drawn]
    unread = {d: p for d, p in zip(digests, drawn, strict=True) if fresh or not (folder / f"{d}.json").exists()}
    cpu_s = _read_in_child(unread, folder) if unread else 0.0
    pictures = []
    for digest, picture in zip(digests, drawn, strict=True):
        reading = json.loads((folder / f"{digest}.json").read_text(encoding="utf-8"))
        lines = tuple(TextLine.model_validate(line) for line in reading.get("lines", ()))
        pictures.append(Picture(digest=digest, width=picture.width, height=picture.height, lines=lines,
                                problem=reading.get("problem", "")))
    return pictures, cpu_s


def _read_in_child(pictures: dict[str, Image.Image], folder: Path) -> float:
    """One child reads them all, as the grader's own does; outside the sandbox, since the pictures are ours."""
    with tempfile.TemporaryDirectory() as scratch:
        for digest, picture in pictures.items():
            rgb = picture.convert("RGB")
            Path(scratch, f"{digest}.ppm").write_bytes(b"P6\n%d %d\n255\n" % rgb.size + rgb.tobytes())
        request = Path(scratch, "request.json")
        request.write_text(json.dumps({
            "folder": scratch, "threads": 1, "cpu_s": 3600, "address_mb": 16_000,
            "pictures": [{"file": f"{digest}.ppm"} for digest in pictures],
        }), encoding="utf-8")  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, str(READER), str(request)], capture_output=True, check=True,
                              env={**os.environ, "OMP_NUM_THREADS": "1"})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for file, reading in json.loads(done.stdout)["readings"].items():
        (folder / f"{Path(file).stem}.json").write_text(json.dumps(reading), encoding="utf-8")
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / len(pictures)


# --------------------------------------------------------------------------- measuring


def _measure(half: str, cases: list[Case], pictures: list[Picture], cpu_s: float, wanted: dict[str, PictureWanted],
             *, show: bool) -> bool:
    whole = Tally()
    tallies = {name: Tally() for name in wanted}
    block = (Block(kind=BlockKind.PICTURE, picture=0),)
    began = time.process_time()
    judged = [
        judge_pictures(block, (picture,), wanted[case.asks], case.notebook, others=wanted)
        for case, picture in zip(cases, pictures, strict=True)
    ]
    judging_ms = (time.process_time() - began) / max(1, len(cases)) * 1000
    for case, verdict in zip(cases, judged, strict=True):
        for tally in (whole, tallies[case.asks]):
            _count(tally, case, verdict, wanted[case.asks])
        if show:
            _show(case, verdict)
    _print_half(half, whole, tallies, cpu_s, judging_ms)
    return (half != "hard" and whole.recall < LEAST_RECALL) or whole.turned > 0 or whole.wrong > 0


def _count(tally: Tally, case: Case, judged: PicturesJudged, wanted: PictureWanted) -> None:
    there = case.sees if case.sees is not None else tuple(piece.name for piece in wanted.pieces)
    found = {token.wanted for token in judged.readings[0].tokens if token.found}
    false = found - set(there)
    tally.pictures += 1
    tally.there += len(there)
    tally.found += len(found & set(there))
    tally.false += len(false)
    drawn, read = _words(f"{case.code}\n{case.output}"), _words(judged.readings[0].read)
    tally.words += drawn.total()
    tally.words_read += (drawn & read).total()
    tally.turned += bool(false) and BETTER[judged.outcome.value] > BETTER[case.outcome]
    tally.wrong += judged.outcome.value not in (case.outcome, "undecided")
    tally.outcomes[case.outcome, judged.outcome.value] += 1
    if case.cells:
        tally.cells[set(judged.readings[0].cells) == set(case.cells)] += 1
    if case.fault:
        tally.faults[judged.fault == case.fault] += 1


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _show(case: Case, judged: PicturesJudged) -> None:
    reading = judged.readings[0]
    cells_differ = case.cells and set(reading.cells) != set(case.cells)
    if judged.outcome.value != case.outcome or cells_differ or (case.fault and judged.fault != case.fault):
        print(f"\n{case.name} ({case.asks}): {judged.outcome} {judged.fault}, should be {case.outcome} {case.fault}")
        print(f"  {judged.found}\n  cells {reading.cells}, should be {case.cells}; {case.look}")
        print("  | " + reading.read.replace("\n", "\n  | "))


def _print_half(half: str, whole: Tally, tallies: dict[str, Tally], cpu_s: float, judging_ms: float) -> None:
    print(f"\n{half}: {whole.pictures} pictures")
    names = ("pictures", "recall", "words", "false", "turned", "wrong", "cells", "faults")
    columns = " ".join(f"{name:>8}" for name in names)
    print(f"{'question':28} {columns}   label → outcome")
    for name, tally in [*tallies.items(), ("all", whole)]:
        counts = (tally.pictures, f"{tally.recall:.3f}", f"{tally.reads:.3f}", tally.false, tally.turned, tally.wrong,
                  f"{tally.cells[True]}/{tally.cells.total()}", f"{tally.faults[True]}/{tally.faults.total()}")
        print(f"{name:28} {' '.join(f'{count:>8}' for count in counts)}   {_table(tally)}")
    reading = f"{cpu_s:.2f} s of CPU a picture to read, start of the reader included" if cpu_s else "readings were kept"
    print(f"{reading}; {judging_ms:.1f} ms to judge one")


def _table(tally: Tally) -> str:
    rows: dict[str, list[str]] = {}
    for (label, outcome), count in sorted(tally.outcomes.items()):
        rows.setdefault(label, []).append(f"{count} {outcome}")
    return "; ".join(f"{label}: {', '.join(counts)}" for label, counts in rows.items())


if __name__ == "__main__":
    sys.exit(main())
