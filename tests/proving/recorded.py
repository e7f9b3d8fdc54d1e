"""What the kernels of some notebooks saw, kept in the repository: `make test` joins all witnesses without a kernel.

In: a gradebook of `make proving`. Out: a file with a line for each notebook, and from it Evidence, collected anew.
A recording of a notebook that was changed since must never be used: it says so.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.evidence import collect
from grader.gradebook import Gradebook
from grader.records import Evidence, Run, Submission

FILE = Path(__file__).with_name("recorded_runs.jsonl.gz")


class Stale(Exception):
    """A notebook without a recording of its own."""


def record(gradebook: Gradebook, submissions: Sequence[Submission], file: Path = FILE) -> None:
    """Write the runs of these submissions, which must all be in the gradebook."""
    with gzip.GzipFile(file, "wb", mtime=0) as written:
        for submission in sorted(submissions, key=lambda s: s.student):
            keys = [stored.key for stored in gradebook.current_evidence("lab06", students={submission.student})]
            run = gradebook.run(keys[0])
            assert run is not None, f"{submission.student} was not run"
            line = {"digest": submission.digest, "run": run.model_dump(mode="json")}
            written.write(json.dumps(line, sort_keys=True).encode() + b"\n")


def recorded(submissions: Sequence[Submission], file: Path = FILE) -> Iterator[Evidence]:
    """The evidence of these submissions, read from recorded runs by today's readers.

    Raises:
        Stale: where one of them has none.
    """
    with gzip.open(file, "rb") as lines:
        runs = {line["digest"]: line["run"] for line in map(json.loads, lines)}
    for submission in submissions:
        if submission.digest not in runs:
            how = "run `make proving PROVING='--sample 40 --record'`"
            raise Stale(f"{submission.student} is not the notebook that was recorded: {how}")
        yield collect(submission, Run.model_validate(runs[submission.digest]))
