"""The pictures of a PDF page, as a person sees them: slices joined, logos and backgrounds left out.

In: a page. Out: pictures where they stand, decoded only when they are put on the shelf.
Must never decode what is over the limits: the size that the file states is asked first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import pymupdf
from PIL import Image
from shelf import Shelf
from told import Told

_LEAST_POINTS = 14.0
_LEAST_PIXELS = 16
_TOUCHING = 1.6
_MOST_ON_A_PAGE = 400
_BACKGROUND = 0.7
_MARGIN = 0.15
_COVER_LETTERS = 350
_LOGO_AREA = 0.09
_CONTENTS_BYTES = 5_000_000
_DRAWN = re.compile(rb"/([^\s/<>\[\]()]{1,80})\s{1,4}Do\b")


@dataclass(frozen=True)
class PlacedPicture:
    """A picture where it stands, in points. `number`: of its object in the file, 0 where it has none of its own."""

    number: int
    box: tuple[float, float, float, float]
    width: int
    height: int
    upright: bool = True
    masked: bool = False
    slices: int = 1

    def share_of(self, area: float) -> float:
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top) / area if area else 0.0

    def put(self, document: Any, page: int, shelf: Shelf) -> int | None:
        """Decode it, at its own size, and put it on the shelf."""
        place = {"page": page, "box": tuple(round(v, 1) for v in self.box)}
        problem = shelf.why_not(self.width, self.height)
        if problem:
            return shelf.name(self.width, self.height, problem, **place)
        try:
            return shelf.put(self._decoded(document, page), **place)
        except MemoryError:
            raise
        except Exception as error:  # MuPDF raises what it likes on a damaged picture
            problem = f"the picture can't be decoded ({type(error).__name__})"
            return shelf.name(self.width, self.height, problem, **place)

    def _decoded(self, document: Any, page: int) -> Image.Image:
        # As it lies in the file where that is what is seen; else as the page shows it, at the same size.
        if self.number and self.upright and not self.masked and self.slices == 1:
            pixmap = pymupdf.Pixmap(document, self.number)
            if pixmap.colorspace is None or pixmap.colorspace.n != 3 or pixmap.alpha:
                pixmap = pymupdf.Pixmap(pymupdf.csRGB, pixmap)
            mode = "RGBA" if pixmap.alpha else "RGB"
            return Image.frombytes(mode, (pixmap.width, pixmap.height), pixmap.samples)
        clip = pymupdf.Rect(self.box)
        across, down = self.width / clip.width, self.height / clip.height
        # Moved to the corner, so that its pixels fall on those of the page.
        matrix = pymupdf.Matrix(across, 0, 0, down, -clip.x0 * across, -clip.y0 * down)
        pixmap = document[page - 1].get_pixmap(matrix=matrix, clip=clip, alpha=False, annots=False)
        whole = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)
        return whole.crop((0, 0, min(self.width, pixmap.width), min(self.height, pixmap.height)))


def pictures_of(page: Any, told: Told) -> list[PlacedPicture]:
    """The page's pictures from top to bottom, without those too small to hold text."""
    # Not with `xrefs=True`: that decodes every picture to compare it with those of the file.
    found = page.get_image_info()
    if len(found) > _MOST_ON_A_PAGE:
        told.cut(f"Page {page.number + 1} holds {len(found)} pictures; {_MOST_ON_A_PAGE} of them have been looked at.")
    entries = page.get_images(full=True)
    placed = []
    numbers = _numbers(page, entries, found)
    for number, info in list(zip(numbers, found, strict=True))[:_MOST_ON_A_PAGE]:
        box = pymupdf.Rect(info["bbox"]) & page.rect
        if box.is_empty or info["width"] < 1 or info["height"] < 1:
            continue
        a, b, c, d, *_ = info["transform"]
        whole = abs(box.width - pymupdf.Rect(info["bbox"]).width) < 1 and abs(
            box.height - pymupdf.Rect(info["bbox"]).height
        ) < 1
        upright = a > 0 and d > 0 and abs(b) + abs(c) < 0.01 * (a + d) and whole
        width, height = info["width"], info["height"]
        if not upright and abs(b) + abs(c) > abs(a) + abs(d):
            width, height = height, width
        placed.append(PlacedPicture(number, tuple(box), width, height, upright, info["has-mask"]))
    joined = _joined(placed)
    kept = [p for p in joined if not _is_tiny(p)]
    if len(kept) < len(joined):
        told.note("Pictures too small to hold text (icons, bullets) were left out.")
    return sorted(kept, key=lambda p: (p.box[1], p.box[0]))


def _numbers(page: Any, entries: list[Any], found: list[dict[str, Any]]) -> list[int]:
    """The number of each picture's object; 0 where that is not certain, and it is taken from the page instead."""
    sizes = {entry[0]: (entry[2], entry[3]) for entry in entries}
    by_name = {entry[7].encode(): entry[0] for entry in entries if entry[9] == 0}
    drawn = [by_name[name] for name in _DRAWN.findall(page.read_contents()[:_CONTENTS_BYTES]) if name in by_name]
    shown = [(info["width"], info["height"]) for info in found]
    if [sizes[number] for number in drawn] == shown:
        return drawn
    of_size: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, size in sizes.items():
        of_size[size].append(number)
    return [of_size[size][0] if len(of_size[size]) == 1 else 0 for size in shown]


def without_repeated(document: Any, pages: list[list[PlacedPicture]], told: Told) -> None:
    """Take out, in place, what is no screenshot: logos on page after page, backgrounds, a cover's emblem."""
    at: dict[Any, set[int]] = defaultdict(set)
    for index, pictures in enumerate(pages):
        for picture in pictures:
            if _may_be_furniture(picture, document[index].rect):
                at[_key(picture)].add(index)
    repeated = {key for key, where in at.items() if len(where) >= 3 and len(where) >= len(pages) / 2}
    for index, pictures in enumerate(pages):
        kept = [p for p in pictures if _key(p) not in repeated]
        if len(kept) < len(pictures):
            told.note("Pictures that stand on page after page (logos, backgrounds) were left out.")
        if not kept:
            pictures[:] = kept
            continue
        page = document[index]
        letters = sum(char.isalnum() for char in page.get_text()[:20_000])
        area = page.rect.width * page.rect.height
        is_cover = index == 0 and len(pages) > 1 and letters < _COVER_LETTERS
        seen = [
            p
            for p in kept
            if not (p.share_of(area) > _BACKGROUND and letters > 200)
            and not (is_cover and _is_emblem(p, area, page.rect.height))
        ]
        if len(seen) < len(kept):
            told.note(f"A background or emblem on page {index + 1} was left out of the pictures.")
        pictures[:] = seen


def _may_be_furniture(picture: PlacedPicture, page: Any) -> bool:
    """True in the margins and behind the text; the same screenshot under three questions is none."""
    _, top, _, bottom = picture.box
    in_margin = bottom < _MARGIN * page.height or top > (1 - _MARGIN) * page.height
    return in_margin or picture.share_of(page.width * page.height) > _BACKGROUND


def _key(picture: PlacedPicture) -> tuple[Any, ...]:
    return (picture.number, picture.width, picture.height, *(round(v / 4) for v in picture.box))


def _is_emblem(picture: PlacedPicture, area: float, height: float) -> bool:
    """Small, roundish and in the upper part of a cover: screenshots of code are wide or large."""
    left, top, right, bottom = picture.box
    shape = (right - left) / (bottom - top)
    return picture.share_of(area) < _LOGO_AREA and 0.4 < shape < 2.2 and bottom < 0.6 * height


def _is_tiny(picture: PlacedPicture) -> bool:
    left, top, right, bottom = picture.box
    small = min(right - left, bottom - top) < _LEAST_POINTS and max(right - left, bottom - top) < 5 * _LEAST_POINTS
    return small or min(picture.width, picture.height) < _LEAST_PIXELS


def _joined(pictures: list[PlacedPicture]) -> list[PlacedPicture]:
    """Slices of one picture, below or beside each other, as one."""
    return _joined_along(_joined_along(pictures, across=0), across=1)


def _joined_along(pictures: list[PlacedPicture], *, across: int) -> list[PlacedPicture]:
    """Join slices that share both edges on axis `across` (0: they lie below each other) and touch on the other."""
    along = 1 - across
    joined: list[PlacedPicture] = []
    for picture in sorted(pictures, key=lambda p: (p.box[across], p.box[along])):
        last = joined[-1] if joined else None
        if last is not None and _is_next_slice(last, picture, across, along):
            left, top, right, bottom = last.box
            box = (left, top, picture.box[2], bottom) if across else (left, top, right, picture.box[3])
            width = last.width + (picture.width if across else 0)
            height = last.height + (0 if across else picture.height)
            joined[-1] = replace(last, box=box, width=width, height=height, slices=last.slices + 1)
        else:
            joined.append(picture)
    return joined


def _is_next_slice(last: PlacedPicture, picture: PlacedPicture, across: int, along: int) -> bool:
    same_edges = all(abs(last.box[i] - picture.box[i]) < 0.6 for i in (across, across + 2))
    same_pixels = (last.width, last.height)[across] == (picture.width, picture.height)[across]
    touching = abs(picture.box[along] - last.box[along + 2]) < _TOUCHING
    return same_edges and same_pixels and touching
