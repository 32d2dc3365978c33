"""Pixels as they are meant to be seen: turned upright, in sRGB, eight bits a channel, RGB or RGBA."""

from io import BytesIO
from typing import Any, cast

from PIL import Image, ImageCms, ImageOps

_TURNED = range(5, 9)
_ORIENTATION = 0x0112
_WIDE = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
_TOPS = {"I": (65_535.0,), "F": (1.0, 255.0, 65_535.0)}
WHITE = (255, 255, 255)


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none."""
    value = image.getexif().get(_ORIENTATION, 1)
    return value if value in range(1, 9) else 1


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as they are seen."""
    width, height = image.size
    return (height, width) if orientation_of(image) in _TURNED else (width, height)


def drafted(image: Image.Image, width: int, height: int) -> None:
    """Let a JPEG be decoded smaller, to at least this size in both directions as it is seen."""
    turned = orientation_of(image) in _TURNED
    image.draft(None, (height, width) if turned else (width, height))


def seen(image: Image.Image) -> Image.Image:
    """The first frame decoded, upright and in sRGB, without anything that the file says besides.

    It may be the picture that was given, changed: a copy would double what is held of a large one.
    """
    profile: bytes | None = image.info.get("icc_profile")
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    converted = _srgb(_narrowed(image), profile)
    converted.info.clear()
    return converted


def flat(image: Image.Image) -> Image.Image:
    """The picture on white, for formats without transparency."""
    if image.mode != "RGBA":
        return image
    under = Image.new("RGB", image.size, WHITE)
    under.paste(image, mask=image.getchannel("A"))
    return under


def has_alpha(image: Image.Image) -> bool:
    return image.has_transparency_data


def _narrowed(image: Image.Image) -> Image.Image:
    """Sixteen bits and more brought to eight; Pillow would cut them off."""
    if image.mode not in _WIDE:
        return image
    wide = image if image.mode in {"I", "F"} else image.convert("I")
    high = float(cast("tuple[float, float]", wide.getextrema())[1])
    # A mode says how wide a channel is stored, its values how far it is used.
    top = next((top for top in _TOPS[image.mode[0]] if high <= top), _TOPS["I"][-1])
    return wide.convert("F").point(lambda value: value * (255.0 / top)).convert("L")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    alpha = image.convert("RGBA").getchannel("A") if image.mode != "RGB" and has_alpha(image) else None
    colours = _plain(image)
    converted = _by_profile(colours, profile) if profile else None
    rgb = converted or (colours if colours.mode == "RGB" else colours.convert("RGB"))
    if alpha is not None:
        rgb.putalpha(alpha)
    return rgb


def _plain(image: Image.Image) -> Image.Image:
    """Without palette and alpha, in a mode that a colour profile is for."""
    if image.mode in {"RGB", "L", "CMYK", "LAB"}:
        return image
    if image.mode == "LA":
        return image.convert("L")
    return image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture in sRGB by its own profile; None where the profile is of no use for it."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        target: Any = cast("Any", ImageCms).createProfile("sRGB")
        return ImageCms.profileToProfile(image, own, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
