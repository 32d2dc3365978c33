"""Renditions made and written down: when somebody asks, by command, and ahead of all asking."""

import threading
from collections.abc import Iterable, Sequence
from logging import getLogger

from api.pictures import PREFIX, Picture, note_made, read_made, read_pictures
from graph.errors import GraphError
from graph.store.port import GraphStore
from graph.store.visibility import LIVE
from media.errors import MediaError, StorageFailed
from media.formats import Format
from media.profiles import FORMATS, Plan, RenditionProfile, plans
from media.studio import Made, Studio

log = getLogger("duta.media")

#: What a page most likely asks for; other profiles wait until they are asked for.
AHEAD = (RenditionProfile.RESPONSIVE, RenditionProfile.SOCIAL)
#: AVIF takes longest and is told of only once it is there, so it comes last.
_ORDER = tuple(reversed(FORMATS))
_LONGEST_LOG = 500


def make(
    store: GraphStore,
    studio: Studio,
    picture: Picture,
    profile: RenditionProfile,
    format: Format,
    *,
    ahead: bool = False,
) -> Sequence[Made]:
    """Make a profile's renditions in one format, which come from one decoding; raises media.errors.MediaError."""
    wanted = [one for one in plans(picture.source, profile) if one.format is format]
    if not wanted:
        return ()
    made = studio.make(picture.sha256, picture.recipe, wanted, picture.notice, ahead=ahead)
    note_made(store, picture.recipe, made)
    return made


def rendition_bytes(
    store: GraphStore, studio: Studio, picture: Picture, profile: RenditionProfile, plan: Plan
) -> bytes:
    """The bytes of a rendition, made where it is not there yet; raises media.errors.MediaError."""
    found = studio.kept(picture.recipe, plan)
    if found is not None:
        return found
    make(store, studio, picture, profile, plan.format)
    found = studio.kept(picture.recipe, plan)
    if found is None:
        raise StorageFailed("The rendition was made and is gone. Try again in a moment.")
    return found


def make_missing(
    store: GraphStore, studio: Studio, ids: Iterable[str], profiles: Sequence[RenditionProfile] = AHEAD
) -> int:
    """Make what is not there yet of these Media; how many files were made. What fails is logged and left."""
    pictures, count = list(read_pictures(store, ids).values()), 0
    there = read_made(store, pictures)
    for picture in pictures:
        known = there.get(picture.recipe, {})
        for profile in profiles:
            for format in _ORDER:
                files = [one.file for one in plans(picture.source, profile) if one.format is format]
                if all(file in known for file in files):
                    continue
                try:
                    count += len(make(store, studio, picture, profile, format, ahead=True))
                except MediaError as error:
                    log.warning("%s is not rendered: %s", picture.id, error)
                    break
    return count


def make_ahead(store: GraphStore, studio: Studio, stopped: threading.Event, every: float) -> None:
    """Until stopped, make the renditions of pictures that are changed and that everybody sees."""
    seq, failures = -1, 0
    while not stopped.is_set():
        try:
            seq = store.head().seq if seq < 0 else _step(store, studio, seq, stopped)
        except GraphError as error:
            failures += 1
            if failures == 1:
                log.warning("Renditions are not made ahead: %s", error)
        except Exception:
            failures += 1
            log.exception("Renditions are not made ahead.")
        else:
            failures = 0
        stopped.wait(every * min(2**failures, 60))


def _step(store: GraphStore, studio: Studio, seq: int, stopped: threading.Event) -> int:
    """Work off one piece of the log; the sequence that was reached."""
    changes = store.changes(seq, _LONGEST_LOG)
    ids = dict.fromkeys(one.id for one in changes if one.id.startswith(PREFIX))
    for id, picture in read_pictures(store, ids).items():
        if stopped.is_set():
            return seq
        if picture.visibility.stage == LIVE and picture.visibility.level == 0:
            make_missing(store, studio, (id,))
    return changes[-1].seq if changes else seq
