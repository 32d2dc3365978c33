"""What a partner needs to use a story: the panel of its page."""

from typing import Any

from api.doors.embed_code import HEIGHT, component_code, embed_code
from api.doors.languages import words
from api.doors.public import Reader
from api.showing import Showing
from api.stories import Story
from media.profiles import RenditionProfile


def use_view(reader: Reader, story: Story, shown: Showing) -> dict[str, Any]:
    """The variables of use.html: addresses, codes, and the picture for print where its rights allow that."""
    lang = story.title.locale or ""
    printed = next((one for image in shown.images for one in image.jpegs(RenditionProfile.PRINT)), None)
    label = words(reader.lang)["use"]["print"]
    return {
        "link": reader.page(story, lang),
        "code": embed_code(reader, story, shown.credit),
        "pinned": embed_code(reader, story, shown.credit, pin=story.worded_at),
        "component": component_code(reader, story, shown.credit),
        "embed": reader.embed(story, lang=lang),
        "height": HEIGHT,
        "print": {"url": printed.path, "label": label.format(width=printed.width, height=printed.height)}
        if printed
        else None,
        "report": f"{reader.page(story).removeprefix(reader.base)}/report",
    }
