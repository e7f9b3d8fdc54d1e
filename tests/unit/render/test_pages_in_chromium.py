"""Pages in a real browser: nothing wider than the screen, text that contrasts, style that the policy lets through."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pymupdf
import pytest

from grader.records import Place
from grader.render import CohortEntry, render_cohort, render_student

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt install chromium"),
]
WIDTHS = (360, 768, 1280)

# Each page lies in a frame of the width asked; the frame's document is of the same origin, so that it can be measured.
MEASURE = """
const lum = c => { const f = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                   return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
const rgba = s => { const n = s.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
const ground = (e, w) => { for (; e; e = e.parentElement) { const c = rgba(w.getComputedStyle(e).backgroundColor);
                           if (c[3] > .99) return c.slice(0, 3); } return [255, 255, 255]; };
function measured(frame) {
  const d = frame.contentDocument, w = frame.contentWindow;
  d.querySelectorAll('details').forEach(x => x.open = true);
  const page = d.documentElement, low = [], wide = [];
  const texts = d.createTreeWalker(d.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement, text = texts.currentNode.data.trim();
    if (!text || e.closest('.heard, .sprite, style')) continue;
    const s = w.getComputedStyle(e), a = lum(rgba(s.color).slice(0, 3)), b = lum(ground(e, w));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && +s.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) low.push([text.slice(0, 40), e.className, ratio.toFixed(2)]);
  }
  for (const e of d.querySelectorAll('main *')) {
    const box = e.getBoundingClientRect();
    if (box.right > page.clientWidth + 1 && !e.closest('.listing, .grid-box, .heard')) 
      wide.push(e.outerHTML.slice(0, 80));
  }
  return { width: page.clientWidth, scroll: page.scrollWidth, low, wide,
           background: w.getComputedStyle(d.body).backgroundColor,
           scrolling: [...d.querySelectorAll('.listing')].filter(x => x.scrollWidth > x.clientWidth).length };
}
addEventListener('load', () => {
  const report = [...document.querySelectorAll('iframe')].map(f => ({ name: f.name, ...measured(f) }));
  document.body.innerHTML = '<pre id=report>' + btoa(unescape(encodeURIComponent(JSON.stringify(report)))) + '</pre>';
});
"""


def chromium(*words: str) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000", *words]
    return subprocess.run(command, capture_output=True, check=True, timeout=120, encoding="utf-8").stdout


def measure(pages: dict[str, str], folder: Path, *, dark: bool = False) -> dict[tuple[str, int], dict[str, Any]]:
    frames = "".join(
        f'<iframe name="{name} {width}" width="{width}" height="900" srcdoc="{html.escape(page)}"></iframe>'
        for name, page in pages.items()
        for width in WIDTHS
    )
    scheme = "<style>:root{color-scheme:light dark}iframe{border:0}</style>"
    file = folder / "measure.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{scheme}<script>{MEASURE}</script>{frames}", encoding="utf-8")
    out = chromium("--dump-dom", *(["--blink-settings=preferredColorScheme=0"] if dark else []), file.as_uri())
    found = re.search(r'<pre id="report">([^<]*)</pre>', out)
    assert found is not None, out[:2000]
    report = json.loads(base64.b64decode(found[1]))
    assert len(report) == len(pages) * len(WIDTHS)
    return {(r["name"].split()[0], int(r["name"].split()[1])): r for r in report}


@pytest.fixture(scope="module")
def pages(build: SimpleNamespace) -> dict[str, str]:
    rich = build.rich_result()
    long_word = "unbreakable" * 40
    long = build.result(
        *(
            build.criterion(
                f"c{i}",
                outcome,
                0,
                4,
                pending=4,
                title=long_word,
                found=long_word,
                next_step=long_word,
                excerpt=f"{long_word} = 1",
                place=Place(cell=1, line=1),
                statements=(build.says("source", "yes", long_word), build.says("run", "no", long_word)),
            )
            for i, outcome in enumerate(("met", "partly", "not_met", "undecided"))
        ),
        display_name="W" * 200,
        notebook_name=long_word,
        rubric_title=long_word,
        causes=rich.causes,
        remarks=(long_word,),
    )
    entries = [
        CohortEntry(r, f"{i}.html", r.notebook_name, {"start": 3.0, "cells": 40.0}, 20.0, 1200.0)
        for i, r in enumerate([rich, long] * 12)
    ]
    return {
        "rich": render_student(rich, build.evidence(rich), reveal_all=True),
        "long": render_student(
            long, build.evidence(long, cells=build.cells(f"{long_word} = 1\nx = 2")), reveal_all=True
        ),
        "cohort": render_cohort(entries, rubric=build.rubric(), title="Spring", notes=(long_word,), intake=()),
    }


@pytest.fixture(scope="module")
def light(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], dict[str, Any]]:
    return measure(pages, tmp_path_factory.mktemp("light"))


@pytest.fixture(scope="module")
def dark(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], dict[str, Any]]:
    return measure(pages, tmp_path_factory.mktemp("dark"), dark=True)


def test_nothing_is_wider_than_the_screen(light: dict[tuple[str, int], dict[str, Any]]) -> None:
    for (name, width), seen in light.items():
        assert seen["wide"] == [], (name, width)
        assert seen["scroll"] <= width, (name, width)


def test_long_lines_of_code_scroll_in_their_own_box(light: dict[tuple[str, int], dict[str, Any]]) -> None:
    assert light["rich", 360]["scrolling"] > 0


def test_the_policy_lets_the_pages_own_style_through(light: dict[tuple[str, int], dict[str, Any]]) -> None:
    assert {seen["background"] for seen in light.values()} == {"rgb(250, 249, 246)"}


def test_the_policy_stops_any_other_style(pages: dict[str, str], tmp_path: Path) -> None:
    forged = pages["rich"].replace("</body>", "<style>body{background:red!important}</style></body>")
    attribute = pages["rich"].replace("<body>", '<body style="background:red">')
    assert forged != pages["rich"] != attribute
    seen = measure({"forged": forged, "attribute": attribute}, tmp_path)
    assert {s["background"] for s in seen.values()} == {"rgb(250, 249, 246)"}


def test_every_text_contrasts_with_its_ground_by_day(light: dict[tuple[str, int], dict[str, Any]]) -> None:
    assert {key: seen["low"] for key, seen in light.items() if seen["low"]} == {}


def test_every_text_contrasts_with_its_ground_by_night(dark: dict[tuple[str, int], dict[str, Any]]) -> None:
    assert {seen["background"] for seen in dark.values()} == {"rgb(20, 23, 27)"}
    assert {key: seen["low"] for key, seen in dark.items() if seen["low"]} == {}


def test_paper_shows_what_the_screen_folds_away(pages: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(pages["rich"], encoding="utf-8")
    chromium(f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri())
    with pymupdf.open(tmp_path / "page.pdf") as paper:
        text = " ".join(" ".join(page.get_text() for page in paper).split())
    assert "The call had include_top=False" in text  # in a criterion that is met, and so closed on the screen
    assert "The whole of cell" not in text
