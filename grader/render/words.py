"""The words that pages and terminal use for outcomes, witnesses, causes and the like: one place, so that they agree.

In: members of the records' enums. Out: short English words. It must never decide anything.
"""

from __future__ import annotations

from grader.records import CauseKind, Outcome, RunEnd, Says, Severity, Trouble, Witness

OUTCOMES = {
    Outcome.MET: "Met",
    Outcome.PARTLY: "Partly met",
    Outcome.NOT_MET: "Not met",
    Outcome.UNDECIDED: "Undecided",
}

FACES = {Outcome.MET: ":)", Outcome.PARTLY: ":/", Outcome.NOT_MET: ":(", Outcome.UNDECIDED: ":|"}

WITNESSES = {
    Witness.SOURCE: "Your code",
    Witness.RUN: "The run",
    Witness.MODEL: "The saved model",
    Witness.DOCUMENT: "Outputs saved in your notebook",
    Witness.REPORT: "Your report",
}

SAYS = {Says.YES: "Yes", Says.PARTLY: "Partly", Says.NO: "No", Says.CANT_TELL: "Can’t tell"}

CAUSES = {
    CauseKind.STUDENT_ERROR: "A cell stopped with an error",
    CauseKind.SYNTAX_ERROR: "Python could not read a cell",
    CauseKind.TIME_OUT: "A cell took too long",
    CauseKind.OUT_OF_MEMORY: "The notebook ran out of memory",
    CauseKind.KERNEL_DEATH: "The kernel died",
    CauseKind.RESOURCE_LIMIT: "The notebook reached a limit",
    CauseKind.MISSING_DATA: "Data that was not available here",
    CauseKind.MISSING_PACKAGE: "A package that is not installed here",
    CauseKind.DRIFT: "Written for another version of Keras",
    CauseKind.UNREADABLE: "The file could not be read",
    CauseKind.REPORT_UNREADABLE: "The report could not be read",
    CauseKind.GRADER_FAULT: "Something went wrong on our side",
}

NO_FAULT_OF_THE_STUDENT = (CauseKind.MISSING_DATA, CauseKind.MISSING_PACKAGE, CauseKind.DRIFT)

RUN_ENDS = {
    RunEnd.FINISHED: "ran to the end",
    RunEnd.TIMED_OUT: "ran out of time",
    RunEnd.OUT_OF_MEMORY: "ran out of memory",
    RunEnd.KERNEL_DIED: "kernel died",
    RunEnd.TOO_MANY_PROCESSES: "too many processes",
    RunEnd.DISK_FULL: "disk full",
    RunEnd.NOT_STARTED: "not run",
    RunEnd.GRADER_FAULT: "fault of the grader",
}

TROUBLES = {
    Trouble.UNREADABLE: "unreadable",
    Trouble.EMPTY: "empty",
    Trouble.NO_NOTEBOOK: "no notebook",
    Trouble.DUPLICATE: "handed in twice",
    Trouble.WRONG_NAME: "unexpected name",
    Trouble.OLD_FORMAT: "old notebook format",
    Trouble.TOO_LARGE: "too large",
    Trouble.UNSAFE_ARCHIVE: "unsafe archive",
    Trouble.OTHER_NOTEBOOKS: "other notebooks",
}

SEVERITIES = {Severity.GRAVE: "Grave", Severity.NOTABLE: "Notable", Severity.HINT: "Hint"}

SECTIONS = {"notebook": "Your notebook", "report": "Your report"}


def section(name: str) -> str:
    """The heading of a section of the rubric."""
    return SECTIONS.get(name, name.replace("_", " ").capitalize())
