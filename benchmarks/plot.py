"""Figures of lines on two logarithmic axes, as SVG: all in one, or a small one for each."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 50, 50
#: Of each small one, and of what is around it.
ACROSS, UP, COLUMNS, BESIDE, ABOVE, HEAD = 150, 120, 4, 56, 50, 50
COLOURS = ("#1b6ca8", "#c8502f", "#3a8a4d", "#8a5aa8", "#b8860b", "#4a4a4a", "#c2447a", "#2a9d9d")

GREY = "#bbb"

Points = Sequence[tuple[float, float]]


class Axis:
    """Values to pixels, from the power of ten below the least to the one above the largest."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = floor(log10(min(values))), ceil(log10(max(values)))
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        return self.start + (log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def log_log(title: str, across: str, up: str, lines: Mapping[str, Points], dashed: Sequence[str] = ()) -> str:
    """The figure; lines named in `dashed` are drawn so, in the colour of the line before."""
    x = Axis([point[0] for points in lines.values() for point in points], LEFT, WIDTH - RIGHT)
    y = Axis([point[1] for points in lines.values() for point in points], HEIGHT - BOTTOM, TOP)
    middle = (LEFT + WIDTH - RIGHT) / 2
    body = [
        f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>',
        (
            f'<text transform="translate(18 {(HEIGHT + TOP - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
            f"{escape(up)}</text>"
        ),
        *_grid(x, y),
        *_lines(x, y, lines, dashed),
    ]
    return _figure(title, WIDTH, HEIGHT, LEFT, body)


def small_ones(title: str, across: str, up: str, panels: Mapping[str, Mapping[str, Points]]) -> str:
    """A small figure for each name, on the same axes: its lines, and grey from the first a slope of one."""
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    every = [point for lines in panels.values() for points in lines.values() for point in points]
    body = list(_legend(names, f"as many times more as {across}"))
    for number, (name, lines) in enumerate(panels.items()):
        left = BESIDE + number % COLUMNS * (ACROSS + BESIDE)
        top = HEAD + ABOVE + number // COLUMNS * (UP + ABOVE)
        x = Axis([point[0] for point in every], left, left + ACROSS)
        y = Axis([point[1] for point in every], top + UP, top)
        body += [f'<text x="{left}" y="{top - 8}" font-weight="bold">{escape(name)}</text>']
        body += ['<g font-size="10">', *_grid(x, y), "</g>"]
        (start, least), (end, _) = next(iter(lines.values()))[0], next(iter(lines.values()))[-1]
        highest = min(end, start * 10**y.high / least)
        body.append(_line(x(start), y(least), x(highest), y(least * highest / start), GREY))
        body += [_drawn(x, y, points, _stroke(names.index(line))) for line, points in lines.items()]
    rows = ceil(len(panels) / COLUMNS)
    width, height = COLUMNS * (ACROSS + BESIDE) + BESIDE, HEAD + rows * (UP + ABOVE) + ABOVE
    return _figure(f"{title}: {up}, by {across}", width, height, BESIDE, body)


def _figure(title: str, width: int, height: int, left: int, body: Sequence[str]) -> str:
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
                ' font-size="12" fill="#222">'
            ),
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="{left}" y="26" font-size="15">{escape(title)}</text>',
            *body,
            "</svg>",
            "",
        ]
    )


def write(path: Path, figure: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(figure, encoding="utf-8")


def _grid(x: Axis, y: Axis) -> Iterator[str]:
    for value in x.ticks():
        yield _line(x(value), y.end, x(value), y.start)
        yield f'<text x="{x(value):.1f}" y="{y.start + 18}" text-anchor="middle">{value:,.10g}</text>'
    for value in y.ticks():
        yield _line(x.start, y(value), x.end, y(value))
        yield f'<text x="{x.start - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,.10g}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#ddd") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _legend(names: Sequence[str], grey: str) -> Iterator[str]:
    across = BESIDE
    for name, stroke in [*((name, _stroke(number)) for number, name in enumerate(names)), (grey, f'stroke="{GREY}"')]:
        yield f'<line x1="{across}" y1="46" x2="{across + 24}" y2="46" {stroke}/>'
        yield f'<text x="{across + 31}" y="50">{escape(name)}</text>'
        across += 56 + 7 * len(name)


def _drawn(x: Axis, y: Axis, points: Points, stroke: str) -> str:
    drawn = " ".join(f"{x(across):.1f},{y(up):.1f}" for across, up in points)
    return f'<polyline points="{drawn}" fill="none" {stroke}/>'


def _stroke(number: int) -> str:
    dashes = ' stroke-dasharray="5 4"' if number else ""
    return f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="1.8"{dashes}'


def _lines(x: Axis, y: Axis, lines: Mapping[str, Points], dashed: Sequence[str]) -> Iterator[str]:
    colour = -1
    for row, (name, points) in enumerate(lines.items()):
        colour += name not in dashed
        stroke = f'stroke="{COLOURS[colour % len(COLOURS)]}" stroke-width="1.8"'
        stroke += ' stroke-dasharray="5 4"' if name in dashed else ""
        stroke += ' stroke-dasharray="2 3"' if colour >= len(COLOURS) else ""
        beside, level = WIDTH - RIGHT + 16, TOP + 8 + row * 19
        yield _drawn(x, y, points, stroke)
        yield f'<line x1="{beside}" y1="{level}" x2="{beside + 24}" y2="{level}" {stroke}/>'
        yield f'<text x="{beside + 31}" y="{level + 4}">{escape(name)}</text>'
