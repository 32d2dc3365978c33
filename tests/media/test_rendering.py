"""Renditions: their sizes, their cut, their pixels, and what they carry with them."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from media import jail
from media.examining import examine
from media.formats import Format
from media.limits import RENDERING, Limits
from media.metadata.notice import Notice
from media.profiles import RenditionProfile, Source, focal_box, plan_of, plans
from media.rendering import render
from tests.media.drawing import draw, encode, file_of

NOTICE = Notice(
    id="media:hill",
    creators=("Siti Ñusta",),
    credit="견본 Contoh",
    copyright="© 2026 Contoh",
    licence="https://creativecommons.org/licenses/by/4.0/",
    alt={"en": "A hill under the sun.", "ko": "해 아래 언덕", "ar": "تل تحت الشمس"},
)


def picture(data: bytes) -> Any:
    return Image.open(BytesIO(data))


def size(data: bytes) -> tuple[int, int]:
    found: tuple[int, int] = picture(data).size
    return found


def made(data: bytes, source: Source, profile: RenditionProfile, format: Format = Format.JPEG) -> dict[str, bytes]:
    wanted = [plan for plan in plans(source, profile) if plan.format is format]
    found = render(data, wanted, NOTICE, Limits())
    return {plan.file: part for plan, (_, part) in zip(wanted, found, strict=True)}


def test_the_ladder_goes_to_the_widest_that_the_picture_has():
    names = [plan.file for plan in plans(Source(1000, 500), RenditionProfile.RESPONSIVE)]

    assert names[:5] == ["w320.avif", "w480.avif", "w640.avif", "w960.avif", "w1000.avif"]
    assert names[5:10] == ["w320.webp", "w480.webp", "w640.webp", "w960.webp", "w1000.webp"]
    assert [plan.file for plan in plans(Source(100, 50), RenditionProfile.RESPONSIVE)] == [
        "w100.avif",
        "w100.webp",
        "w100.jpg",
    ]
    assert [plan.width for plan in plans(Source(9000, 10), RenditionProfile.RESPONSIVE)][-1] == 1920


def test_every_file_of_every_profile_is_found_again_by_its_name():
    source = Source(3000, 2000, 0.2, 0.9)
    for profile in RenditionProfile:
        for plan in plans(source, profile):
            assert plan_of(source, plan.file) == (profile, plan)
    assert plan_of(source, "w321.jpg") is None


@pytest.mark.parametrize(
    ("focal", "box"),
    [
        ((0.5, 0.5), (50, 0, 150, 100)),
        ((0.0, 0.5), (0, 0, 100, 100)),
        ((0.9, 0.1), (100, 0, 200, 100)),
        ((0.35, 0.5), (20, 0, 120, 100)),
    ],
)
def test_a_cut_lies_about_the_focal_point_and_within_the_picture(focal, box):
    assert focal_box(Source(200, 100, *focal), 1.0) == pytest.approx(box)


def test_nothing_is_made_larger_than_it_is():
    for profile in RenditionProfile:
        for plan in plans(Source(300, 200), profile):
            assert plan.width <= 300
            assert plan.height <= 200


@pytest.mark.parametrize("profile", [RenditionProfile.SOCIAL, RenditionProfile.STORY, RenditionProfile.SQUARE])
def test_a_cut_has_the_size_that_it_promises(profile):
    source = Source(1200, 1920)
    for plan in plans(source, profile):
        if plan.format is Format.JPEG:
            (_, part) = render(encode(draw(1200, 1920)), [plan], NOTICE, Limits())[0]
            assert size(part) == (plan.width, plan.height)


def test_what_lies_at_the_focal_point_is_in_the_cut():
    # The left edge of the drawing is red.
    (plan,) = plans(Source(2400, 1600, 0.0, 0.5), RenditionProfile.STORY)
    (_, part) = render(encode(draw(2400, 1600)), [plan], NOTICE, Limits())[0]
    red, green, _ = picture(part).convert("RGB").getpixel((5, 900))

    assert red > 150
    assert green < 60


@pytest.mark.parametrize(("profile", "budget"), [(RenditionProfile.KB_20, 20_000), (RenditionProfile.KB_5, 5_000)])
def test_a_budget_is_kept_even_for_noise(profile, budget):
    noise = Image.effect_noise((800, 600), 120).convert("RGB")
    for format in (Format.JPEG, Format.WEBP):
        for part in made(encode(noise, quality=95), Source(800, 600), profile, format).values():
            said = examine(part, Limits()).said["values"]
            assert 0 < len(part) <= budget
            assert said["credit"] == "견본 Contoh"
            assert said["alt"]["en"] == NOTICE.alt["en"]


def test_alternative_texts_take_an_eighth_of_a_budget_and_the_first_languages_stay():
    brief = replace(NOTICE, alt={"id": "Bukit", "en": "A hill", "ko": "언덕" * 100}).brief(5_000)

    assert (brief.credit, brief.copyright) == (NOTICE.credit, NOTICE.copyright)
    assert brief.alt == {"id": "Bukit", "en": "A hill"}
    assert NOTICE.brief(400).alt == {}


@pytest.mark.parametrize("format", [plan.format for plan in plans(Source(10, 10), RenditionProfile.RESPONSIVE)])
def test_a_rendition_carries_our_notice_and_nothing_of_the_original(format):
    exif = Image.Exif()
    exif[0x010E], exif[0x0131] = "secret place", "SecretCamera"
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 12.0, 36.0), 3: "E", 4: (106.0, 49.0, 12.0)})
    secret = encode(draw(400, 300), exif=exif, comment=b"secret comment", xmp=b"<x>secret</x>")
    (part,) = [
        part
        for name, part in made(secret, Source(400, 300), RenditionProfile.RESPONSIVE, format).items()
        if "320" in name
    ]
    said = examine(part, Limits()).said

    assert b"ecret" not in part
    assert said["position"] is None
    assert said["values"] == {
        "alt": {"x-default": "A hill under the sun.", **NOTICE.alt},
        "creators": ["Siti Ñusta"],
        "credit": "견본 Contoh",
        "copyright": {"x-default": "© 2026 Contoh"},
        "licence": "https://creativecommons.org/licenses/by/4.0/",
    }


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_however_it_was_held(orientation):
    upright = draw(300, 200)
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = upright.transpose(turned[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    part = made(encode(held, quality=95, exif=exif), Source(300, 200), RenditionProfile.RESPONSIVE)["w300.jpg"]

    difference = ImageChops.difference(picture(part).convert("RGB"), upright)
    assert size(part) == (300, 200)
    assert max(ImageStat.Stat(difference).mean) < 6


def test_a_colour_profile_is_turned_into_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    red: Any = Image.new("RGB", (64, 64), (200, 30, 30))
    lab: Any = ImageCms.profileToProfile(red, ImageCms.createProfile("sRGB"), profile, outputMode="LAB")
    data = encode(lab, "TIFF", icc_profile=profile.tobytes())
    part = made(data, Source(64, 64), RenditionProfile.RESPONSIVE)["w64.jpg"]
    red, green, blue = picture(part).convert("RGB").getpixel((32, 32))

    assert (abs(red - 200) < 8, abs(green - 30) < 12, abs(blue - 30) < 12) == (True, True, True)
    assert "icc_profile" not in picture(part).info


def test_transparency_stays_where_the_format_has_it_and_is_white_where_not():
    clear = Image.new("RGBA", (64, 64), (200, 30, 30, 0))
    data = encode(clear, "PNG")

    jpeg = picture(made(data, Source(64, 64), RenditionProfile.RESPONSIVE)["w64.jpg"])
    webp = picture(made(data, Source(64, 64), RenditionProfile.RESPONSIVE, Format.WEBP)["w64.webp"])
    assert jpeg.getpixel((32, 32)) == (255, 255, 255)
    assert webp.getpixel((32, 32))[3] == 0


def test_a_large_jpeg_is_decoded_smaller_and_looks_the_same():
    image = draw(2000, 1400)
    part = made(encode(image, quality=95), Source(2000, 1400), RenditionProfile.RESPONSIVE)["w640.jpg"]
    whole = image.resize((640, 448), Image.Resampling.LANCZOS)

    difference = ImageChops.difference(picture(part).convert("RGB"), whole)
    assert max(ImageStat.Stat(difference).mean) < 2


def test_the_same_picture_gives_the_same_bytes():
    data = encode(draw(1000, 700))
    for format in (Format.JPEG, Format.WEBP):
        first = made(data, Source(1000, 700), RenditionProfile.RESPONSIVE, format)
        assert first == made(data, Source(1000, 700), RenditionProfile.RESPONSIVE, format)


def test_renditions_come_out_of_the_process_as_they_were_made():
    data, wanted = encode(draw(400, 300)), list(plans(Source(400, 300), RenditionProfile.SQUARE))
    with file_of(data) as file:
        found = jail.render(file, wanted, NOTICE, RENDERING)

    assert [one for one, _ in found] == [(plan.width, plan.height) for plan in wanted]
    assert found == render(data, wanted, NOTICE, RENDERING)
