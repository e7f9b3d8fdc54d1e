"""Tells labels, captions and lines of a table of contents by how they are written.

In: text. Out: its parts, or yes and no.
Must never look at more of a text than its beginning and its end: what comes in may be anything.
"""

from __future__ import annotations

import re

_BULLETS = "•●○▪■□◦‣⁃∙·➢➤►✓✔❖\uf0b7\uf0a7\uf0d8\uf0fc\u2022"
_LABEL = re.compile(
    r"(\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Za-z]|[ivxIVX]{2,5})[.)]|[" + _BULLETS + r"]|[-–—*](?=\s))(?:\s+|$)"
)
_BARE_NUMBER = re.compile(
    r"([1-9]\d?(?:\.\d{1,2}){0,3})(?:\t\s*|\s{2,})(?=\S)|([1-9]\d?(?:\.\d{1,2}){1,3})\s+(?=[^\W\d])"
)
_CAPTION = re.compile(r"(?:figure|fig\.?|table|listing)\s*\d{1,3}(?:\.\d{1,2})?\s*(?:[:.\-–—)]|$)", re.IGNORECASE)
_WORDY_CAPTION = re.compile(r"(?:screenshot|image|picture|snippet|code)\s*\d{1,3}\s*(?:[:.\-–—)]|$)", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?|…\s?|_){4,}\s*\d{1,3}\s*$")
_CONTENTS = re.compile(r"(?:table of )?contents\s*:?", re.IGNORECASE)
_LOOKED_AT = 400


def split_label(text: str, *, heading: bool = False) -> tuple[str, str]:
    """(label, rest): "1. What is …" gives ("1.", "What is …"). In a heading a bare "1.2" is a label too."""
    head = text[:_LOOKED_AT]
    match = _LABEL.match(head)
    if match is None and heading:
        match = _BARE_NUMBER.match(head)
    if match is None:
        return "", text
    label = next(group for group in match.groups() if group)
    return ("•" if label in _BULLETS else label), text[match.end() :].lstrip()


def starts_with_label(text: str) -> bool:
    """True where a paragraph begins here, by its label."""
    return _LABEL.match(text[:_LOOKED_AT]) is not None


def is_caption(text: str, *, stands_out: bool = False) -> bool:
    """True for "Figure 3: …". Where the text stands out, "Screenshot 3: …" is a heading rather than a caption."""
    head = text[:_LOOKED_AT].lstrip()
    if len(text) > _LOOKED_AT:
        return False
    return bool(_CAPTION.match(head)) or (not stands_out and bool(_WORDY_CAPTION.match(head)))


def is_contents_line(text: str) -> bool:
    """True for "What is … ........ 4"."""
    return len(text) <= _LOOKED_AT and bool(_LEADERS.search(text[-120:]))


def is_contents_title(text: str) -> bool:
    """True for "Table of contents"."""
    return len(text) <= 40 and bool(_CONTENTS.fullmatch(text.strip()))
