"""DOCX as people write it: heading styles or bold lines, automatic numbers, floating pictures, text boxes, soft breaks.

In: headings, paragraphs, pictures in order. Out: DOCX, the same bytes at every call.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph

from sample_reports.shots import Shot

WRITTEN = datetime(2026, 3, 16, 17, 30, tzinfo=UTC).replace(tzinfo=None)
PACKED = (1980, 1, 1, 0, 0, 0)
INCH = 914400
DRAWN = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


class Word:
    """A document that is written from the top."""

    def __init__(self, font: str = "Calibri", size: float = 11) -> None:
        self.file: Document = docx.Document()
        self.file.styles["Normal"].font.name = font
        self.file.styles["Normal"].font.size = Pt(size)
        self._numbered: int | None = None
        self._drawings = 100

    def running(self, header: str, footer: str) -> None:
        """Header, and a footer that ends with the page's number."""
        section = self.file.sections[0]
        section.header.paragraphs[0].text = header
        line = section.footer.paragraphs[0]
        line.add_run(footer)
        field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        line._p.append(parse_xml(field))

    def heading(self, text: str, level: int = 1, *, numbered: bool = False, floating: Sequence[Shot] = ()) -> None:
        """A heading by its style; `numbered` by the word processor. Floating pictures are anchored before its text."""
        line = self.file.add_paragraph(style=f"Heading {level}")
        self._float(line, floating)
        line.add_run(text)
        if numbered:
            self._number(line)

    def bold(self, text: str, *, floating: Sequence[Shot] = (), size: float = 0) -> None:
        """A paragraph in bold, which serves as a heading."""
        line = self.file.add_paragraph()
        self._float(line, floating)
        run = line.add_run(text)
        run.bold = True
        if size:
            run.font.size = Pt(size)

    def text(self, *texts: str, style: str | None = None) -> None:
        for text in texts:
            self.file.add_paragraph(text, style=style)

    def softly(self, *lines: str, bold_first: bool = True) -> None:
        """One paragraph whose lines are parted by soft breaks, the first in bold."""
        paragraph = self.file.add_paragraph()
        for number, text in enumerate(lines):
            run = paragraph.add_run(text)
            run.bold = bold_first and not number
            if number < len(lines) - 1:
                run.add_break()

    def bullets(self, *texts: str) -> None:
        self.text(*texts, style="List Bullet")

    def picture(self, picture: Shot, inches: float = 5.8, caption: str = "") -> None:
        """A picture in line with the text."""
        self.file.add_paragraph().add_run().add_picture(io.BytesIO(picture.content), width=Emu(int(inches * INCH)))
        if caption:
            self.text(caption, style="Caption")

    def contents(self, lines: Iterable[tuple[str, int]]) -> None:
        """A table of contents, its dots and page numbers written out."""
        styles = self.file.styles
        if "toc 1" not in [s.name for s in styles]:
            styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        for text, page in lines:
            self.text(f"{text}\t{page}", style="toc 1")

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        table = self.file.add_table(len(rows), len(rows[0]), style="Table Grid")
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text

    def text_box(self, *texts: str) -> None:
        """A box beside the text, written twice as word processors do: for new readers and for old ones."""
        inside = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(t)}</w:t></w:r></w:p>' for t in texts)
        content = f"<w:txbxContent>{inside}</w:txbxContent>"
        self._drawings += 1
        shape = _anchored(
            self._drawings,
            INCH * 4,
            INCH,
            '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
            '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext cx="{INCH * 4}" cy="{INCH}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
            f"<wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData>",
        )
        old = f'<w:pict><v:shape style="width:288pt;height:72pt"><v:textbox>{content}</v:textbox></v:shape></w:pict>'
        both = (
            f'<w:r {DRAWN}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{shape}</w:drawing></mc:Choice>'
            f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
        )
        self.file.add_paragraph()._p.append(parse_xml(both))

    def page_break(self) -> None:
        self.file.add_page_break()

    def ended(self, title: str, author: str) -> bytes:
        """The document as a file, with fixed dates."""
        about = self.file.core_properties
        about.title, about.author, about.last_modified_by, about.comments = title, author, author, ""
        about.created = about.modified = WRITTEN
        about.revision = 3
        made = io.BytesIO()
        self.file.save(made)
        return _packed(made.getvalue())

    def _float(self, line: Paragraph, pictures: Sequence[Shot], inches: float = 5.6) -> None:
        """Pictures anchored to a paragraph, to be seen below its text; in the file they stand before it."""
        down = 420000
        for picture in pictures:
            run = line.add_run()
            run.add_picture(io.BytesIO(picture.content), width=Emu(int(inches * INCH)))
            drawing = run._r.find(qn("w:drawing"))
            inline = drawing[0]
            self._drawings += 1
            wide, high = (int(inline.extent.cx), int(inline.extent.cy))
            anchor = parse_xml(_anchored(self._drawings, wide, high, "", down))
            graphic = anchor.find(qn("a:graphic"))
            graphic.append(inline.graphic.graphicData)
            drawing.replace(inline, anchor)
            down += high + 120000

    def _number(self, line: Paragraph) -> None:
        """Let the word processor number this paragraph: 1., 2., 3., …"""
        if self._numbered is None:
            self._numbered = self._numbering()
        numbers = line._p.get_or_add_pPr().get_or_add_numPr()
        numbers.get_or_add_ilvl().val = 0
        numbers.get_or_add_numId().val = self._numbered

    def _numbering(self) -> int:
        root = self.file.part.numbering_part.element
        level = (
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
            '<w:lvlJc w:val="left"/></w:lvl>'
        )
        root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{level}</w:abstractNum>'))
        number: int = root.add_num(90).numId
        return number


def _anchored(number: int, wide: int, high: int, graphic: str, down: int = 0) -> str:
    return (
        f'<wp:anchor {DRAWN} distT="0" distB="0" distL="114300" distR="114300" simplePos="0" relativeHeight="{number}" '
        'behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{down}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapTopAndBottom/>'
        f'<wp:docPr id="{number}" name="Picture {number}"/><wp:cNvGraphicFramePr/><a:graphic>{graphic}</a:graphic>'
        "</wp:anchor>"
    )


def _packed(content: bytes) -> bytes:
    """The same archive with fixed times."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, PACKED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()
