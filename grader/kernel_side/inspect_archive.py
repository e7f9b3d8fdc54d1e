"""Opens a `.keras` archive without unpacking it.

In: a path. Out: its parsed `config.json`, its weights as bytes. Refuses what no honest model file has: many members,
members that swell, JSON that is huge or deep. It must never write to disk.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

_MOST_MEMBERS = 64
_MOST_CONFIG_BYTES = 32_000_000
_MOST_WEIGHT_BYTES = 1_500_000_000
_MOST_SWELLING = 50


class Refused(Exception):
    """The file is not what an honest model file looks like; the message says how."""


def read_config(path: str) -> dict[str, Any]:
    """The model's config.

    Raises:
        Refused, zipfile.BadZipFile, OSError, ValueError: the file is no honest model file.
    """
    try:
        config = json.loads(_member(path, "config.json", _MOST_CONFIG_BYTES))
    except RecursionError as error:
        raise Refused("config.json is nested too deeply") from error
    if not isinstance(config, dict):
        raise Refused("config.json is not an object")
    return config


def open_weights(path: str) -> io.BytesIO:
    """The bytes of `model.weights.h5`. Raises as `read_config` does."""
    return io.BytesIO(_member(path, "model.weights.h5", _MOST_WEIGHT_BYTES))


def _member(path: str, name: str, most: int) -> bytes:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise Refused(f"the archive has {len(members)} members")
        found = [member for member in members if member.filename == name]
        if len(found) != 1:
            raise Refused(f"the archive has {len(found)} members named {name}")
        member = found[0]
        if member.file_size > most:
            raise Refused(f"{name} has {member.file_size} bytes")
        if member.file_size > max(1_000_000, member.compress_size * _MOST_SWELLING):
            raise Refused(f"{name} swells from {member.compress_size} to {member.file_size} bytes")
        with archive.open(member) as file:
            content = file.read(most + 1)
    if len(content) > most:
        raise Refused(f"{name} is larger than it says")
    return content
