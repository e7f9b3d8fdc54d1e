"""A cause is named once, where it began, and is the student's only if nothing of ours explains it."""

from __future__ import annotations

import pytest

from grader.evidence.causes import find_causes
from grader.evidence.notices import find_notices
from grader.records import CauseKind, Cell, CellKind, CellRun, CellStatus, Run, RunEnd


def cells(*sources: str) -> tuple[Cell, ...]:
    return tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(sources, start=1))


def failed(cell: int, name: str, message: str, line: int = 1) -> CellRun:
    return CellRun(cell=cell, status=CellStatus.ERROR, error_name=name, error_message=message, line=line)


def ok(cell: int) -> CellRun:
    return CellRun(cell=cell, status=CellStatus.OK)


def run(*ran: CellRun, end: RunEnd = RunEnd.FINISHED, **more: object) -> Run:
    return Run(end=end, cells=ran, **more)


def test_missing_name_is_an_echo_of_the_cell_that_failed_to_give_it() -> None:
    given = cells("model = build()", "model.fit(x)", "print(model)")
    causes = find_causes(given, run(failed(1, "TypeError", "build() missing 1 argument"),
                                    failed(2, "NameError", "name 'model' is not defined"),
                                    failed(3, "NameError", "name 'model' is not defined")))
    assert [(c.kind, c.place.cell if c.place else None, c.echoes) for c in causes] == [
        (CauseKind.STUDENT_ERROR, 1, (2, 3))
    ]


def test_echo_of_an_echo_belongs_to_the_first_cause() -> None:
    given = cells("base = load()", "model = wrap(base)", "model.fit(x)")
    causes = find_causes(given, run(failed(1, "ValueError", "no"), failed(2, "NameError", "name 'base' is not defined"),
                                    failed(3, "NameError", "name 'model' is not defined")))
    assert [c.echoes for c in causes] == [(2, 3)]


def test_name_that_no_failed_cell_would_give_is_a_cause_of_its_own() -> None:
    given = cells("model = build()", "print(modell)")
    missing = failed(2, "NameError", "name 'modell' is not defined")
    causes = find_causes(given, run(failed(1, "TypeError", "no"), missing))
    assert [c.place.cell for c in causes if c.place] == [1, 2]


def test_name_that_nothing_gives_is_one_cause_however_often_it_is_missed() -> None:
    given = cells("fit(val_ds)", "evaluate(val_ds)")
    missing = "name 'val_ds' is not defined"
    causes = find_causes(given, run(failed(1, "NameError", missing), failed(2, "NameError", missing)))
    assert [(c.place.cell, c.echoes) for c in causes if c.place] == [(1, (2,))]


def test_fit_after_a_failed_compile_is_an_echo_and_another_error_is_not() -> None:
    given = cells("model.compile(Adam(l=1))", "model.fit(x)", "model.fit(y, z)")
    causes = find_causes(given, run(failed(1, "TypeError", "unexpected argument"),
                                    failed(2, "ValueError", "You must call `compile()` before calling `fit()`."),
                                    failed(3, "ValueError", "Data cardinality is ambiguous")))
    assert [(c.place.cell, c.echoes) for c in causes if c.place] == [(1, (2,)), (3, ())]


KINDS = [
    ("own mistake", "NameError", "name 'bass_model' is not defined", CauseKind.STUDENT_ERROR),
    ("shape", "ValueError", "Input 0 of layer dense is incompatible with the layer", CauseKind.STUDENT_ERROR),
    ("syntax", "SyntaxError", "invalid syntax", CauseKind.SYNTAX_ERROR),
    ("package", "ModuleNotFoundError", "No module named 'torch'", CauseKind.MISSING_PACKAGE),
    ("own module", "ModuleNotFoundError", "No module named 'my_helpers'", CauseKind.MISSING_DATA),
    ("file", "FileNotFoundError", "[Errno 2] No such file or directory: 'cats.csv'", CauseKind.MISSING_DATA),
    ("folder", "NotFoundError", "Could not find directory /content/flowers", CauseKind.MISSING_DATA),
    ("network", "Exception", "URL fetch failure on https://example.org/x.zip: None -- no network",
     CauseKind.MISSING_DATA),
    ("old argument", "ValueError", "Argument(s) not recognized: {'lr': 1}, unrecognized argument lr", CauseKind.DRIFT),
    ("old module", "AttributeError", "module 'keras.layers' has no attribute 'experimental'", CauseKind.DRIFT),
    ("TensorFlow on a symbolic tensor", "ValueError",
     "A KerasTensor cannot be used as input to a TensorFlow function. A KerasTensor is a …", CauseKind.DRIFT),
    ("own attribute", "AttributeError", "'Sequential' object has no attribute 'fitt'", CauseKind.STUDENT_ERROR),
    ("memory", "MemoryError", "", CauseKind.OUT_OF_MEMORY),
]  # fmt: skip


@pytest.mark.parametrize(("name", "message", "kind"), [k[1:] for k in KINDS], ids=[k[0] for k in KINDS])
def test_kind_of_a_failure(name: str, message: str, kind: CauseKind) -> None:
    (cause,) = find_causes(cells("x = 1"), run(failed(1, name, message)))
    assert cause.kind == kind


def test_missing_package_is_not_the_students() -> None:
    (cause,) = find_causes(cells("import imutils"), run(failed(1, "ModuleNotFoundError", "No module named 'imutils'")))
    assert not cause.kind.is_students


@pytest.mark.parametrize(("status", "end", "kind"), [
    (CellStatus.TIMED_OUT, RunEnd.FINISHED, CauseKind.TIME_OUT),
    (CellStatus.OUT_OF_MEMORY, RunEnd.OUT_OF_MEMORY, CauseKind.OUT_OF_MEMORY),
    (CellStatus.KERNEL_DIED, RunEnd.KERNEL_DIED, CauseKind.KERNEL_DEATH),
])  # fmt: skip
def test_cell_that_ends_the_kernel_is_one_cause(status: CellStatus, end: RunEnd, kind: CauseKind) -> None:
    given = cells("a = 1", "b = 2", "c = 3")
    ran = run(ok(1), CellRun(cell=2, status=status), CellRun(cell=3, status=CellStatus.NOT_RUN), end=end)
    assert [(c.kind, c.place.cell) for c in find_causes(given, ran) if c.place] == [(kind, 2)]


def test_total_time_that_ran_out_between_cells_is_said() -> None:
    ran = run(ok(1), CellRun(cell=2, status=CellStatus.NOT_RUN), end=RunEnd.TIMED_OUT)
    assert [c.kind for c in find_causes(cells("a", "b"), ran)] == [CauseKind.TIME_OUT]


def test_fault_of_ours_is_the_only_cause() -> None:
    ran = run(failed(1, "NameError", "name 'x' is not defined"), end=RunEnd.GRADER_FAULT, grader_fault="journal lost")
    assert [(c.kind, c.message) for c in find_causes(cells("x"), ran)] == [(CauseKind.GRADER_FAULT, "journal lost")]


def test_run_without_failures_has_no_cause() -> None:
    assert find_causes(cells("a = 1"), run(ok(1))) == ()


def test_line_of_the_failure_is_quoted() -> None:
    (cause,) = find_causes(cells("x = 1\ny = z"), run(failed(1, "NameError", "name 'z' is not defined", line=2)))
    assert cause.excerpt == "y = z"


def test_shortened_training_is_said_and_a_full_one_is_not() -> None:
    begin = {"event": "stage_begin", "stage": 0, "cell": 4, "line": 2, "kind": "fit", "model": "m1",
             "epochs_asked": 10, "steps_asked": 63}
    end = {"event": "stage_end", "stage": 0, "cell": 4, "line": 2, "model": "m1", "completed": True, "steps": 2,
           "epochs_run": 1, "padded": 9}
    start = {"event": "start", "cell": None, "line": None, "python": "3.11", "budget": {"images": 8}}
    (notice,) = find_notices(run(journal=(start, begin, end)))
    assert notice.kind == "shortened" and "10 epochs" in notice.message and "2 steps" in notice.message
    full = {**start, "budget": {"full": True}}
    assert find_notices(run(journal=(full, begin, {**end, "steps": 630, "epochs_run": 10, "padded": 0}))) == ()


def test_requests_become_notices_and_served_true_assets_do_not() -> None:
    asked = ({"kind": "stand_in", "what": "get_file cats", "answer": "drawn", "cell": 2},
             {"kind": "served", "what": "get_file dogs", "answer": "", "cell": 3})
    assert [n.kind for n in find_notices(run(requests=asked))] == ["stand_in"]


SUPPLIED = {"kind": "supplied", "what": "missing folder data", "answer": "stood in for by 2 classes", "cell": 1}


def test_an_error_after_something_was_stood_in_for_is_not_the_student_s() -> None:
    given = cells("names = os.listdir('data')", "fit(names[5000])")
    (cause,) = find_causes(given, run(ok(1), failed(2, "IndexError", "out of range"), requests=(SUPPLIED,)))
    assert cause.kind == CauseKind.MISSING_DATA
    assert "missing folder data" in cause.advice


@pytest.mark.parametrize(
    ("name", "message", "cell"),
    [
        ("NameError", "name 'modle' is not defined", 1),  # no data would have mended it
        ("SyntaxError", "invalid syntax", 1),
        ("IndexError", "out of range", 3),  # what was supplied came later
    ],
)
def test_an_error_that_no_data_explains_stays_the_student_s(name: str, message: str, cell: int) -> None:
    given = cells("a = 1", "modle.fit(b)", "os.listdir('data')")
    request = {**SUPPLIED, "cell": cell}
    causes = find_causes(given, run(ok(1), failed(2, name, message), ok(3), requests=(request,)))
    assert causes[0].kind in (CauseKind.STUDENT_ERROR, CauseKind.SYNTAX_ERROR)


def test_what_was_supplied_is_told_among_the_stand_ins() -> None:
    (notice,) = find_notices(run(ok(1), requests=(SUPPLIED,)))
    assert (notice.kind, notice.message) == ("stand_in", "missing folder data: stood in for by 2 classes")


def test_a_node_of_tensorflow_is_no_path() -> None:
    message = ("{{function_node __wrapped__IteratorGetNext_output_types_2_device_/job:localhost/replica:0/task:0}} "
               "data/cats/1.jpg; No such file or directory [Op:IteratorGetNext]")  # fmt: skip
    (cause,) = find_causes(cells("next(it)"), run(failed(1, "NotFoundError", message)))
    assert "job" not in cause.advice and "data/cats/1.jpg" in cause.advice
