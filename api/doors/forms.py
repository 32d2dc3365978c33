"""Forms of our own pages: what they sent, refused where a page of another site sent it."""

from collections.abc import AsyncGenerator, Mapping
from urllib.parse import parse_qs

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.doors.callers import is_own
from api.plan.errors import Code, refused

_LONGEST_BODY, _MOST_FIELDS = 8_192, 10
_LONGEST_WORDS, _MOST_WORDS = 20_000, 12


async def own_form(request: Request) -> Mapping[str, str]:
    """What a form of ours sent; refused where a page of another site sent it."""
    fields = await own_fields(request, _LONGEST_BODY, _MOST_FIELDS)
    return {name: values[-1] for name, values in fields.items() if values[-1]}


async def own_fields(request: Request, longest: int, most: int) -> Mapping[str, list[str]]:
    """All values of each field that a form of ours sent, empty ones too; refused where another site sent it."""
    check_own(request)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > longest:
            raise refused(Code.BODY_TOO_LARGE, f"The form is longer than {longest} bytes.")
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most)
    except ValueError:
        raise refused(Code.BAD_REQUEST, f"The form has more than {most} fields.") from None


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
        raise refused(Code.BAD_REQUEST, f"The form is not whole: {error.message}") from None


async def _bounded(request: Request, most: int, too_many: str) -> AsyncGenerator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise refused(Code.BODY_TOO_LARGE, too_many)
        yield chunk


def check_own(request: Request) -> None:
    """Refuse a form that a page of another site sent."""
    # Browsers say by themselves where a form stands; older ones by an origin, which a page may hide.
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    if (site or "same-origin") != "same-origin" or (site is None and not is_own(origin, request)):
        raise refused(
            Code.FORBIDDEN, "This form was not sent by a page of this server. Open its page here and send it there."
        )
