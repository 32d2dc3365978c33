"""The pictures of the demonstration, drawn by rule: `python -m tests.media.demonstration FOLDER` draws them anew.

They are our own and nobody's photograph. Flat colours without loss keep each of them small.
"""

import math
import sys
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

WIDE, TALL = (1600, 1066), (1066, 1600)
#: Drawn so much larger and made smaller, which smooths the edges.
_TIMES = 2
_COLOURS = 40

Point = tuple[float, float]
Colour = str


class Sheet:
    """A sheet to draw on, measured in pixels of the finished picture."""

    def __init__(self, size: tuple[int, int], ground: Colour) -> None:
        self.width, self.height = size
        self.image = Image.new("RGB", (size[0] * _TIMES, size[1] * _TIMES), ground)
        self._pen = ImageDraw.Draw(self.image)

    def shape(self, points: Iterable[Point], colour: Colour) -> None:
        self._pen.polygon([(x * _TIMES, y * _TIMES) for x, y in points], fill=colour)

    def line(self, points: Iterable[Point], colour: Colour, width: float) -> None:
        self._pen.line(
            [(x * _TIMES, y * _TIMES) for x, y in points], fill=colour, width=round(width * _TIMES), joint="curve"
        )

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        box = ((x - radius) * _TIMES, (y - radius) * _TIMES, (x + radius) * _TIMES, (y + radius) * _TIMES)
        self._pen.ellipse(box, fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def bands(self, colours: list[Colour], top: float = 0, bottom: float | None = None) -> None:
        """Bands of colour from top to bottom."""
        end = self.height if bottom is None else bottom
        step = (end - top) / len(colours)
        for at, colour in enumerate(colours):
            self.box(0, top + at * step, self.width, top + (at + 1) * step + 1, colour)

    def save(self, path: Path) -> None:
        small = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        few = small.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
        few.save(path, "WEBP", lossless=True, quality=100, method=6)


def turned(points: Iterable[Point], x: float, y: float, angle: float) -> list[Point]:
    """Points about the origin, turned and moved to a place."""
    sine, cosine = math.sin(angle), math.cos(angle)
    return [(x + a * cosine - b * sine, y + a * sine + b * cosine) for a, b in points]


def petal(length: float, width: float, steps: int = 24) -> list[Point]:
    """A leaf from the origin along the first axis."""
    along = [at / steps for at in range(steps + 1)]
    upper = [(length * t, width * math.sin(math.pi * t)) for t in along]
    return upper + [(x, -y) for x, y in reversed(upper)]


def wave(sheet: Sheet, level: float, height: float, length: float, shift: float, colour: Colour) -> None:
    """Water, or a hill, from a wavy line down to the bottom."""
    line = [
        (x, level + height * math.sin(x / length + shift) + height / 3 * math.sin(2.3 * x / length + 2 * shift))
        for x in range(0, sheet.width + 9, 8)
    ]
    sheet.shape([*line, (sheet.width, sheet.height), (0, sheet.height)], colour)


def batik() -> Sheet:
    """Kawung: four petals about each crossing, in two browns of soga on indigo."""
    sheet, step = Sheet(WIDE, "#1d2547"), 133
    for row in range(-1, WIDE[1] // step + 2):
        for column in range(-1, WIDE[0] // step + 2):
            x, y = column * step + (step / 2 if row % 2 else 0), row * step
            for quarter in range(4):
                angle = math.pi / 4 + quarter * math.pi / 2
                sheet.shape(turned(petal(88, 30), x, y, angle), "#e9d7b0")
                sheet.shape(turned(petal(78, 22), x + 5 * math.cos(angle), y + 5 * math.sin(angle), angle), "#8a4a22")
                sheet.disc(x + 44 * math.cos(angle), y + 44 * math.sin(angle), 5, "#e9d7b0")
            sheet.disc(x, y, 9, "#c9812f")
    return sheet


def stupa(sheet: Sheet, x: float, base: float, size: float, colour: Colour, light: Colour) -> None:
    bell = [(x + size * math.cos(a), base - 1.25 * size * math.sin(a)) for a in (math.pi * t / 24 for t in range(25))]
    sheet.shape(bell, colour)
    sheet.box(x - 1.15 * size, base, x + 1.15 * size, base + 0.22 * size, colour)
    sheet.box(x - 0.2 * size, base - 1.5 * size, x + 0.2 * size, base - 1.2 * size, colour)
    sheet.shape(
        [(x - 0.1 * size, base - 1.45 * size), (x + 0.1 * size, base - 1.45 * size), (x, base - 2.3 * size)], colour
    )
    for row in range(3):
        for column in range(-3 + row, 4 - row):
            half = 0.09 * size
            middle, level = x + column * 0.24 * size, base - (0.2 + 0.3 * row) * size
            diamond = [(middle - half, level), (middle, level - half), (middle + half, level), (middle, level + half)]
            sheet.shape(diamond, light)


def borobudur() -> Sheet:
    """Stupas over mist, before a sun."""
    sheet = Sheet(WIDE, "#f6b26b")
    sheet.bands(["#2d2a55", "#4a3a66", "#7a4a70", "#b0606c", "#dd7f62", "#f29c5f", "#f8bb70", "#fad48a"], 0, 760)
    sheet.disc(1120, 600, 130, "#fff1c4")
    for level, colour in ((640, "#c98a7a"), (720, "#a56f74"), (800, "#7d5a6c")):
        wave(sheet, level, 26, 190, level / 100, colour)
    for x, base, size in ((190, 870, 92), (520, 850, 80), (1340, 860, 88)):
        stupa(sheet, x, base, size, "#4c3b56", "#7d5a6c")
    stupa(sheet, 900, 930, 190, "#2b2238", "#6b4d63")
    sheet.box(0, 960, WIDE[0], WIDE[1], "#2b2238")
    return sheet


def subak() -> Sheet:
    """Terraces with water in them."""
    sheet = Sheet(WIDE, "#cfe8ef")
    sheet.shape([(250, 420), (620, 110), (980, 420)], "#8fb3bd")
    sheet.shape([(700, 420), (1180, 40), (1600, 420)], "#a6c6cd")
    greens = ["#9fc26a", "#7fae4f", "#639a41", "#4c8638", "#3a7031", "#2c5c2b", "#214a25"]
    for at, green in enumerate(greens):
        level = 380 + at * 100
        wave(sheet, level, 44, 330 - 12 * at, at * 0.9, "#e6f3d0")
        wave(sheet, level + 12, 44, 330 - 12 * at, at * 0.9, "#9fd0d8")
        wave(sheet, level + 34, 44, 330 - 12 * at, at * 0.9, green)
    return sheet


def komodo() -> Sheet:
    """Islands as a map has them: heights in steps, the sea in depths."""
    sheet, dice = Sheet(WIDE, "#1f6f8b"), Random(7)
    islands = [(330, 420, 210), (860, 640, 290), (1270, 330, 170), (1400, 820, 120), (160, 860, 110), (650, 190, 90)]
    edges = [[0.75 + 0.4 * dice.random() for _ in range(12)] for _ in islands]
    steps = [(1.55, "#2f86a0"), (1.3, "#4fa3b5"), (1.12, "#8ccbd0"), (1.0, "#f0dfb2"), (0.88, "#d2c07a")]
    steps += [(0.68, "#a9a45a"), (0.48, "#84853f"), (0.28, "#5e652f")]
    for scale, colour in steps:
        for (x, y, size), edge in zip(islands, edges, strict=True):
            sheet.shape(
                [
                    (x + scale * size * r * math.cos(a), y + 0.72 * scale * size * r * math.sin(a))
                    for a in (math.tau * t / 120 for t in range(120))
                    for r in [_between(edge, a)]
                ],
                colour,
            )
    return sheet


def _between(edge: list[float], angle: float) -> float:
    """A smooth way round through some radii."""
    place = angle / math.tau * len(edge)
    first, part = int(place) % len(edge), (1 - math.cos(math.pi * (place % 1))) / 2
    return edge[first] * (1 - part) + edge[(first + 1) % len(edge)] * part


def jar(sheet: Sheet, x: float, base: float, size: float, colour: Colour, light: Colour) -> None:
    heights = [at / 20 for at in range(21)]
    side = [(0.52 + 0.48 * math.sin(math.pi * (0.12 + 0.76 * t))) * 0.62 * size for t in heights]
    body = [(x + w, base - t * 1.3 * size) for t, w in zip(heights, side, strict=True)]
    body += [(x - w, base - t * 1.3 * size) for t, w in reversed(list(zip(heights, side, strict=True)))]
    sheet.shape(body, colour)
    sheet.box(x - 0.5 * size, base - 1.42 * size, x + 0.5 * size, base - 1.3 * size, light)
    sheet.box(x - 0.12 * size, base - 1.52 * size, x + 0.12 * size, base - 1.42 * size, light)
    for level in (0.85, 0.95):
        wide = 0.62 * size
        sheet.line(
            [(x + wide * t, base - level * size + 10 * math.sin(9 * t)) for t in (a / 20 for a in range(-18, 19))],
            light,
            4,
        )


def kimjang() -> Sheet:
    """Jars in the snow, cabbages before them."""
    sheet = Sheet(WIDE, "#dfe9ef")
    sheet.bands(["#b9cbd9", "#c9d7e2", "#dbe5ec", "#eef3f6"], 0, 520)
    for at, x in enumerate((200, 520, 860, 1200, 1480)):
        jar(sheet, x, 640 + 30 * (at % 2), 250 + 40 * (at % 2), "#6a3a26", "#8f5638")
    sheet.box(0, 640, WIDE[0], WIDE[1], "#f7fafb")
    for at in range(9):
        x, y = 110 + 175 * at, 850 + 60 * (at % 2)
        for leaf in range(7):
            angle = -math.pi / 2 + (leaf - 3) * 0.3
            sheet.shape(turned(petal(190, 46), x, y + 90, angle), ("#6fae4a", "#a8cf70")[leaf % 2])
        for leaf in range(5):
            sheet.shape(turned(petal(140, 20), x, y + 90, -math.pi / 2 + (leaf - 2) * 0.22), "#f4f6dc")
    return sheet


def rendang() -> Sheet:
    """A plate from above, with what goes into it around."""
    sheet, dice = Sheet(WIDE, "#7c1f1a"), Random(3)
    for at in range(22):
        angle = math.tau * at / 22
        x, y = 800 + 640 * math.cos(angle), 533 + 440 * math.sin(angle)
        if at % 2:
            sheet.shape(turned(petal(170, 17), x, y, angle + 1.2), "#d8372a")
            sheet.disc(x, y, 13, "#4d7f35")
        else:
            sheet.shape(turned(petal(150, 40), x, y, angle - 0.8), "#4d7f35")
            sheet.line(turned([(0, 0), (150, 0)], x, y, angle - 0.8), "#86ad5a", 4)
    for radius, colour in ((372, "#f3ead8"), (338, "#e3d5ba"), (322, "#f3ead8")):
        sheet.disc(800, 533, radius, colour)
    for _ in range(46):
        angle, far = math.tau * dice.random(), 225 * math.sqrt(dice.random())
        x, y = 800 + far * math.cos(angle), 533 + far * math.sin(angle)
        piece = turned([(-52, -34), (48, -40), (56, 30), (-44, 40)], x, y, angle * 3)
        sheet.shape(piece, dice.choice(["#3d1d10", "#54281a", "#6b3520"]))
        sheet.line(piece[:2], "#8d4a2b", 5)
    return sheet


def gamelan() -> Sheet:
    """Gongs in rows, each with its boss."""
    sheet = Sheet(WIDE, "#4a1512")
    for row, (count, radius) in enumerate(((3, 205), (5, 130), (7, 92))):
        y = (240, 630, 900)[row]
        sheet.box(0, y - 14, WIDE[0], y + 14, "#2c0b0a")
        for at in range(count):
            x = WIDE[0] * (at + 0.5) / count
            for scale, colour in (
                (1, "#6e4a12"),
                (0.96, "#b07d22"),
                (0.74, "#8f6319"),
                (0.7, "#d4a23a"),
                (0.3, "#8f6319"),
                (0.27, "#f2d27a"),
            ):
                sheet.disc(x, y, radius * scale, colour)
            sheet.disc(x - radius * 0.07, y - radius * 0.07, radius * 0.08, "#fff3c9")
    return sheet


def wayang() -> Sheet:
    """A gunungan, the leaf that opens and closes the play, before the lamp."""
    sheet = Sheet(TALL, "#2a1608")
    for radius, colour in ((900, "#5a3210"), (740, "#8a5218"), (590, "#bd7f2a"), (450, "#e6b04f"), (300, "#f8d98c")):
        sheet.disc(533, 700, radius, colour)
    leaf = [(t / 60, math.sin(math.pi * (t / 60) ** 1.35) * 0.42 + 0.015) for t in range(61)]
    edge = [(533 + w * 820, 90 + t * 1240) for t, w in leaf] + [
        (533 - w * 820, 90 + t * 1240) for t, w in reversed(leaf)
    ]
    sheet.shape(edge, "#170c05")
    for t, w in leaf[6:56:4]:
        for side in (-1, 1):
            sheet.disc(533 + side * w * 690, 90 + t * 1240, 15, "#e6b04f")
    sheet.line([(533, 190), (533, 1290)], "#e6b04f", 9)
    for at in range(9):
        y, reach = 340 + at * 82, 60 + 18 * min(at, 8 - at) + 12 * at
        for side in (-1, 1):
            sheet.line([(533, y + 60), (533 + side * reach * 0.6, y + 10), (533 + side * reach, y - 30)], "#e6b04f", 7)
            sheet.shape(turned(petal(62, 17), 533 + side * reach, y - 30, -math.pi / 2 + side * 0.7), "#c4772a")
    sheet.shape([(373, 1240), (693, 1240), (653, 1130), (413, 1130)], "#c4772a")
    sheet.box(526, 1300, 540, 1600, "#170c05")
    return sheet


def pinisi() -> Sheet:
    """A two-masted ship with seven sails."""
    sheet = Sheet(WIDE, "#bfe0ea")
    sheet.bands(["#6fb3cf", "#88c2d8", "#a3d1e0", "#bfe0ea", "#dceff2"], 0, 760)
    sheet.disc(1330, 190, 95, "#fff4cf")
    sail, shade = "#fbf7ea", "#e7dcc0"
    for x, top in ((640, 110), (980, 170)):
        sheet.line([(x, top), (x, 760)], "#4b2c17", 14)
        sheet.shape([(x + 12, top + 150), (x + 250, top + 210), (x + 262, 680), (x + 12, 700)], sail)
        sheet.shape([(x + 12, top + 30), (x + 12, top + 140), (x + 215, top + 192)], shade)
    for at in range(3):
        sheet.shape([(620 - 50 * at, 170 + 90 * at), (600 - 50 * at, 660), (400 - 90 * at, 705)], (sail, shade)[at % 2])
    sheet.line([(330, 690), (190, 660)], "#4b2c17", 10)
    sheet.shape([(250, 720), (1330, 700), (1400, 660), (1330, 830), (1230, 900), (480, 900), (330, 820)], "#5b3219")
    sheet.shape([(290, 770), (1365, 752), (1358, 772), (300, 790)], "#e7dcc0")
    for level, shift, colour in ((850, 0.0, "#3d8aa8"), (915, 1.3, "#2a7291"), (980, 2.1, "#1b5873")):
        wave(sheet, level, 20, 110, shift, colour)
    return sheet


def hanbok() -> Sheet:
    """The bow and the sleeves of a jacket, as planes of colour."""
    sheet = Sheet(WIDE, "#f3efe6")
    sheet.shape([(800, 520), (1480, 1066), (120, 1066)], "#c2344b")
    for at in range(-4, 5):
        sheet.line([(800 + at * 12, 560), (800 + at * 150, 1066)], "#a52a40", 5)
    for side in (-1, 1):
        sheet.shape(
            [
                (800 + side * a, b)
                for a, b in ((0, 160), (230, 190), (690, 560), (560, 720), (260, 470), (215, 600), (0, 600))
            ],
            "#2c6e63",
        )
        for band, colour in enumerate(("#f0c23c", "#d8483a", "#f3efe6", "#2f5fa5", "#7fb069")):
            a, b = 430 + 42 * band, 352 + 34 * band
            sheet.shape(
                [(800 + side * x, y) for x, y in ((a, b), (a + 42, b + 34), (a - 60, b + 192), (a - 102, b + 158))],
                colour,
            )
    sheet.shape([(690, 160), (910, 160), (835, 470), (765, 470)], "#f7f4ee")
    sheet.shape([(800, 470), (830, 470), (900, 980), (840, 1000)], "#8e2340")
    sheet.shape([(790, 470), (760, 470), (690, 900), (745, 920)], "#a52a50")
    sheet.shape(turned(petal(230, 48), 800, 470, 0.35), "#8e2340")
    sheet.disc(800, 470, 30, "#6f1a32")
    return sheet


def bojagi() -> Sheet:
    """A wrapping cloth pieced from what was left."""
    sheet, dice = Sheet(WIDE, "#efe7d8"), Random(11)
    colours = [
        "#d9655b",
        "#e9a23b",
        "#f1d06b",
        "#7fb7a3",
        "#3f7f8c",
        "#305a83",
        "#8a5a83",
        "#efe7d8",
        "#c9c1b0",
        "#a7c4d6",
    ]

    def piece(left: float, top: float, right: float, bottom: float, depth: int) -> None:
        if depth and max(right - left, bottom - top) > 150:
            part = dice.uniform(0.3, 0.7)
            if right - left > bottom - top:
                cut = left + (right - left) * part
                piece(left, top, cut, bottom, depth - 1)
                piece(cut, top, right, bottom, depth - 1)
            else:
                cut = top + (bottom - top) * part
                piece(left, top, right, cut, depth - 1)
                piece(left, cut, right, bottom, depth - 1)
            return
        sheet.box(left, top, right, bottom, "#fffaf0")
        sheet.box(left + 4, top + 4, right - 4, bottom - 4, dice.choice(colours))

    piece(0, 0, *WIDE, 7)
    return sheet


def spice_route() -> Sheet:
    """A map of ways over the sea; it shows directions, no borders."""
    sheet = Sheet(WIDE, "#123a4d")
    for x in range(0, WIDE[0], 160):
        sheet.line([(x, 0), (x, WIDE[1])], "#1c4a5e", 3)
    for y in range(0, WIDE[1], 160):
        sheet.line([(0, y), (WIDE[0], y)], "#1c4a5e", 3)
    land, shore = "#d9c08a", "#b79a5f"
    islands = [
        [(250, 300), (330, 350), (560, 620), (640, 760), (590, 790), (420, 600), (260, 380)],
        [(640, 800), (760, 800), (980, 840), (970, 875), (760, 860), (640, 840)],
        [(720, 420), (860, 330), (960, 370), (940, 560), (860, 670), (760, 640), (700, 540)],
        [
            (1020, 480),
            (1080, 400),
            (1190, 410),
            (1090, 450),
            (1120, 540),
            (1180, 620),
            (1130, 640),
            (1080, 560),
            (1060, 690),
            (1020, 680),
        ],
        [(1330, 560), (1440, 570), (1560, 620), (1600, 640), (1600, 800), (1500, 740), (1400, 690), (1340, 620)],
        [(1240, 440), (1270, 400), (1290, 470), (1260, 520)],
        [(1240, 640), (1310, 630), (1320, 660), (1250, 670)],
    ]
    for island in islands:
        sheet.shape([(x, y + 9) for x, y in island], shore)
        sheet.shape(island, land)
    ways = [
        [(1270, 650), (1180, 740), (960, 780), (690, 760), (520, 500), (320, 280), (120, 210), (0, 200)],
        [(1270, 450), (1180, 330), (960, 240), (700, 230), (520, 260), (380, 320)],
        [(690, 760), (660, 380), (760, 150), (900, 0)],
    ]
    for way in ways:
        for (x, y), (u, v) in pairwise(way):
            count = max(1, round(math.dist((x, y), (u, v)) / 26))
            for at in range(count):
                t = at / count
                sheet.disc(x + (u - x) * t, y + (v - y) * t, 6, "#f2705a")
    for x, y in ((1270, 650), (1270, 450), (690, 760), (380, 320), (520, 500)):
        sheet.disc(x, y, 17, "#fff4d6")
        sheet.disc(x, y, 10, "#c23b2a")
    return sheet


def rainbow() -> Sheet:
    """Boulders in shallow water under a rainbow."""
    sheet = Sheet(WIDE, "#cfe6f2")
    sheet.bands(["#8fc3de", "#a9d2e6", "#c3e0ee", "#dcedf4"], 0, 620)
    colours = ["#d8483a", "#ee8b3a", "#f3cf4b", "#6fb05a", "#3d86c0", "#51509a", "#8a5a9a"]
    for at, colour in enumerate(colours):
        sheet.disc(800, 760, 640 - 30 * at, colour)
    sheet.disc(800, 760, 430, "#c3e0ee")
    for level, colour in ((640, "#57b3b8"), (730, "#3f9aa6"), (850, "#2f7f92")):
        wave(sheet, level, 12, 140, level / 90, colour)
    for x, y, size, colour in (
        (250, 700, 190, "#8d8a86"),
        (470, 760, 130, "#a5a19b"),
        (1290, 720, 220, "#97938d"),
        (1060, 800, 120, "#8d8a86"),
        (1500, 830, 130, "#a5a19b"),
    ):
        stone = [
            (x + size * math.cos(a) * (1 + 0.12 * math.cos(3 * a)), y + 0.68 * size * math.sin(a))
            for a in (math.tau * t / 60 for t in range(60))
        ]
        sheet.shape(stone, colour)
        sheet.shape([(u - 0.16 * (u - x) + 8, v - 0.3 * (v - y) - 0.2 * size) for u, v in stone[32:58]], "#c2beb7")
    wave(sheet, 900, 16, 120, 0.4, "#2a6f84")
    wave(sheet, 990, 14, 160, 1.4, "#f1e4c4")
    return sheet


DRAWN: dict[str, Callable[[], Sheet]] = {
    "batik-kawung": batik,
    "borobudur-stupas": borobudur,
    "subak-terraces": subak,
    "komodo-islands": komodo,
    "kimjang-jars": kimjang,
    "rendang-plate": rendang,
    "gamelan-gongs": gamelan,
    "wayang-gunungan": wayang,
    "pinisi-sails": pinisi,
    "hanbok-colours": hanbok,
    "bojagi-pieces": bojagi,
    "spice-route": spice_route,
    "laskar-rainbow": rainbow,
}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, drawn in DRAWN.items():
        drawn().save(folder / f"{name}.webp")
