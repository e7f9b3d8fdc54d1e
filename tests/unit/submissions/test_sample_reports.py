"""The sample reports are what their script makes, small, invented, and as `expected.yaml` says.

In: `submissions/`, as committed. Out: claims about the files alone; nothing of them is graded.
"""

from __future__ import annotations

import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pymupdf
import pytest
import yaml
from PIL import Image, ImageChops, ImageStat

from grader.records import ReportProblem

ROOT = Path(__file__).parents[3]
COHORT = ROOT / "submissions" / "lab06"
STUDENTS = sorted(folder for folder in COHORT.iterdir() if folder.is_dir())
QUESTIONS = [
    "q1_transfer_learning", "q2_fine_tuning", "q3_freezing", "q4_augmentation",
    "q5_base_model_shown", "q6_frozen_shown", "q7_augmentation_shown", "q8_head_shown",
]  # fmt: skip
OUTCOMES = {"met", "partly", "not_met", "undecided"}
LARGEST = 350_000
LARGEST_TOGETHER = 3_000_000
ALIKE = 2.0
"""Mean difference of two renderings, of 255 greys, that another version of a drawing library may cause."""
PRINTED = "informe_lab06.pdf"
"""Made by a browser, which may be missing or another: only what was to be printed is compared."""
LOCKED = "BogdanIonescu_L6_report.pdf"
NOBODYS = re.compile(
    r"@|https?://|/home/|/tmp/|/work|"
    r"\bUniversi|\bCollege\b|\bInstitut|[sS]tudent (?:id|no|number)|\b[A-Z]{2,4}\d{4,}|\b\d{7,}\b"
)


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, dict[str, bytes]]]:
    """What the script would write now."""
    folder = str(ROOT / "submissions" / "make_reports")
    sys.path.insert(0, folder)
    try:
        from sample_reports import report_files, story
        from sample_reports.people import mateo

        story.BROWSERS = ()
        page, pictures = mateo.html()
        yield report_files() | {
            "page": {"html": page.encode()},
            "pictures": {n: p.content for n, p in pictures.items()},
        }
    finally:
        sys.path.remove(folder)
        for name in [n for n in sys.modules if n.split(".")[0] == "sample_reports"]:
            del sys.modules[name]


def report_of(student: Path) -> dict[str, Any] | None:
    report = yaml.safe_load((student / "expected.yaml").read_text(encoding="utf-8"))["report"]
    return None if report == "none" else report


REPORTS = [(student, report) for student in STUDENTS if (report := report_of(student))]
each = pytest.mark.parametrize("student, report", REPORTS, ids=[student.name for student, _ in REPORTS])


def file_of(student: Path, report: dict[str, Any]) -> Path:
    return student / str(report["file"])


# --------------------------------------------------------------------------- the script and the files


def test_script_makes_the_reports_that_are_committed(made: dict[str, dict[str, bytes]]) -> None:
    assert sorted(set(made) - {"page", "pictures"}) == [student.name for student, _ in REPORTS]
    for student, report in REPORTS:
        assert str(report["file"]) in made[student.name] or report["file"] in (PRINTED, LOCKED)


@each
def test_content_is_what_the_script_makes(
    student: Path, report: dict[str, Any], made: dict[str, dict[str, bytes]]
) -> None:
    for name, content in made[student.name].items():
        there = (student / name).read_bytes()
        assert text_of(name, there) == text_of(name, content), name
        assert difference(name, there, content) < ALIKE, name


def test_printed_page_holds_every_paragraph_and_picture(made: dict[str, dict[str, bytes]]) -> None:
    there = (COHORT / "mateo-villalobos" / PRINTED).read_bytes()
    page, written = made["page"]["html"].decode(), text_of(PRINTED, there)
    paragraphs = re.findall(r"<(?:p|h1|h2)>([^<]+)<", page)
    assert len(paragraphs) > 12
    assert [p for p in paragraphs if " ".join(html.unescape(p).split()) not in written] == []
    assert sum(len(p.get_images()) for p in opened(there)) == page.count("<img") == len(made["pictures"])


def test_another_content_would_be_noticed() -> None:
    path = COHORT / "jonas-wiedemann" / "Bericht Lab 6 Wiedemann.pdf"
    pdf = pymupdf.open(path)
    page = pdf[0]
    picture = page.get_image_rects(page.get_images()[0][0])[0]
    page.add_redact_annot(picture, fill=(0, 0, 0))
    page.apply_redactions()
    assert difference(path.name, path.read_bytes(), pdf.tobytes()) > ALIKE
    page.insert_text((72, 72), "another")
    assert text_of(path.name, path.read_bytes()) != text_of(path.name, pdf.tobytes())


def text_of(name: str, content: bytes) -> str:
    match Path(name).suffix:
        case ".pdf":
            return " ".join("".join(page.get_text() for page in opened(content)).split())
        case ".docx":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                body = "".join(archive.read(n).decode() for n in sorted(archive.namelist()) if n.endswith(".xml"))
            return re.sub(r'(cx|cy)="\d+"|relativeHeight="\d+"', "", body)
        case ".png":
            return ""
        case _:
            return content.decode()


def opened(content: bytes) -> Any:
    pdf = pymupdf.open(stream=content, filetype="pdf")
    if pdf.needs_pass:
        assert pdf.authenticate("lab06-bogdan")
    return pdf


def difference(name: str, left: bytes, right: bytes) -> float:
    """Between the pictures or rendered pages of two files, the worst of them."""
    seen = [pictures_of(name, content) for content in (left, right)]
    assert [p.size for p in seen[0]] == [p.size for p in seen[1]], name
    return max((_apart(a, b) for a, b in zip(*seen, strict=True)), default=0.0)


def _apart(left: Image.Image, right: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(left, right).convert("L")).mean[0]


def pictures_of(name: str, content: bytes) -> list[Image.Image]:
    match Path(name).suffix:
        case ".pdf":
            pages = [page.get_pixmap(dpi=60, colorspace=pymupdf.csRGB) for page in opened(content)]
            return [Image.frombytes("RGB", (p.width, p.height), p.samples) for p in pages]
        case ".docx":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = sorted(n for n in archive.namelist() if "media/" in n)
                return [Image.open(io.BytesIO(archive.read(n))).convert("RGB") for n in names]
        case ".png":
            return [Image.open(io.BytesIO(content)).convert("RGB")]
        case _:
            return []


def test_reports_are_small() -> None:
    sizes = {file_of(s, r): file_of(s, r).stat().st_size for s, r in REPORTS}
    assert max(sizes.values()) < LARGEST
    assert sum(sizes.values()) < LARGEST_TOGETHER


@each
def test_nobody_real_is_named(student: Path, report: dict[str, Any]) -> None:
    path = file_of(student, report)
    content = path.read_bytes()
    if path.suffix == ".docx":
        about = docx.Document(io.BytesIO(content)).core_properties
        people, written = [about.author, about.last_modified_by], readable(docx.Document(io.BytesIO(content)))
    elif path.suffix == ".pdf":
        people, written = [opened(content).metadata["author"]], text_of(path.name, content)
    else:
        people, written = [], text_of(path.name, content) if path.suffix == ".md" else answers_in(path)
    assert not (found := NOBODYS.search(written)), found
    own = set(re.findall(r"\w+", student.name))
    for person in filter(None, people):
        assert set(re.findall(r"\w{2,}", plain(person))) & own, person


def readable(document: Any) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter() if t.tag.endswith("}t")) for p in document.element.body)


def answers_in(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join(c["source"] for c in cells if c["id"].startswith("answer-"))


def plain(name: str) -> str:
    return name.casefold().replace("é", "e").replace("á", "a")


# --------------------------------------------------------------------------- what is expected of them


@each
def test_expectation_is_complete_and_in_the_words_of_the_records(student: Path, report: dict[str, Any]) -> None:
    assert set(report) <= {"file", "problem", "criteria", "cells", "faults", "claims"}
    assert file_of(student, report).exists()
    assert report["problem"] == "none" or report["problem"] in set(ReportProblem)
    assert list(report["criteria"]) == QUESTIONS
    for allowed in report["criteria"].values():
        outcomes = [allowed] if isinstance(allowed, str) else allowed
        assert outcomes
        assert set(outcomes) < OUTCOMES
    assert set(report.get("claims", {})) <= {"agreed", "contradicted", "not_found"}
    assert set(report.get("faults", {})) <= set(QUESTIONS)


@each
def test_cells_that_pictures_show_are_code_cells_of_the_notebook(student: Path, report: dict[str, Any]) -> None:
    (path,) = student.glob("*.ipynb")
    shown = {cell for cells in report["cells"].values() for cell in cells}
    assert set(report["cells"]) <= set(QUESTIONS[4:])
    if shown:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert {cells[number - 1]["cell_type"] for number in shown} == {"code"}


@each
def test_claimed_numbers_stand_in_the_report(student: Path, report: dict[str, Any]) -> None:
    path = file_of(student, report)
    if report.get("claims"):
        written = (
            readable(docx.Document(str(path))) if path.suffix == ".docx" else text_of(path.name, path.read_bytes())
        )
        for number in [n for numbers in report["claims"].values() for n in numbers]:
            assert number in written.replace("\u00a0", " "), number


def test_every_outcome_and_many_faults_are_expected_somewhere() -> None:
    alone = [o for _, report in REPORTS for o in report["criteria"].values() if isinstance(o, str)]
    assert {"met", "not_met", "undecided"} <= set(alone)
    named = [fault for _, report in REPORTS for fault in report.get("faults", {}).values()]
    faults = {fault if isinstance(fault, str) else fault[0] for fault in named}
    assert faults >= {
        "contradicted", "copied_question", "keyword_heap", "other_question", "same_as_other_student", "too_short",
        "no_picture", "wrong_picture", "contrary",
    }  # fmt: skip


@each
def test_a_report_that_cannot_be_read_decides_nothing(student: Path, report: dict[str, Any]) -> None:
    if report["problem"] != "none":
        assert set(report["criteria"].values()) == {"undecided"}
