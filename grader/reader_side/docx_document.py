"""Reads a DOCX in the order in which a person reads it.

In: the file's bytes. Out: blocks and pictures.
Must never open what the file only points to: linked pictures, templates, embedded documents.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx_numbering import Numbering
from docx_package import open_docx, part_root
from docx_styles import Styles
from labels import is_caption, is_contents_line, is_contents_title, split_label
from limits import Refused
from shelf import Shelf
from told import Told, plain

_DEEPEST = 24
_LAYOUT_WORDS = 45
_MORE = {
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
nsmap.update(_MORE)

_LEFT_OUT = {qn(t) for t in ("w:del", "w:moveFrom", "w:rPr", "w:pPr", "w:instrText", "w:delText", "w:sdtPr")}
_TEXTS = {qn("w:t"), qn("m:t") if "m" in nsmap else "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_DRAWINGS = {qn("w:drawing"), qn("w:pict"), qn("w:object")}
_SYMBOLS = {"f0b7": "•", "f0a7": "▪", "f0fc": "✓", "f0e0": "→", "f0d8": "➢"}


@dataclass
class _Piece:
    """Text of one look within a paragraph, or a picture that stands in the line."""

    text: str = ""
    size: float = 11.0
    bold: bool = False
    code: bool = False
    drawing: Any = None


@dataclass
class _Flow:
    """What one paragraph holds: pieces in order, and what is shown after its text."""

    pieces: list[_Piece] = field(default_factory=list)
    after: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pages: int = 0


def read_docx(raw: bytes, limits: dict[str, Any], told: Told, shelf: Shelf) -> None:
    """Fill `told` and `shelf`."""
    document = open_docx(raw, limits)
    reader = _Reader(document, told, shelf)
    reader.margin("header", "running_header")
    reader.walk(document.element.body, document.part, 0)
    reader.margin("footer", "running_footer")
    told.pages = reader.page if reader.page_breaks else 0
    if not told.blocks and not told.problem:
        raise Refused("empty", "There is no text and no picture in the report. Open it in Word and look at it first.")


class _Reader:
    """Walks the XML once, counting numbers and pages as it goes."""

    def __init__(self, document: Any, told: Told, shelf: Shelf) -> None:
        self._document, self._told, self._shelf = document, told, shelf
        self._styles = Styles(part_root(document, "/styles"))
        self._numbering = Numbering(part_root(document, "/numbering"))
        self._footnotes = {
            kind: {n.get(qn("w:id")): n for n in (root if root is not None else ())}
            for kind, root in (("foot", part_root(document, "/footnotes")), ("end", part_root(document, "/endnotes")))
        }
        self.page_breaks = next(document.element.body.iter(qn("w:lastRenderedPageBreak")), None) is not None
        self.page = 1
        self._table_depth = 0

    def walk(self, parent: Any, part: Any, depth: int, furniture: str = "") -> None:
        """Everything in `parent`, block by block."""
        if depth > _DEEPEST:
            self._told.cut("The report is nested too deeply; what lies deepest has not been read.")
            return
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child, part, depth, furniture)
            elif child.tag == qn("w:tbl"):
                self._table(child, part, depth, furniture)
            elif child.tag == qn("w:sdt"):
                gallery = child.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
                contents = gallery is not None and "Contents" in gallery.get(qn("w:val"), "")
                inner = child.find(qn("w:sdtContent"))
                if inner is not None:
                    self.walk(inner, part, depth + 1, "contents" if contents else furniture)
            elif child.tag == qn("mc:AlternateContent"):
                self.walk(_chosen(child), part, depth + 1, furniture)
            elif child.tag in (qn("w:ins"), qn("w:moveTo"), qn("w:customXml"), qn("w:smartTag")):
                self.walk(child, part, depth + 1, furniture)

    def margin(self, kind: str, furniture: str) -> None:
        """Headers or footers of all sections, each text once."""
        seen = set()
        for relation in list(self._document.part.rels.values()):
            if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
                root = relation.target_part.element
                text = plain(" ".join(t.text or "" for t in root.iter(qn("w:t")))).strip()
                if text and text not in seen:
                    seen.add(text)
                    number = text.isdigit() or (text.lower().startswith("page") and len(text) < 20)
                    self._told.add("text", " ".join(text.split()), furniture="page_number" if number else furniture)
                if next(root.iter(qn("w:drawing")), None) is not None:
                    self._told.note("Pictures in headers and footers were left out.")

    def _paragraph(self, paragraph: Any, part: Any, depth: int, furniture: str) -> None:
        flow = _Flow()
        self._collect(paragraph, paragraph, flow, 0)
        numbering = self._styles.numbering(paragraph)
        label = self._numbering.label(*numbering) if numbering and (flow.pieces or flow.after) else ""
        first = True
        for group in _groups(flow.pieces):
            if isinstance(group, _Piece):
                self._drawing(group.drawing, part, depth, furniture)
                continue
            if first or any(piece.text.strip() for piece in group):
                self._text(group, paragraph, label if first else "", furniture)
                first = False
        if first and label:
            self._text([], paragraph, label, furniture)
        for drawing in flow.after:
            self._drawing(drawing, part, depth, furniture)
        for kind, number in (note.split(":", 1) for note in flow.notes):
            note = self._footnotes[kind].get(number)
            if note is not None:
                self.walk(note, part, depth + 1, furniture)
        self.page += flow.pages

    def _text(self, pieces: list[_Piece], paragraph: Any, label: str, furniture: str) -> None:
        text = plain("".join(piece.text for piece in pieces))
        weights: Counter[float] = Counter()
        for piece in pieces:
            weights[piece.size] += len(piece.text.strip())
        letters = sum(weights.values())
        level = self._styles.level(paragraph)
        code = bool(letters) and 2 * sum(len(p.text.strip()) for p in pieces if p.code) > letters
        bold = bool(letters) and 2 * sum(len(p.text.strip()) for p in pieces if p.bold) > letters
        text = text.strip("\n") if code else text.strip()
        if not code and not label:
            label, text = split_label(text, heading=level is not None or bold)
        if not text and not label:
            return
        style = self._styles.name(paragraph)
        last = self._told.blocks[-1] if self._told.blocks else {}
        if code and not label and last.get("code") and "label" not in last and last.get("style", "") == style:
            last["text"] += "\n" + text
            return
        self._told.add(
            "text",
            text,
            style=style,
            level=level if furniture != "contents" else None,
            size=max(weights, key=lambda size: weights[size]) if letters else 0,
            bold=bold,
            label=label,
            code=code,
            furniture=furniture or _furniture(text, style, level, bold, label),
            page=self.page if self.page_breaks else None,
        )

    def _collect(self, element: Any, paragraph: Any, flow: _Flow, depth: int) -> None:
        """The text and drawings within `element`, in order."""
        if depth > _DEEPEST:
            return
        for child in element:
            tag = child.tag
            if tag in _LEFT_OUT or not isinstance(tag, str):
                continue
            if tag == qn("w:r"):
                self._run(child, paragraph, flow, depth)
            elif tag == qn("mc:AlternateContent"):
                self._collect(_chosen(child), paragraph, flow, depth + 1)
            elif tag in _DRAWINGS:
                self._place(child, flow)
            elif tag in _TEXTS:
                flow.pieces.append(_Piece(child.text or ""))
            else:
                self._collect(child, paragraph, flow, depth + 1)

    def _run(self, run: Any, paragraph: Any, flow: _Flow, depth: int) -> None:
        if self._styles.is_hidden(run, paragraph):
            if any((t.text or "").strip() for t in run.iter(qn("w:t"))):
                self._told.note("The report holds text that can't be seen; it was left out.")
            return
        size, bold, code = self._styles.look(run, paragraph)
        for child in run:
            tag = child.tag
            if tag in _TEXTS:
                flow.pieces.append(_Piece(child.text or "", size, bold, code))
            elif tag in _BREAKS:
                if child.get(qn("w:type")) in ("page", "column"):
                    continue
                flow.pieces.append(_Piece(_BREAKS[tag], size, bold, code))
            elif tag == qn("w:lastRenderedPageBreak"):
                # Before its text a paragraph begins on the new page; within it, the next one does.
                if any(piece.text.strip() or piece.drawing is not None for piece in flow.pieces):
                    flow.pages += 1
                else:
                    self.page += 1
            elif tag == qn("w:sym"):
                symbol = _SYMBOLS.get(child.get(qn("w:char"), "").lower(), "")
                flow.pieces.append(_Piece(symbol, size, bold, code))
            elif tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                flow.notes.append(f"{'foot' if 'foot' in tag else 'end'}:{child.get(qn('w:id'))}")
            elif tag in _DRAWINGS:
                self._place(child, flow)
            elif tag == qn("mc:AlternateContent"):
                self._run_content(_chosen(child), flow)

    def _run_content(self, chosen: Any, flow: _Flow) -> None:
        for child in chosen:
            if child.tag in _DRAWINGS:
                self._place(child, flow)

    def _place(self, drawing: Any, flow: _Flow) -> None:
        """Inline drawings stay where they are; floating ones follow their paragraph's text."""
        floating = drawing.find(qn("wp:anchor")) is not None
        boxed = next(drawing.iter(qn("w:txbxContent")), None) is not None
        style = " ".join(shape.get("style", "") for shape in drawing.iter(qn("v:shape")))
        if floating or boxed or "position:absolute" in style.replace(" ", ""):
            flow.after.append(drawing)
        else:
            flow.pieces.append(_Piece(drawing=drawing))

    def _drawing(self, drawing: Any, part: Any, depth: int, furniture: str) -> None:
        """Its pictures, and the text in its boxes."""
        for found in _outermost(drawing, _chosen):
            if found.tag == qn("w:txbxContent"):
                self.walk(found, part, depth + 1, furniture)
            else:
                self._picture(found, part)

    def _picture(self, found: Any, part: Any) -> None:
        vml = found.tag == qn("v:imagedata")
        key = found.get(qn("r:id")) if vml else found.get(qn("r:embed"))
        linked = found.get(qn("r:link"))
        relation = part.rels.get(key) if key else None
        if relation is None or relation.is_external:
            if key or linked:
                number = self._shelf.name(0, 0, "the picture is only linked to, it is not in the file: insert it again")
                self._tell_picture(number)
            return
        number = self._shelf.put_bytes(relation.target_part.blob, _shown_part(found), **self._where())
        self._tell_picture(number)

    def _tell_picture(self, number: int | None) -> None:
        if number is not None:
            self._told.add("picture", picture=number, **self._where())

    def _where(self) -> dict[str, Any]:
        return {"page": self.page} if self.page_breaks else {}

    def _table(self, table: Any, part: Any, depth: int, furniture: str) -> None:
        if depth > _DEEPEST:
            self._told.cut("The report is nested too deeply; what lies deepest has not been read.")
            return
        rows = [[cell for cell in row.iter(qn("w:tc")) if _owner(cell, qn("w:tr")) is row] for row in _rows_of(table)]
        texts = [tuple(_cell_text(cell) for cell in row) for row in rows]
        if _holds_values(rows, texts):
            kept = tuple(row for row in texts if any(row))
            self._told.add("table", "\n".join("\t".join(row) for row in kept), rows=kept, furniture=furniture,
                           **self._where())
            return
        # It only lays out the page.
        for row in rows:
            for cell in row:
                self.walk(cell, part, depth + 2, furniture)


def _rows_of(table: Any) -> list[Any]:
    return [row for row in table.iter(qn("w:tr")) if _owner(row, qn("w:tbl")) is table]


def _owner(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)


def _holds_values(rows: list[list[Any]], texts: list[tuple[str, ...]]) -> bool:
    drawn = any(next(cell.iter(*_DRAWINGS, qn("w:tbl")), None) is not None for row in rows for cell in row)
    columns = sum(any(row[at] for row in texts if at < len(row)) for at in range(max(map(len, texts), default=0)))
    short = all(len(text.split()) <= _LAYOUT_WORDS for row in texts for text in row)
    return not drawn and short and columns >= 2 and sum(any(row) for row in texts) >= 2


def _cell_text(cell: Any) -> str:
    paragraphs = []
    for paragraph in cell.iter(qn("w:p")):
        kept = [t for t in paragraph.iter(*_TEXTS, qn("w:tab"), qn("w:br")) if _owner(t, qn("w:del")) is None]
        paragraphs.append("".join((t.text or "") if t.tag in _TEXTS else " " for t in kept))
    return plain(" ".join(" ".join(paragraphs).split()))


def _furniture(text: str, style: str, level: int | None, bold: bool, label: str) -> str:
    if style.startswith("Toc") or is_contents_line(text) or (is_contents_title(text)):
        return "contents"
    # A heading in the style of a caption is still one; a caption may be bold.
    if style == "Caption" or (not label and level is None and is_caption(text, stands_out=bold)):
        return "caption"
    return ""


def _chosen(alternate: Any) -> Any:
    """The first branch of several that says anything; they all show the same thing."""
    choices = [child for child in alternate if child.tag in (qn("mc:Choice"), qn("mc:Fallback"))]
    return next((c for c in choices if len(c)), choices[0] if choices else ())


def _outermost(drawing: Any, chosen: Any) -> list[Any]:
    """Pictures and text boxes of a drawing in order, none from within a text box, one branch of alternatives."""
    found: list[Any] = []
    pending = [drawing]
    while pending:
        element = pending.pop()
        if element.tag in (qn("w:txbxContent"), qn("a:blip"), qn("v:imagedata")):
            found.append(element)
            continue
        inside = chosen(element) if element.tag == qn("mc:AlternateContent") else element
        pending.extend(reversed([child for child in inside if isinstance(child.tag, str)]))
    return found


def _groups(pieces: list[_Piece]) -> list[Any]:
    """Runs of text as lists, drawings between them."""
    groups: list[Any] = []
    for piece in pieces:
        if piece.drawing is not None:
            groups.append(piece)
        elif groups and isinstance(groups[-1], list):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _shown_part(blip: Any) -> tuple[float, float, float, float]:
    """Which part of a cropped picture is shown, as shares."""
    crop = None if blip.getparent() is None else blip.getparent().find(qn("a:srcRect"))
    if crop is None:
        return (0, 0, 1, 1)
    cut = {}
    for side in "ltrb":
        value = crop.get(side, "0").removesuffix("%")
        cut[side] = min(1.0, int(value) / 100_000) if value.isdigit() and len(value) < 8 else 0.0
    return (cut["l"], cut["t"], 1 - cut["r"], 1 - cut["b"])
