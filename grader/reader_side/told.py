"""What the child tells of a report, as it goes over the border: plain dictionaries in lists.

In: what a reader of one form found. Out: the answer's fields.
Must never grow beyond the request's limits: what is over is left out, and said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

# Control characters, directions of writing and characters without width: what is not seen is not said.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def plain(text: str) -> str:
    """`text` without what can't be seen."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\x0b", "\n").replace("\xa0", " "))


@dataclass
class Told:
    """The answer while it grows."""

    most_blocks: int
    most_characters: int
    form: str = "other"
    pages: int = 0
    blocks: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    message: str = ""

    def add(self, kind: str, text: str = "", **more: Any) -> None:
        """One more block; more of it: the other fields of a Block, `page` and `box` in place of its place."""
        text = plain(text)
        self.most_characters -= len(text) + sum(len(cell) for row in more.get("rows", ()) for cell in row)
        if len(self.blocks) >= self.most_blocks or self.most_characters < 0:
            self.cut("The report holds more text than a report has; the rest of it has not been read.")
            return
        self.blocks.append({"kind": kind, "text": text, **{key: value for key, value in more.items() if value}})
        if more.get("picture") is not None:
            self.blocks[-1]["picture"] = more["picture"]

    def note(self, text: str) -> None:
        """Something that a person should know; said once."""
        if text not in self.notes and len(self.notes) < 20:
            self.notes.append(text)

    def cut(self, message: str) -> None:
        """Say that not all was read; the first reason stays."""
        if not self.problem:
            self.problem, self.message = "too_large", message
