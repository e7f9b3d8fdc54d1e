"""Tells what kind of file a report is, by its content; its name only decides between texts.

In: the file's bytes and name. Out: a form that is read, or Refused with what to do.
Must never trust a name's ending.
"""

from __future__ import annotations

import io
import zipfile

from limits import Refused

_TEXT_ENDINGS = (".md", ".markdown", ".txt", ".text", "")
_SAVE = "Save it as PDF or DOCX and hand that in."
_OTHERS = (
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%!PS", "a PostScript file"),
)


def form_of(raw: bytes, name: str) -> str:
    """ "pdf", "docx" or "markdown".

    Raises:
        Refused: it is none of these; the message says what it is and what to do.
    """
    if not raw.strip():
        raise Refused("empty", f"The file '{name}' is empty. Export the report again and hand that in.")
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    if raw.startswith(b"PK\x03\x04"):
        return _form_of_zip(raw, name)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise _old_office(raw, name)
    for start, what in _OTHERS:
        if raw.startswith(start):
            raise Refused("unknown_form", f"The file '{name}' is {what}, not a report. {_SAVE}")
    return _form_of_text(raw, name)


def _form_of_zip(raw: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Refused(
            "broken", f"The file '{name}' is damaged or was cut off on its way. Export the report again."
        ) from error
    if "word/document.xml" in names or ("[Content_Types].xml" in names and any(n.startswith("word/") for n in names)):
        return "docx"
    what = "an archive"
    if any(n.endswith(".iwa") for n in names) or "index.xml" in names:
        what = "a Pages document"
    elif "content.xml" in names:
        what = "an OpenDocument file"
    elif any(n.startswith(("ppt/", "xl/")) for n in names):
        what = "a presentation or spreadsheet"
    raise Refused("unknown_form", f"The file '{name}' is {what}, which is not read. {_SAVE}")


def _old_office(raw: bytes, name: str) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return Refused(
            "encrypted", f"The file '{name}' is protected with a password. Save it without one and hand that in."
        )
    return Refused("unknown_form", f"The file '{name}' is an old Word document (.doc), which is not read. {_SAVE}")


def _form_of_text(raw: bytes, name: str) -> str:
    head = raw[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"mime-version", b"<?xml")):
        raise Refused("unknown_form", f"The file '{name}' is a web page, not a report. {_SAVE}")
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    binary = b"\0" in raw[:65536] or sum(byte < 9 or 13 < byte < 32 for byte in raw[:4096]) > 20
    if ending in _TEXT_ENDINGS and not binary:
        return "markdown"
    if ending in (".pdf", ".docx"):
        raise Refused(
            "broken", f"The file '{name}' is damaged: it does not begin as such a file does. Export the report again."
        )
    raise Refused("unknown_form", f"The file '{name}' is of a kind that is not read. {_SAVE}")
