"""Pictures of Media: what is needed to render one, and the addresses of its renditions.

What stands in a rendition beside its pixels is public: credit, licence, and the texts that are published. Its recipe
is a digest of all that decides on its bytes; it is part of the address, so what an address answers never changes.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, cast
from urllib.parse import quote

import orjson

from api.crediting import credit_line
from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore
from graph.store.select import Follow, Select, Shape, by_ids
from graph.store.visibility import SYSTEM, Visibility, visibility_of
from graph.story.rights import credits_asked
from media.encoders import encoders
from media.formats import Format
from media.metadata.notice import Notice
from media.profiles import Plan, RenditionProfile, Source, plans
from media.studio import Made

PREFIX = "media:"
FOLDER = "/media/"
_MADE = "renditions"
_LETTERS = 16
_MOST_TEXTS = 200

_GRANT = Shape(
    (("id", "id"), ("licence", "licence"), ("title", "title"), ("state", "state"), ("rules", "rules")),
    (("holder", Follow("holder", Select("Entity", Shape((("label", "label"),)), limit=1))),),
)
_PROPS = (
    "id", "sha256", "width", "height", "bytes", "format", "alt", "locale", "text_state", "credit", "copyright",
    "focal_x", "focal_y", "placeholder", "main_colour", "digital_source_type",
    "state", "marking", "embargo_until", "expires_at",
)  # fmt: skip
_SHAPE = Shape(
    tuple((name, name) for name in _PROPS),
    (
        ("rights", Follow("rights", Select("RightsGrant", _GRANT, limit=20))),
        (
            "translations",
            Follow(
                "translations",
                Select(
                    "Translation",
                    Shape((("locale", "locale"), ("alt", "alt"), ("state", "state"))),
                    limit=_MOST_TEXTS,
                ),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Picture:
    """A Media with its bytes. `alt` has only texts that are published, by locale; `size` is of the original."""

    id: str
    sha256: str
    format: str
    size: int
    source: Source
    notice: Notice
    placeholder: str
    main_colour: str
    visibility: Visibility

    @property
    def alt(self) -> Mapping[str, str]:
        return self.notice.alt

    @cached_property
    def recipe(self) -> str:
        """A digest of all that decides on the bytes of its renditions; each of their addresses holds it."""
        told = (self.sha256, _fields(self.source), _fields(self.notice), encoders())
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:_LETTERS]

    def path(self, plan: Plan) -> str:
        """The path of a rendition on this installation."""
        name, _, extension = plan.file.rpartition(".")
        return f"{self._folder}{name}-{self.recipe}.{extension}"

    @cached_property
    def _folder(self) -> str:
        return f"{FOLDER}{quote(self.id.removeprefix(PREFIX))}/"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A rendition and where it is. Bytes are known once it was made; with a budget, so are its width and height."""

    plan: Plan
    path: str
    width: int
    height: int
    bytes: int | None


def read_pictures(store: GraphStore, ids: Iterable[str]) -> dict[str, Picture]:
    """Those of the Media that have bytes, by id, whoever may see them: asked once for all."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    answer = store.ask(SYSTEM, {"media": by_ids("Media", wanted, _SHAPE, limit=len(wanted))})["media"]
    rows = cast("Sequence[Mapping[str, Any]]", answer["rows"])
    return {row["id"]: _picture(row) for row in rows if row["sha256"] and row["width"] and row["height"]}


def _fields(told: Source | Notice) -> dict[str, object]:
    """Its fields by name; they are digested as they are, so none is copied."""
    return {one.name: getattr(told, one.name) for one in fields(told)}


def _picture(row: Mapping[str, Any]) -> Picture:
    focal_x, focal_y = (0.5 if row[name] is None else row[name] for name in ("focal_x", "focal_y"))
    return Picture(
        row["id"],
        row["sha256"],
        str(row["format"] or ""),
        int(row["bytes"] or 0),
        Source(row["width"], row["height"], focal_x, focal_y),
        _notice(row),
        row["placeholder"] or "",
        row["main_colour"] or "",
        visibility_of(row),
    )


def _notice(row: Mapping[str, Any]) -> Notice:
    alt = {row["locale"]: row["alt"]} if row["alt"] and row["text_state"] == "PUBLISHED" else {}
    for text in sorted(row["translations"]["rows"], key=lambda one: one["locale"]):
        if text["alt"] and text["state"] == "PUBLISHED":
            alt.setdefault(text["locale"], text["alt"])
    grants = row["rights"]["rows"]
    holders = [one["label"] for grant in grants for one in grant["holder"]["rows"]]
    return Notice(
        id=row["id"],
        credit=credit_line(credits_asked(grants), [row["credit"] or ""]),
        copyright=row["copyright"] or "",
        licence=next((grant["licence"] for grant in grants if grant["licence"]), ""),
        licensor=next(iter(holders), ""),
        source_type=_camel(row["digital_source_type"] or ""),
        alt=alt,
    )


def _camel(term: str) -> str:
    first, *rest = term.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def read_made(store: GraphStore, pictures: Iterable[Picture]) -> dict[str, dict[str, Made]]:
    """What was made of each, by recipe and file; no more than is written down, which may be behind."""
    recipes = tuple(dict.fromkeys(picture.recipe for picture in pictures))
    if not recipes:
        return {}
    return {
        recipe: {file: Made(file, *cast("tuple[int, int, int]", told)) for file, told in entry.value.items()}
        for recipe, entry in store.entries(_MADE, recipes).items()
    }


def note_made(store: GraphStore, recipe: str, made: Sequence[Made]) -> None:
    """Write down what was made, beside what was made before."""
    added: dict[str, object] = {one.file: (one.width, one.height, one.bytes) for one in made}

    def revision(there: Entries) -> Sequence[Entry]:
        before: Mapping[str, object] = there[recipe].value if recipe in there else dict[str, object]()
        return [Entry(recipe, {**before, **added})]

    store.revise(_MADE, [recipe], revision)


def forget_made(store: GraphStore, recipe: str) -> None:
    """No longer tell of what was made under a recipe."""
    store.revise(_MADE, [recipe], list)


def srcset(files: Iterable[tuple[str, int]]) -> str:
    """Addresses with their widths, for a browser to choose from."""
    return ", ".join(f"{url} {width}w" for url, width in files)


def renditions(picture: Picture, profile: RenditionProfile, made: Mapping[str, Made]) -> list[Rendition]:
    """The renditions of a profile, best format first, narrow before wide.

    AVIF takes long to make, so it is told of only once it is there; the others are made when they are asked for.
    """
    found: list[Rendition] = []
    for plan in plans(picture.source, profile):
        there = made.get(plan.file)
        if there is None and plan.format is Format.AVIF:
            continue
        width, height = (there.width, there.height) if there else (plan.width, plan.height)
        found.append(Rendition(plan, picture.path(plan), width, height, there.bytes if there else None))
    return found
