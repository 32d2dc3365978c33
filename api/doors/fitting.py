"""Words that give way where a page has to fit into so many bytes."""

from collections.abc import Callable

_SHORTEST = 8


def fitting(render: Callable[[str, str, str], str], texts: tuple[str, str, str], room: int | None) -> str:
    """A page of at most so many bytes: the summary gives way first, then the credit line, then the title."""
    title, summary, credit = texts
    text = render(title, summary, credit)
    while room is not None and len(text.encode()) > room:
        if summary:
            summary = _shorter(summary)
        elif len(credit) > 4 * _SHORTEST:
            credit = _shorter(credit)
        elif len(title) > _SHORTEST:
            title = _shorter(title)
        elif credit:
            credit = ""
        else:
            break
        text = render(title, summary, credit)
    return text


def _shorter(text: str) -> str:
    """About nine tenths of it, up to a space where one is near; empty where little is left."""
    kept = text.removesuffix("…").rstrip()[: max(0, len(text) * 9 // 10 - 1)]
    if len(kept) < _SHORTEST:
        return ""
    head, space, tail = kept.rpartition(" ")
    return f"{(head if space and len(tail) < _SHORTEST * 2 else kept).rstrip()}…"
