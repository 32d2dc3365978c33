"""A story in one short message: 160 characters of the GSM alphabet (3GPP TS 23.038), or 70 of any other."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
_SEPTETS, _UNITS = 160, 70
#: Marks that the alphabet lacks and that read as well in another form.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})
_LEAST = 8


def message(text: str, link: str) -> str:
    """The text, shortened so that one message holds it with the whole link; the link alone where that fills it."""
    plain = " ".join(text.translate(_PLAIN).split()).strip()
    kept = plain
    while kept and _length(f"{kept} {link}") > _room(f"{kept} {link}"):
        cut = kept.removesuffix("...").rstrip()[:-1]
        head, space, _ = cut.rpartition(" ")
        kept = f"{(head if space else cut).rstrip(' .,;:')}..." if len(cut) > _LEAST else ""
    return f"{kept} {link}" if kept else link


def _room(text: str) -> int:
    return _SEPTETS if _is_basic(text) else _UNITS


def _length(text: str) -> int:
    """In septets of the alphabet, in which some signs take two, or else in units of UTF-16."""
    if _is_basic(text):
        return len(text) + sum(one in _EXTENDED for one in text)
    return len(text.encode("utf-16-le")) // 2


def _is_basic(text: str) -> bool:
    return all(one in _BASIC or one in _EXTENDED for one in text)
