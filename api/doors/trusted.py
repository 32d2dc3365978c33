"""Registered operations: those shipped, and those in the installation's folder, found by the SHA-256 of their text."""

import threading
from collections.abc import Iterator
from importlib.resources import files
from logging import getLogger
from pathlib import Path
from time import monotonic

from api.doors.manifests import SUFFIXES, Document, Unusable, read
from api.plan.errors import Code, refused
from api.roles import Role
from api.settings import TrustedOnly

log = getLogger("duta.documents")

_LOOK_EVERY_SECONDS = 1.0


def shipped() -> list[Document]:
    """The operations that every installation answers, by the names of their files."""
    folder = files("api.doors").joinpath("documents")
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".graphql")), key=lambda one: one.name)
    return [one for entry in entries for one in read(entry.name, entry.read_bytes()) if isinstance(one, Document)]


def registered(folder: Path) -> Iterator[Document | Unusable]:
    """What a folder registers, file by file; nothing where there is no such folder."""
    for path in _entries(folder):
        yield from read_file(path)


def read_file(path: Path) -> Iterator[Document | Unusable]:
    """The operations of a file on disk."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        yield Unusable(path.name, f"The file cannot be read: {error.strerror}.")
    else:
        yield from read(path.name, raw)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    except OSError:
        return []


class Trusted:
    """The registered operations of an installation by id, and for whom there are no others.

    The folder is looked at again while it is asked.
    """

    def __init__(
        self, folder: Path | None = None, *, only: TrustedOnly = TrustedOnly.NOBODY, cache_seconds: int = 60
    ) -> None:
        self._folder, self.only, self.cache_seconds = folder, only, cache_seconds
        self._shipped = {one.id: one.text for one in shipped()}
        self._lock = threading.Lock()
        self._seen: object = None
        self._next = 0.0
        self._texts = self._shipped

    def text(self, id: str) -> str | None:
        """The text with this SHA-256; None where it is not registered."""
        if self._folder is not None:
            self._look(self._folder)
        return self._texts.get(id)

    def admit(self, role: str | None, *, registered: bool) -> None:
        """Raise Refused where a role is answered registered operations only, and this is none."""
        bound = self.only is TrustedOnly.EVERYONE or (self.only is TrustedOnly.PUBLIC and role == Role.PUBLIC)
        if bound and not registered:
            raise refused(
                Code.NOT_REGISTERED, "Only registered operations are answered here. Ask by the documentId of one."
            )

    def _look(self, folder: Path) -> None:
        """Read the folder again where a file in it is new, changed or gone."""
        with self._lock:
            if monotonic() < self._next:
                return
            self._next = monotonic() + _LOOK_EVERY_SECONDS
            seen = _signature(folder)
            if seen == self._seen:
                return
            self._seen = seen
            found = list(registered(folder))
            self._texts = self._shipped | {one.id: one.text for one in found if isinstance(one, Document)}
        for one in found:
            if isinstance(one, Unusable):
                log.warning("An operation is not registered: %s", one)


def _signature(folder: Path) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for path in _entries(folder):
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((path.name, state.st_mtime_ns, state.st_size))
    return found


def documents_page() -> str:
    """docs/trusted-documents.md."""
    rows = [f"| `{one.where}` | {_told(one.text)} | `sha256:{one.id}` |" for one in shipped()]
    return "\n".join([_HEAD, "| Operation | What it answers | `documentId` |", "|---|---|---|", *rows, ""])


def _told(text: str) -> str:
    return text.splitlines()[0].removeprefix("# ")


_HEAD = """# Trusted documents

An operation that is registered is asked by the SHA-256 of its text instead of the text. Requests are small, answers by
GET can be kept by caches, and an installation may answer nothing else.

## Asking

By GET or POST at `/graphql`, as the GraphQL-over-HTTP draft describes persisted documents:

```
GET /graphql?documentId=sha256:5b1c...&variables={"id":"asset:batik"}
POST /graphql   {"documentId": "sha256:5b1c...", "variables": {"id": "asset:batik"}}
```

`operationName`, `variables` and `extensions` are as always; the digest may also come without `sha256:`. Clients that
send `extensions.persistedQuery.sha256Hash` are understood too. An id under which nothing is registered is refused with
`PERSISTED_QUERY_NOT_FOUND`, after which such clients send the text as well. That answers the request and registers
nothing: strangers cannot fill this store. A text beside an id has to be the one that the id names.

## Registering

Put files into the folder `DUTA_TRUSTED_DOCUMENTS`, which is `documents` at home unless set. A running server takes
what is new, changed or gone within a second; it needs no restart. Two kinds of files are read:

- `*.graphql`: one document each, whose id is the SHA-256 of the file as it is, comments and last line break included;
- `*.json`: a manifest as the partner's tool writes it: `{"<id>": "<text>"}` of relay-compiler (`persistConfig` with
  `algorithm` SHA256) and of GraphQL Code Generator (`persistedDocuments` with `hashAlgorithm` sha256), or the format of
  Apollo's `generate-persisted-query-manifest`. Each id is checked against its text.

`duta documents check FILE...` says before that whether files are sound and fit the contract; without files it checks
the folder. `duta documents list` shows what is registered. Registering lets nobody see more: an operation is answered
as the caller's own role sees it, within the same [limits](limits.md).

`DUTA_TRUSTED_ONLY` says for whom only registered operations are answered: `nobody`, the `public`, or `everyone`; any
other document is then refused with `NOT_REGISTERED`, and so is introspection.

## Caching

An answer by GET to a registered operation, without errors, carries an `ETag`; a request whose `If-None-Match` names it
gets 304. What the public sees is `Cache-Control: public, max-age=` as `DUTA_CACHE_SECONDS` says, so whatever is
published, withdrawn or expires may be shown for that long as it was before. To everybody else it is
`private, no-cache`. `Vary` names the headers that an answer depends on, among them `Accept-Language` for the language
of texts, `Duta-Perspective` and `Authorization`; the variables stand in the address. Everything else is `no-store`.
Duta itself keeps no answers.

## Shipped

Every installation answers these. A shipped operation is never changed, so that its id stays; a better one is a new one.
"""
