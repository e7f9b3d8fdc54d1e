"""What a sandbox is told to show. Whether it holds is tried in tests/kernel/execute."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.errors import SandboxError
from grader.execute import environment_digest, probe_sandbox, run_notebook
from grader.execute.interpreter import Interpreter, find_interpreter
from grader.execute.kernel import describe_exit
from grader.execute.sandbox import KERNEL_SIDE, Enclosure, Mount, enclosed
from grader.records import Assets, Budget, ExecutionSettings, Limits, SandboxKind, ServedWeights, Submission

PYTHON = Interpreter("/opt/python/bin/python", "3.11.0", ("/opt/python",), ("/opt/python/lib/site-packages",))


def words(*mounts: Mount, interpreter: Interpreter = PYTHON, kind: SandboxKind = SandboxKind.BUBBLEWRAP) -> list[str]:
    enclosure = Enclosure(kind, interpreter, mounts, {"HOME": "/home/student"}, "/content")
    return enclosed(enclosure, ["python", "boot.py"], Limits(), info_fd=7)


def test_no_namespace_is_shared() -> None:
    found = words()
    for kind in ("user", "pid", "ipc", "uts", "net"):
        assert f"--unshare-{kind}" in found
    assert {"--die-with-parent", "--new-session", "--clearenv"} <= set(found)


def test_only_named_mounts_are_writable() -> None:
    found = words(Mount(Path("/scratch/tmp"), "/tmp", writable=True), Mount(Path("/cache/cats"), "/grader/assets/cats"))
    writable = [found[at + 1 : at + 3] for at, word in enumerate(found) if word == "--bind"]
    assert writable == [["/scratch/tmp", "/tmp"]]
    assert ["--remount-ro", "/"] in [found[at : at + 2] for at in range(len(found))]


def test_python_below_tmp_is_bound_after_tmp() -> None:
    python = Interpreter("/tmp/venv/bin/python", "3.11.0", ("/tmp/venv",), ())
    found = words(Mount(Path("/scratch/tmp"), "/tmp", writable=True), interpreter=python)
    assert found.index("/scratch/tmp") < found.index("/tmp/venv")


def test_grader_among_the_packages_is_hidden() -> None:
    home = Path(grader.__file__).parent
    beside = Interpreter("/opt/python/bin/python", "3.11.0", (str(home.parent),), ())
    assert ["--tmpfs", str(home)] in [words(interpreter=beside)[at : at + 2] for at in range(200)]
    assert str(home) not in words()


def test_without_sandbox_the_limits_still_hold() -> None:
    found = words(kind=SandboxKind.NONE)
    assert "--unshare-net" not in found
    assert found[-2:] == ["python", "boot.py"]
    assert "ulimit -c 0" in found[2]


def test_interpreter_names_packages_by_version() -> None:
    found = find_interpreter()
    assert found.executable == sys.executable
    assert {"python", "ipykernel", "nbclient"} <= set(found.packages())


def test_virtual_environment_shows_its_parts_but_not_what_lies_beside_them(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    (tmp_path / "env" / "solution.ipynb").write_text("secret")
    shown = find_interpreter(str(tmp_path / "env" / "bin" / "python")).paths
    assert str(tmp_path / "env" / "bin") in shown
    assert str(tmp_path / "env") not in shown


def test_python_that_does_not_start_is_said_by_name() -> None:
    with pytest.raises(SandboxError, match="/nowhere/python"):
        find_interpreter("/nowhere/python")


@pytest.mark.parametrize(
    ("code", "said"),
    [(3, "exit code 3"), (-11, "SIGSEGV"), (139, "SIGSEGV"), (137, "SIGKILL"), (255, "exit code 255")],
)
def test_exit_codes_are_told_in_words(code: int, said: str) -> None:
    assert said in describe_exit(code)


def test_environment_digest_names_what_decides_and_nothing_else() -> None:
    settings, assets = ExecutionSettings(), Assets()
    weights = ServedWeights(backbone="VGG16", file_name="w.h5", path="/a/w.h5", stand_in=True, digest="d1")
    moved = weights.model_copy(update={"path": "/b/w.h5"})
    others = {
        environment_digest(settings.model_copy(update={"budget": Budget(steps=3)}), assets),
        environment_digest(settings.model_copy(update={"limits": Limits(memory_mb=100)}), assets),
        environment_digest(settings, Assets(weights=(weights,))),
    }
    same = environment_digest(settings, assets)
    assert environment_digest(settings, assets) == same
    assert len(others | {same}) == 4
    assert environment_digest(settings, Assets(weights=(moved,))) in others


EMPTY = Submission(student="s", display_name="S", digest="d")


def test_nothing_runs_where_there_is_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    report = probe_sandbox()
    assert (report.kind, report.why) == (None, "bubblewrap (bwrap) is not installed")
    assert "apt install bubblewrap" in report.advice
    with pytest.raises(SandboxError, match="bubblewrap"):
        run_notebook(EMPTY, assets=Assets(), settings=ExecutionSettings())


def test_nothing_runs_where_the_sandbox_can_not_be_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    report = probe_sandbox()
    assert report.kind is None
    assert "setting up uid map" in report.why
    assert report.advice
    with pytest.raises(SandboxError, match="setting up uid map"):
        run_notebook(EMPTY, assets=Assets(), settings=ExecutionSettings())


@pytest.mark.parametrize("name", ["boot.py", "outlet.py"])
def test_kernel_entry_is_written_for_a_courses_older_python(name: str) -> None:
    source = (KERNEL_SIDE / name).read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 9))
    with pytest.raises(SyntaxError):
        ast.parse(source + "\nmatch 1:\n    case 1: pass\n", feature_version=(3, 9))
