"""Work on a hostile file in a child process that can be killed, so that no file harms the process that serves."""

import errno
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any

from media.errors import Reason, Refused, StorageFailed
from media.examined import Examined
from media.limits import Limits
from media.metadata.notice import Notice
from media.profiles import Plan
from media.provenance import Credentials

_KILLED_FOR_TIME = {-signal.SIGXCPU, -signal.SIGKILL}
_TOO_LONG = -signal.SIGXFSZ
_NICE = 19
#: What a full disk, a quota and a limit on files are called.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def examine(file: IO[bytes], limits: Limits) -> Examined:
    """What the picture in an open file is; raises Refused."""
    # Whoever asks for something waits less long for it than an upload may.
    done, _ = run({"do": "examine", "nice": _NICE}, file, limits)
    return Examined(**done)


def render(
    file: IO[bytes], plans: Sequence[Plan], notice: Notice, limits: Limits, *, nice: int = 0
) -> list[tuple[tuple[int, int], bytes]]:
    """Each rendition's size and bytes, in the order of the plans; raises Refused."""
    job = {"do": "render", "plans": [asdict(plan) for plan in plans], "notice": asdict(notice), "nice": nice}
    sizes, parts = run(job, file, limits)
    return [((width, height), part) for (width, height), part in zip(sizes, parts, strict=True)]


def provenance(file: IO[bytes], mime: str, anchors: str, limits: Limits) -> Credentials:
    """What the manifest in an open file says; raises Refused."""
    done, _ = run({"do": "provenance", "mime": mime, "anchors": anchors, "nice": _NICE}, file, limits)
    return Credentials.of(done)


def sign(file: IO[bytes], job: Mapping[str, Any], limits: Limits) -> tuple[str, list[bytes]]:
    """Parts that follow an original in one file, signed; or what hinders it, and the parts as they are."""
    done, parts = run({"do": "sign", **job}, file, limits)
    return done.get("problem", ""), parts


def run(job: Mapping[str, Any], file: IO[bytes], limits: Limits) -> tuple[Any, list[bytes]]:
    """Do a job of media.child on an open file: its answer, and the bytes of the parts it made. Raises Refused."""
    told = json.dumps({**job, "limits": asdict(limits)})
    file.seek(0)
    with tempfile.TemporaryFile() as out:
        # Isolated: neither the environment nor the current folder says what is imported.
        command = [sys.executable, "-I", "-m", "media.child", told]
        with subprocess.Popen(  # noqa: S603 - our own module, and what it reads is data
            command, stdin=file, stdout=out, stderr=subprocess.DEVNULL, env={}
        ) as child:
            try:
                code = child.wait(limits.seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                raise _too_slow(limits) from None
        return _answer(code, out, limits)


def _answer(code: int, out: IO[bytes], limits: Limits) -> tuple[Any, list[bytes]]:
    if code in _KILLED_FOR_TIME:
        raise _too_slow(limits)
    if code == _TOO_LONG:
        raise Refused(
            Reason.TOO_MUCH_MEMORY, "What is made of the picture is larger than is allowed. Send a smaller one."
        )
    out.seek(0)
    line = out.readline()
    if code != 0 or not line.endswith(b"\n"):
        if code > 0:
            # An exception that is none of the file's: no room for the answer, or an installation that is not whole.
            raise StorageFailed("The picture could not be worked on: its process failed, or the disk is full.")
        raise Refused(
            Reason.CRASHED,
            "The decoder failed on the file, which is damaged or made to do harm. Save or fetch it anew.",
        )
    answer = json.loads(line)
    if "refused" in answer:
        reason, template, values = answer["refused"]
        raise Refused(Reason(reason), template, **values)
    return answer["done"], [out.read(size) for size in answer["parts"]]


def _too_slow(limits: Limits) -> Refused:
    return Refused(
        Reason.TOO_SLOW,
        "Decoding the picture takes more than {seconds} seconds. Save it anew, simpler or smaller.",
        seconds=limits.cpu_seconds,
    )
