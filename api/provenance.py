"""Where the pictures of a story come from, as the manifests in their originals say."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from api.pictures import Picture
from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore
from media.errors import Refused
from media.provenance import Credentials, Provenance
from media.studio import Studio

_COLLECTION = "provenance"
#: For so long an answer is kept; certificates run out.
_KEPT = timedelta(days=1)


def told_of(one: Credentials) -> dict[str, object]:
    """As it is answered over HTTP."""
    return {
        "state": one.state,
        "signer": one.signer,
        "madeWith": one.made_with,
        "actions": list(one.actions),
        "madeFrom": list(one.made_from),
        "problems": list(one.problems),
    }


def credentials_of(store: GraphStore, studio: Studio, pictures: Iterable[Picture]) -> dict[str, Credentials]:
    """What the originals of pictures say, by the pictures' ids; what was read today is not read again.

    Raises media.errors.StorageFailed or Busy.
    """
    mark = sha256(studio.anchors.encode()).hexdigest()[:8]
    keys = {picture.id: f"{picture.sha256}.{mark}" for picture in pictures}
    there = store.entries(_COLLECTION, list(keys.values())) if keys else {}
    found: dict[str, Credentials] = {}
    for picture in pictures:
        key = keys[picture.id]
        if key in there:
            found[picture.id] = Credentials.of(there[key].value)
            continue
        one = found[picture.id] = _of(studio, picture)
        if one.state is not Provenance.UNREAD:
            _keep(store, key, one)
    return found


def _of(studio: Studio, picture: Picture) -> Credentials:
    with studio.file() as file:
        if not studio.storage.copy_original(picture.sha256, file):
            return Credentials(Provenance.UNREAD)
        try:
            return studio.provenance(file, picture.format)
        except Refused:
            # Its manifest takes more than a picture may, which is no proof of anything.
            return Credentials(Provenance.INVALID)


def _keep(store: GraphStore, key: str, one: Credentials) -> None:
    until = int((datetime.now(UTC) + _KEPT).timestamp() * 1000)

    def revision(_: Entries) -> Sequence[Entry]:
        return [Entry(key, asdict(one), until)]

    store.revise(_COLLECTION, [key], revision)
