"""Renditions made in a child process: decoded once, cut, scaled and encoded, with our own notice and nothing else."""

import math
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, cast

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from media.formats import Format
from media.limits import Limits
from media.metadata.notice import Notice
from media.metadata.writing import exif_of, xmp_of
from media.opening import opened
from media.pixels import drafted, flat, seen, upright_size
from media.profiles import Plan, Tone

#: How much larger than the largest rendition a JPEG is decoded at least; less shows as aliasing.
_MARGIN = 1.4
_GAP = 3.0
_PRINT = "print"
_OPTIONS: Mapping[Format, dict[str, Any]] = {
    Format.JPEG: {"quality": 80, "progressive": True, "optimize": True},
    Format.WEBP: {"quality": 80, "method": 4},
    # More threads write other bytes.
    Format.AVIF: {"quality": 60, "speed": 6, "max_threads": 1},
    Format.PNG: {"compress_level": 6},
}
#: Pillow turns the other way.
_CLOCKWISE = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_PRINT_OPTIONS = {"quality": 92, "subsampling": "4:4:4", "optimize": True}
#: Qualities that are tried for a budget, and by how much the picture shrinks where none fits.
_QUALITIES, _SHRINK, _LEAST_WIDTH = (80, 70, 60, 50, 42, 35), 0.8, 48


def render(data: bytes, made: Sequence[Plan], notice: Notice, limits: Limits) -> list[tuple[tuple[int, int], bytes]]:
    """Each rendition's size and bytes, in the order of the plans; raises Refused."""
    with opened(data, limits) as (image, _):
        width, height = upright_size(image)
        scale = min(1.0, _MARGIN * max(plan.width / (plan.box[2] - plan.box[0]) for plan in made))
        drafted(image, math.ceil(width * scale), math.ceil(height * scale))
        picture = seen(image)
        shrunk = picture.width / width, picture.height / height
        scaled: dict[tuple[object, ...], Image.Image] = {}
        found: list[tuple[tuple[int, int], bytes]] = []
        for plan in made:
            # The formats of one size share its pixels.
            key = (plan.box, plan.width, plan.height)
            if key not in scaled:
                scaled[key] = _scaled(picture, plan, shrunk)
            found.append(_within(scaled[key], plan, notice) if plan.budget else _whole(scaled[key], plan, notice))
        return found


def rendered(data: bytes, job: Mapping[str, Any], limits: Limits) -> tuple[list[tuple[int, int]], list[bytes]]:
    """The same from and for another process."""
    given: list[dict[str, Any]] = job["plans"]
    plans = [Plan(**cast("Any", {**plan, **_typed(plan)})) for plan in given]
    told: dict[str, Any] = job["notice"]
    notice = Notice(**cast("Any", {**told, "creators": tuple(told["creators"])}))
    found = render(data, plans, notice, limits)
    return [size for size, _ in found], [made for _, made in found]


def _typed(plan: Mapping[str, Any]) -> dict[str, object]:
    """What JSON has told as text and as a list."""
    return {"format": Format(plan["format"]), "box": tuple(plan["box"]), "tone": Tone(plan["tone"])}


def _scaled(picture: Image.Image, plan: Plan, shrunk: tuple[float, float]) -> Image.Image:
    left, top, right, bottom = plan.box
    across, down = shrunk
    box = (left * across, top * down, min(right * across, picture.width), min(bottom * down, picture.height))
    return picture.resize((plan.width, plan.height), Image.Resampling.LANCZOS, box=box, reducing_gap=_GAP)


def _whole(image: Image.Image, plan: Plan, notice: Notice) -> tuple[tuple[int, int], bytes]:
    options = _PRINT_OPTIONS if plan.name == _PRINT else _OPTIONS[plan.format]
    changed = _toned(_turned(image, plan), plan.tone)
    return changed.size, _encoded(changed, plan.format, options, notice)


def _turned(image: Image.Image, plan: Plan) -> Image.Image:
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if plan.mirrored else image
    return mirrored.transpose(_CLOCKWISE[plan.turned]) if plan.turned else mirrored


def _toned(image: Image.Image, tone: Tone) -> Image.Image:
    if tone is Tone.COLOUR:
        return image
    gray = flat(image).convert("L")
    return gray if tone is Tone.GRAY else gray.convert("1").convert("L")


def _within(image: Image.Image, plan: Plan, notice: Notice) -> tuple[tuple[int, int], bytes]:
    """The best that a budget holds: the largest picture at the best quality that fits."""
    budget = plan.budget or 0
    short = notice.brief(budget)
    smaller = image
    while True:
        for quality in _QUALITIES:
            data = _encoded(smaller, plan.format, {**_OPTIONS[plan.format], "quality": quality}, short)
            if len(data) <= budget:
                return smaller.size, data
        width = max(_LEAST_WIDTH, round(smaller.width * _SHRINK))
        if width >= smaller.width:
            # Smaller than this is no picture; then the notice gives way.
            return smaller.size, _encoded(smaller, plan.format, {**_OPTIONS[plan.format], "quality": 30}, Notice())
        height = max(1, round(smaller.height * width / smaller.width))
        smaller = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=_GAP)


def _encoded(image: Image.Image, format: Format, options: Mapping[str, Any], notice: Notice) -> bytes:
    out = BytesIO()
    picture = flat(image) if format is Format.JPEG else image
    if format is Format.PNG:
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", xmp_of(notice).decode())
        options = {**options, "pnginfo": text}
    picture.save(out, format, exif=exif_of(notice), xmp=xmp_of(notice), **options)
    return out.getvalue()
