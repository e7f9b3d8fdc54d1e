"""What reading a report gives: blocks in reading order, pictures with the text in them. Nothing here is interpreted.

In: nothing. Out: Report (made by execute, in a sandbox), and what judge found in it (AnswerReading, PictureReading).
"""

from enum import StrEnum

from grader.records.base import Place, Record


class ReportForm(StrEnum):
    """What kind of file the report is; `notebook` where the answers stand in the notebook's own Markdown cells."""

    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "markdown"
    NOTEBOOK = "notebook"
    OTHER = "other"
    """A form that is not read; the report's `message` says which and what to do."""


class BlockKind(StrEnum):
    TEXT = "text"
    TABLE = "table"
    PICTURE = "picture"


class Furniture(StrEnum):
    """What a block is for, where it isn't part of the text itself."""

    NONE = ""
    RUNNING_HEADER = "running_header"
    RUNNING_FOOTER = "running_footer"
    PAGE_NUMBER = "page_number"
    CAPTION = "caption"
    CONTENTS = "contents"
    """A line of a table of contents."""


class Block(Record):
    """One paragraph, table or picture, in reading order.

    Attributes:
        text: as written; soft line breaks kept as newlines; of a table, its rows with tabs; of a picture, "".
        style: name of the paragraph's style where the file has one ("Heading 1", "Caption"), else "".
        level: 1 to 9 of a heading by its style or Markdown; None otherwise.
        size: font size of most of the text in points; 0 where unknown.
        bold: most of the text is bold.
        label: its number or bullet as a reader sees it ("1.", "a)", "•"), "" if none. Not repeated in `text`.
        code: set in a fixed-width font, or a fenced or indented block of Markdown.
        rows: of a table, its cells' texts.
        picture: of a picture, its index in `Report.pictures`.
        read_by_ocr: the text was read from the picture of a page (a scan, or letters drawn as outlines).
    """

    kind: BlockKind
    text: str = ""
    style: str = ""
    level: int | None = None
    size: float = 0.0
    bold: bool = False
    label: str = ""
    code: bool = False
    furniture: Furniture = Furniture.NONE
    place: Place | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    picture: int | None = None
    read_by_ocr: bool = False


class TextLine(Record):
    """One line that OCR read in a picture. `box` in pixels of the picture; `confidence` in [0, 1]."""

    text: str
    box: tuple[float, float, float, float]
    confidence: float


class Picture(Record):
    """A picture of the report.

    Attributes:
        digest: SHA-256 of its pixels, by which readings are cached.
        width, height: in pixels, as stored in the file.
        lines: what OCR read, from top to bottom; () where nothing was read or `problem` says why.
        preview: a small PNG or JPEG of it as base64, "" if none: what the page shows.
        preview_type: "image/png" or "image/jpeg".
        problem: why it was not read, for people.
    """

    digest: str
    width: int
    height: int
    place: Place | None = None
    lines: tuple[TextLine, ...] = ()
    preview: str = ""
    preview_type: str = "image/png"
    problem: str = ""

    @property
    def text(self) -> str:
        """All lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


class ReportLimits(Record):
    """What one report may use. What is beyond is named, not read.

    Attributes:
        picture_pixels, picture_side: of one picture; all_pixels: of all that are read.
        scanned_pages: how many pages without text of their own are read by OCR.
        archive_bytes, xml_bytes, entries: of a DOCX, unpacked.
        read_cpu_s, ocr_cpu_s: seconds of CPU; timeout_s: of either step, by the clock, on a busy machine too.
    """

    bytes: int = 60_000_000
    pages: int = 60
    pictures: int = 40
    picture_pixels: int = 20_000_000
    picture_side: int = 12_000
    all_pixels: int = 100_000_000
    preview_bytes: int = 2_200_000
    scanned_pages: int = 20
    blocks: int = 5000
    characters: int = 600_000
    archive_bytes: int = 300_000_000
    xml_bytes: int = 40_000_000
    entries: int = 5000
    memory_mb: int = 1500
    read_cpu_s: float = 40.0
    ocr_cpu_s: float = 150.0
    timeout_s: float = 300.0


class ReportProblem(StrEnum):
    """Why a report could not be read, or not as a whole."""

    NONE = ""
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    """Pages, pixels, objects or bytes beyond the limits: what was within them has been read."""
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    UNKNOWN_FORM = "unknown_form"
    GRADER_FAULT = "grader_fault"


class Report(Record):
    """A report as read.

    Attributes:
        digest: SHA-256 of the file.
        pages: number of pages; 0 where the form has none.
        problem: NONE where all of it was read. `message` says what, for people, and what to do about it.
        notes: what a person should know about the reading ("pages 2 to 5 are scans, read by OCR").
        seconds, cpu_s, peak_memory_mb: what reading it cost, OCR included.
    """

    file_name: str
    form: ReportForm
    digest: str
    pages: int = 0
    blocks: tuple[Block, ...] = ()
    pictures: tuple[Picture, ...] = ()
    problem: ReportProblem = ReportProblem.NONE
    message: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0

    @property
    def readable(self) -> bool:
        """True where there is something to judge."""
        return any(block.furniture == Furniture.NONE for block in self.blocks)


# --------------------------------------------------------------------------- what judge finds in it


class IdeaFound(Record):
    """A key idea of the rubric in an answer. `sentence` shows it; `strength` in [0, 1]: how surely it does."""

    id: str
    name: str
    sentence: str
    strength: float
    place: Place | None = None


class AnswerReading(Record):
    """One answer as read.

    Attributes:
        question: the rubric's wording. `heading`: what stands in the report above the answer, "" if nothing does.
        paragraphs: the answer's text, captions and code left out.
        found, missing: the rubric's key ideas; of those that are missing, what the rubric lets a student know.
        contradictions: sentences that say the contrary of a key idea.
        confidence: in [0, 1], of the outcome.
        suggested: share of the points that a machine would give, in [0, 1].
    """

    question: str
    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    found: tuple[IdeaFound, ...] = ()
    missing: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    confidence: float = 0.0
    suggested: float = 0.0
    place: Place | None = None


class TokenRead(Record):
    """A piece of code that a screenshot must show. `line` is what was read there, "" where it wasn't found."""

    wanted: str
    found: bool
    line: str = ""


class PictureReading(Record):
    """One screenshot, or code pasted as text, under a question.

    Attributes:
        picture: index in `Report.pictures`; None for code pasted as text.
        read: the text that was read.
        tokens: the code that must be seen.
        cells: the notebook's cells that it shows, the best first; () where none does.
        similarity: of the best cell, in [0, 100].
        shows: what it shows instead, for people ("the data augmentation layers"), "" where it is what was asked for.
    """

    picture: int | None = None
    read: str = ""
    tokens: tuple[TokenRead, ...] = ()
    cells: tuple[int, ...] = ()
    similarity: float = 0.0
    shows: str = ""
    place: Place | None = None


class ClaimVerdict(StrEnum):
    AGREED = "agreed"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"


class Claim(Record):
    """A number or table that the report claims, against the notebook.

    `what` names it ("validation accuracy of ResNet50"), `there` is the notebook's side with its place.
    """

    what: str
    claimed: str
    verdict: ClaimVerdict
    there: str = ""
    place: Place | None = None
    there_place: Place | None = None
