"""The process that decodes: one job, under limits, and gone. `python -m media.child JOB`, see media.jail.

The file comes on standard input, the answer goes to standard output: a line of JSON, then the bytes of each part.
"""

import json
import os
import resource
import sys
from typing import Any

from media.errors import Reason, Refused
from media.limits import Limits

_OPEN_FILES = 32


def bound(limits: Limits) -> None:
    """Bound this process for the rest of its life."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.out_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def main() -> None:
    """Do the job that the first argument names."""
    job: dict[str, Any] = json.loads(sys.argv[1])
    limits = Limits(**job.pop("limits"))
    os.nice(job.pop("nice", 0))
    bound(limits)
    answer, parts = _answer(job, sys.stdin.buffer.read(), limits)
    answer["parts"] = [len(part) for part in parts]
    out = sys.stdout.buffer
    out.write(json.dumps(answer).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()


def _answer(job: dict[str, Any], data: bytes, limits: Limits) -> tuple[dict[str, Any], list[bytes]]:
    from media.opening import too_much_memory

    try:
        done, parts = _do(job, data, limits)
    except Refused as error:
        return {"refused": [error.reason, *error.told]}, []
    except MemoryError:
        return {"refused": [Reason.TOO_MUCH_MEMORY, *too_much_memory().told]}, []
    return {"done": done}, parts


def _do(job: dict[str, Any], data: bytes, limits: Limits) -> tuple[Any, list[bytes]]:
    match job:
        case {"do": "examine"}:
            from media.examining import examined_json

            return examined_json(data, limits), []
        case {"do": "render"}:
            from media.rendering import rendered

            return rendered(data, job, limits)
        case {"do": "provenance"}:
            from media.manifests import read_json

            return read_json(data, job["mime"], job["anchors"]), []
        case {"do": "sign"}:
            from media.manifests import signed

            return signed(data, job)
        case _:
            raise ValueError(f"There is no job {job}.")


if __name__ == "__main__":
    main()
