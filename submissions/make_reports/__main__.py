"""Writes the sample reports of `submissions/lab06/` anew: `python submissions/make_reports [student …]`.

In: the students' notebooks, and the texts in `sample_reports/people/`. Out: report files beside the notebooks, the same
bytes at every call. Must never touch the code cells or `expected.yaml`.
"""

from __future__ import annotations

import sys

from sample_reports import COHORT, report_files


def main(wanted: list[str]) -> None:
    """Write every file of the students named, or of all."""
    for student, files in report_files(wanted).items():
        for name, content in files.items():
            (COHORT / student / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
