"""The JPEG ladder of a photo of 24 megapixels against naive Pillow, and what the three formats weigh and lose.

Each way runs in a process of its own, in turn, so that its memory can be told; ratios are of one run. The photo is
made here: noise of all sizes, as the structures of a photo are, with edges.

    python benchmarks/bench_media.py [TURNS]
"""

import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageDraw

from media.formats import Format
from media.limits import RENDERING
from media.metadata.notice import Notice
from media.profiles import WIDTHS, RenditionProfile, Source, plans
from media.rendering import render

WIDTH, HEIGHT = 6000, 4000
TURNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
NOTICE = Notice(credit="Sample", licence="https://creativecommons.org/licenses/by/4.0/")
SHOWN = 1280
QUALITY = 80
#: The constants of SSIM for eight bits, and the side of its window.
C1, C2, WINDOW = 6.5025, 58.5225, 8


def photo() -> Image.Image:
    dice = np.random.default_rng(24)
    channels = []
    for _ in range(3):
        sum_ = np.zeros((HEIGHT, WIDTH), np.float32)
        for octave in (0, 1, 3, 5, 7, 9):
            cells = dice.normal(0, 1, (max(2, HEIGHT >> octave), max(2, WIDTH >> octave))).astype(np.float32)
            # The finer, the fainter, as spectra of photos fall.
            wide = Image.fromarray(cells, "F").resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
            sum_ += np.asarray(wide) * 2.0 ** (octave * 0.8)
        low, high = np.percentile(sum_, (1, 99))
        channels.append(Image.fromarray(np.clip((sum_ - low) / (high - low) * 255, 0, 255).astype(np.uint8), "L"))
    image = Image.merge("RGB", channels)
    pen = ImageDraw.Draw(image)
    for at in range(0, WIDTH, 500):
        pen.line((at, 0, WIDTH - at, HEIGHT), fill=(20, 20, 20), width=5)
    return image


def naive(path: Path) -> None:
    """What one writes first: decode for each size, scale with the best filter, save."""
    for width in WIDTHS:
        with Image.open(path) as image:
            small = image.resize((width, round(HEIGHT * width / WIDTH)), Image.Resampling.LANCZOS)
            small.save(BytesIO(), "JPEG", quality=QUALITY, progressive=True, optimize=True)


def naive_once(path: Path) -> None:
    """The same with one decoding."""
    with Image.open(path) as image:
        image.load()
        for width in WIDTHS:
            small = image.resize((width, round(HEIGHT * width / WIDTH)), Image.Resampling.LANCZOS)
            small.save(BytesIO(), "JPEG", quality=QUALITY, progressive=True, optimize=True)


def ours(path: Path) -> None:
    wanted = [one for one in plans(Source(WIDTH, HEIGHT), RenditionProfile.RESPONSIVE) if one.format is Format.JPEG]
    render(path.read_bytes(), wanted, NOTICE, RENDERING)


def measured(way: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Seconds of the processor and megabytes at most, in a new process."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_measure, args=(way, path, theirs))
    process.start()
    found: tuple[float, float] = mine.recv()
    process.join()
    return found


def _measure(way: Callable[[Path], None], path: Path, pipe: "multiprocessing.connection.Connection") -> None:
    # Decoders are loaded before the clock runs.
    Image.init()
    before, held = resource.getrusage(resource.RUSAGE_SELF), memory("VmRSS")
    way(path)
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    pipe.send((spent, memory("VmHWM") - held))


def memory(what: str) -> float:
    """Megabytes of this process; what getrusage says is its parent's as well."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) / 1024


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Structural similarity of two pictures' brightness, in windows of eight by eight."""
    a, b = (np.asarray(each.convert("L"), np.float64) for each in (one, other))

    def mean(values: np.ndarray) -> np.ndarray:
        height, width = (side // WINDOW * WINDOW for side in values.shape)
        cut = values[:height, :width].reshape(height // WINDOW, WINDOW, width // WINDOW, WINDOW)
        return cut.mean(axis=(1, 3))

    ma, mb = mean(a), mean(b)
    va, vb, both = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    top = (2 * ma * mb + C1) * (2 * both + C2)
    return float((top / ((ma * ma + mb * mb + C1) * (va + vb + C2))).mean())


def ladder(path: Path) -> None:
    ways: tuple[tuple[str, Callable[[Path], None]], ...] = (
        ("naive: decode for each size, LANCZOS", naive),
        ("naive with one decoding", naive_once),
        ("ours: draft once, LANCZOS with a gap, our notice", ours),
    )
    found: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in ways}
    for _ in range(TURNS):
        for name, way in ways:
            found[name].append(measured(way, path))
    medians = {name: [statistics.median(part) for part in zip(*turns, strict=True)] for name, turns in found.items()}
    first = medians[ways[0][0]]
    print(f"The JPEG ladder of {WIDTH} x {HEIGHT}, median of {TURNS}; memory is what it adds to the process\n")
    print("| Way | Processor, s | Memory, MB | Time, ratio | Memory, ratio |\n|---|---|---|---|---|")
    for name, (seconds, memory) in medians.items():
        print(f"| {name} | {seconds:.2f} | {memory:.0f} | {seconds / first[0]:.2f} | {memory / first[1]:.2f} |")


def weights(path: Path) -> None:
    with Image.open(path) as image:
        exact = image.convert("RGB").resize((SHOWN, round(HEIGHT * SHOWN / WIDTH)), Image.Resampling.LANCZOS)
    wanted = [one for one in plans(Source(WIDTH, HEIGHT), RenditionProfile.RESPONSIVE) if one.width == SHOWN]
    print(f"\n{SHOWN} pixels wide, against the exact picture\n")
    print("| Format | Bytes | SSIM | Seconds for one |\n|---|---|---|---|")
    for plan in wanted:
        start = time.process_time()
        ((_, data),) = render(path.read_bytes(), [plan], NOTICE, RENDERING)
        spent = time.process_time() - start
        with Image.open(BytesIO(data)) as image:
            alike = ssim(exact, image.convert("RGB"))
        print(f"| {plan.format} | {len(data)} | {alike:.4f} | {spent:.2f} |")


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        photo().save(path, "JPEG", quality=92)
        print(f"A photo of {path.stat().st_size} bytes\n", file=sys.stderr)
        ladder(path)
        weights(path)


if __name__ == "__main__":
    main()
