"""A file is fetched whole, from where it was said to be, or not at all; what was cut off is gone on with."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from grader.assets import fetching
from grader.errors import AssetError
from grader.records import AssetSource

CONTENT = bytes(range(256)) * 4096
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


@dataclass
class Site:
    """A server on this machine, and how it misbehaves."""

    url: str = ""
    content: bytes = CONTENT
    etag: str = '"one"'
    cut_at: list[int] = field(default_factory=list)
    """Bytes after which each of the next answers is cut."""
    redirect_to: str = ""
    status: int = 0
    says_length: bool = True
    asked: list[str] = field(default_factory=list)
    """The Range of each request, "" where there was none."""


@pytest.fixture
def site() -> Iterator[Site]:
    told = Site()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Tests are silent."""

        def do_GET(self) -> None:
            told.asked.append(self.headers.get("Range", ""))
            if told.status:
                self.send_error(told.status)
            elif told.redirect_to and self.path == "/file.h5":
                self.send_response(302)
                self.send_header("Location", told.redirect_to)
                self.end_headers()
            else:
                self._send()

        def _send(self) -> None:
            wanted = re.fullmatch(r"bytes=(\d+)-", told.asked[-1])
            start = int(wanted[1]) if wanted and self.headers.get("If-Range") == told.etag else 0
            if start >= len(told.content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if told.etag:
                self.send_header("ETag", told.etag)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(told.content) - 1}/{len(told.content)}")
            if told.says_length:
                self.send_header("Content-Length", str(len(told.content) - start))
            self.end_headers()
            until = told.cut_at.pop(0) if told.cut_at else len(told.content)
            self.wfile.write(told.content[start:until])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/file.h5"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(site: Site, path: Path, **source: object) -> str:
    asked = AssetSource.model_validate({"url": site.url, **source})
    return fetching.fetch_file(asked, path, pause_s=0)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


@pytest.mark.parametrize("hashes", [{"sha256": SHA256}, {"md5": MD5}, {}], ids=["sha256", "md5", "none published"])
def test_a_file_comes_whole_with_a_receipt_and_nothing_else(site: Site, tmp_path: Path, hashes: dict[str, str]) -> None:
    assert fetch(site, tmp_path / "file.h5", bytes=len(CONTENT), **hashes) == SHA256
    assert (tmp_path / "file.h5").read_bytes() == CONTENT
    assert left(tmp_path) == [".file.h5.fetched.json", "file.h5"]
    assert fetching.receipt_of(tmp_path / "file.h5")["sha256"] == SHA256


def test_a_cut_connection_is_gone_on_with_from_where_it_was_cut(site: Site, tmp_path: Path) -> None:
    site.cut_at = [300_000, 700_000]
    assert fetch(site, tmp_path / "file.h5", sha256=SHA256) == SHA256
    assert site.asked == ["", "bytes=300000-", "bytes=700000-"]


def test_a_later_command_goes_on_where_an_earlier_one_gave_up(site: Site, tmp_path: Path) -> None:
    site.cut_at = [300_000] * (fetching.TRIES + 1)
    with pytest.raises(AssetError, match="connection was cut"):
        fetch(site, tmp_path / "file.h5", sha256=SHA256)
    assert not (tmp_path / "file.h5").exists()
    site.cut_at, site.asked = [], []
    assert fetch(site, tmp_path / "file.h5", sha256=SHA256) == SHA256
    assert site.asked == ["bytes=300000-"]


def test_what_changed_between_two_tries_is_begun_anew(site: Site, tmp_path: Path) -> None:
    site.cut_at = [300_000] * (fetching.TRIES + 1)
    with pytest.raises(AssetError):
        fetch(site, tmp_path / "file.h5")
    site.cut_at, site.etag, site.content = [], '"two"', CONTENT[::-1]
    assert fetch(site, tmp_path / "file.h5") == hashlib.sha256(CONTENT[::-1]).hexdigest()


def test_a_server_without_ranges_is_asked_for_the_whole_again(site: Site, tmp_path: Path) -> None:
    site.etag, site.cut_at = "", [300_000]
    assert fetch(site, tmp_path / "file.h5", sha256=SHA256) == SHA256
    assert site.asked == ["", ""]


@pytest.mark.parametrize(
    ("source", "told"),
    [({"sha256": "0" * 64}, "expected SHA-256 0000"), ({"md5": "0" * 32}, "expected MD5 0000"),
     ({"bytes": len(CONTENT) + 1}, "expected 1,048,577 bytes, found 1,048,576")],
    ids=["sha256", "md5", "size"],
)
def test_a_file_that_is_not_the_published_one_is_taken_away(
    site: Site, tmp_path: Path, source: dict[str, object], told: str
) -> None:
    with pytest.raises(AssetError, match=told):
        fetch(site, tmp_path / "file.h5", **source)
    assert left(tmp_path) == []


def test_a_file_of_the_wrong_hash_leaves_the_older_one_in_place(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file.h5").write_bytes(b"older")
    with pytest.raises(AssetError):
        fetch(site, tmp_path / "file.h5", sha256="0" * 64)
    assert (tmp_path / "file.h5").read_bytes() == b"older"


@pytest.mark.parametrize("says_length", [True, False], ids=["announced", "unannounced"])
def test_more_than_was_expected_is_not_read(site: Site, tmp_path: Path, says_length: bool) -> None:
    site.says_length = says_length
    with pytest.raises(AssetError, match="expected at most 1,000 bytes"):
        fetch(site, tmp_path / "file.h5", bytes=1000)
    assert not (tmp_path / "file.h5").exists()


@pytest.mark.parametrize("there", ["http://localhost:9/other.h5", "file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_a_redirect_to_another_place_is_refused_unless_it_is_https(site: Site, tmp_path: Path, there: str) -> None:
    site.redirect_to = there
    with pytest.raises(AssetError, match=r"only by https|not allowed"):
        fetch(site, tmp_path / "file.h5", sha256=SHA256)


def test_a_redirect_on_the_same_host_is_followed(site: Site, tmp_path: Path) -> None:
    site.redirect_to = "/moved.h5"
    assert fetch(site, tmp_path / "file.h5", sha256=SHA256) == SHA256


def test_a_redirect_to_another_host_by_https_is_followed(tmp_path: Path) -> None:
    import http.client
    import urllib.request

    redirects = fetching._Redirects("http://127.0.0.1/file.h5")
    request = urllib.request.Request("http://127.0.0.1/file.h5")
    followed = redirects.redirect_request(
        request, None, 302, "", http.client.HTTPMessage(), "https://example.org/file.h5"  # type: ignore[arg-type]
    )
    assert followed is not None and followed.full_url == "https://example.org/file.h5"


@pytest.mark.parametrize(
    ("source", "is_refused"),
    [({"url": "http://example.org/a"}, True), ({"url": "file:///etc/passwd", "sha256": "0" * 64}, True),
     ({"url": "http://example.org/a", "sha256": "0" * 64}, False), ({"url": "https://example.org/a"}, False)],
    ids=["http without a hash", "a file", "http with a hash", "https"],
)
def test_where_a_file_may_be_fetched_from(source: dict[str, str], is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(AssetError, match="expected an https address"):
            fetching._require_safe(AssetSource(**source))
    else:
        fetching._require_safe(AssetSource(**source))


def test_what_is_not_there_is_told_at_once(site: Site, tmp_path: Path) -> None:
    site.status = 404
    with pytest.raises(AssetError, match="answers 404"):
        fetch(site, tmp_path / "file.h5")
    assert len(site.asked) == 1


def test_a_server_in_trouble_is_asked_again_and_then_given_up(site: Site, tmp_path: Path) -> None:
    site.status = 503
    with pytest.raises(AssetError, match="answers 503"):
        fetch(site, tmp_path / "file.h5")
    assert len(site.asked) == fetching.TRIES


def test_progress_counts_up_to_the_whole(site: Site, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    fetching.fetch_file(AssetSource(url=site.url), tmp_path / "f", on_progress=lambda *at: seen.append(at), pause_s=0)
    assert seen[0] == (0, len(CONTENT)) and seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
