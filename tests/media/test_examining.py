"""What is found in a picture, by the process that may be killed."""

import pytest
from PIL import Image, ImageCms

from media import jail
from media.duplicates import near
from media.examined import Examined
from media.examining import examine
from media.limits import Limits
from tests.media.drawing import FORMATS, draw, encode, file_of


def found(data: bytes) -> Examined:
    return examine(data, Limits())


def apart(one: bytes, other: bytes) -> int:
    prints = [found(data).fingerprint for data in (one, other)]
    return (int(prints[0], 16) ^ int(prints[1], 16)).bit_count()


def test_a_picture_is_examined_in_a_process_of_its_own():
    data = encode(draw())
    with file_of(data) as file:
        assert jail.examine(file, Limits()) == found(data)


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_is_known_by_its_bytes_in_each_of_the_six_formats(format):
    examined = found(encode(draw(), format))

    assert (examined.format, examined.width, examined.height, examined.frames) == (format, 240, 160, 1)
    assert examined.placeholder.startswith("data:image/webp;base64,")
    assert len(examined.placeholder) < 400


def test_a_picture_that_lies_on_its_side_is_measured_as_it_is_seen():
    exif = Image.Exif()
    exif[0x0112] = 6
    examined = found(encode(draw(), exif=exif))

    assert (examined.width, examined.height, examined.orientation) == (160, 240, 6)


def test_an_upright_picture_and_one_turned_by_its_orientation_are_near_duplicates():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = draw().transpose(Image.Transpose.ROTATE_90)

    assert apart(encode(draw(), quality=95), encode(turned, exif=exif, quality=95)) <= 2


@pytest.mark.parametrize(
    ("mode", "format", "colour"),
    [("RGB", "PNG", "RGB"), ("L", "PNG", "GREY"), ("P", "GIF", "PALETTE"), ("CMYK", "JPEG", "CMYK")],
)
def test_the_colour_is_told(mode, format, colour):
    assert found(encode(draw(mode=mode), format)).colour == colour


def test_transparency_and_the_colour_profile_are_told():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    examined = found(encode(draw(mode="RGBA"), "PNG", icc_profile=profile.tobytes()))

    assert examined.alpha is True
    assert examined.profile == "sRGB built-in"


def test_frames_are_counted_without_being_decoded():
    frames = [draw(20, 20).rotate(at * 10) for at in range(7)]

    for format in ("GIF", "WEBP", "AVIF", "TIFF"):
        assert found(encode(frames[0], format, save_all=True, append_images=frames[1:])).frames == 7


def test_sixteen_bits_are_brought_to_eight_and_not_cut_off():
    wide = draw(mode="L").convert("I").point(lambda value: value * 257).convert("I;16")

    assert apart(encode(wide, "PNG"), encode(draw(mode="L"), "PNG")) == 0


@pytest.mark.parametrize(
    "copy",
    [
        encode(draw().resize((120, 80))),
        encode(draw(), quality=50),
        encode(draw(), "WEBP", quality=60),
        encode(draw().convert("L")),
        encode(draw().crop((6, 4, 234, 156))),
    ],
    ids=["smaller", "poorer", "webp", "grey", "cropped"],
)
def test_a_copy_is_a_near_duplicate(copy):
    assert apart(encode(draw()), copy) <= 10


def test_near_duplicates_are_told_nearest_first_and_others_are_not():
    others = {"media:far": "ffffffffffffffff", "media:same": "0" * 16, "media:close": "0" * 15 + "7"}

    assert near("0" * 16, others) == [("media:same", 0), ("media:close", 3)]
    assert near("0" * 16, {}) == []
