"""Forms of our own pages: what they sent, refused where a page of another site sent it."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from api.doors.callers import is_own
from api.plan.errors import Code, refused

_LONGEST_BODY, _MOST_FIELDS = 8_192, 10


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


def check_own(request: Request) -> None:
    """Refuse a form that a page of another site sent."""
    # Browsers say by themselves where a form stands; older ones by an origin, which a page may hide.
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    if (site or "same-origin") != "same-origin" or (site is None and not is_own(origin, request)):
        raise refused(
            Code.FORBIDDEN, "This form was not sent by a page of this server. Open its page here and send it there."
        )
