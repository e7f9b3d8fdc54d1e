"""The `source` witness: what the code says, as handed in, followed without running any of it."""

from grader.evidence.source.reading import read_source

__all__ = ["read_source"]
