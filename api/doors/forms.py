"""Forms of our own pages: what they sent, refused where a page of another site sent it."""

from collections.abc import AsyncGenerator, Mapping
from urllib.parse import parse_qs

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.doors.callers import is_own
from graph.sentence import sentence

_LONGEST_BODY, _MOST_FIELDS = 8_192, 10
_LONGEST_WORDS, _MOST_WORDS = 20_000, 12
_MOST_LET_GO = 1 << 28
_BAD, _FORBIDDEN, _TOO_LARGE = 400, 403, 413


class FormRefused(Exception):
    """A form that is not taken: the status of the answer, and sentences on what is wrong with it and what to do."""

    def __init__(self, status: int, told: str) -> None:
        self.status, self.told = status, told
        super().__init__(told)


async def own_form(request: Request) -> Mapping[str, str]:
    """What a form of ours sent; refused where a page of another site sent it."""
    fields = await own_fields(request, _LONGEST_BODY, _MOST_FIELDS)
    return {name: values[-1] for name, values in fields.items() if values[-1]}


async def own_fields(request: Request, longest: int, most: int) -> Mapping[str, list[str]]:
    """All values of each field that a form of ours sent, empty ones too; refused where another site sent it."""
    check_own(request)
    too_long = sentence(
        "The form has more than {most} bytes, which are allowed. Shorten its longest text.", most=longest
    )
    body = b"".join([piece async for piece in _bounded(request, longest, too_long)])
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most)
    except ValueError:
        told = sentence("The form has more than {most} fields, which are allowed. Send it in parts.", most=most)
        raise FormRefused(_BAD, told) from None


async def own_upload(request: Request, most: int, too_many: str) -> FormData:
    """What a form of ours sent with a file of `most` bytes; refused where it is longer or another site sent it."""
    check_own(request)
    parser = MultiPartParser(
        request.headers,
        _bounded(request, most + _LONGEST_WORDS * _MOST_WORDS, too_many),
        max_files=1,
        max_fields=_MOST_WORDS,
        max_part_size=_LONGEST_WORDS,
    )
    try:
        return await parser.parse()
    except MultiPartException as error:
        if "maximum size" in error.message:
            told = sentence("A text has more than {most} bytes, which are allowed. Shorten it.", most=_LONGEST_WORDS)
            raise FormRefused(_TOO_LARGE, told) from None
        raise FormRefused(_BAD, sentence("The form did not come whole. Send it again.")) from None


async def _bounded(request: Request, most: int, too_many: str) -> AsyncGenerator[bytes]:
    """What is sent, as far as it may be kept; FormRefused with the sentence where it is more.

    The rest is let go by, as far as bearable: browsers show an answer only to what they could send.
    """
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            yield chunk
        elif size > most + _MOST_LET_GO:
            break
    if size > most:
        raise FormRefused(_TOO_LARGE, too_many)


def check_own(request: Request) -> None:
    """Refuse a form that a page of another site sent."""
    # Browsers say by themselves where a form stands; older ones by an origin, which a page may hide.
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    if (site or "same-origin") != "same-origin" or (site is None and not is_own(origin, request)):
        told = sentence("This form was not sent by a page of this server. Open its page here and send it there.")
        raise FormRefused(_FORBIDDEN, told)
