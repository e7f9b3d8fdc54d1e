"""Reads a report: a file in the sandbox, or the answers in a notebook's Markdown cells.

In: the file, settings and limits. Out: a Report; nothing is raised, because a report that can't be read is a finding.
Must never open a PDF, a DOCX or a picture here: all decoding is done by `reader_side`, in a child in the sandbox.

Two children: one reads the document and writes its pictures out as raw pixels, one reads the text in those pictures
that nobody has read before. A scan is read by OCR first and then once more, with the lines that were found.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from grader.errors import SandboxError
from grader.execute.enclosed_run import EnclosedRun, run_enclosed
from grader.execute.enclosures import bare_environment
from grader.execute.interpreter import Interpreter, find_interpreter
from grader.execute.readings import READER_SIDE, Readings, digests_of, readings_in
from grader.execute.report_answer import SaidReading, SaidReport, clean
from grader.execute.sandbox import Enclosure, Mount
from grader.execute.scratch import make_scratch
from grader.reader_side.markdown_text import blocks_of
from grader.records import (
    Block,
    BlockKind,
    Cell,
    CellKind,
    ExecutionSettings,
    Limits,
    Picture,
    Place,
    Report,
    ReportForm,
    ReportLimits,
    ReportProblem,
    RunEnd,
    SandboxKind,
)

_ANSWER_BYTES = 16_000_000
_DISK_MB = 1024
_PROCESSES = 32
_MARKDOWN = (".md", ".markdown", ".txt", "")
_PICTURE_BYTES = 30_000_000
_TIMED_OUT = "The report takes too long to be read. Print it to PDF anew, without drawings or embedded documents."
_NO_MEMORY = "The report needs more memory to be read than a report may use. Print it to PDF anew."
_CRASHED = "The report can't be read: the reader fell over it. Open it, print it to PDF anew, and hand that in."
_OUR_FAULT = "The report could not be read because of a fault of the grader, which costs no marks: {}"
_FORMS = {".pdf": ReportForm.PDF, ".docx": ReportForm.DOCX, ".md": ReportForm.MARKDOWN}


def read_report(
    path: Path, *, file_name: str, settings: ExecutionSettings, cache: Path | None, limits: ReportLimits
) -> Report:
    """The report, as far as it can be read.

    Args:
        file_name: as handed in, for messages.
        cache: folder in which readings of pictures are kept; None keeps none.
    """
    started = time.monotonic()
    size, digest = _measure(path, limits.bytes)
    bare = Report(file_name=file_name, form=_form_by_name(file_name), digest=digest)
    if size < 0:
        return _failed(bare, ReportProblem.BROKEN, f"The file '{file_name}' can't be opened. Hand it in again.")
    if size == 0:
        message = f"The file '{file_name}' is empty. Export the report again and hand that in."
        return _failed(bare, ReportProblem.EMPTY, message)
    if size > limits.bytes:
        message = f"The file '{file_name}' is larger than {limits.bytes // 1_000_000} MB. Make its pictures smaller."
        return _failed(bare, ReportProblem.TOO_LARGE, message)
    try:
        with make_scratch() as scratch:
            reader = _Reader(scratch.folder, path, file_name, settings, limits, readings_in(cache))
            report = reader.read(bare)
    except ValidationError as error:
        what = f"the reader's answer has {error.error_count()} faults"
        return _failed(bare, ReportProblem.GRADER_FAULT, _OUR_FAULT.format(what))
    except (SandboxError, OSError) as error:
        return _failed(bare, ReportProblem.GRADER_FAULT, _OUR_FAULT.format(clean(str(error))))
    return report.model_copy(update={"seconds": round(time.monotonic() - started, 3)})


def read_notebook_answers(cells: Sequence[Cell]) -> Report:
    """The answers that stand in a notebook's own Markdown cells. Pure: text in, blocks out."""
    blocks: list[Block] = []
    pictures: list[Picture] = []
    told = hashlib.sha256()
    for cell in cells:
        if cell.kind != CellKind.MARKDOWN:
            continue
        told.update(cell.source.encode("utf-8", "replace") + b"\0")
        place = Place(cell=cell.number)
        for said in blocks_of(cell.source):
            if said["kind"] == "picture":
                problem = "a picture in a Markdown cell, which is not read"
                blocks.append(Block(kind=BlockKind.PICTURE, picture=len(pictures), place=place))
                pictures.append(Picture(digest="", width=0, height=0, place=place, problem=problem))
                continue
            rows = tuple(tuple(clean(cell_text) for cell_text in row) for row in said.get("rows", ()))
            text = clean(said["text"].encode("utf-8", "replace").decode())
            blocks.append(Block(**(said | {"text": text, "rows": rows}), place=place))
    notes = ("Pictures in Markdown cells are not read.",) if pictures else ()
    return Report(
        file_name="",
        form=ReportForm.NOTEBOOK,
        digest=told.hexdigest(),
        blocks=tuple(blocks),
        pictures=tuple(pictures),
        notes=notes,
        problem=ReportProblem.NONE if blocks else ReportProblem.EMPTY,
        message="" if blocks else "The notebook has no text in Markdown cells.",
    )


@dataclass
class _Cost:
    """What the children used together."""

    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0

    def add(self, run: EnclosedRun) -> None:
        self.cpu_s += run.cpu_s
        self.peak_memory_mb = max(self.peak_memory_mb, run.peak_memory_mb)


@dataclass
class _Reader:
    """Reads one report in one scratch folder."""

    folder: Path
    path: Path
    file_name: str
    settings: ExecutionSettings
    limits: ReportLimits
    readings: Readings
    cost: _Cost = field(default_factory=_Cost)
    interpreter: Interpreter = field(default_factory=find_interpreter)

    def read(self, bare: Report) -> Report:
        bench = self.folder / "read"
        (bench / "in" / "beside").mkdir(parents=True)
        shutil.copyfile(self.path, bench / "in" / "report")
        if _ending(self.file_name) in _MARKDOWN:
            self._copy_pictures(bench / "in" / "beside")
        run = self._document(bench, {}, "first")
        if run.problem:
            return self._stopped(bare, run)
        said = SaidReport.model_validate(run.answer)
        if said.scans:
            lines = self._scanned(bench, said)
            run = self._document(bench, lines, "second")
            if run.problem:
                return self._stopped(bare, run)
            said = SaidReport.model_validate(run.answer)
            return self._report(bare, said, bench / "second" / "tmp")
        return self._report(bare, said, bench / "first" / "tmp")

    def _report(self, bare: Report, said: SaidReport, pictures: Path) -> Report:
        digests = digests_of(pictures, [p.file for p in said.pictures if p.file])
        readings, note = self._read_pictures(pictures, digests)
        records = []
        for picture in said.pictures:
            record = picture.record(digests.get(picture.file, ""))
            reading = readings.get(picture.file)
            if reading is not None:
                lines = tuple(line.record() for line in reading.lines)
                record = record.model_copy(update={"lines": lines, "problem": reading.problem})
            elif picture.file:
                record = record.model_copy(update={"problem": note or "the picture was not read"})
            records.append(record)
        return bare.model_copy(
            update={
                "form": said.form,
                "pages": said.pages,
                "blocks": tuple(block.record() for block in said.blocks),
                "pictures": tuple(records),
                "problem": said.problem,
                "message": said.message,
                "notes": (*said.notes, *([note] if note else [])),
                "cpu_s": round(self.cost.cpu_s, 3),
                "peak_memory_mb": round(self.cost.peak_memory_mb, 1),
            }
        )

    def _scanned(self, bench: Path, said: SaidReport) -> dict[str, list[dict[str, Any]]]:
        """The lines of pages that are only pictures, in points."""
        folder = bench / "first" / "tmp"
        digests = digests_of(folder, [scan.file for scan in said.scans])
        readings, _ = self._read_pictures(folder, digests)
        lines: dict[str, list[dict[str, Any]]] = {}
        for scan in said.scans:
            reading = readings.get(scan.file) or SaidReading()
            lines[str(scan.page)] = [
                {"text": line.text, "box": [v / scan.scale for v in line.box]} for line in reading.lines
            ]
        return lines

    def _read_pictures(self, folder: Path, digests: Any) -> tuple[dict[str, SaidReading], str]:
        """File → reading, from the cache or by OCR; and why some have none."""
        known = {digest: self.readings.find(digest) for digest in digests.values()}
        missing = {digest: name for name, digest in digests.items() if known[digest] is None}
        note = ""
        if missing:
            run = self._ocr(folder, list(missing.values()))
            note = f"pictures were not read: {run.problem}" if run.problem else ""
            for digest, name in missing.items():
                said = run.answer.get("readings", {}).get(name)
                if said is not None:
                    known[digest] = SaidReading.model_validate(said)
                    self.readings.keep(digest, known[digest] or SaidReading())
        return {name: reading for name, digest in digests.items() if (reading := known[digest]) is not None}, note

    def _document(self, bench: Path, lines: dict[str, Any], name: str) -> EnclosedRun:
        request = {
            "path": f"{self._root(bench)}/in/report",
            "beside": f"{self._root(bench)}/in/beside",
            "name": self.file_name,
            "limits": self.limits.model_dump(),
            "read_pages": lines,
            "cpu_s": self.limits.read_cpu_s,
        }
        return self._run(bench, name, "read_document.py", request)

    def _ocr(self, pictures: Path, names: list[str]) -> EnclosedRun:
        bench = self.folder / f"ocr-{pictures.parent.name}"
        (bench / "in").mkdir(parents=True)
        boxed = self.settings.sandbox == SandboxKind.BUBBLEWRAP
        request = {
            "folder": "/grader/pictures" if boxed else str(pictures),
            "pictures": [{"file": name} for name in names],
            "threads": 1,
            "cpu_s": self.limits.ocr_cpu_s,
        }
        return self._run(bench, "ocr", "read_pictures.py", request, Mount(pictures, "/grader/pictures"))

    def _run(self, bench: Path, name: str, script: str, request: dict[str, Any], *more: Mount) -> EnclosedRun:
        boxed = self.settings.sandbox == SandboxKind.BUBBLEWRAP
        work = bench / name
        for part in ("tmp", "shm"):
            (work / part).mkdir(parents=True)
        tmp = "/tmp" if boxed else str(work / "tmp")  # noqa: S108 (bound to a folder of our own)
        request |= {"out": tmp, "address_mb": 2 * self.limits.memory_mb + 1000}
        (bench / "in" / "request.json").write_text(json.dumps(request), encoding="utf-8")
        root = self._root(bench)
        enclosure = Enclosure(
            kind=self.settings.sandbox,
            interpreter=self.interpreter,
            mounts=(
                Mount(work / "tmp", "/tmp", writable=True),  # noqa: S108 (as above)
                Mount(work / "shm", "/dev/shm", writable=True),  # noqa: S108 (as above)
                Mount(READER_SIDE, "/grader/reader_side"),
                Mount(bench / "in", "/grader/in"),
                *more,
            ),
            environment=bare_environment(self.interpreter, self.settings, home=tmp, root=root, tmp=tmp),
            folder=tmp,
        )
        code = "/grader/reader_side" if boxed else str(READER_SIDE)
        run = run_enclosed(
            enclosure,
            [self.interpreter.executable, f"{code}/{script}", f"{root}/in/request.json"],
            folder=work,
            limits=Limits(memory_mb=self.limits.memory_mb, disk_mb=_DISK_MB, processes=_PROCESSES),
            timeout_s=self.limits.timeout_s,
            answer_bytes=_ANSWER_BYTES,
            what="the reader",
        )
        self.cost.add(run)
        return run

    def _root(self, bench: Path) -> str:
        return "/grader" if self.settings.sandbox == SandboxKind.BUBBLEWRAP else str(bench)

    def _stopped(self, bare: Report, run: EnclosedRun) -> Report:
        problem, message = _why(run)
        cost = {"cpu_s": round(self.cost.cpu_s, 3), "peak_memory_mb": round(self.cost.peak_memory_mb, 1)}
        return _failed(bare.model_copy(update=cost), problem, message)

    def _copy_pictures(self, target: Path) -> None:
        """The pictures that a Markdown report names, where they lie beside it, as regular files."""
        folder = self.path.parent.resolve()
        text = self.path.read_bytes()[: self.limits.characters].decode("utf-8", "replace")
        room = 2 * self.limits.pictures
        for said in blocks_of(text):
            name = unquote(str(said.get("source", "")).split("#")[0].split("?")[0])
            if not name or "://" in name or name.startswith(("data:", "/")) or room <= 0:
                continue
            try:
                source = (folder / name).resolve()
                inside = source.is_relative_to(folder) and source == (folder / name).absolute()
                if inside and source.is_file() and source.stat().st_size <= _PICTURE_BYTES:
                    (target / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, target / name)
                    room -= 1
            except (OSError, ValueError):
                continue


def _why(run: EnclosedRun) -> tuple[ReportProblem, str]:
    """What a child's end says of the report."""
    if run.breach == RunEnd.OUT_OF_MEMORY:
        return ReportProblem.OUT_OF_MEMORY, _NO_MEMORY
    if run.breach is not None:
        return ReportProblem.TOO_LARGE, _NO_MEMORY
    number = 0 if run.code is None else -run.code if run.code < 0 else run.code - 128
    if run.code is None or number in (signal.SIGXCPU, signal.SIGKILL):
        return ReportProblem.TIMED_OUT, _TIMED_OUT
    if number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
        return ReportProblem.BROKEN, _CRASHED
    return ReportProblem.GRADER_FAULT, _OUR_FAULT.format(run.problem)


def _failed(report: Report, problem: ReportProblem, message: str) -> Report:
    return report.model_copy(update={"problem": problem, "message": message})


def _measure(path: Path, at_most: int) -> tuple[int, str]:
    """(size, SHA-256); −1 where it can't be read, and no digest of what is too large."""
    try:
        if not path.is_file():
            return -1, ""
        size = path.stat().st_size
        with path.open("rb") as file:
            return size, hashlib.file_digest(file, "sha256").hexdigest() if size <= at_most else ""
    except OSError:
        return -1, ""


def _form_by_name(name: str) -> ReportForm:
    return _FORMS.get(_ending(name), ReportForm.OTHER)


def _ending(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""
