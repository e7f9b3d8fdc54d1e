"""Opens a DOCX: a zip of XML whose sizes are asked before anything of it is unpacked.

In: the file's bytes. Out: python-docx's document.
Must never unpack more than the limits allow, nor read XML that declares entities.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx import Document
from docx.oxml.parser import parse_xml
from limits import Refused

_DAMAGED = "The file is damaged and can't be opened. Open it in Word, save it again as DOCX or PDF, and hand that in."
_BOMB = "The file unpacks to far more than a report needs, so it was not opened. Save it again as PDF and hand that in."
_ENTITIES = "The file's XML declares entities, as no word processor does, so it was not opened. Save it as PDF."


def open_docx(raw: bytes, limits: dict[str, Any]) -> Any:
    """The document.

    Raises:
        Refused: damaged, encrypted, or too large once unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _examine(archive, limits)
        return Document(io.BytesIO(raw))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # python-docx and lxml raise what they like on a damaged file
        raise Refused("broken", _DAMAGED) from error


def part_root(document: Any, ending: str) -> Any:
    """The XML of a part beside the document (numbering, footnotes); None where there is none."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(ending) and not relation.is_external:
            part = relation.target_part
            return part.element if hasattr(part, "element") else parse_xml(part.blob)
    return None


def _examine(archive: zipfile.ZipFile, limits: dict[str, Any]) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("encrypted", "The file is protected with a password. Save it without one and hand that in.")
    xml = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
    if (
        len(entries) > limits["entries"]
        or sum(entry.file_size for entry in entries) > limits["archive_bytes"]
        or sum(entry.file_size for entry in xml) > limits["xml_bytes"]
    ):
        raise Refused("too_large", _BOMB)
    for entry in xml:
        with archive.open(entry) as file:
            head = file.read(4096)
        # In UTF-16 every other byte is zero.
        if b"<!DOCTYPE" in head.replace(b"\0", b"") or b"<!ENTITY" in head.replace(b"\0", b""):
            raise Refused("broken", _ENTITIES)
