"""Kits: the stories of a campaign that may be shown, as a signed archive for places without a net.

What is in a kit was cleared for halls, stands and stages on the day it was made. Each story has a last day, and a kit
holds for ninety days at most, as nobody can take back what is already carried off.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from api.kit_question import MOST
from api.showing import Image, Showing, showing
from api.stories import Story, everybody, read_story
from graph.model.enums import UseChannel
from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore
from graph.store.select import Follow, Order, Select, Shape, Viewer, by_ids
from media.profiles import RenditionProfile

PROFILE = RenditionProfile.RESPONSIVE
_DAYS = 90
_COLLECTION, _KEY, _ALGORITHM = "kit-key", "ed25519", "Ed25519"


@dataclass(frozen=True, slots=True)
class Item:
    """A story in a kit, and the last day on which it may be shown."""

    story: Story
    shown: Showing
    until: date

    @property
    def image(self) -> Image | None:
        return self.shown.images[0] if self.shown.images else None


@dataclass(frozen=True, slots=True)
class Kit:
    """What a kit of a campaign holds when it is made on a day, and which of its assets are left out."""

    campaign: str
    title: str
    made: date
    items: tuple[Item, ...]
    left_out: tuple[str, ...]


def kit_of(store: GraphStore, viewer: Viewer, id: str, locale: str) -> Kit | None:
    """The kit of a campaign that the viewer sees; in it is what everybody may be shown."""
    named = Select("Asset", Shape((("id", "id"),)), order=(Order("id"),), limit=MOST)
    shape = Shape((("label", "label"),), (("assets", Follow("assets", named)),))
    rows = cast("Sequence[Any]", store.ask(viewer, {"it": by_ids("Campaign", (id,), shape, limit=1)})["it"]["rows"])
    if not rows:
        return None
    ids = [str(one["id"]) for one in rows[0]["assets"]["rows"]]
    items = tuple(_items(store, everybody(viewer.now), ids, locale))
    kept = {one.story.id for one in items}
    return Kit(id, str(rows[0]["label"]), viewer.today, items, tuple(one for one in ids if one not in kept))


def _items(store: GraphStore, viewer: Viewer, ids: Sequence[str], locale: str) -> Iterator[Item]:
    for id in ids:
        story = read_story(store, viewer, id, locale)
        if story is None:
            continue
        shown = showing(store, viewer, story, UseChannel.EVENT, (PROFILE,), locale)
        if not shown.whole:
            continue
        # The day on which something ends is not whole any more.
        over = datetime.fromtimestamp(min(story.visibility.live_until / 1000, _FAR), UTC).date() - timedelta(1)
        ends = [
            over,
            viewer.today + timedelta(_DAYS),
            *([shown.verdict.valid_until] if shown.verdict.valid_until else []),
        ]
        if min(ends) >= viewer.today:
            yield Item(story, shown, min(ends))


_FAR = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


def manifest(kit: Kit, files: dict[str, bytes]) -> bytes:
    """What a kit says of itself, with the SHA-256 of each of its files."""
    told = {
        "campaign": kit.campaign,
        "title": kit.title,
        "made": kit.made.isoformat(),
        "items": [
            {
                "id": one.story.id,
                "title": one.story.title.text,
                "credit": one.shown.credit,
                "duties": [duty.text for duty in one.shown.verdict.duties],
                "until": one.until.isoformat(),
            }
            for one in kit.items
        ],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def key_of(store: GraphStore) -> OKPKey:
    """The key with which an installation signs its kits; it is made when it is first wanted."""

    def revision(there: Entries) -> Sequence[Entry]:
        made = cast("dict[str, object]", OKPKey.generate_key("Ed25519").as_dict(private=True))
        return [there[_KEY] if _KEY in there else Entry(_KEY, made)]

    entry = store.revise(_COLLECTION, [_KEY], revision)[_KEY]
    return OKPKey.import_key(cast("Any", dict(entry.value)))


def sign(store: GraphStore, told: bytes) -> bytes:
    """A signature in the compact form of JWS, with what is signed in it."""
    return jws.serialize_compact({"alg": _ALGORITHM}, told, key_of(store), algorithms=[_ALGORITHM]).encode()


def faults(files: dict[str, bytes], key: OKPKey) -> list[str]:
    """What is wrong with the files of a kit: nothing, where it is as it was signed."""
    told, signature = files.get("kit.json", b""), files.get("kit.jws", b"")
    try:
        signed = jws.deserialize_compact(signature, key, algorithms=[_ALGORITHM]).payload
    except (JoseError, ValueError):
        return ["The signature is not of this key."]
    if signed != told:
        return ["kit.json is not what was signed."]
    named: dict[str, str] = json.loads(told)["files"]
    there = {name: data for name, data in files.items() if name not in ("kit.json", "kit.jws")}
    found = [f"{name} is missing." for name in named if name not in there]
    found += [f"{name} was added." for name in there if name not in named]
    found += [
        f"{name} was changed."
        for name, data in there.items()
        if name in named and hashlib.sha256(data).hexdigest() != named[name]
    ]
    return sorted(found)
