"""What is known of a picture once it was examined."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. Width and height are of the picture as it is seen, turned by `orientation` (EXIF, 1 to 8).

    `colour` is RGB, GREY, PALETTE, CMYK or LAB; `profile` the name of its colour profile; `main_colour` as #rrggbb;
    `placeholder` a tiny picture as a data URI; `said` what the file says of itself, as media.metadata reads it.
    """

    format: str
    width: int
    height: int
    frames: int
    colour: str
    alpha: bool
    profile: str
    orientation: int
    fingerprint: str
    main_colour: str
    placeholder: str
    said: dict[str, Any] = field(default_factory=dict[str, Any])
