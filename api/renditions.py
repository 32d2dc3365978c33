"""Renditions of a Media where others put them into pages: by what they are wanted for, with their addresses.

For whoever builds a page: `sources(store, viewer, ids, profile, base)` answers by id with what stands in a `picture`
element, best format first; its last source is JPEG and serves `img`. It asks the store three or four times, however
many ids there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from api.clearance import Clearance, clearances
from api.pictures import Picture, Rendition, read_made, read_pictures, renditions, srcset
from api.signed import Signer, signer_of
from graph.asking import Asking, Computed, said
from graph.store.port import GraphStore
from graph.store.select import Viewer
from media.profiles import FORMATS, RenditionProfile

Sign: TypeAlias = Callable[[str], str]

_MOST = 24


@dataclass(frozen=True, slots=True)
class RenditionFile:
    """A rendition of a picture: one file."""

    url: str = said("Its address.")
    width: int = said("Its width in pixels.")
    height: int = said("Its height in pixels.")
    bytes: int | None = said("Its size in bytes; null until it was made, which it is when it is first fetched.")


@dataclass(frozen=True, slots=True)
class RenditionSource:
    """Renditions of a picture in one format, as a `source` element wants them."""

    media_type: str = said("The format, as image/avif, image/webp or image/jpeg.")
    srcset: str = said("All of them with their widths, for `srcset`.")
    files: tuple[RenditionFile, ...] = said("Each of them, narrow before wide.")


@dataclass(frozen=True, slots=True)
class RenditionsGiven:
    """What the picture is wanted for."""

    profile: RenditionProfile = said("What the picture is wanted for.", RenditionProfile.RESPONSIVE)


def sources(
    store: GraphStore, viewer: Viewer, ids: Iterable[str], profile: RenditionProfile, base: str = ""
) -> dict[str, tuple[RenditionSource, ...]]:
    """What the viewer may be given of each Media, best format first; what it does not see or may not have is left out.

    `base` is the installation's public address, for pages elsewhere. Addresses of what not everybody may fetch are
    signed for this viewer and run out after an hour.
    """
    pictures = [one for one in read_pictures(store, ids).values() if one.visibility.seen_by(viewer)]
    cleared = clearances(store, viewer, (one.id for one in pictures), profile)
    given = [one for one in pictures if one.id in cleared and cleared[one.id].allowed]
    made, sign = read_made(store, given), _signing(store, viewer)
    return {
        one.id: tuple(
            _sources(
                renditions(one, profile, made.get(one.recipe, {})),
                base,
                None if _is_open(one, cleared[one.id], viewer) else sign,
            )
        )
        for one in given
    }


def _is_open(picture: Picture, cleared: Clearance, viewer: Viewer) -> bool:
    """Whether whoever has the address may fetch it: the public's own, and what everybody sees and may have."""
    if viewer.live == 0 and viewer.draft < 0:
        return True
    return cleared.everywhere and picture.visibility.seen_by(replace(viewer, live=0, draft=-1, retired=-1))


def _signing(store: GraphStore, viewer: Viewer) -> Sign:
    """Signs paths for a viewer; the secret is asked for when something is to be signed."""
    signer: list[Signer] = []

    def sign(path: str) -> str:
        if not signer:
            signer.append(signer_of(store))
        return signer[0].query(path, viewer)

    return sign


def _sources(found: Sequence[Rendition], base: str, sign: Sign | None) -> Iterator[RenditionSource]:
    for format in FORMATS:
        of = [one for one in found if one.plan.format is format]
        files = tuple(
            RenditionFile(base + one.path + (sign(one.path) if sign else ""), one.width, one.height, one.bytes)
            for one in of
        )
        if files:
            yield RenditionSource(format.mime, srcset((one.url, one.width) for one in files), files)


def ask_renditions(
    asking: Asking, given: RenditionsGiven, ids: Sequence[str]
) -> Mapping[str, tuple[RenditionSource, ...]]:
    """The renditions of a page of Media."""
    asking.statements += 3
    return sources(asking.store, asking.viewer, ids, given.profile, asking.surroundings.public_url or "")


RENDITIONS = Computed(
    "Media",
    "renditions",
    "Its renditions for a purpose, by format, the smallest files first. There are none where its bytes are not here, "
    "or where its rights do not allow it.",
    RenditionsGiven,
    tuple[RenditionSource, ...],
    ask_renditions,
    lambda _given: _MOST,
)
