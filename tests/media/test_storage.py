"""Bytes are kept whole or not at all, and what cannot be kept leaves nothing behind."""

import hashlib
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from media.errors import StorageFailed
from media.storage import Storage, open_storage, storage_in_memory
from tests.media.drawing import file_of

SMALL, LARGE = b"a picture", os.urandom(9 << 20)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture(params=["folder", "memory"])
def storage(request, tmp_path) -> Storage:
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
    """An S3 that answers every request with an error."""

    def _fail(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(403)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _fail  # noqa: N815 - the names are the library's

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def failing_s3() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Failing)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_s3_that_fails_is_told(monkeypatch):
    with failing_s3() as address, file_of(SMALL) as file:
        for name, value in (
            ("ENDPOINT", address),
            ("ALLOW_HTTP", "true"),
            ("ACCESS_KEY_ID", "sample"),
            ("SECRET_ACCESS_KEY", "sample"),
            ("REGION", "sample"),
        ):
            monkeypatch.setenv(f"AWS_{name}", value)
        storage = open_storage("s3://pictures/duta")

        for does in (lambda: storage.keep_original(file, digest(SMALL)), lambda: storage.get("0123456789abcdef/a.jpg")):
            with pytest.raises(StorageFailed, match='"s3://pictures/duta" cannot be'):
                does()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed, match="cannot be used for pictures"):
        open_storage(str(tmp_path / "file" / "media"))
