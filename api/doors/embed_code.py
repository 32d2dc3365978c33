"""What a partner pastes: a quotation that stays where frames are taken out, and the frame of the embed page."""

from typing import Any

from api.doors import component
from api.doors.pages import templates
from api.doors.public import Reader
from api.stories import Story

#: How large a frame is made where nobody says otherwise.
WIDTH, HEIGHT = 560, 420


def embed_code(
    reader: Reader, story: Story, credit: str, width: int = WIDTH, height: int = HEIGHT, *, pin: str = ""
) -> str:
    """HTML of which WordPress' filter keeps the quotation and the frame; it holds no script.

    The frame may run the script that tells its height, and open links; it is neither told who embeds it, nor does it
    keep anything. A `pin` keeps the words of a moment.
    """
    values = {**_values(reader, story, credit, pin), "width": width, "height": height}
    return templates.get_template("embed_code.html").render(values).replace("\n", "")


def component_code(reader: Reader, story: Story, credit: str) -> str:
    """HTML for pages that may run a script: a frame as high as its story, and the quotation where it may not."""
    own = {"script": f"{reader.base}{component.path()}", "integrity": component.integrity()}
    values = {**_values(reader, story, credit), **own}
    return templates.get_template("component_code.html").render(values).replace("\n", "")


def _values(reader: Reader, story: Story, credit: str, pin: str = "") -> dict[str, Any]:
    lang = story.title.locale or ""
    more = {name: value for name, value in (("pin", pin), ("by", reader.partner)) if value}
    return {
        "title": story.title.text,
        "lang": lang,
        "page": reader.page(story, lang),
        "embed": reader.embed(story, lang=lang, **more),
        "credit": credit,
    }
