"""Markdown → blocks, in order. The only module of this folder that the grader itself imports: text in, text out.

In: the text of a Markdown file or cell. Out: dictionaries with the fields of a Block; of a picture, its address.
Must never open anything, and never show HTML as it came: only the text in it counts.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_NESTING = 20
LONGEST = 400_000
_TYPED = re.compile(r"(\(?(?:\d{1,2}|[A-Za-z])[.)]|[•●▪◦])(?:\s+|$)")
# A line shorter than this was ended on purpose, though Markdown would let it flow on.
_WRAPPED = 60


def blocks_of(text: str) -> list[dict[str, Any]]:
    """Blocks: `kind`, `text`, `level`, `label`, `bold`, `code`, `rows`, and `source` of a picture."""
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
    walk = _Walk()
    walk.through(parser.parse(text[:LONGEST]))
    return walk.blocks


class _Walk:
    """Goes through the parser's tokens once."""

    def __init__(self) -> None:
        self.blocks: list[dict[str, Any]] = []
        self._lists: list[int | None] = []
        self._label = ""
        self._level: int | None = None
        self._rows: list[list[str]] | None = None

    def through(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.type in ("ordered_list_open", "bullet_list_open"):
                start = token.attrGet("start")
                self._lists.append(int(start or (0 if start == 0 else 1)) if token.type[0] == "o" else None)
            elif token.type in ("ordered_list_close", "bullet_list_close"):
                self._lists.pop()
            elif token.type == "list_item_open":
                self._item(token.markup)
            elif token.type == "list_item_close":
                self._end_item()
            elif token.type == "heading_open":
                self._level = int(token.tag[1:])
            elif token.type == "heading_close":
                self._level = None
            elif token.type in ("fence", "code_block"):
                self._add(text=token.content.rstrip("\n"), code=True)
            elif token.type == "html_block":
                self._html(token.content)
            elif token.type.startswith(("table_", "tr_")):
                self._table(token.type)
            elif token.type == "inline":
                self._inline(token.children or [])

    def _item(self, markup: str) -> None:
        number = self._lists[-1]
        self._label = "•" if number is None else f"{number}{markup or '.'}"
        if number is not None:
            self._lists[-1] = number + 1

    def _end_item(self) -> None:
        if self._label:
            self._add(text="")
        self._label = ""

    def _table(self, kind: str) -> None:
        if kind == "table_open":
            self._rows = []
        elif kind == "tr_open" and self._rows is not None:
            self._rows.append([])
        elif kind == "table_close" and self._rows is not None:
            rows, self._rows = self._rows, None
            self.blocks.append({"kind": "table", "rows": rows, "text": "\n".join("\t".join(row) for row in rows)})

    def _inline(self, children: list[Token]) -> None:
        text, strong, bold = "", 0, 0
        for child in children:
            strong += (child.type == "strong_open") - (child.type == "strong_close")
            piece = ""
            if child.type in ("text", "code_inline"):
                piece = child.content
            elif child.type == "html_inline":
                # `<br>` is a line break, and a picture may be written so.
                piece = "\n" if child.content.lower().startswith("<br") else ""
                self._pictures_of(child.content)
            elif child.type == "image":
                text, bold = self._flush(text, bold), 0
                self._picture(str(child.attrGet("src") or ""), child.content)
            elif child.type in ("softbreak", "hardbreak"):
                wrapped = child.type == "softbreak" and len(text) - text.rfind("\n") > _WRAPPED
                piece = " " if wrapped else "\n"
            text += piece
            bold += len(piece) * (strong > 0)
        if self._rows is not None and self._rows:
            self._rows[-1].append(text.strip())
        else:
            self._flush(text, bold)

    def _flush(self, text: str, bold: int) -> str:
        if text.strip():
            self._add(text=text.strip(), bold=2 * bold > len(text.strip()))
        return ""

    def _html(self, html: str) -> None:
        told = _HtmlText()
        told.feed(html)
        told.close()
        self._pictures_of(html)
        for level, text in told.paragraphs():
            self.blocks.append({"kind": "text", "text": text} | ({"level": level} if level else {}))

    def _pictures_of(self, html: str) -> None:
        told = _HtmlText()
        told.feed(html)
        for source in told.sources:
            self._picture(source, "")

    def _picture(self, source: str, alternative: str) -> None:
        self.blocks.append({"kind": "picture", "source": source, "alternative": alternative})

    def _add(self, text: str, **more: Any) -> None:
        block: dict[str, Any] = {"kind": "text", "text": text, **{key: value for key, value in more.items() if value}}
        label, self._label = self._label, ""
        if self._level is not None:
            block["level"] = self._level
        typed = None if block.get("code") or label else _TYPED.match(text[:100])
        if typed is not None:
            label, block["text"] = typed[1], text[typed.end() :]
        if label:
            block["label"] = label
        self.blocks.append(block)


class _HtmlText(HTMLParser):
    """The text of a piece of HTML by paragraph, and the addresses of its pictures."""

    _ENDS = frozenset(("p", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"))

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self._parts: list[tuple[int | None, str]] = []
        self._level: int | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.sources += [value for key, value in attrs if key == "src" and value]
        if tag in ("script", "style"):
            self._hidden += 1
        if tag == "br":
            self._parts.append((self._level, "\n"))
        if tag in self._ENDS:
            self._parts.append((None, ""))
            self._level = int(tag[1]) if len(tag) == 2 and tag[1].isdigit() else None

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        if tag in self._ENDS:
            self._level = None
            self._parts.append((None, ""))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append((self._level, data))

    def paragraphs(self) -> list[tuple[int | None, str]]:
        """(heading level, text), without empty ones."""
        found: list[tuple[int | None, str]] = []
        level, text = None, ""
        for part_level, part in [*self._parts, (None, "")]:
            if part:
                level, text = part_level or level, text + part
            else:
                if text.strip():
                    found.append((level, text.strip()))
                level, text = None, ""
        return found
