"""Seconds that `grader regrade` takes as a whole process, start of Python to last page.

    python tests/bench/regrade.py [--students 22 200] [--repeat 5]
    python tests/bench/regrade.py --out out/lab06

Without `--out` the gradebooks are made here: the sample notebooks as often as needed, as the code's witness and the
saved outputs see them, nothing run. With `--out` a copy of that folder is measured, whose evidence is a real run's.
Three edits of the rubric: none; a parameter that moves a few marks; a wording that every page shows. The last column:
the same from saving the file to the answer of `grader regrade --watch`, which has imported and opened everything.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from grader.evidence import collect
from grader.gradebook import Gradebook
from grader.intake import read_submissions
from grader.marking import open_rubric
from grader.records import Submission

ROOT = Path(__file__).resolve().parents[2]
RUBRIC = ROOT / "rubrics" / "lab06.yaml"
EDITS = {
    "no change": ("", ""),
    "a parameter": ("logits: met", "logits: partly"),
    "every page": ("title: MobileNetV2 is loaded without", "title: MobileNetV2 comes without"),
}


def main() -> None:
    """Measure each cohort, print a line for each edit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs="+", default=[22, 200], help="sizes of the cohorts")
    parser.add_argument("--out", type=Path, help="folder of a graded cohort, instead of made ones")
    parser.add_argument("--repeat", type=int, default=5, help="times each edit is made; the median is shown")
    given = parser.parse_args()
    for students in [0] if given.out else given.students:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "out"
            if given.out:
                shutil.copytree(given.out, folder)
            else:
                make_gradebook(folder, students)
            measure(folder, Path(name) / "lab06.yaml", given.repeat)


def make_gradebook(folder: Path, students: int) -> None:
    """Evidence of the sample notebooks under as many names as are wanted."""
    rubric = open_rubric(RUBRIC)
    samples = read_submissions(ROOT / "submissions" / "lab06", recognised_by=rubric.recognised_by)
    cohort = [_named(samples[number % len(samples)], f"student-{number:03}") for number in range(students)]
    folder.mkdir()
    with Gradebook(folder / "gradebook.db") as gradebook:
        gradebook.record_handins(rubric.id, cohort)
        for one in cohort:
            gradebook.store_evidence(f"made-{one.student}", collect(one, None))


def _named(sample: Submission, student: str) -> Submission:
    return sample.model_copy(update={"student": student, "display_name": student, "digest": f"{student}-digest"})


def measure(folder: Path, rubric: Path, repeat: int) -> None:
    """Edits the rubric to and fro, and prints what each re-marking takes."""
    text = RUBRIC.read_text(encoding="utf-8")
    for edit, (old, new) in EDITS.items():
        if old not in text:
            raise SystemExit(f"{RUBRIC}: {old!r} is no longer in it; choose another edit for this measurement")
        versions = [text.replace(old, new) if number % 2 else text for number in range(repeat + 1)]
        timed = []
        for version in versions:
            rubric.write_text(version, encoding="utf-8")
            timed.append(regrade(folder, rubric))
        walls, cpus = zip(*timed[1:], strict=True)  # the first one only brings the folder to where the edit starts
        watched = watch(folder, rubric, [f"{version}# {number}" for number, version in enumerate(versions)])
        pages = len(list((folder / "students").glob("*.html")))
        sys.stdout.write(f"{pages:5} students, {edit:12} {median(walls):6.2f} s wall, {median(cpus):6.2f} s CPU, "
                         f"best {min(walls):.2f} and {min(cpus):.2f}, watching {median(watched):.2f}\n")
        sys.stdout.flush()


def watch(folder: Path, rubric: Path, versions: Sequence[str]) -> list[float]:
    """Seconds from saving each version but the first to the answer of one `grader regrade --watch`."""
    words = [*_words(folder, rubric), "--watch", "--json"]
    rubric.write_text(versions[0], encoding="utf-8")
    timed = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        for version in versions[1:]:
            time.sleep(0.5)
            started = time.monotonic()
            rubric.write_text(version, encoding="utf-8")
            process.stdout.readline()
            timed.append(time.monotonic() - started)
        process.send_signal(signal.SIGINT)
    return timed


def _words(folder: Path, rubric: Path) -> list[str]:
    return [sys.executable, "-m", "grader", "regrade", "--rubric", str(rubric), "--out", str(folder)]


def regrade(folder: Path, rubric: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one `grader regrade`."""
    started = time.monotonic()
    process = subprocess.Popen(_words(folder, rubric), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"grader regrade ended with exit code {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
