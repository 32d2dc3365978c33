"""Image requests of the IIIF Image API 3.0, level 2 with mirroring: https://iiif.io/api/image/3.0/.

A request names a part of the picture, the size of that part, its rotation, its quality and a format. Every request has
one canonical form; only tiles and the sizes that an `info.json` offers are worth keeping.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from media.formats import Format
from media.profiles import EXTENSIONS, WIDTHS, Plan, Source, Tone

TILE = 512
#: No answer is wider or higher.
LARGEST = WIDTHS[-1]
_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_INT = r"([0-9]{1,9})"
_PIXELS = re.compile(f"{_INT},{_INT},{_INT},{_INT}")
_PERCENTS = re.compile(f"pct:{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}")
_PERCENT = re.compile(f"pct:{_NUMBER}")
_SIZE = re.compile(f"(!?){_INT}?,{_INT}?")
_ROTATION = re.compile(f"(!?){_NUMBER}")
_FORMATS = {EXTENSIONS[one]: one for one in (Format.JPEG, Format.PNG, Format.WEBP)}
_OTHERS = {"tif", "gif", "jp2", "pdf"}
_WHOLE_TURN, _QUARTER, _ALL = 360, 90, 100.0
_BAD, _UNSUPPORTED = 400, 501


class NotAnImage(Exception):
    """A request that has no answer; `status` is 400 where it is wrong and 501 where it asks for what is not offered."""

    def __init__(self, told: str, status: int = _BAD) -> None:
        self.status = status
        super().__init__(told)


@dataclass(frozen=True, slots=True)
class Offered:
    """A picture as it is offered: no larger than its rights give it to everybody. `source` is what there is of it."""

    source: Source
    width: int
    height: int

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """The sizes of the whole that are kept, the smallest first."""
        widest = self.fit(self.width, self.height)[0]
        widths = (*(one for one in WIDTHS if one < widest), widest)
        found = ((one, _along(self.height, one, self.width)) for one in widths)
        return [(width, height) for width, height in found if height <= LARGEST]

    @property
    def factors(self) -> list[int]:
        """By how much tiles are scaled down, until one shows the whole."""
        found = [1]
        while max(self.width, self.height) > TILE * found[-1]:
            found.append(found[-1] * 2)
        return found

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """The size of a part, as large as may be."""
        scale = min(1.0, LARGEST / width, LARGEST / height)
        return max(1, round(width * scale)), max(1, round(height * scale))


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What is asked of a picture that is offered; `box` is left, top, width and height in its pixels."""

    offered: Offered
    box: tuple[int, int, int, int]
    width: int
    height: int
    mirrored: bool
    turned: int
    tone: Tone
    format: Format

    @property
    def canonical(self) -> str:
        """The path after the picture's address by which everybody asks for the same."""
        region = "full" if self._is_whole else ",".join(map(str, self.box))
        largest = (self.width, self.height) == self.offered.fit(*self.box[2:])
        size = "max" if largest else f"{self.width},{self.height}"
        quality = "default" if self.tone is Tone.COLOUR else self.tone
        return f"{region}/{size}/{'!' if self.mirrored else ''}{self.turned}/{quality}.{EXTENSIONS[self.format]}"

    @property
    def plan(self) -> Plan:
        """How it is made of the picture's own pixels."""
        across, down = self.offered.source.width / self.offered.width, self.offered.source.height / self.offered.height
        left, top, width, height = self.box
        name = f"iiif-{sha256(f'{self.offered.width} {self.canonical}'.encode()).hexdigest()[:16]}"
        box = (left * across, top * down, (left + width) * across, (top + height) * down)
        return Plan(name, self.format, self.width, self.height, box, None, self.mirrored, self.turned, self.tone)

    @property
    def is_kept(self) -> bool:
        """Whether it is a tile or a size that viewers ask for again and again."""
        plain = not self.mirrored and not self.turned and self.tone is Tone.COLOUR and self.format is not Format.PNG
        if self._is_whole:
            return plain and (self.width, self.height) in self.offered.sizes
        return plain and any(self._is_tile(factor) for factor in self.offered.factors)

    @property
    def _is_whole(self) -> bool:
        return self.box == (0, 0, self.offered.width, self.offered.height)

    def _is_tile(self, factor: int) -> bool:
        left, top, width, height = self.box
        side = TILE * factor
        whole = min(side, self.offered.width - left), min(side, self.offered.height - top)
        return (
            left % side == top % side == 0
            and (width, height) == whole
            and (self.width, self.height) == (-(-width // factor), -(-height // factor))
        )


def image_request(offered: Offered, region: str, size: str, rotation: str, file: str) -> ImageRequest:
    """A request from the four parts of its path; raises NotAnImage."""
    box = _region(offered, region)
    width, height = _size(offered, box, size)
    mirrored, turned = _turn(rotation)
    name, _, extension = file.rpartition(".")
    if extension not in _FORMATS:
        known = extension in _OTHERS
        raise NotAnImage(
            f'"{extension[:20]}" is not offered. Ask for jpg, png or webp.', _UNSUPPORTED if known else _BAD
        )
    tones = {"default": Tone.COLOUR} | {tone.value: tone for tone in Tone}
    if name not in tones:
        raise NotAnImage(f'"{name[:20]}" is no quality. Ask for {", ".join(tones)}.')
    return ImageRequest(offered, box, width, height, mirrored, turned, tones[name], _FORMATS[extension])


def _region(offered: Offered, text: str) -> tuple[int, int, int, int]:
    width, height = offered.width, offered.height
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    if found := _PIXELS.fullmatch(text):
        left, top, wide, high = (int(one) for one in found.groups())
    elif found := _PERCENTS.fullmatch(text):
        parts = (float(one) for one in found.groups())
        left, top, wide, high = (
            round(of * one / _ALL) for of, one in zip((width, height, width, height), parts, strict=True)
        )
    else:
        raise NotAnImage(f'"{text[:60]}" is no region. Write full, square, x,y,w,h or pct:x,y,w,h.')
    wide, high = min(wide, width - left), min(high, height - top)
    if wide <= 0 or high <= 0:
        raise NotAnImage(f"The region has nothing of the picture, which is {width} by {height}.")
    return left, top, wide, high


def _size(offered: Offered, box: tuple[int, int, int, int], text: str) -> tuple[int, int]:
    _, _, across, down = box
    if text.startswith("^"):
        raise NotAnImage("Pictures are not scaled up here. Leave the ^ out.", _UNSUPPORTED)
    if text == "max":
        return offered.fit(across, down)
    width, height = _scaled(text, across, down)
    if width < 1 or height < 1:
        raise NotAnImage("The size has no pixels.")
    if width > across or height > down:
        raise NotAnImage(f"The region is {across} by {down}, and pictures are not scaled up here.")
    if max(width, height) > LARGEST:
        raise NotAnImage(f"At most {LARGEST} by {LARGEST} pixels are given at once. Ask for tiles.")
    return width, height


def _scaled(text: str, across: int, down: int) -> tuple[int, int]:
    if found := _PERCENT.fullmatch(text):
        share = float(found[1]) / _ALL
        return _least(across * share, share), _least(down * share, share)
    found = _SIZE.fullmatch(text)
    if found is None or not (found[2] or found[3]) or (found[1] and not (found[2] and found[3])):
        raise NotAnImage(f'"{text[:60]}" is no size. Write max, w, or ,h or pct:n or w,h or !w,h.')
    width, height = int(found[2] or 0), int(found[3] or 0)
    if found[1]:
        # What the specification says, where some servers refuse: it may not become larger than the region.
        scale = min(1.0, width / across, height / down, LARGEST / across, LARGEST / down)
        return _least(across * scale, scale), _least(down * scale, scale)
    if not found[3]:
        return width, _along(down, width, across)
    if not found[2]:
        return _along(across, height, down), height
    return width, height


def _least(pixels: float, scale: float) -> int:
    """Nothing is scaled away but by zero."""
    return max(1, round(pixels)) if scale else 0


def _along(other: int, one: int, of: int) -> int:
    return max(1, round(other * one / of)) if one else 0


def _turn(text: str) -> tuple[bool, int]:
    found = _ROTATION.fullmatch(text)
    if found is None or float(found[2]) > _WHOLE_TURN:
        raise NotAnImage(f'"{text[:20]}" is no rotation. Write 0, 90, 180 or 270, after a ! where it is mirrored.')
    degrees = float(found[2])
    if degrees % _QUARTER:
        raise NotAnImage("Pictures are turned by whole quarters here.", _UNSUPPORTED)
    return bool(found[1]), int(degrees) % _WHOLE_TURN
