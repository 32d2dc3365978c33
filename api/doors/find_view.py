"""What `/find` was told, in words for its template."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from babel.dates import format_date, parse_date

from api.cards.words import worded
from api.doors import feed, links
from api.doors.callers import Known
from api.doors.countries import Place
from api.doors.desk import at, edit_path, publishes, writes
from api.doors.find_map import Drawn
from api.doors.finding import FACETS, MOST_VALUES, SORTS, Asked, Found
from api.doors.languages import Words, switch, words
from api.doors.pages import account, number_text, templates
from api.labels import Label
from graph.model.enums import UsePurpose
from graph.story.wording import language_name

_JPEG = "image/jpeg"
#: How wide a picture of a hit is shown, in CSS pixels; twice that for screens with small pixels.
_WIDE = 320


def view(asked: Asked, found: Found, known: Known, saved: Mapping[str, Any] | None) -> dict[str, Any]:
    """The variables of the template; `saved` is what api.doors.saved tells to whoever is known."""
    told = words(asked.lang)
    return {
        "words": told,
        "feed": feed.address(asked.text),
        "lang": asked.lang,
        "languages": switch(asked.lang, lambda one: asked.url(lang=one)),
        "notice": told["notice"] if known.is_here else "",
        "account": account(known),
        "desk": writes(known),
        "publishes": publishes(known),
        "asked": asked,
        "kept": [*asked.chosen.items()],
        "sorts": _options(tuple((one, told["sorts"][one.lower()]) for one in SORTS), asked.sort),
        "places": _options(tuple(found.countries), asked.territory),
        "purposes": _options(tuple((one.value, told["purposes"][one.lower()]) for one in UsePurpose), asked.purpose),
        "saved": saved,
        "problem": str(found.refused) if found.refused else "",
        "answer": _answer(told, asked, found, known) if found.search is not None else None,
    }


@lru_cache(maxsize=64)
def _options(choices: tuple[Place, ...], chosen: str) -> str:
    """The options of a list as markup, written once for all who are offered the same: of countries there are many."""
    return templates.get_template("options.html").render(choices=choices, chosen=chosen)


def _answer(told: Words, asked: Asked, found: Found, known: Known) -> dict[str, Any]:
    search = found.search or {}
    facets = {one["field"]: one["values"] for one in search["facets"]}
    page, meant, here = search["pageInfo"], search["didYouMean"], asked.url()
    hits = [_hit(told, asked, edge, found, known) for edge in search["edges"] if edge["node"]["id"] in found.labels]
    return {
        "told": _counted(told["find"], search["totalCount"], asked),
        "meant": {"text": meant, "url": asked.url(q=meant)} if meant else None,
        "chosen": [_chosen(told, asked, name, value, found.labels) for name, value in asked.chosen.items()],
        "facets": [
            one for name in FACETS if (one := _facet(told, asked, here, name, facets.get(name, ()), found.labels))
        ],
        "hits": hits,
        "pictures": any(hit["picture"] for hit in hits),
        "views": [
            {
                "text": told["find"][one],
                "url": here if asked.on_map == (one == "map") else replace(asked, on_map=one == "map").url(),
                "here": asked.on_map == (one == "map"),
            }
            for one in ("list", "map")
        ],
        "drafts": _drafts(told, asked, found),
        "map": _map(told, asked, found, found.map) if found.map else None,
        "more": asked.url(after=page["endCursor"]) if page["hasNextPage"] else "",
    }


def _drafts(told: Words, asked: Asked, found: Found) -> dict[str, str] | None:
    """The way to what is not published, where there is some, and back."""
    if asked.drafts:
        return {"text": told["find"]["without_drafts"], "url": replace(asked, drafts=False).url()}
    if not found.drafts:
        return None
    key = "with_draft" if found.drafts == 1 else "with_drafts"
    text = told["find"][key].format(count=number_text(found.drafts, asked.lang))
    return {"text": text, "url": replace(asked, drafts=True).url()}


def _map(told: Words, asked: Asked, found: Found, at: Drawn) -> dict[str, Any]:
    """The map's frame and its markers, each with what is there by name."""

    def thing(id: str) -> dict[str, str]:
        return {"text": found.labels[id].text, "url": f"/q/anything-by-its-id?{_query(asked, id=id)}"}

    spots = [
        {
            "lon": spot.lon,
            "lat": -spot.lat,
            "places": [thing(id) for id in spot.places if id in found.labels],
            "things": [thing(id) for id in spot.things if id in found.labels],
        }
        for spot in at.spots
    ]
    count = len(at.nowhere)
    nowhere = told["find"]["nowhere"].format(count=number_text(count, asked.lang)) if count else ""
    box = f"{at.left:g} {at.top:g} {at.width:g} {at.height:g}"
    return {"box": box, "radius": at.radius, "spots": spots, "nowhere": nowhere}


def _counted(sentences: Words, count: int, asked: Asked) -> str:
    key = "found_none" if count == 0 else "found_one" if count == 1 else "found_many"
    number = number_text(count, asked.lang)
    return str(sentences[key if asked.text else f"{key}_at_all"]).format(text=asked.text, count=number)


def _chosen(told: Words, asked: Asked, name: str, value: str, named: Mapping[str, Label]) -> dict[str, str]:
    text = value_text(told, asked.lang, name, value, named)
    rest = {other: one for other, one in asked.chosen.items() if other != name}
    return {"text": text, "url": asked.url(rest), "remove": told["find"]["remove"].format(value=text)}


def _facet(
    told: Words, asked: Asked, here: str, name: str, values: Sequence[Mapping[str, Any]], named: Mapping[str, Label]
) -> dict[str, Any] | None:
    """What a facet offers; `here` is the address of what is asked, to which each choice adds itself."""
    if name in asked.chosen or not values[1:]:
        return None
    return {
        "title": told["facets"][name],
        "choices": [
            {
                "text": value_text(told, asked.lang, name, one["value"], named),
                "count": number_text(one["count"], asked.lang),
                "url": f"{here}&{name}={_quoted(one['value'])}",
            }
            for one in values[:MOST_VALUES]
        ],
    }


def value_text(told: Words, lang: str, name: str, value: str, named: Mapping[str, Label]) -> str:
    """A facet's value in words."""
    if name == "type":
        return str(told["types"].get(value, value))
    if name == "locale":
        return language_name(value, lang)
    if name == "picture":
        return str(told["facets"]["with_picture" if value == "true" else "without_picture"])
    return named[value].text if value in named else value


def _hit(told: Words, asked: Asked, edge: Mapping[str, Any], found: Found, known: Known) -> dict[str, Any]:
    node, snippet = edge["node"], edge["snippet"]
    id, rights = str(node["id"]), found.rights
    label = found.labels[id].text
    is_story = node["type"] == "Asset" and node["state"] == "PUBLISHED"
    media = next(iter(node["media"]["nodes"]), None) if node["type"] == "Asset" else None
    said = snippet["text"] if snippet and snippet["text"] != label else ""
    return {
        "label": label,
        "url": links.story(id, asked.lang)
        if is_story
        else at(edit_path(id), asked.lang)
        if node["state"] != "PUBLISHED" and writes(known)
        else f"/q/anything-by-its-id?lang={asked.lang}&id={_quoted(id)}",
        "edit": at(edit_path(id), asked.lang) if writes(known) else "",
        "type": told["one"][node["type"]],
        "state": "" if node["state"] == "PUBLISHED" else worded(node["state"], asked.lang),
        "sample": node["sample"],
        "picture": _picture(media) if media else None,
        "credit": (media["credit"] or "") if media else "",
        "snippet": pieces(snippet) if said else [],
        "lang": edge["locale"] or "",
        "summary": "" if said else node.get("summary") or "",
        "why": _why(told, edge["why"], found.labels),
        "used": _used(told, asked.lang, node["usedIn"]),
        "where": f"/q/what-is-used-where?lang={asked.lang}&asset={_quoted(id)}" if node["type"] == "Asset" else "",
        "rights": _rights(told, asked, id, rights[id]) if id in rights else None,
    }


@lru_cache(maxsize=4096)
def _quoted(id: str) -> str:
    """An id or a facet's value as it stands in an address: of those on a page most were on the one before."""
    return quote_plus(id)


def _query(asked: Asked, **given: str) -> str:
    return urlencode({"lang": asked.lang, **given})


def _picture(media: Mapping[str, Any]) -> dict[str, Any] | None:
    """The smallest JPEG that is sharp enough; what everything reads."""
    files = [file for source in media["renditions"] if source["mediaType"] == _JPEG for file in source["files"]]
    if not files:
        return None
    best = next((file for file in files if file["width"] >= _WIDE), files[-1])
    return {"src": best["url"], "width": best["width"], "height": best["height"], "alt": media["alt"] or ""}


def pieces(snippet: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it matched."""
    text, found, at = str(snippet["text"]), list[tuple[str, bool]](), 0
    for span in snippet["highlights"]:
        found += [(text[at : span["start"]], False), (text[span["start"] : span["end"]], True)]
        at = span["end"]
    return [*found, (text[at:], False)]


def _why(told: Words, reasons: Sequence[Mapping[str, Any]], named: Mapping[str, Label]) -> str:
    ways = dict.fromkeys(
        told["why"][one["match"].lower()].format(via=f"“{named[one['via']].text}”" if one["via"] in named else "…")
        for one in reasons
    )
    return told["why"]["found"].format(ways=", ".join(ways)) if ways else ""


def _used(told: Words, lang: str, uses: Sequence[Mapping[str, Any]]) -> str:
    named = [
        f"{number_text(one['count'], lang)} {told['one' if one['count'] == 1 else 'types'][one['kind']]}"
        for one in uses
        if one["count"]
    ]
    return told["find"]["used"].format(where=", ".join(named)) if named else ""


def _rights(told: Words, asked: Asked, id: str, check: Mapping[str, Any]) -> dict[str, Any]:
    verdict, last = str(check["verdict"]).lower(), check["validUntil"]
    day = format_date(parse_date(last, "en"), "long", locale=asked.lang) if last else ""
    use = {name: value for name, value in (("territories", asked.territory), ("purposes", asked.purpose)) if value}
    asks: Sequence[Mapping[str, Any]] = check["unlock"]["smallest"] if check["unlock"] else ()
    return {
        "verdict": verdict,
        "sentence": told["may"][verdict],
        "duties": [one["text"] for one in check["duties"]],
        "reasons": [one["sentence"] for one in check["reasons"]] if verdict in ("denied", "unknown") else [],
        "asks": [one["ask"] for one in asks],
        "until": told["use"]["until"].format(day=day) if day else "",
        "url": f"/q/may-we-use-it?{_query(asked, assets=id, **use)}",
    }
