"""What reading a report costs: CPU seconds and memory, with no picture read before and with all of them known.

    python tests/bench/reports/reading.py [FILE …]

In: reports, by default those of the sample cohort. Out: a line each. The document is read in the sandbox both times;
only what OCR read in its pictures is kept in between.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from grader.execute import read_report
from grader.records import ExecutionSettings, Report, ReportLimits

COHORT = Path(__file__).parents[3] / "submissions" / "lab06"
ENDINGS = (".pdf", ".docx", ".md")


def main() -> None:
    named = [Path(word) for word in sys.argv[1:]]
    files = named or sorted(p for p in COHORT.glob("*/*") if p.suffix in ENDINGS)
    print(f"{'report':44} {'pictures':>8} {'cold CPU s':>11} {'a picture':>10} {'known CPU s':>12} {'peak MB':>8}")
    for path in files:
        with tempfile.TemporaryDirectory() as cache:
            cold, known = _read(path, Path(cache)), _read(path, Path(cache))
        count = len(cold.pictures)
        each = f"{(cold.cpu_s - known.cpu_s) / count:.2f}" if count else ""
        print(f"{path.name[:44]:44} {count:8} {cold.cpu_s:11.2f} {each:>10} {known.cpu_s:12.2f} "
              f"{cold.peak_memory_mb:8.0f}  {cold.problem}")


def _read(path: Path, cache: Path) -> Report:
    return read_report(path, file_name=path.name, settings=ExecutionSettings(), cache=cache, limits=ReportLimits())


if __name__ == "__main__":
    main()
