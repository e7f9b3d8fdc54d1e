"""PDF laid out from HTML: by MuPDF's own layout, or printed by a browser where one is installed.

In: HTML, and pictures by name. Out: PDF.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pymupdf

from sample_reports.drawn import Draw, saved
from sample_reports.shots import Shot

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def laid_out(html: str, css: str, pictures: dict[str, Shot], *, title: str, author: str, running: Draw) -> bytes:
    """The HTML on A4 pages; `running` draws header and footer."""
    archive = pymupdf.Archive()
    for name, picture in pictures.items():
        archive.add(picture.content, name)
    file = io.BytesIO()
    writer, story = pymupdf.DocumentWriter(file), pymupdf.Story(html, css, archive=archive)
    more = True
    while more:
        device = writer.begin_page(pymupdf.Rect(0, 0, 595, 842))
        more, _ = story.place(pymupdf.Rect(64, 70, 531, 772))
        story.draw(device)
        writer.end_page()
    writer.close()
    pdf = pymupdf.open(stream=file.getvalue(), filetype="pdf")
    for number, page in enumerate(pdf, 1):
        page.wrap_contents()
        running(page, number, len(pdf))
    return saved(pdf, title, author)


def printed(html: str, pictures: dict[str, Shot], *, title: str, author: str) -> bytes | None:
    """The HTML as a browser prints it; None where there is none."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(with_pictures(html, pictures), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        subprocess.run(
            [browser, *options, "--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )
        pdf = pymupdf.open(stream=out.read_bytes(), filetype="pdf")
    return saved(pdf, title, author)


def with_pictures(html: str, pictures: dict[str, Shot]) -> str:
    """The HTML with its pictures inside."""

    def inside(match: re.Match[str]) -> str:
        picture = pictures[match[1]]
        kind = {"jpg": "jpeg"}.get(picture.ending, picture.ending)
        return f'src="data:image/{kind};base64,{base64.b64encode(picture.content).decode()}"'

    return re.sub(r'src="([^"]+)"', inside, html)
