"""What OCR reads in pictures, kept by the digest of their pixels: no picture is read twice by one reader.

In: files of raw pixels. Out: lines, or why there are none.
Must never store what was said under a digest that was not taken here.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import ValidationError

from grader.execute.report_answer import SaidReading

READER_SIDE = Path(__file__).resolve().parent.parent / "reader_side"
_READS = ("read_pictures.py", "networks.py", "code_rows.py", "alike.py", "glyph_grid.py", "ocr_lines.py",
          "raw_pixels.py")
_PACKAGES = ("rapidocr", "onnxruntime", "opencv-python-headless")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BYTES = 2_000_000


@dataclass(frozen=True)
class Readings:
    """A folder of readings, by reader and digest; without a folder nothing is kept."""

    folder: Path | None

    def find(self, digest: str) -> SaidReading | None:
        """What was read in this picture before."""
        if self.folder is None or not _DIGEST.fullmatch(digest):
            return None
        try:
            return SaidReading.model_validate_json((self.folder / f"{digest}.json").read_bytes()[:_BYTES])
        except (OSError, ValidationError):
            return None

    def keep(self, digest: str, reading: SaidReading) -> None:
        """Keep it for whoever comes next; a full disk is no reason to fail."""
        if self.folder is None or reading.problem or not _DIGEST.fullmatch(digest):
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self.folder, delete=False) as file:
                file.write(reading.model_dump_json())
            os.replace(file.name, self.folder / f"{digest}.json")


def readings_in(cache: Path | None) -> Readings:
    """Those of today's reader: another version of it, or of its networks, reads anew."""
    return Readings(None if cache is None else cache / "ocr" / reader_version())


def reader_version() -> str:
    """Names all that decides what is read in a picture."""
    told = hashlib.sha256()
    for name in _READS:
        told.update((READER_SIDE / name).read_bytes())
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            told.update(f"{package}=={version(package)}".encode())
    return told.hexdigest()[:16]


def digests_of(folder: Path, names: Iterable[str]) -> Mapping[str, str]:
    """File name → SHA-256 of its pixels, of the regular files among them."""
    found = {}
    for name in names:
        with suppress(OSError):
            descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
