"""Which renditions there are of a picture: their sizes, their cut and their formats, before anything is made."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from media.formats import Format

WIDTHS = (320, 480, 640, 960, 1280, 1600, 1920)
#: From the smallest files to those that everything reads.
FORMATS = (Format.AVIF, Format.WEBP, Format.JPEG)
EXTENSIONS: Mapping[Format, str] = {Format.JPEG: "jpg", Format.WEBP: "webp", Format.AVIF: "avif", Format.PNG: "png"}


class Tone(StrEnum):
    """What is left of a picture's colours, by IIIF's names."""

    COLOUR = "color"
    GRAY = "gray"
    BITONAL = "bitonal"


class RenditionProfile(StrEnum):
    """What a picture is wanted for: whole in several widths, cut about its focal point, in few bytes, or for print."""

    RESPONSIVE = "RESPONSIVE"
    SQUARE = "SQUARE"
    WIDE = "WIDE"
    PORTRAIT = "PORTRAIT"
    SOCIAL = "SOCIAL"
    STORY = "STORY"
    KB_20 = "KB_20"
    KB_5 = "KB_5"
    PRINT = "PRINT"

    @property
    def doc(self) -> str:
        """What it is, for whoever chooses."""
        return _DOCS[self]


_DOCS: Mapping[str, str] = {
    "RESPONSIVE": "The whole picture in several widths, for `srcset`.",
    "SQUARE": "A square about the focal point.",
    "WIDE": "16 to 9 about the focal point.",
    "PORTRAIT": "4 to 5 about the focal point.",
    "SOCIAL": "1200 by 630, as social networks preview a page.",
    "STORY": "1080 by 1920, as a story fills a telephone.",
    "KB_20": "The whole picture in at most 20,000 bytes.",
    "KB_5": "The whole picture in at most 5,000 bytes.",
    "PRINT": "The whole picture, large enough for print.",
}


@dataclass(frozen=True, slots=True)
class _Cut:
    """A rectangle of fixed proportions, in these widths and heights."""

    sizes: tuple[tuple[int, int], ...]
    formats: tuple[Format, ...] = FORMATS


_CUTS: Mapping[RenditionProfile, _Cut] = {
    RenditionProfile.SQUARE: _Cut(((320, 320), (640, 640), (1080, 1080))),
    RenditionProfile.WIDE: _Cut(((640, 360), (1280, 720), (1920, 1080))),
    RenditionProfile.PORTRAIT: _Cut(((320, 400), (640, 800), (1080, 1350))),
    # What social networks fetch has to be a format that all of them read.
    RenditionProfile.SOCIAL: _Cut(((1200, 630),), (Format.JPEG,)),
    RenditionProfile.STORY: _Cut(((1080, 1920),), (Format.JPEG,)),
}
_SMALL = (Format.WEBP, Format.JPEG)
_PRINT_EDGE = 4961  # The long edge of A3 at 300 dots an inch.
#: In bytes. The smaller one of each leaves room for a page around it within the same budget.
BUDGETS: Mapping[RenditionProfile, tuple[tuple[str, int], ...]] = {
    RenditionProfile.KB_20: (("kb16", 16_000), ("kb20", 20_000)),
    RenditionProfile.KB_5: (("kb2", 2_500), ("kb5", 5_000)),
}
#: The widest that a profile with a budget begins with; it gets smaller until it fits.
_BUDGET_WIDTH: Mapping[RenditionProfile, int] = {RenditionProfile.KB_20: 640, RenditionProfile.KB_5: 320}


@dataclass(frozen=True, slots=True)
class Plan:
    """One rendition that can be made. `box` is the part of the picture as it is seen: left, top, right, bottom.

    With a `budget` in bytes, width and height are the most it may have; what it gets is known once it is made. It is
    mirrored left to right, and then turned clockwise by some degrees, after it was scaled.
    """

    name: str
    format: Format
    width: int
    height: int
    box: tuple[float, float, float, float]
    budget: int | None = None
    mirrored: bool = False
    turned: int = 0
    tone: Tone = Tone.COLOUR

    @property
    def file(self) -> str:
        return f"{self.name}.{EXTENSIONS[self.format]}"


@dataclass(frozen=True, slots=True)
class Source:
    """The picture as it is seen, in pixels, with its focal point, 0 to 1 from the left and from the top."""

    width: int
    height: int
    focal_x: float = 0.5
    focal_y: float = 0.5


@lru_cache(maxsize=1024)
def plans(source: Source, profile: RenditionProfile) -> Sequence[Plan]:
    """Every rendition of a profile, by format from the best, narrow before wide. None is larger than the picture."""
    return tuple(_plans(source, profile))


def plan_of(source: Source, file: str) -> tuple[RenditionProfile, Plan] | None:
    """The rendition that is kept in a file of this name."""
    for profile in RenditionProfile:
        for plan in _plans(source, profile):
            if plan.file == file:
                return profile, plan
    return None


def _plans(source: Source, profile: RenditionProfile) -> Iterator[Plan]:
    whole = (0.0, 0.0, float(source.width), float(source.height))
    if profile in _CUTS:
        yield from _cuts(source, profile, _CUTS[profile])
    elif profile in BUDGETS:
        width = min(_BUDGET_WIDTH[profile], source.width)
        for format in _SMALL:
            for name, budget in BUDGETS[profile]:
                yield Plan(name, format, width, _scaled(source, width), whole, budget)
    elif profile is RenditionProfile.PRINT:
        scale = min(1.0, _PRINT_EDGE / max(source.width, source.height))
        yield Plan("print", Format.JPEG, round(source.width * scale) or 1, round(source.height * scale) or 1, whole)
    else:
        widest = min(source.width, WIDTHS[-1])
        for format in FORMATS:
            for width in (*(one for one in WIDTHS if one < widest), widest):
                yield Plan(f"w{width}", format, width, _scaled(source, width), whole)


def _scaled(source: Source, width: int) -> int:
    return max(1, round(source.height * width / source.width))


def _cuts(source: Source, profile: RenditionProfile, cut: _Cut) -> Iterator[Plan]:
    first = cut.sizes[0]
    box = focal_box(source, first[0] / first[1])
    # Never larger than what is there: a small picture has one rendition of its own size.
    fitting = [size for size in cut.sizes if size[0] <= box[2] - box[0] and size[1] <= box[3] - box[1]]
    sizes = fitting or [(max(1, math.floor(box[2] - box[0])), max(1, math.floor(box[3] - box[1])))]
    for format in cut.formats:
        for width, height in sizes:
            yield Plan(f"{profile.lower()}{width}", format, width, height, box)


def focal_box(source: Source, ratio: float) -> tuple[float, float, float, float]:
    """The largest part with these proportions, width through height, whose middle is nearest to the focal point."""
    width = min(float(source.width), source.height * ratio)
    height = min(float(source.height), source.width / ratio)
    left = min(max(source.focal_x * source.width - width / 2, 0.0), source.width - width)
    top = min(max(source.focal_y * source.height - height / 2, 0.0), source.height - height)
    return left, top, left + width, top + height
