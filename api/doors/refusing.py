"""A page that says why a form was not taken, in its reader's language, with the way back to what was typed."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.doors.forms import FormRefused
from api.doors.languages import language_of, switch, words
from api.doors.pages import HEADERS, templates
from api.doors.telling import told


def refusing(locale: str) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The answer to a form that was refused before it was read; `locale` is the installation's."""

    async def answer(request: Request, error: Exception) -> Response:
        lang = language_of(request, locale)
        text, status = (error.told, error.status) if isinstance(error, FormRefused) else (str(error), 400)
        page = templates.get_template("refused.html").render(
            words=words(lang),
            lang=lang,
            languages=switch(lang, lambda one: f"{request.url.path}?lang={one}"),
            notice="",
            told=told(text, lang),
            back=f"{request.url.path}?lang={lang}",
        )
        return HTMLResponse(page, status, {**HEADERS, "Content-Language": lang})

    return answer
