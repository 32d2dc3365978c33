"""Requests of the IIIF Image API: what each asks of a picture, its canonical form, and what is refused."""

from io import BytesIO

import pytest
from PIL import Image

from media.formats import Format
from media.iiif import LARGEST, ImageRequest, NotAnImage, Offered, image_request
from media.limits import RENDERING
from media.metadata.notice import Notice
from media.profiles import Source, Tone
from media.rendering import render

WHOLE = Offered(Source(1000, 600), 1000, 600)
#: Four times as many pixels are there as are offered.
HALVED = Offered(Source(1600, 1200), 800, 600)


def asked(text: str, offered: Offered = WHOLE) -> ImageRequest:
    region, size, rotation, file = text.split("/")
    return image_request(offered, region, size, rotation, file)


@pytest.mark.parametrize(
    ("text", "box", "size", "canonical"),
    [
        ("full/max/0/default.jpg", (0, 0, 1000, 600), (1000, 600), "full/max/0/default.jpg"),
        ("square/max/0/color.png", (200, 0, 600, 600), (600, 600), "200,0,600,600/max/0/default.png"),
        ("900,500,400,400/max/0/gray.jpg", (900, 500, 100, 100), (100, 100), "900,500,100,100/max/0/gray.jpg"),
        ("pct:10,50,25.5,100/max/0/default.jpg", (100, 300, 255, 300), (255, 300), "100,300,255,300/max/0/default.jpg"),
        ("0,0,1000,600/500,/360/default.jpg", (0, 0, 1000, 600), (500, 300), "full/500,300/0/default.jpg"),
        ("full/,300/!90/default.jpg", (0, 0, 1000, 600), (500, 300), "full/500,300/!90/default.jpg"),
        ("full/pct:10/180.0/bitonal.png", (0, 0, 1000, 600), (100, 60), "full/100,60/180/bitonal.png"),
        ("full/200,200/0/default.webp", (0, 0, 1000, 600), (200, 200), "full/200,200/0/default.webp"),
        ("full/!200,200/0/default.jpg", (0, 0, 1000, 600), (200, 120), "full/200,120/0/default.jpg"),
        # The specification has it fit the region; some servers refuse it.
        ("full/!2000,3000/0/default.jpg", (0, 0, 1000, 600), (1000, 600), "full/max/0/default.jpg"),
        ("0,0,1000,1/pct:1/0/default.jpg", (0, 0, 1000, 1), (10, 1), "0,0,1000,1/10,1/0/default.jpg"),
    ],
)
def test_a_request_has_one_canonical_form(text, box, size, canonical):
    found = asked(text)

    assert (found.box, (found.width, found.height)) == (box, size)
    assert found.canonical == canonical
    assert asked(found.canonical) == found


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1000,0,10,10/max/0/default.jpg", 400),
        ("0,0,0,10/max/0/default.jpg", 400),
        ("pct:100,0,10,10/max/0/default.jpg", 400),
        ("-1,0,10,10/max/0/default.jpg", 400),
        ("1,2,3/max/0/default.jpg", 400),
        ("full/1001,/0/default.jpg", 400),
        ("full/,601/0/default.jpg", 400),
        ("full/0,/0/default.jpg", 400),
        ("full/0,10/0/default.jpg", 400),
        ("full/!0,10/0/default.jpg", 400),
        ("full/pct:0/0/default.jpg", 400),
        ("full/pct:101/0/default.jpg", 400),
        ("full/,/0/default.jpg", 400),
        ("full/!10,/0/default.jpg", 400),
        ("full/^max/0/default.jpg", 501),
        ("full/max/45/default.jpg", 501),
        ("full/max/361/default.jpg", 400),
        ("full/max/-90/default.jpg", 400),
        ("full/max/0/native.jpg", 400),
        ("full/max/0/default.tif", 501),
        ("full/max/0/default.exe", 400),
        ("full/max/0/default", 400),
        ("pct:1e5,0,1,1/max/0/default.jpg", 400),
        ("٣,0,10,10/max/0/default.jpg", 400),
    ],
)
def test_what_has_no_answer_is_refused_by_its_kind(text, status):
    with pytest.raises(NotAnImage) as refused:
        asked(text)

    assert refused.value.status == status


def test_no_answer_is_larger_than_is_given_at_once():
    large = Offered(Source(4961, 3000), 4961, 3000)

    assert asked("full/max/0/default.jpg", large).canonical == "full/max/0/default.jpg"
    assert (asked("full/max/0/default.jpg", large).width, asked("full/!4000,4000/0/default.jpg", large).width) == (
        LARGEST,
        LARGEST,
    )
    with pytest.raises(NotAnImage, match="Ask for tiles"):
        asked("full/1921,/0/default.jpg", large)
    assert large.factors == [1, 2, 4, 8, 16]
    assert large.sizes[-1] == (LARGEST, 1161)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("full/max/0/default.jpg", True),
        ("full/320,192/0/default.webp", True),
        ("full/321,193/0/default.jpg", False),
        ("full/320,192/90/default.jpg", False),
        ("full/320,192/0/gray.jpg", False),
        ("full/320,192/0/default.png", False),
        ("0,0,512,512/512,512/0/default.jpg", True),
        ("512,0,488,512/488,512/0/default.jpg", True),
        ("512,512,488,88/max/0/default.jpg", True),
        ("1,0,512,512/512,512/0/default.jpg", False),
        ("0,0,512,512/256,256/0/default.jpg", False),
    ],
)
def test_only_tiles_and_sizes_that_are_offered_are_kept(text, kept):
    assert asked(text).is_kept is kept


def quarters() -> bytes:
    """Red and green above, blue and white below."""
    image = Image.new("RGB", (1600, 1200))
    for at, colour in (((0, 0), "red"), ((800, 0), "lime"), ((0, 600), "blue"), ((800, 600), "white")):
        image.paste(colour, (*at, at[0] + 800, at[1] + 600))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def colours(text: str) -> list[tuple[int, int, int]]:
    """The colours in the four corners of an answer, from the left above, going round; rounded as JPEG does not."""
    found = asked(text, HALVED)
    [(size, data)] = render(quarters(), [found.plan], Notice(credit="Contoh"), RENDERING)
    with Image.open(BytesIO(data)) as image:
        assert image.size == size
        assert image.format == found.format
        picture = image.convert("RGB")
    right, below = picture.width - 3, picture.height - 3
    corners = [picture.getpixel(at) for at in ((2, 2), (right, 2), (right, below), (2, below))]
    return [tuple(255 if one > 127 else 0 for one in corner) for corner in corners]  # type: ignore[misc, union-attr]


RED, LIME, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "corners"),
    [
        ("full/400,/0/default.jpg", [RED, LIME, WHITE, BLUE]),
        ("full/400,/90/default.jpg", [BLUE, RED, LIME, WHITE]),
        ("full/400,/270/default.png", [LIME, WHITE, BLUE, RED]),
        ("full/400,/180/default.webp", [WHITE, BLUE, RED, LIME]),
        ("full/400,/!0/default.jpg", [LIME, RED, BLUE, WHITE]),
        ("full/400,/!90/default.png", [WHITE, LIME, RED, BLUE]),
        ("0,0,400,300/max/0/default.png", [RED, RED, RED, RED]),
        ("400,300,400,300/max/0/default.png", [WHITE, WHITE, WHITE, WHITE]),
        ("full/400,/0/gray.png", [BLACK, WHITE, WHITE, BLACK]),
    ],
)
def test_the_answer_shows_what_was_asked(text, corners):
    assert colours(text) == corners


def test_what_is_bitonal_is_black_and_white_alone():
    found = asked("full/400,/0/bitonal.png", HALVED)
    [(_, data)] = render(quarters(), [found.plan], Notice(), RENDERING)

    with Image.open(BytesIO(data)) as image:
        assert {value for _, value in image.convert("L").getcolors() or []} == {0, 255}
    assert (found.tone, found.format) == (Tone.BITONAL, Format.PNG)


def test_a_png_keeps_the_credit():
    [(_, data)] = render(
        quarters(), [asked("full/400,/0/default.png", HALVED).plan], Notice(credit="Foto: Ñandú"), RENDERING
    )

    with Image.open(BytesIO(data)) as image:
        image.load()
        assert "Foto: Ñandú" in image.info["XML:com.adobe.xmp"]
