"""Whole reports with awkward headings: is every block placed under the question that it answers?

In: tests/bench/reports/whole/*/*.yaml. Out: a table, and exit code 1 where anything is misplaced.
Run: python tests/bench/reports/segmentation.py
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from grader.judge.report.segments import Question, Segments, segment
from grader.judge.report.wording import compact
from grader.records import Block, BlockKind, Picture, Place, Report, TextLine

WHOLE = Path(__file__).parent / "whole"
SETS = ("written_first", "held_out", "written_last", "last_check")


@dataclass(frozen=True)
class Labelled:
    """A block and where it belongs: ids of questions, "head ID", "own", "head own", "front" (nowhere), "lost"."""

    where: str
    block: Block
    answer: str = ""
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> set[str]:
        """The questions in whose answer it must stand."""
        return set(self.where.split()) if self.where.startswith("q") else set()


@dataclass(frozen=True)
class Whole:
    """A labelled report. `absent`: questions of which nothing stands in it."""

    name: str
    about: str
    report: Report
    labelled: tuple[Labelled, ...]
    absent: frozenset[str]


def questions() -> list[Question]:
    """The questions that all these reports answer."""
    raw = yaml.safe_load((WHOLE / "questions.yaml").read_text(encoding="utf-8"))
    return [
        Question(q["id"], q["number"], q["wording"], tuple(q.get("also", ())), q.get("shows_code", False)) for q in raw
    ]


def reports(only: str = "") -> list[Whole]:
    """The labelled reports of one set, or of all."""
    return [read(path) for name in SETS if only in ("", name) for path in sorted((WHOLE / name).glob("*.yaml"))]


def read(path: Path) -> Whole:
    """A labelled report from its file: each block a list of where it belongs, its text, and its attributes."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    labelled, pictures = [], []
    page, cell = 1, 0
    for order, entry in enumerate(raw["blocks"]):
        where, text, given = entry[0], entry[1], dict(entry[2]) if len(entry) > 2 else {}
        page, cell = given.pop("page", page), given.pop("cell", cell)
        in_cell = cell if raw["form"] == "notebook" else None
        place = Place(page=page, cell=in_cell, box=(72.0, order, 500.0, order + 0.9))
        answer, parts, shows = given.pop("answer", ""), given.pop("parts", {}), given.pop("shows", None)
        if shows is not None:
            lines = tuple(
                TextLine(text=t, box=(0, 20 * i, 9 * len(t), 20 * i + 16), confidence=0.98) for i, t in enumerate(shows)
            )
            pictures.append(Picture(digest=f"{order:064x}", width=800, height=300, place=place, lines=lines))
            given |= {"kind": "picture", "picture": len(pictures) - 1}
        given.setdefault("kind", "text")
        if given["kind"] == "text":
            given.setdefault("size", raw.get("body", 0.0))
        labelled.append(Labelled(where, Block(text=text, place=place, **given), answer, parts))
    report = Report(
        file_name=path.stem, form=raw["form"], digest="0" * 64, pages=page,
        blocks=tuple(entry.block for entry in labelled), pictures=tuple(pictures),
    )  # fmt: skip
    return Whole(path.stem, raw["about"], report, tuple(labelled), frozenset(raw.get("absent", ())))


def faults(whole: Whole, found: Segments) -> list[str]:
    """What is not where it belongs, a sentence each; () where all is."""
    asked = {q.id for q in questions()} - whole.absent
    said = [f"{q}: not found" for q in sorted(asked - found.answers.keys())]
    said += [f"{q}: found, but nothing of it is there" for q in sorted(found.answers.keys() & whole.absent)]
    for entry in whole.labelled:
        said += _of_block(entry, found)
    return said


def _of_block(entry: Labelled, found: Segments) -> list[str]:
    shown = f"{entry.where}: {entry.block.kind.value} {entry.block.text[:50]!r}"
    within = {q: _texts(s.blocks, entry.block) for q, s in found.answers.items()}
    placed = {q for q, texts in within.items() if texts}
    own = any(_texts(s.blocks, entry.block) for s in found.additional)
    lost = bool(_texts(found.unplaced, entry.block))
    if entry.parts:
        return [f"{shown}: part of {q} {within.get(q)}" for q, text in entry.parts.items()
                if not any(t.startswith(text) for t in within.get(q, []))]  # fmt: skip
    said = [] if placed == entry.answers else [f"{shown}: in {sorted(placed)}"]
    if entry.answer and not all(t.startswith(entry.answer) for q in entry.answers for t in within.get(q, [])):
        said.append(f"{shown}: cut at {within}")
    if own != (entry.where == "own") or lost != (entry.where == "lost"):
        if not (entry.where == "front" and lost):
            said.append(f"{shown}: own {own}, unplaced {lost}")
    if entry.where.startswith("head "):
        said += [f"{shown}: not the heading" for id_ in entry.where.split()[1:] if not _heads(entry.block, id_, found)]
    return said


def _texts(blocks: tuple[Block, ...], block: Block) -> list[str]:
    return [b.text or "picture" for b in blocks if b.place == block.place]


def _heads(block: Block, id_: str, found: Segments) -> bool:
    segments = found.additional if id_ == "own" else [s for s in found.answers.values() if s.question == id_]
    headings = [s.heading for s in segments]
    return any(compact(f"{block.label}{block.text}") in compact(h) for h in headings)


def main() -> int:
    """Print the table."""
    asked = questions()
    wrong = 0
    for name in SETS:
        print(f"{name}\n{'report':34} {'questions':>10} {'pictures':>9} {'blocks':>8} {'certainty':>10} {'ms':>6}")
        for whole in reports(name):
            began = time.process_time()
            found = segment(whole.report, asked)
            spent = 1000 * (time.process_time() - began)
            said = faults(whole, found)
            wrong += len(said)
            print(_row(whole, found, spent))
            for each in said:
                print("     ", each)
    return min(wrong, 1)


def _row(whole: Whole, found: Segments, spent: float) -> str:
    present = {q.id for q in questions()} - whole.absent
    right, of = Counter[str](), Counter[str]()
    for entry in whole.labelled:
        kinds = ("blocks", "pictures") if entry.block.kind == BlockKind.PICTURE else ("blocks",)
        for kind in kinds:
            of[kind] += 1
            right[kind] += not _of_block(entry, found)
    misplaced = {q for entry in whole.labelled if _of_block(entry, found) for q in entry.where.split() if q in present}
    placed = len(present & found.answers.keys() - misplaced)
    low = min((s.certainty for s in found.answers.values()), default=0.0)
    return (f"{whole.name:34} {placed:>5} / {len(present)}  {right['pictures']:>3} / {of['pictures']:<3} "
            f"{right['blocks']:>3} / {of['blocks']:<3} {low:>8.2f}   {spent:>6.1f}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
