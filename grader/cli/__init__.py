"""Commands, printing and exit codes: the only room that prints. `main` is the entry point of `grader`."""

from grader.cli.main import main

__all__ = ["main"]
