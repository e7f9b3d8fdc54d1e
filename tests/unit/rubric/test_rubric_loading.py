"""What a rubric's file may hold, and how each fault in it is told."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from grader.errors import RubricError
from grader.records import Budget, Outcome, Reveal, Rubric
from grader.rubric import load_rubric


class WithoutTop(BaseModel):
    model_config = ConfigDict(extra="forbid")
    FAULTS: ClassVar[tuple[str, ...]] = ("top_kept", "no_backbone")
    backbones: tuple[str, ...] = ()
    strict: bool = False
    depth: int = 1


class Head(BaseModel):
    model_config = ConfigDict(extra="forbid")
    units: int = 1
    logits: Outcome = Outcome.PARTLY
    kind: Literal["dense", "conv"] = "dense"


CHECKS: dict[str, type[BaseModel]] = {"backbone_without_top": WithoutTop, "binary_head": Head}

GOOD = """\
id: lab06
title: "Lab 06"
recognised_by: [MobileNetV2, 'fine_?tun']
assets:
  datasets: [cats]
  weights: [MobileNetV2]
run:
  budget: {epochs: 2, validation_steps: 0}
  limits: {memory_mb: 2048}
  kernel_python: /opt/keras2/bin/python
criteria:
  - id: backbone_without_top
    title: No top
    points: 4
    self_check: hint
    parameters: {backbones: [MobileNetV2], strict: true}
    wording:
      looked_for: include_top=False
      faults: {top_kept: Leave it off.}
  - id: head
    title: Head
    check: binary_head
    points: 1.5
    partial: 0.25
    section: report
    wording: {looked_for: A head, not_met: No head}
"""


def load(tmp_path: Path, text: str, checks: dict[str, type[BaseModel]] = CHECKS) -> Rubric:
    path = tmp_path / "lab06.yaml"
    path.write_bytes(text.encode())
    return load_rubric(path, checks=checks)


def faults(tmp_path: Path, text: str) -> list[str]:
    """The messages, with the folder's path taken off."""
    with pytest.raises(RubricError) as raised:
        load(tmp_path, text)
    return str(raised.value).replace(f"{tmp_path}/", "").splitlines()


def test_good_rubric_gives_all_that_it_says(tmp_path: Path) -> None:
    rubric = load(tmp_path, GOOD)
    assert (rubric.id, rubric.title, rubric.points) == ("lab06", "Lab 06", 5.5)
    assert rubric.recognised_by == ("MobileNetV2", "fine_?tun")
    assert (rubric.datasets, rubric.weights) == (("cats",), ("MobileNetV2",))
    assert rubric.settings.budget == Budget(epochs=2, validation_steps=0)
    assert rubric.settings.limits.memory_mb == 2048
    assert rubric.settings.kernel_python == "/opt/keras2/bin/python"
    assert rubric.digest == hashlib.sha256(GOOD.encode()).hexdigest()
    first, second = rubric.criteria
    assert (first.check, first.reveal, first.partial) == ("backbone_without_top", Reveal.HINT, 0.5)
    assert first.parameters == {"backbones": ["MobileNetV2"], "strict": True}
    assert first.wording.faults == {"top_kept": "Leave it off."}
    assert (second.check, second.section, second.reveal) == ("binary_head", "report", Reveal.ALL)


def test_digest_changes_with_every_byte(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).digest != load(tmp_path, GOOD + "# a remark\n").digest


def test_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff" + GOOD.replace("\n", "\r\n")).points == 5.5


SINGLE_FAULTS = {
    "unknown check": (
        "id: backbone_without_top\n", "id: backbone_withot_top\n",
        "lab06.yaml:12: unknown check 'backbone_withot_top' (the criterion's id: 'check' is not given). "
        "Did you mean 'backbone_without_top'?",
    ),
    "unknown check by name": (
        "check: binary_head", "check: binry_head",
        "lab06.yaml:22: unknown check 'binry_head'. Did you mean 'binary_head'?",
    ),
    "unknown key": ("    section:", "    sectoin:", "lab06.yaml:25: unknown key 'sectoin'. Did you mean 'section'?"),
    "unknown key at the top": ("assets:", "asets:", "lab06.yaml:4: unknown key 'asets'. Did you mean 'assets'?"),
    "unknown budget": ("epochs: 2", "epoch: 2", "lab06.yaml:8: unknown key 'epoch'. Did you mean 'epochs'?"),
    "sandbox is not the rubric's": (
        "  kernel_python: /opt/keras2/bin/python", "  sandbox: none",
        "lab06.yaml:10: unknown key 'sandbox'. Expected one of: budget, limits, kernel_python",
    ),
    "missing key": ("    title: No top\n", "", "lab06.yaml:12: missing key 'title'"),
    "misspelt required key is one fault": (
        "    title: No top", "    titel: No top", "lab06.yaml:13: unknown key 'titel'. Did you mean 'title'?",
    ),
    "yes is no number": (
        "points: 4", "points: yes", "lab06.yaml:14: 'points': expected a number, found 'yes'",
    ),
    "true is no number": ("points: 4", "points: true", "lab06.yaml:14: 'points': expected a number, found true"),
    "text is no number": ("points: 4", "points: '4'", "lab06.yaml:14: 'points': expected a number, found '4'"),
    "not a number": ("points: 4", "points: .nan", "lab06.yaml:14: expected a number, found '.nan'"),
    "infinity": ("points: 4", "points: .inf", "lab06.yaml:14: expected a number, found '.inf'"),
    "negative points": ("points: 4", "points: -4", "lab06.yaml:14: 'points': expected 0 or more, found the number -4"),
    "partial above one": (
        "partial: 0.25", "partial: 25", "lab06.yaml:24: 'partial': expected 1 or less, found the number 25",
    ),
    "partial below zero": (
        "partial: 0.25", "partial: -0.1", "lab06.yaml:24: 'partial': expected 0 or more, found the number -0.1",
    ),
    "wrong reveal": (
        "self_check: hint", "self_check: hnt",
        "lab06.yaml:15: 'self_check': expected 'name', 'hint' or 'all', found 'hnt'. Did you mean 'hint'?",
    ),
    "unknown parameter": (
        "{backbones: [", "{backbonez: [", "lab06.yaml:16: unknown key 'backbonez'. Did you mean 'backbones'?",
    ),
    "parameter of a wrong type": (
        "strict: true", "strict: yes", "lab06.yaml:16: 'strict': expected true or false, found 'yes'",
    ),
    "parameter that is no list": (
        "[MobileNetV2], strict", "MobileNetV2, strict",
        "lab06.yaml:16: 'backbones': expected a list, found 'MobileNetV2'",
    ),
    "unknown fault code": (
        "{top_kept:", "{top_keptt:",
        "lab06.yaml:19: unknown fault 'top_keptt' of check 'backbone_without_top'. Did you mean 'top_kept'?",
    ),
    "wrong outcome in the wording": (
        "not_met: No head", "not_mett: No head", "lab06.yaml:26: unknown key 'not_mett'. Did you mean 'not_met'?",
    ),
    "duplicate key": (
        "    points: 4\n", "    points: 4\n    points: 5\n",
        "lab06.yaml:15: key 'points' stands twice here; first in line 14",
    ),
    "duplicate id": (
        "  - id: head", "  - id: backbone_without_top",
        "lab06.yaml:20: criterion 'backbone_without_top' stands twice; first in line 12",
    ),
    "tab": ("    points: 4", "\tpoints: 4", "lab06.yaml:14: a tab"),
    "anchor": ("title: No top", "title: &t No top", "lab06.yaml:13: anchor '&t' is not allowed in a rubric"),
    "tag": ("title: No top", "title: !!python/name:os.system x", "lab06.yaml:13: tag "),
    "regular expression": ("'fine_?tun'", "'fine(tun'", "lab06.yaml:3: 'fine(tun' is no regular expression"),
    "title that YAML takes for a number": (
        "title: No top", "title: 6", "lab06.yaml:13: 'title': expected text, found the number 6",
    ),
    "id unfit for a file name": (
        "id: lab06", "id: ../lab06", "lab06.yaml:1: 'id': expected a name of lower-case letters",
    ),
    "no epochs": ("epochs: 2", "epochs: 0", "lab06.yaml:8: 'epochs': expected more than 0, found the number 0"),
    "half an epoch": (
        "epochs: 2", "epochs: 1.5", "lab06.yaml:8: 'epochs': expected a whole number, found the number 1.5",
    ),
    "empty value": ("title: No top", "title:", "lab06.yaml:13: 'title': expected text, found nothing"),
    "second document": ("criteria:", "---\ncriteria:", "lab06.yaml:11: a second document begins"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), SINGLE_FAULTS.values(), ids=SINGLE_FAULTS.keys())
def test_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    told = faults(tmp_path, GOOD.replace(old, new, 1))
    assert len(told) == 1
    assert told[0].startswith(message)


def test_all_faults_are_told_at_once_in_order_of_lines(tmp_path: Path) -> None:
    text = GOOD.replace("points: 4", "points: many").replace("check: binary", "check: binry")
    text = text.replace("partial: 0.25", "partial: 3").replace("recognised_by", "recognized_by")
    assert [line.split(": ")[0] for line in faults(tmp_path, text)] == [
        "lab06.yaml:3", "lab06.yaml:14", "lab06.yaml:22", "lab06.yaml:24",
    ]  # fmt: skip


def test_parameters_are_tested_although_other_keys_of_the_criterion_are_wrong(tmp_path: Path) -> None:
    text = GOOD.replace("points: 4", "points: many").replace("strict: true", "strct: true")
    assert [line.split(": ", 1)[1] for line in faults(tmp_path, text)] == [
        "'points': expected a number, found 'many'",
        "unknown key 'strct'. Did you mean 'strict'?",
    ]


@pytest.mark.parametrize("name", ["kind: dens", "logits: partl"])
def test_word_out_of_a_list_is_suggested(tmp_path: Path, name: str) -> None:
    text = GOOD.replace("    section: report\n", f"    section: report\n    parameters: {{{name}}}\n")
    (told,) = faults(tmp_path, text)
    assert "Did you mean" in told


def test_fault_codes_are_free_where_the_check_names_none(tmp_path: Path) -> None:
    text = GOOD.replace("not_met: No head", "faults: {anything: at all}")
    assert load(tmp_path, text).criteria[1].wording.faults == {"anything": "at all"}


def test_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    bomb = ["a0: &a0 [lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    told = faults(tmp_path, "\n".join(bomb))
    assert told[0].startswith("lab06.yaml:1: anchor '&a0' is not allowed")


@pytest.mark.parametrize("text", ["[" * 50_000, "a: " + "{a: " * 20_000], ids=["lists", "mappings"])
def test_depth_bomb_is_a_fault_and_no_crash(tmp_path: Path, text: str) -> None:
    assert len(faults(tmp_path, text)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lab06.yaml:1: the file is empty"),
        ("# only a remark\n", "lab06.yaml:1: the file is empty"),
        ("- id: lab06\n", "lab06.yaml:1: expected a mapping with id, title and criteria, found a list"),
        ("id: x\ntitle: y\ncriteria: []\n", "lab06.yaml:3: 'criteria' is empty: expected at least one"),
        ("id: x\ntitle: y\ncriteria: {a: b}\n", "lab06.yaml:3: 'criteria': expected a list"),
        ("id: x\ntitle: y\n", "lab06.yaml:1: missing key 'criteria'"),
        ("id: x\ntitle: 'y\n", "lab06.yaml:3: not YAML"),
        ("id: x\ntitle: y\x07\n", "lab06.yaml:2: a character that YAML forbids"),
    ],
)
def test_file_of_another_shape_is_told_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    (told,) = faults(tmp_path, text)
    assert told.startswith(message)


def test_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_bytes("id: x\ntitle: Prüfung\n".encode("latin-1"))
    with pytest.raises(RubricError, match=r"r\.yaml:2: not UTF-8"):
        load_rubric(tmp_path / "r.yaml", checks=CHECKS)


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "lab06.yaml").write_text(GOOD)
    with pytest.raises(RubricError, match=r"lab6\.yaml: no such rubric\. Did you mean '.*/lab06\.yaml'\?"):
        load_rubric(tmp_path / "lab6.yaml", checks=CHECKS)


def test_missing_file_of_no_near_name_lists_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "lab06.yaml").write_text(GOOD)
    with pytest.raises(RubricError, match=r"There are: lab06\.yaml"):
        load_rubric(tmp_path / "zzz", checks=CHECKS)


def test_folder_instead_of_a_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="found a folder"):
        load_rubric(tmp_path, checks=CHECKS)


@pytest.mark.parametrize(("line", "revealed"), [("", Reveal.HINT), ("findings: {self_check: all}\n", Reveal.ALL)])
def test_rubric_says_what_a_self_check_shows_of_findings(tmp_path: Path, line: str, revealed: Reveal) -> None:
    path = tmp_path / "lab.yaml"
    path.write_text(GOOD.replace("criteria:\n", f"{line}criteria:\n", 1), encoding="utf-8")
    assert load_rubric(path, checks=CHECKS).findings_reveal == revealed
