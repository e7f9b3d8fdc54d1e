"""Commands, printing and exit codes: the only room that prints. `main` is the entry point of `grader`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command that was typed; `regrade` is given what it waits for longest before its line is even read."""
    try:
        if sys.argv[1:2] == ["regrade"]:
            from grader.cli import ahead

            ahead.start()
        from grader.cli.commands import run

        run()
    except KeyboardInterrupt:  # while it was still importing; a command in its work says itself what becomes of that
        sys.exit(130)


__all__ = ["main"]
