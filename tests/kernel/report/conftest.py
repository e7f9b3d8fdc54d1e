"""Reports made here, and one way to read them: in the sandbox, as the grader does."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from grader.execute.report import read_report
from grader.records import ExecutionSettings, Report, ReportLimits

BACKBONE = """base = MobileNetV2(input_shape=(160, 160, 3),
                   include_top=False,
                   weights='imagenet')"""
PROSE = "Weights that were learnt on many pictures are kept, and only the new head is trained on the few that we have. "


def code_picture(code: str = BACKBONE, size: int = 16, dark: bool = False) -> bytes:
    """A picture of code as PNG."""
    font = ImageFont.truetype("DejaVuSansMono.ttf", size)
    lines = code.splitlines()
    width, height = int(max(font.getlength(line) for line in lines)) + 40, int(1.5 * size * len(lines)) + 20
    picture = Image.new("RGB", (width, height), "#1e1e1e" if dark else "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((20, 10 + 1.5 * size * number), line, font=font, fill="#d4d4d4" if dark else "#202040")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="session")
def code() -> Callable[..., bytes]:
    return code_picture


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Report]:
    """Read the bytes of a report under a file name."""

    def run(
        raw: bytes, name: str, *, cache: Path | None = None, beside: dict[str, bytes] | None = None, **limits: Any
    ) -> Report:
        path = tmp_path / name
        path.write_bytes(raw)
        for other, content in (beside or {}).items():
            (tmp_path / other).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / other).write_bytes(content)
        settings = ExecutionSettings()
        return read_report(path, file_name=name, settings=settings, cache=cache, limits=ReportLimits(**limits))

    return run


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """A PDF of pages, each a list of (kind, where, what)."""

    def make(*pages: list[tuple[Any, ...]], **save: Any) -> bytes:
        document = pymupdf.open()
        for things in pages:
            page = document.new_page()
            for kind, where, what, *more in things:
                if kind == "text":
                    options = more[0] if more else {}
                    page.insert_text(where, what, **({"fontsize": 11} | options))
                elif kind == "box":
                    page.insert_textbox(where, what, **({"fontsize": 11} | (more[0] if more else {})))
                elif kind == "picture":
                    page.insert_image(where, stream=what)
        return bytes(document.tobytes(**save))

    return make


@pytest.fixture
def as_docx() -> Callable[[Any], bytes]:
    def save(document: Any) -> bytes:
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return save


@pytest.fixture
def document() -> Any:
    return docx.Document()
