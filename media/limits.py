"""How large and how costly a picture may be."""

from dataclasses import dataclass

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one file, and of the process that decodes it.

    `frame_pixels` bounds frames times pixels. An ordinary progressive JPEG has about ten scans; files with hundreds
    cost a decoder minutes. Memory is the process' address space: 50 million pixels need up to 16 bytes each.
    `out_bytes` bounds what the process may write.
    """

    bytes: int = 100 * _MB
    pixels: int = 50_000_000
    frames: int = 300
    frame_pixels: int = 400_000_000
    scans: int = 100
    metadata_bytes: int = 4 * _MB
    memory: int = 1024 * _MB
    cpu_seconds: int = 8
    seconds: int = 20
    out_bytes: int = 64 * _MB


#: What a ladder of renditions may take: several formats of many sizes, AVIF among them.
RENDERING = Limits(cpu_seconds=60, seconds=120)
