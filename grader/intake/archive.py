"""Opens a zip that may be hostile.

In: a zip file. Out: a Listing whose files lie under numbers in a folder of ours.
This module must never write under a name that stands in the archive: so no member can choose where it lands.
Sizes are counted while inflating, because those that an archive declares can lie.
"""

from __future__ import annotations

import errno
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.intake.files import File, Listing, Refusal
from grader.intake.names import is_ignored, printable
from grader.records import Trouble

CHUNK = 1 << 20
BIGGEST_DIRECTORY = 32 << 20
"""Bytes of a zip's table of contents: Python keeps about 20 times as much in memory."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class ArchiveLimits:
    """What one archive may hold, in bytes after inflation."""

    members: int
    member_bytes: int
    total_bytes: int


COHORT_LIMITS = ArchiveLimits(members=50_000, member_bytes=500 << 20, total_bytes=16 << 30)
STUDENT_LIMITS = ArchiveLimits(members=5_000, member_bytes=200 << 20, total_bytes=500 << 20)


class DamagedArchive(Exception):
    """Nothing of the archive can be read; the message says why."""


class _Refused(Exception):
    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


# NotImplementedError, of unknown versions, is a RuntimeError; that of encrypted members is one itself.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError)


def _raise_if_ours(error: Exception) -> None:
    """A full disk is no fault of the archive's; a place before its beginning (EINVAL) is."""
    if isinstance(error, OSError) and error.errno != errno.EINVAL:
        raise error


def is_zip(path: Path) -> bool:
    """True where the file begins like a zip, whatever its name."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def unpack(path: Path, into: Path, limits: ArchiveLimits) -> Listing:
    """Inflates what is safe of a zip into `into`, under numbers.

    Raises:
        DamagedArchive: where not even its table of contents can be read.
    """
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            return _unpack_members(archive, into, limits)
    except _BROKEN as error:
        _raise_if_ours(error)
        raise DamagedArchive(f"it is not a complete zip ({error})") from error


def _check_directory(path: Path) -> None:
    """Refuses a table of contents that would fill the memory, before Python reads it whole."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 17)))
        tail = file.read()
    sizes = [0]
    for found in re.finditer(rb"PK\x05\x06(?s:.{8})(?s:(.{4}))", tail):
        (declared,) = struct.unpack("<I", found[1])
        sizes.append(declared if declared != 0xFFFFFFFF else 0)
    sizes += [struct.unpack("<Q", f[1])[0] for f in re.finditer(rb"PK\x06\x06(?s:.{36})(?s:(.{8}))", tail)]
    if min(max(sizes), size) > BIGGEST_DIRECTORY:
        raise DamagedArchive("its table of contents is larger than any cohort needs")


def _unpack_members(archive: zipfile.ZipFile, into: Path, limits: ArchiveLimits) -> Listing:
    files: dict[PurePosixPath, File] = {}
    refusals: list[Refusal] = []
    folders: dict[str, None] = {}
    left = limits.total_bytes
    for number, member in enumerate(archive.infolist()):
        name = _name(member)
        if not name.parts or is_ignored(name):
            continue
        try:
            _check_member(member, number, limits, taken=name in files)
            if member.is_dir():
                folders.setdefault(name.parts[0])
                continue
            size = _inflate(archive, member, into / str(number), min(left, limits.member_bytes))
        except _Refused as refused:
            refusals.append(Refusal(name, refused.trouble, f"'{printable(str(name))}' {refused}"))
            if number >= limits.members:
                break
            continue
        left -= size
        files[name] = File(name, into / str(number), size)
    return Listing(tuple(files.values()), tuple(refusals), tuple(folders))


def _name(member: zipfile.ZipInfo) -> PurePosixPath:
    """The member's name without anything that leads out of the archive; Windows' separators and UTF-8 understood."""
    name = member.orig_filename.split("\0")[0]
    if not member.flag_bits & 0x800:
        # No word about the encoding: Python took it for cp437, but macOS and Linux write UTF-8.
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    parts = re.sub(r"^[A-Za-z]:", "", name.replace("\\", "/")).split("/")
    return PurePosixPath(*(p for p in parts if p not in ("", ".", "..")))


def _check_member(member: zipfile.ZipInfo, number: int, limits: ArchiveLimits, *, taken: bool) -> None:
    name = member.orig_filename.replace("\\", "/")
    mode = member.external_attr >> 16
    if number >= limits.members:
        raise _Refused(Trouble.UNSAFE_ARCHIVE, f"and all that follows was left out: more than {limits.members} members")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
        raise _Refused(Trouble.UNSAFE_ARCHIVE, f"has a name that leads out of the archive ('{printable(name)}')")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _Refused(Trouble.UNSAFE_ARCHIVE, "is a link or a device, which is never followed")
    if member.flag_bits & 1:
        raise _Refused(Trouble.UNSAFE_ARCHIVE, "is encrypted: hand in an archive without a password")
    if member.compress_type not in METHODS and not member.is_dir():
        raise _Refused(Trouble.UNSAFE_ARCHIVE, "is compressed in an unusual way: use an ordinary zip")
    if taken:
        raise _Refused(Trouble.UNSAFE_ARCHIVE, "stands in the archive twice; the first was taken")


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, most: int) -> int:
    """Writes the member to `to` and gives its real size."""
    size = 0
    try:
        with archive.open(member) as source, to.open("xb") as target:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise _Refused(Trouble.TOO_LARGE, f"is larger than the {most >> 20} MB that are still allowed")
                target.write(chunk)
    except _BROKEN as error:
        to.unlink(missing_ok=True)
        _raise_if_ours(error)
        raise _Refused(Trouble.UNREADABLE, f"is damaged in the archive ({error})") from error
    except _Refused:
        to.unlink(missing_ok=True)
        raise
    return size
