"""Files that are a picture and something else as well, for a browser, an unpacker or a server to mistake."""

import re

from media.counting import Counted
from media.errors import Reason, Refused

#: Nothing that a picture's data holds by chance: the shortest would be met once in many thousand large files.
_MARKUP = re.compile(rb"<script[\s>]|<!doctype\s+html|<html[\s>]|<\?php[\s]|<iframe[\s>]|<foreignobject", re.IGNORECASE)
#: A browser looks at no more than this to guess a type, a reader of PDF looks for its mark here.
_LOOKED_AT = 1024
_ARCHIVE_END, _ARCHIVE_TAIL = b"PK\5\6", 66_000
_PROGRAMS = (b"PK\3\4", b"\x7fELF", b"%PDF-", b"Rar!\x1a", b"7z\xbc\xaf\x27\x1c", b"#!/")


def check_polyglot(data: bytes, found: Counted) -> None:
    """Refuse a picture that holds markup, an archive, a document or a program."""
    markup = _MARKUP.search(data)
    if markup:
        what = markup.group().decode("ascii", "replace").strip()
        raise Refused(
            Reason.POLYGLOT,
            'The file holds markup ("{what}"). Save the picture anew without it, and send that.',
            what=what,
        )
    if b"%PDF-" in data[:_LOOKED_AT]:
        raise _other("PDF")
    if _ARCHIVE_END in data[-_ARCHIVE_TAIL:] and b"PK\1\2" in data:
        raise _other("ZIP")
    if found.end is not None:
        behind = data[found.end : found.end + _LOOKED_AT].lstrip()
        if behind.startswith(_PROGRAMS):
            raise Refused(
                Reason.POLYGLOT,
                "The file has another file behind the picture. Save the picture anew without it, and send that.",
            )


def _other(what: str) -> Refused:
    return Refused(
        Reason.POLYGLOT,
        "The file is of the format {what} as well. Save the picture anew without it, and send that.",
        what=what,
    )
