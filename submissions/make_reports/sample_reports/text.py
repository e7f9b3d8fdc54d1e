"""Text as it stands in the modules of `people`: paragraphs, apart by an empty line, their lines joined."""

from __future__ import annotations

import textwrap


def paragraphs(text: str) -> list[str]:
    """The paragraphs of an indented text."""
    return [" ".join(p.split()) for p in textwrap.dedent(text).strip().split("\n\n")]


def one(text: str) -> str:
    """A text of one paragraph."""
    return " ".join(paragraphs(text))
