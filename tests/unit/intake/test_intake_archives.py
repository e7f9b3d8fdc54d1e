"""Archives that lie: nothing leaves its place, nothing grows beyond its limit, and each thing refused is named."""

from __future__ import annotations

import errno
import json
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import IntakeError
from grader.intake import archive as archive_module
from grader.intake import read_submissions
from grader.intake.archive import ArchiveLimits, DamagedArchive, unpack
from grader.intake.files import Listing
from grader.records import Trouble

NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4, "metadata": {}})
LIMITS = ArchiveLimits(members=10, member_bytes=1 << 20, total_bytes=2 << 20)


def packed(path: Path, *members: tuple[zipfile.ZipInfo | str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data, zipfile.ZIP_DEFLATED)
    return path


def opened(tmp_path: Path, *members: tuple[zipfile.ZipInfo | str, str | bytes]) -> Listing:
    into = tmp_path / "into"
    into.mkdir()
    return unpack(packed(tmp_path / "a.zip", *members), into, LIMITS)


def raw(name: str) -> zipfile.ZipInfo:
    """A member whose name zipfile does not tidy up."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    return info


@pytest.mark.parametrize(
    "name",
    ["../evil.ipynb", "ada/../../evil.ipynb", "/etc/evil.ipynb", "C:\\evil.ipynb", "C:/evil.ipynb", "..\\evil.ipynb"],
)
def test_name_that_leads_out_is_refused_and_nothing_is_written_there(tmp_path: Path, name: str) -> None:
    listing = opened(tmp_path, (raw(name), NOTEBOOK), ("ada/lab.ipynb", NOTEBOOK))
    (refused,) = listing.refusals
    assert refused.trouble is Trouble.UNSAFE_ARCHIVE and "leads out" in refused.message
    assert [str(f.name) for f in listing.files] == ["ada/lab.ipynb"]
    assert {p.name for p in tmp_path.rglob("*") if p.is_file()} == {"a.zip", "1"}


def test_name_with_two_dots_inside_is_an_ordinary_name(tmp_path: Path) -> None:
    listing = opened(tmp_path, ("ada/lab..v2.ipynb", NOTEBOOK))
    assert [str(f.name) for f in listing.files] == ["ada/lab..v2.ipynb"] and listing.refusals == ()


def test_windows_separators_are_understood(tmp_path: Path) -> None:
    listing = opened(tmp_path, (raw("ada\\lab.ipynb"), NOTEBOOK))
    assert [f.name.parts for f in listing.files] == [("ada", "lab.ipynb")]


def test_symbolic_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("ada/lab.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    listing = opened(tmp_path, (link, "/etc/passwd"))
    assert listing.files == () and "a link or a device" in listing.refusals[0].message


def test_member_is_measured_while_it_inflates(tmp_path: Path) -> None:
    bomb, honest = b"\0" * (3 << 20), b"\0" * (1 << 20)
    listing = opened(tmp_path, ("ada/bomb.bin", bomb), ("ada/honest.bin", honest))
    assert [(str(f.name), f.size) for f in listing.files] == [("ada/honest.bin", 1 << 20)]
    assert listing.refusals[0].trouble is Trouble.TOO_LARGE
    assert sum(p.stat().st_size for p in (tmp_path / "into").iterdir()) == 1 << 20


def test_member_that_lies_about_its_size_does_not_grow(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("ada/bomb.bin", b"\0" * (3 << 20)))
    data = path.read_bytes().replace(struct.pack("<I", 3 << 20), struct.pack("<I", 10))
    path.write_bytes(data)
    (tmp_path / "into").mkdir()
    listing = unpack(path, tmp_path / "into", LIMITS)
    assert sum(p.stat().st_size for p in (tmp_path / "into").iterdir()) <= 10
    assert listing.refusals or listing.files[0].size <= 10


def test_members_together_are_limited(tmp_path: Path) -> None:
    listing = opened(tmp_path, *((f"ada/{n}.bin", b"\0" * (900 << 10)) for n in range(4)))
    assert len(listing.files) == 2 and len(listing.refusals) == 2


def test_too_many_members_are_refused_once(tmp_path: Path) -> None:
    listing = opened(tmp_path, *((f"ada/{n}.txt", "x") for n in range(50)))
    assert len(listing.files) == 10
    (refused,) = listing.refusals
    assert "more than 10 members" in refused.message


def test_table_of_contents_that_would_fill_the_memory_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path / "a.zip", *((f"ada/{n}.txt", "x") for n in range(50)))
    monkeypatch.setattr(archive_module, "BIGGEST_DIRECTORY", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the table was read"))
    with pytest.raises(DamagedArchive, match="table of contents"):
        unpack(path, tmp_path, LIMITS)


def test_encrypted_member_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("ada/lab.ipynb", NOTEBOOK))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    (ada,) = read_submissions(path)
    assert ada.student == "ada" and not ada.readable
    assert ada.remarks[0].trouble is Trouble.UNSAFE_ARCHIVE and "encrypted" in ada.remarks[0].message


def test_damaged_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("ada/lab.ipynb", NOTEBOOK * 50), ("ben/lab.ipynb", NOTEBOOK))
    data = bytearray(path.read_bytes())
    data[60:80] = b"\xff" * 20
    path.write_bytes(bytes(data))
    ada, ben = read_submissions(path)
    assert ben.readable and not ada.readable
    assert ada.remarks[0].fatal and "damaged in the archive" in ada.remarks[0].message


def test_second_member_of_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        listing = opened(tmp_path, ("ada/lab.ipynb", NOTEBOOK), ("ada/lab.ipynb", "other"))
    assert listing.files[0].path.read_text() == NOTEBOOK
    assert "twice" in listing.refusals[0].message


def test_unusual_compression_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as made:
        made.writestr("ada/lab.ipynb", NOTEBOOK)
    (ada,) = read_submissions(tmp_path / "a.zip")
    assert "unusual way" in ada.remarks[0].message


def test_utf8_names_without_the_flag_are_read_as_utf8(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("Zoë/lab.ipynb", NOTEBOOK))
    data = bytearray(path.read_bytes())
    data[7] &= ~8
    data[data.index(b"PK\x01\x02") + 9] &= ~8
    path.write_bytes(bytes(data))
    assert [s.student for s in read_submissions(path)] == ["Zoë"]


@pytest.mark.parametrize("keep", [0.5, 0.95])
def test_cut_cohort_zip_is_an_error_that_says_what_to_do(tmp_path: Path, keep: float) -> None:
    path = packed(tmp_path / "c.zip", *((f"s{n}/lab.ipynb", NOTEBOOK) for n in range(20)))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(IntakeError, match="Download it again"):
        read_submissions(path)


def test_cut_zip_of_one_student_is_a_remark_and_the_rest_goes_on(tmp_path: Path) -> None:
    whole = packed(tmp_path / "w.zip", ("lab.ipynb", NOTEBOOK), ("data.txt", "x" * 1000)).read_bytes()
    for name in ("ada", "ben"):
        (tmp_path / "c" / name).mkdir(parents=True)
    (tmp_path / "c/ada/work.zip").write_bytes(whole[:-30])
    (tmp_path / "c/ben/work.zip").write_bytes(whole)
    ada, ben = read_submissions(tmp_path / "c")
    assert ada.remarks[0].fatal and "not a complete zip" in ada.remarks[0].message
    assert ben.readable and ben.remarks == ()


def test_bomb_in_a_students_zip_costs_only_that_student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.intake.student.STUDENT_LIMITS", LIMITS)
    bomb = packed(tmp_path / "b.zip", ("lab.ipynb", b" " * (5 << 20))).read_bytes()
    path = packed(tmp_path / "c.zip", ("ada/work.zip", bomb), ("ben/lab.ipynb", NOTEBOOK))
    ada, ben = read_submissions(path)
    assert ada.remarks[0].trouble is Trouble.TOO_LARGE and ada.remarks[0].fatal
    assert ben.readable


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_zip_with_any_bytes_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    packed(path, ("ada/lab.ipynb", NOTEBOOK), ("ben/d/x.txt", "x" * 99), ("cy.ipynb", ""))
    data = bytearray(path.read_bytes())
    for position, value in changes:
        data[position % len(data)] = value
    path.write_bytes(bytes(data))
    try:
        read = read_submissions(path)
    except IntakeError:
        return
    assert all(s.readable or any(r.fatal for r in s.remarks) for s in read)


def test_full_disk_is_an_error_and_no_fault_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "c.zip", ("ada/lab.ipynb", NOTEBOOK))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipExtFile, "read", full)
    with pytest.raises(IntakeError, match="No space left"):
        read_submissions(path)
