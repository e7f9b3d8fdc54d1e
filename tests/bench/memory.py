"""Peak memory of the grading process itself, for a small cohort and a large one.

    python tests/bench/memory.py [--students 10 200]

The notebooks are samples whose TensorFlow can't be imported, so that two hundred of them take minutes; what the
grading process does with each (intake, source, witnesses, judging, gradebook, pages) is the same.
Kernels are other processes and are not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUBRIC = ROOT / "rubrics" / "lab06.yaml"


def main() -> None:
    """Measure each size, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs="+", default=[10, 200], help="sizes of the cohorts")
    for students in parser.parse_args().students:
        with tempfile.TemporaryDirectory() as folder:
            make_cohort(Path(folder) / "cohort", students)
            started = time.monotonic()
            peak = peak_mb(Path(folder))
        sys.stdout.write(f"{students:5} submissions: peak {peak:.0f} MB, {time.monotonic() - started:.0f} s\n")
        sys.stdout.flush()


def make_cohort(folder: Path, students: int) -> None:
    """Copies of the readable sample notebooks, each different by a comment, without TensorFlow."""
    samples = [p for p in sorted((ROOT / "submissions" / "lab06").glob("*/*.ipynb")) if _notebook(p)]
    for number in range(students):
        notebook = _notebook(samples[number % len(samples)]) or {}
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"]).replace("while True", "while False")
        notebook["cells"].insert(0, {
            "cell_type": "code", "id": "bench", "metadata": {}, "execution_count": None, "outputs": [],
            "source": f"import sys  # {number}\nfor name in ('tensorflow', 'keras'):\n    sys.modules[name] = None",
        })  # fmt: skip
        place = folder / f"student-{number:03}"
        place.mkdir(parents=True)
        (place / "lab06.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def _notebook(path: Path) -> dict[str, list[dict[str, object]]] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        return None


def peak_mb(folder: Path) -> float:
    """Peak resident memory of `grader grade` itself, in MB."""
    words = [sys.executable, "-m", "grader", "grade", str(folder / "cohort"), "--rubric", str(RUBRIC),
             "--out", str(folder / "out")]  # fmt: skip
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"grading ended with exit code {process.returncode}")
    return usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
