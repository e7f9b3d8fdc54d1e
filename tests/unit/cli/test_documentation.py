"""The documentation says what the code does: every check, every command, every rubric."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli.commands import app
from grader.cli.rubrics import checks_as_markdown
from grader.pipeline import open_rubric

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_rubrics_readme_is_what_the_command_prints() -> None:
    assert (ROOT / "rubrics" / "README.md").read_text(encoding="utf-8") == checks_as_markdown()


@pytest.mark.parametrize("path", sorted((ROOT / "rubrics").glob("*.yaml")), ids=lambda p: p.name)
def test_every_rubric_loads(path: Path) -> None:
    assert open_rubric(path).points > 0


COMMANDS = ("grade", "check", "regrade", "rubric check", "doctor", "assets fetch",
            "assets list", "assets verify", "assets make-stand-ins", "reference train", "reference show")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_shows_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert "Example: grader" in shown.output
    assert f"grader {command}" in README


def test_the_criterion_in_the_page_on_references_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    (criterion,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "lab.yaml"
    path.write_text(f"id: lab\ntitle: Lab\ncriteria:\n{criterion}", encoding="utf-8")
    (found,) = open_rubric(path).criteria
    assert found.check == "accuracy_reached" and set(found.wording.faults) == {"below_band", "near_band"}


def test_files_named_in_the_readme_exist() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; import grader.cli.commands; print([m for m in ('sqlalchemy', 'nbclient', 'jinja2', " \
           "'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_cohort_and_rubric_that_are_missing_are_told_in_one_line() -> None:
    done = subprocess.run([sys.executable, "-m", "grader", "rubric", "check", str(ROOT / "rubrics" / "lab07.yaml")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "lab06.yaml" in done.stderr and "Traceback" not in done.stderr
