"""A figure of lines on two logarithmic axes, as SVG."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 50, 50
COLOURS = ("#1b6ca8", "#c8502f", "#3a8a4d", "#8a5aa8", "#b8860b", "#4a4a4a", "#c2447a", "#2a9d9d")

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
    body = [*_grid(x, y), *_lines(x, y, lines, dashed)]
    middle = (LEFT + WIDTH - RIGHT) / 2
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
                ' font-size="12" fill="#222">'
            ),
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="26" font-size="15">{escape(title)}</text>',
            f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>',
            (
                f'<text transform="translate(18 {(HEIGHT + TOP - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
                f"{escape(up)}</text>"
            ),
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
        yield _line(x(value), TOP, x(value), HEIGHT - BOTTOM)
        yield f'<text x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,.10g}</text>'
    for value in y.ticks():
        yield _line(LEFT, y(value), WIDTH - RIGHT, y(value))
        yield f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,.10g}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _lines(x: Axis, y: Axis, lines: Mapping[str, Points], dashed: Sequence[str]) -> Iterator[str]:
    colour = -1
    for row, (name, points) in enumerate(lines.items()):
        colour += name not in dashed
        stroke = f'stroke="{COLOURS[colour % len(COLOURS)]}" stroke-width="1.8"'
        stroke += ' stroke-dasharray="5 4"' if name in dashed else ""
        stroke += ' stroke-dasharray="2 3"' if colour >= len(COLOURS) else ""
        drawn = " ".join(f"{x(across):.1f},{y(up):.1f}" for across, up in points)
        beside, level = WIDTH - RIGHT + 16, TOP + 8 + row * 19
        yield f'<polyline points="{drawn}" fill="none" {stroke}/>'
        yield f'<line x1="{beside}" y1="{level}" x2="{beside + 24}" y2="{level}" {stroke}/>'
        yield f'<text x="{beside + 31}" y="{level + 4}">{escape(name)}</text>'
