"""Perceptual fingerprints: alike pictures have alike ones, whatever their size, format and quality.

A difference hash of 64 bits: is each of 8 by 8 cells brighter than its neighbour to the right.
"""

from PIL import Image

_CELLS = 8


def fingerprint(image: Image.Image) -> str:
    """The fingerprint of a picture as sixteen hexadecimal digits."""
    grey = image.convert("L").resize((_CELLS + 1, _CELLS), Image.Resampling.LANCZOS)
    rows = grey.tobytes()
    bits = 0
    for row in range(_CELLS):
        for column in range(_CELLS):
            at = row * (_CELLS + 1) + column
            bits = bits << 1 | (rows[at] > rows[at + 1])
    return f"{bits:016x}"
