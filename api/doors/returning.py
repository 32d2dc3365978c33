"""A form sent after its session ended: nothing of it is lost, and whoever signs in goes on where it was left."""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.desk.form import Sent, last
from api.doors.callers import Callers, cookie_of
from api.doors.desk import DESK_HEADERS
from api.doors.languages import language_of, switch, words
from api.doors.pages import templates
from api.doors.sign_in import keep_signed_in
from api.keys import BadKey

_UNAUTHENTICATED = 401
#: Fields of a form that are not about the thing.
_OWN = frozenset({"do", "signing"})


async def returned(
    request: Request,
    callers: Callers,
    sent: Sent,
    action: str,
    otherwise: str,
    go_on: Callable[[], Awaitable[Response]],
) -> Response:
    """Ask for the key, or where it was given go on with what was sent; `otherwise` is the installation's language."""
    problem = ""
    if last(sent, "signing"):
        callers.attempted(request)
        try:
            token = await run_in_threadpool(callers.signed_in, last(sent, "signing"))
        except BadKey as error:
            problem = str(error)
        else:
            request.cookies[cookie_of(request)[0]] = token
            response = await go_on()
            keep_signed_in(request, response, callers, token)
            return response
    elsewhere = callers.code_flow is not None
    return _page(language_of(request, otherwise), action, sent, problem, elsewhere=elsewhere)


def _page(lang: str, action: str, sent: Sent, problem: str, *, elsewhere: bool) -> Response:
    """The page of who was away for too long: all that was typed, and a key to go on."""
    told_ = words(lang)
    view = {
        "words": told_,
        "lang": lang,
        "languages": switch(lang, lambda one: f"/?lang={one}"),
        "notice": "",
        "action": action,
        "sent": [(name, one) for name, values in sent.items() if name not in _OWN for one in values],
        "problem": problem,
        "elsewhere": elsewhere,
    }
    headers = {**DESK_HEADERS, "Content-Language": lang}
    return HTMLResponse(templates.get_template("edit_away.html").render(view), _UNAUTHENTICATED, headers)
