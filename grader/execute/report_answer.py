"""Turns what the reader said of a report into records, or refuses it.

In: the JSON of the child that read the report. Out: blocks, pictures and the rest of a Report's fields.
Must never let through a control character, a picture that is not PNG or JPEG, or a field that no record has.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.records import Block, BlockKind, Furniture, Picture, Place, ReportForm, ReportProblem, TextLine

_PREVIEW_BYTES = 200_000
_PREVIEW_PX = 1400
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# Control characters, directions of writing, characters without width.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def clean(text: Any) -> Any:
    """`text` without what can't be seen; whatever else it is stays as it is, for pydantic to refuse."""
    return _UNSEEN.sub("", text) if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(clean), Field(max_length=700_000)]
ShortText = Annotated[str, BeforeValidator(clean), Field(max_length=600)]
Box = tuple[float, float, float, float]
FileName = Annotated[str, Field(pattern=r"^([a-z]{0,4}[0-9]{1,4}\.ppm)?$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class SaidBlock(_Said):
    """One block as the child says it."""

    kind: BlockKind
    text: Text = ""
    style: ShortText = ""
    level: int | None = Field(default=None, ge=1, le=9)
    size: float = Field(default=0.0, ge=0, le=2000)
    bold: bool = False
    label: ShortText = ""
    code: bool = False
    furniture: Furniture = Furniture.NONE
    page: int | None = Field(default=None, ge=1)
    box: Box | None = None
    rows: tuple[tuple[Text, ...], ...] = ()
    picture: int | None = Field(default=None, ge=0)
    read_by_ocr: bool = False

    def record(self) -> Block:
        said = self.model_dump(exclude={"page", "box"})
        return Block(**said, place=_place(self.page, self.box))


class SaidPicture(_Said):
    """One picture as the child says it. `file` holds its pixels, "" where it was not decoded."""

    file: FileName
    width: int = Field(ge=0, le=10**9)
    height: int = Field(ge=0, le=10**9)
    page: int | None = Field(default=None, ge=1)
    box: Box | None = None
    preview: str = Field(default="", max_length=_PREVIEW_BYTES * 2)
    preview_type: str = "image/png"
    problem: ShortText = ""

    def record(self, digest: str) -> Picture:
        kind = _type_of(self.preview)
        return Picture(
            digest=digest,
            width=self.width,
            height=self.height,
            place=_place(self.page, self.box),
            preview=self.preview if kind else "",
            preview_type=kind or "image/png",
            problem=self.problem,
        )


class SaidScan(_Said):
    """A page that must be read from its picture; `scale`: pixels in a point."""

    file: FileName
    page: int = Field(ge=1)
    scale: float = Field(gt=0, le=100)


class SaidReport(_Said):
    """All that the child says."""

    form: ReportForm
    pages: int = Field(ge=0)
    blocks: tuple[SaidBlock, ...] = ()
    pictures: tuple[SaidPicture, ...] = ()
    scans: tuple[SaidScan, ...] = ()
    problem: ReportProblem = ReportProblem.NONE
    message: Annotated[str, BeforeValidator(clean), Field(max_length=1000)] = ""
    notes: tuple[ShortText, ...] = ()


class SaidLine(_Said):
    """One line that OCR read."""

    text: Text
    box: Box
    confidence: float = Field(ge=0, le=1)

    def record(self) -> TextLine:
        return TextLine(text=self.text, box=self.box, confidence=self.confidence)


class SaidReading(_Said):
    """What OCR says of one picture."""

    lines: tuple[SaidLine, ...] = Field(default=(), max_length=2000)
    problem: ShortText = ""


def _place(page: int | None, box: Box | None) -> Place | None:
    return Place(page=page, box=box) if page is not None else None


def _type_of(preview: str) -> str:
    """"image/png" or "image/jpeg", by what it begins with; "" where it is neither, or too large."""
    try:
        raw = base64.b64decode(preview, validate=True)
    except (binascii.Error, ValueError):
        return ""
    if len(raw) > _PREVIEW_BYTES:
        return ""
    if raw.startswith(_PNG) and len(raw) > 24:
        return "image/png" if max(struct.unpack(">II", raw[16:24])) <= _PREVIEW_PX else ""
    return "image/jpeg" if raw.startswith(_JPEG) else ""
