"""Broken files of each format: every one is read or refused by name, and nothing else happens."""

import os
import random
from collections.abc import Iterator

import pytest

from media.errors import Refused
from media.examining import examine
from media.limits import Limits
from tests.media.drawing import FORMATS, draw, encode

#: Of each format; the long run makes more than ten thousand in all.
_TURNS = 1_700 if os.environ.get("DUTA_TEST_LONG") else 60


def broken(data: bytes, dice: random.Random, turns: int) -> Iterator[bytes]:
    """Copies of a file with bytes changed, cut out, doubled or cut off."""
    for _ in range(turns):
        copy = bytearray(data)
        for _ in range(dice.choice((1, 1, 3, 20))):
            at = dice.randrange(len(copy))
            match dice.randrange(5):
                case 0:
                    copy[at] = dice.randrange(256)
                case 1:
                    copy[at : at + 4] = dice.choice((b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff"))
                case 2:
                    del copy[at : at + dice.randrange(1, 40)]
                case 3:
                    copy[at:at] = copy[at : at + dice.randrange(1, 400)]
                case _:
                    # Heads are where lengths and sizes are.
                    copy[dice.randrange(min(64, len(copy)))] = dice.randrange(256)
            if not copy:
                break
        yield bytes(copy[: dice.randrange(len(copy))]) if copy and dice.random() < 0.2 else bytes(copy)


@pytest.mark.parametrize("format", FORMATS)
def test_a_broken_file_is_read_or_refused_and_nothing_else(format):
    options = {"progressive": True} if format == "JPEG" else {}
    data = encode(draw(60, 40), format, **options)
    read = refused = 0

    for copy in broken(data, random.Random(format), _TURNS):
        try:
            examined = examine(copy, Limits(pixels=1_000_000, frame_pixels=4_000_000))
        except Refused:
            refused += 1
        else:
            read += 1
            assert examined.width * examined.height <= 1_000_000

    assert read + refused == _TURNS
    assert refused > 0


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_that_is_cut_off_anywhere_in_its_first_half_is_refused(format):
    data = encode(draw(60, 40), format)

    for end in range(0, len(data) // 2, max(1, len(data) // 60)):
        with pytest.raises(Refused):
            examine(data[:end], Limits())
