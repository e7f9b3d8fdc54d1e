"""Brings one file from where it is published. In: an AssetSource, the path wanted. Out: the file, its hash checked.

It goes on where an earlier try stopped (HTTP Range), and writes beside the path until all is checked. It must never
follow a redirect to another host except by https, never read more than it was told to expect, never leave a file of a
wrong hash, and is never called from inside a kernel: only by `grader assets fetch`.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from grader.assets.made_once import locked
from grader.assets.true_files import file_digest
from grader.errors import AssetError
from grader.records import AssetSource

Bytes = Callable[[int, int], None]
"""Told how many bytes there are, and of how many; 0 where nobody knows."""

TRIES = 5
PATIENCE_S = 30.0
BIGGEST = 4 << 30
_PIECE = 1 << 18


def fetch_file(
    source: AssetSource, path: Path, *, at_most: int = 0, on_progress: Bytes | None = None, pause_s: float = 1.0
) -> str:
    """Downloads `source` to `path` and returns its SHA-256; a receipt with it is left beside the file.

    Args:
        at_most: bytes beyond which it is some other file; 0 where nobody knows.
        pause_s: how long to wait before the second try; each later one waits twice as long.

    Raises:
        AssetError: no connection, a redirect that is not followed, a wrong size or hash.
    """
    _require_safe(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    with locked(path.with_name(f".{path.name}.lock")):
        tell = on_progress or (lambda done, whole: None)
        _download(source, partial, source.bytes or at_most or BIGGEST, tell, pause_s)
        digest = _checked(source, partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.chmod(0o644)
        partial.replace(path)
        _validator_of(partial).unlink(missing_ok=True)
        write_receipt(path, source, digest)
    return digest


def receipt_of(path: Path) -> dict[str, Any]:
    """What was noted when `path` was fetched: its URL, size and SHA-256; empty where somebody put it there."""
    try:
        noted: dict[str, Any] = json.loads(_receipt(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted


def write_receipt(path: Path, source: AssetSource, digest: str) -> None:
    noted = {"url": source.url, "bytes": path.stat().st_size, "sha256": digest}
    _receipt(path).write_text(json.dumps(noted) + "\n", encoding="utf-8")


def _receipt(path: Path) -> Path:
    return path.with_name(f".{path.name}.fetched.json")


def _validator_of(partial: Path) -> Path:
    return partial.with_name(f"{partial.name}.json")


def _require_safe(source: AssetSource) -> None:
    parts = urlsplit(source.url)
    has_hash = bool(source.sha256 or source.md5)
    if parts.scheme == "https" or (parts.scheme == "http" and (has_hash or _is_loopback(parts.hostname or ""))):
        return
    raise AssetError(f"{source.url}: expected an https address (http only where the rubric gives a hash)")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _download(source: AssetSource, partial: Path, at_most: int, tell: Bytes, pause_s: float) -> None:
    """Tries until the whole is there; a try that brought something is not counted against the next."""
    tries, error = 0, ""
    while tries < TRIES:
        before = partial.stat().st_size if partial.exists() else 0
        try:
            if _whole_there(source, partial, at_most, tell):
                return
            error = "the connection was cut"
        except urllib.error.HTTPError as refused:
            error = f"the server answers {refused.code} {refused.reason}"
            refused.close()
            if refused.code < 500 and refused.code not in (408, 416, 429):
                break
        except (OSError, http.client.HTTPException) as failed:
            error = f"{getattr(failed, 'reason', failed) or type(failed).__name__}"
        grew = partial.exists() and partial.stat().st_size > before
        tries = 1 if grew else tries + 1
        time.sleep(pause_s * 2 ** (tries - 1))
    raise AssetError(f"{source.url} could not be fetched: {error}. What came is kept; the same command goes on there.")


def _whole_there(source: AssetSource, partial: Path, at_most: int, tell: Bytes) -> bool:
    """One connection. True where afterwards all of it is there."""
    start = _usable(partial)
    headers = {"User-Agent": "keras-lab-grader", "Accept-Encoding": "identity"}
    request = urllib.request.Request(source.url, headers=headers)  # noqa: S310  (its scheme was looked at above)
    if start:
        request.add_header("Range", f"bytes={start}-")
        request.add_header("If-Range", _validator(partial))
    opener = urllib.request.build_opener(_Redirects(source.url))
    try:
        answer = opener.open(request, timeout=PATIENCE_S)
    except urllib.error.HTTPError as refused:
        if refused.code == 416:  # what lies here is no beginning of what is there now
            partial.unlink(missing_ok=True)
        raise
    with answer:
        start, whole = _extent(answer, start)
        if whole > at_most:
            raise AssetError(f"{source.url}: expected at most {at_most:,} bytes, the server offers {whole:,}")
        with partial.open("rb+" if start else "wb") as file:
            _keep_validator(partial, answer.headers)
            file.truncate(start)
            file.seek(start)
            done = _copied(answer, file, start, whole, at_most, tell, source.url)
    return done == whole if whole else True


def _extent(answer: Any, start: int) -> tuple[int, int]:
    """Where in the file the answer begins, and how long the whole is; 0 where the server does not say."""
    length = int(answer.headers.get("Content-Length") or 0)
    if answer.status != 206:
        return 0, length
    told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
    if told is None or int(told[1]) != start:
        raise http.client.HTTPException(f"asked for bytes from {start}, got {answer.headers.get('Content-Range')}")
    return start, int(told[2]) if told[2] != "*" else start + length


def _copied(answer: Any, file: IO[bytes], done: int, whole: int, at_most: int, tell: Bytes, url: str) -> int:
    tell(done, whole)
    while piece := answer.read(_PIECE):
        done += len(piece)
        if done > at_most:
            raise AssetError(f"{url}: expected at most {at_most:,} bytes, more keep coming")
        file.write(piece)
        tell(done, whole)
    return done


def _usable(partial: Path) -> int:
    """How many bytes of an earlier try there are to go on from: none where nobody can say that the file is the same."""
    return partial.stat().st_size if partial.exists() and _validator(partial) else 0


def _validator(partial: Path) -> str:
    try:
        return str(json.loads(_validator_of(partial).read_text(encoding="utf-8"))["validator"])
    except (OSError, ValueError, KeyError):
        return ""


def _keep_validator(partial: Path, headers: Message) -> None:
    tag = headers.get("ETag") or ""
    validator = tag if tag.startswith('"') else headers.get("Last-Modified") or ""
    _validator_of(partial).write_text(json.dumps({"validator": validator}), encoding="utf-8")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on the same host, and to another only by https; never from https down to http."""

    def __init__(self, url: str) -> None:
        self._from = urlsplit(url)

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        there = urlsplit(newurl)
        is_same_place = (there.scheme, there.netloc) == (self._from.scheme, self._from.netloc)
        if there.scheme != "https" and not is_same_place:
            raise AssetError(f"{req.full_url} redirects to {newurl}: another host is followed only by https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _checked(source: AssetSource, partial: Path) -> str:
    """The SHA-256 of what came. Raises AssetError, and takes it away, where it is not what was published."""
    digest = file_digest(partial)
    wrong = mismatch(source, partial, digest)
    if wrong:
        partial.unlink()
        _validator_of(partial).unlink(missing_ok=True)
        raise AssetError(f"{source.url}: {wrong}. It was taken away.")
    return digest


def mismatch(source: AssetSource, path: Path, digest: str) -> str:
    """What tells the file from the published one, "" where nothing does."""
    if source.sha256 and digest != source.sha256:
        return f"expected SHA-256 {source.sha256}, found {digest}"
    if source.md5:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if found != source.md5:
            return f"expected MD5 {source.md5}, found {found}"
    size = path.stat().st_size
    return f"expected {source.bytes:,} bytes, found {size:,}" if source.bytes and size != source.bytes else ""
