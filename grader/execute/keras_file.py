"""Reads the two JSON parts of a `.keras` file, which is a zip, without Keras and without trusting it.

In: an open file. Out: `config.json` and `metadata.json` as plain values, or why not.
Must never write a member anywhere, build anything from it, or read more than the caps allow.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from typing import IO, Any

from grader.execute.untrusted_json import UntrustedJson, parse_object

MOST_MEMBERS = 16
CONFIG_BYTES = 8_000_000
METADATA_BYTES = 100_000
_DIRECTORY_BYTES = 64_000
# All that Python's zipfile was found to raise on files with bytes changed at random.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
_END = struct.Struct("<4s4H2LH")


class NotReadable(ValueError):
    """Why the file is not one that Keras would have written; a sentence for people."""


def read_config(file: IO[bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`config.json` and `metadata.json`.

    Raises:
        NotReadable: not such a zip, or one that no honest Keras writes.
    """
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as opened:
            members = _members(opened)
            config = _read_member(opened, members, "config.json", CONFIG_BYTES)
            return config, _read_member(opened, members, "metadata.json", METADATA_BYTES)
    except NotReadable:
        raise
    except UntrustedJson as error:
        raise NotReadable(f"the model's configuration can't be read: {error}") from error
    except _DAMAGE as error:
        raise NotReadable(f"the model file is damaged ({type(error).__name__})") from error


def _check_directory(file: IO[bytes]) -> None:
    """Python's zipfile reads the whole directory before anyone can count it, so its size is checked first."""
    size = file.seek(0, 2)
    start = max(0, size - 65_557)
    file.seek(start)
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < _END.size:
        raise NotReadable("the model file is not a .keras archive")
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(end, at)
    if entries > MOST_MEMBERS or directory > _DIRECTORY_BYTES:
        raise NotReadable(f"the model file has {entries} members; Keras writes no more than {MOST_MEMBERS}")
    file.seek(max(0, start + at - 20))
    if file.read(4) == b"PK\x06\x07":
        raise NotReadable("the model file has a 64-bit directory, which Keras does not write")
    file.seek(0)


def _members(opened: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members = opened.infolist()
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS or len(names) != len(members):
        raise NotReadable("the model file has too many members, or two of one name")
    for member in members:
        parts = member.filename.split("/")
        if ".." in parts or parts[0] == "" or "\\" in member.filename or stat.S_ISLNK(member.external_attr >> 16):
            raise NotReadable("the model file has a member that points outside of it")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotReadable("the model file is compressed in a way that Keras does not use")
    return {member.filename: member for member in members}


def _read_member(
    opened: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str, at_most: int
) -> dict[str, Any]:
    if name not in members:
        raise NotReadable(f"the model file has no {name}")
    # What the directory says of a size is the sender's word; what is inflated is counted.
    with opened.open(members[name]) as member:
        raw = member.read(at_most + 1)
    if len(raw) > at_most:
        raise NotReadable(f"{name} in the model file is larger than {at_most // 1000} kB")
    return parse_object(raw)
