"""The pictures of a report: decoded, written out as raw pixels, with a small preview of each.

In: pictures as Pillow opens them, or as bytes. Out: files, and a dictionary for each picture.
Must never decode a picture whose size is over the limit: it is named instead.
"""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path
from typing import Any

from PIL import Image
from raw_pixels import write_pixels

# Sizes are asked before anything is decoded, in `why_not`; Pillow's own limit would only hide what the size is.
Image.MAX_IMAGE_PIXELS = None
Shares = tuple[float, float, float, float]
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "JPEG2000")
_PREVIEW_PX = 1400
_PREVIEW_BYTES = 200_000
_SMALLER = ((1.0, 80), (0.7, 70), (0.5, 60), (0.3, 50))


class Shelf:
    """Where pictures are put; gives each its number."""

    def __init__(self, folder: Path, limits: dict[str, Any]) -> None:
        self.pictures: list[dict[str, Any]] = []
        self.folder = folder
        self._limits = limits
        self._pixels = 0
        self._preview_bytes = 0

    def put(self, picture: Image.Image, **place: Any) -> int | None:
        """The number of a picture; None where there are too many even to name."""
        problem = self.why_not(*picture.size)
        if problem:
            return self.name(*picture.size, problem, **place)
        flat = _flat(picture)
        number = len(self.pictures)
        name = f"{number}.ppm"
        write_pixels(flat, self.folder / name)
        self._pixels += flat.width * flat.height
        preview, kind = self._preview(flat)
        told = {"file": name, "width": flat.width, "height": flat.height, "preview": preview, "preview_type": kind}
        self.pictures.append(told | place)
        return number

    def put_bytes(self, raw: bytes, shown: Shares = (0, 0, 1, 1), **place: Any) -> int | None:
        """The same for an encoded picture; `shown`: which part of it, as shares of its width and height."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
                    problem = self.why_not(*picture.size)
                    if problem:
                        return self.name(*picture.size, problem, **place)
                    return self.put(_cropped(picture, shown), **place)
        except Exception as error:  # decoders raise whatever they like
            return self.name(0, 0, _cannot_read(raw, error), **place)

    def name(self, width: int, height: int, problem: str, **place: Any) -> int | None:
        """A picture that is there, but not read."""
        if len(self.pictures) >= 2 * self._limits["pictures"]:
            return None
        self.pictures.append({"file": "", "width": width, "height": height, "problem": problem} | place)
        return len(self.pictures) - 1

    def why_not(self, width: int, height: int) -> str:
        """Why a picture of this size is not read; "" where it is."""
        limits = self._limits
        if sum(bool(p["file"]) for p in self.pictures) >= limits["pictures"]:
            return f"the report has more than {limits['pictures']} pictures; this one was not read"
        if width * height > limits["picture_pixels"] or max(width, height) > limits["picture_side"]:
            return f"the picture is too large to be read ({width} × {height} pixels)"
        if self._pixels + width * height > limits["all_pixels"]:
            return "the report's pictures are too large together; this one was not read"
        return ""

    def _preview(self, picture: Image.Image) -> tuple[str, str]:
        small = picture.copy()
        small.thumbnail((_PREVIEW_PX, _PREVIEW_PX))
        raw, kind = _encoded(small, "PNG"), "image/png"
        for scale, quality in _SMALLER:
            if len(raw) <= _PREVIEW_BYTES:
                break
            size = (max(1, round(small.width * scale)), max(1, round(small.height * scale)))
            raw, kind = _encoded(small.resize(size), "JPEG", quality=quality), "image/jpeg"
        if len(raw) > _PREVIEW_BYTES or self._preview_bytes + len(raw) > self._limits["preview_bytes"]:
            return "", "image/png"
        self._preview_bytes += len(raw)
        return base64.b64encode(raw).decode("ascii"), kind


def _flat(picture: Image.Image) -> Image.Image:
    """RGB, on white where it was transparent."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        ground = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(ground, over).convert("RGB")
    if picture.mode.startswith(("I", "F")):
        extrema: Any = picture.getextrema()
        low, high = extrema
        picture = picture.point(lambda value: (value - low) * 255 / max(high - low, 1))
        return picture.convert("L").convert("RGB")
    return picture.convert("RGB")


def _cropped(picture: Image.Image, shown: Shares) -> Image.Image:
    if shown == (0, 0, 1, 1):
        return picture
    left, top, right, bottom = shown
    box = (round(left * picture.width), round(top * picture.height), round(right * picture.width),
           round(bottom * picture.height))
    return picture.crop(box) if 0 <= box[0] < box[2] <= picture.width and 0 <= box[1] < box[3] else picture


def _encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _cannot_read(raw: bytes, error: Exception) -> str:
    if raw[:4] == b"\x01\0\0\0" and raw[40:44] == b" EMF":
        return "a vector picture (EMF), which is not read: paste it as PNG"
    if raw[:4] in (b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0", b"\x02\0\x09\0"):
        return "a vector picture (WMF), which is not read: paste it as PNG"
    if raw.lstrip()[:5] in (b"<svg ", b"<?xml"):
        return "a vector picture (SVG), which is not read: paste it as PNG"
    return f"the picture can't be decoded ({type(error).__name__})"
