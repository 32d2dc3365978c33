"""Bytes are kept whole or not at all, and what cannot be kept leaves nothing behind."""

import hashlib
import os
import re
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from media.errors import StorageFailed
from media.storage import Storage, open_storage, storage_in_memory
from tests.media.drawing import file_of

SMALL, LARGE = b"a picture", os.urandom(9 << 20)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def named(monkeypatch, endpoint: str) -> None:
    """Name an S3 as AWS's own variables do."""
    for name, value in (
        ("ENDPOINT", endpoint),
        ("ALLOW_HTTP", "true"),
        ("ACCESS_KEY_ID", "sample"),
        ("SECRET_ACCESS_KEY", "sample"),
        ("REGION", "us-east-1"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.fixture
def bucket(request) -> str:
    """A bucket of its own in a real S3, or what passes for one."""
    name = f"sample-{os.urandom(6).hex()}"
    urlopen(Request(f"{os.environ['DUTA_TEST_S3']}/{name}", method="PUT")).close()
    return name


@pytest.fixture(params=["folder", "memory", pytest.param("s3", marks=pytest.mark.s3)])
def storage(request, tmp_path, monkeypatch) -> Storage:
    if request.param == "s3":
        named(monkeypatch, os.environ["DUTA_TEST_S3"])
        return open_storage(f"s3://{request.getfixturevalue('bucket')}/duta")
    return open_storage(str(tmp_path / "media")) if request.param == "folder" else storage_in_memory()


@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["small", "in pieces"])
def test_an_original_is_kept_once_and_read_again(storage, data, tmp_path):
    with file_of(data) as file:
        assert storage.keep_original(file, digest(data)) is True
        assert storage.keep_original(file, digest(data)) is False
    with (tmp_path / "copy").open("w+b") as copy:
        assert storage.copy_original(digest(data), copy) is True
        assert copy.read() == data

    assert list(storage.originals()) == [digest(data)]
    assert storage.original_size(digest(data)) == len(data)
    assert storage.original_range(digest(data), 2, 3) == data[2:5]
    storage.drop_original(digest(data))
    storage.drop_original(digest(data))
    assert storage.has_original(digest(data)) is False


def test_a_rendition_is_kept_and_may_be_gone(storage):
    storage.put("0123456789abcdef/w320.jpg", SMALL)

    assert storage.get("0123456789abcdef/w320.jpg") == SMALL
    assert storage.get("0123456789abcdef/w480.jpg") is None
    assert list(storage.renditions()) == ["0123456789abcdef/w320.jpg"]
    storage.drop("0123456789abcdef/w320.jpg")
    assert list(storage.renditions()) == []


@pytest.mark.parametrize(
    "name", ["../x", "0123456789abcdef/../../x.jpg", "/etc/passwd", "0123456789abcdef/a.jpg/b", ""]
)
def test_a_name_that_is_a_path_reaches_nothing(storage, name):
    with pytest.raises(StorageFailed):
        storage.get(name)
    with pytest.raises(StorageFailed):
        storage.has_original(name)


@pytest.mark.parametrize("data", [LARGE, LARGE[: 7 << 20]], ids=["in pieces", "whole"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, data):
    storage = open_storage(str(tmp_path / "media"))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with file_of(data) as file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        try:
            with pytest.raises(StorageFailed) as failed:
                storage.keep_original(file, digest(data))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    assert failed.value.full is True
    assert str(failed.value).endswith("Make room there.")
    assert files(tmp_path / "media") == []


class _Failing(BaseHTTPRequestHandler):
    """An S3 that answers requests of some form with an error, and hands on the others."""

    status, fails_at, behind = 403, "", ""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if re.search(self.fails_at, f"{self.command} {self.path}"):
            return self._send(self.status, {}, b"")
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        asked = Request(self.behind + self.path, body or None, headers, method=self.command)
        try:
            with urlopen(asked) as answer:
                return self._send(answer.status, dict(answer.headers), answer.read())
        except HTTPError as error:
            return self._send(error.code, dict(error.headers), error.read())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815 - the names are the library's

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def failing_s3(**how: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Failing", (_Failing,), how))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", [403, 503])
def test_an_s3_that_fails_is_told(monkeypatch, status):
    with failing_s3(status=status) as address, file_of(SMALL) as file:
        named(monkeypatch, address)
        storage = open_storage("s3://pictures/duta")

        for does in (lambda: storage.keep_original(file, digest(SMALL)), lambda: storage.get("0123456789abcdef/a.jpg")):
            with pytest.raises(StorageFailed, match='"s3://pictures/duta" cannot be'):
                does()


@pytest.mark.s3
@pytest.mark.parametrize("fails_at", ["PUT .*partNumber=2", "POST .*uploadId="], ids=["at a piece", "at the end"])
def test_an_s3_that_fails_half_way_keeps_neither_the_whole_nor_pieces(monkeypatch, bucket, fails_at):
    behind = os.environ["DUTA_TEST_S3"]
    with failing_s3(fails_at=fails_at, behind=behind) as address, file_of(LARGE) as file:
        named(monkeypatch, address)
        with pytest.raises(StorageFailed, match="cannot be written"):
            open_storage(f"s3://{bucket}/duta").keep_original(file, digest(LARGE))

        named(monkeypatch, behind)
        assert list(open_storage(f"s3://{bucket}/duta").originals()) == []
        with urlopen(f"{behind}/{bucket}?uploads") as answer:
            assert b"<Upload>" not in answer.read()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed, match="cannot be used for pictures"):
        open_storage(str(tmp_path / "file" / "media"))
