"""What the page of a form is told, in words for its template."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.cards.shapes import is_list, is_object
from api.cards.words import worded
from api.desk.differences import is_default, pieces, sentences, told
from api.desk.editing import Around, Editing, Opened
from api.desk.fields import Control, Field, Group, choices_of, control_of
from api.desk.form import HAD, WAS, Carried, Linked, Shown
from api.desk.past import Entry
from api.desk.spelling import spelled
from api.desk.thing import Thing
from api.doors.desk import Seat, at, edit_path, moment
from api.doors.languages import Words, helped, words
from api.doors.telling import told as in_words
from api.labels import Label
from graph.model import MODEL, Prop
from graph.model.kinds import BOOLEAN, LOCALE, NAMES, URL
from graph.story.wording import language_name

_PUBLIC_TYPES = frozenset({"Asset"})


def page(seat: Seat, editing: Editing, opened: Opened, path: str, said: str) -> dict[str, Any]:
    """The variables of the form's template."""
    words_, thing, around = seat.told, opened.thing, editing.around(opened)
    labels = editing.labels(opened)
    fields = [_field(seat, opened, one, labels, around) for one in opened.filled.shown]
    desk: Words = words_["desk"]
    named = {one.name for one in opened.fields}
    stale = opened.saved.stale
    return {
        "title": thing.label or desk["new"].format(type=words_["one"][thing.entity.name]),
        "type": words_["one"][thing.entity.name],
        "help": helped(thing.entity.doc, seat.lang),
        "state": worded(thing.state, seat.lang) if thing.id else "",
        "id": thing.id,
        "action": at(path, seat.lang),
        "rev": thing.rev,
        "key": opened.key,
        "groups": [
            {
                "name": str(group),
                "title": desk["groups"][group],
                "fields": [one for one in fields if one["group"] == group],
            }
            for group in Group
        ],
        "told": desk["told"][said] if said else "",
        "stale": stale,
        "clashes": opened.filled.clashes,
        "problems": [] if stale else [in_words(one, seat.lang) for one in opened.saved.others(named)],
        "unsound": not opened.filled.sound,
        "proposes": opened.proposes,
        "submits": thing.state == "DRAFT",
        "autosaves": bool(thing.id) and thing.state == "DRAFT" and not editing.executor.surroundings.review.reasons,
        "zone": str(thing.zone),
        "names": "/edit/names",
        "history": at(f"{edit_path(thing.id)}/history", seat.lang) if thing.id else "",
        "graph": at(f"/graph/{thing.id}", seat.lang) if thing.id else "",
        "picture": at(f"{edit_path(thing.id)}/picture", seat.lang)
        if thing.id and "media" in thing.entity.forward
        else "",
        "public": f"/a/{thing.id.partition(':')[2]}?lang={seat.lang}"
        if thing.entity.name in _PUBLIC_TYPES and thing.state == "PUBLISHED"
        else "",
        "source": _source(seat, opened),
        "check": _check(seat, opened, around),
        "notes": [_note(seat, one) for one in around.standing.get("notes", ())],
        "proposals": [{"reason": one["reason"] or "", "at": moment(one["at"], seat.lang)} for one in around.proposals],
        "locales": _languages(seat, opened, around),
    }


def kept(seat: Seat, opened: Opened) -> dict[str, Any]:
    """What the script that keeps drafts is told: what stands beside each field now, or why nothing was kept."""
    problems = [
        f"{worded(one.field.name, seat.lang)}: {in_words(one.problem, seat.lang).text}"
        for one in opened.filled.shown
        if one.problem
    ]
    if opened.saved.stale:
        return {"problem": seat.told["desk"]["stale"]}
    if problems or opened.saved.errors:
        named = {one.name for one in opened.fields}
        others = (in_words(one, seat.lang).text for one in opened.saved.others(named))
        return {"problem": " ".join([*problems, *others])}
    beside = [pair for one in opened.filled.shown for pair in _beside(one)]
    return {"rev": opened.thing.rev, "key": opened.key, "beside": beside, "told": seat.told["desk"]["kept_draft"]}


def past_page(seat: Seat, thing: Thing, entries: Sequence[Entry], editing: Editing) -> dict[str, Any]:
    """The variables of the page of what was written of a thing."""
    ids = {id for one in entries for part in one["parts"] for id in ids_of(part)}
    labels = editing.picker.named(sorted(ids))
    person = seat.people(str(one["actor"] or "") for one in entries)
    return {
        "title": thing.label,
        "back": at(edit_path(thing.id), seat.lang),
        "entries": [
            {
                "at": moment(one["at"], seat.lang),
                "actor": person(one["actor"] or ""),
                "kind": seat.told["card"]["watch"]["kinds"][str(one["kind"]).lower()],
                "reason": one["reason"] or "",
                "parts": [
                    {"name": worded(part["path"], seat.lang), "pieces": pieces(*told_of(part, labels, seat.lang))}
                    for part in one["parts"]
                    if not is_default(thing.entity, part)
                ],
                "restore": at(edit_path(thing.id), seat.lang, **{"from": str(one["seq"])}) if place else "",
            }
            for place, one in enumerate(entries)
        ],
    }


def _field(seat: Seat, opened: Opened, one: Shown, labels: Mapping[str, Label], around: Around) -> dict[str, Any]:
    field_, desk = one.field, seat.told["desk"]
    prop = None if field_.is_link else field_.prop
    targets = field_.end.targets if field_.is_link else ()
    return {
        "name": field_.name,
        "group": field_.group,
        "control": str(field_.control),
        "label": worded(field_.name, seat.lang),
        "help": helped(field_.doc, seat.lang),
        "hint": _hint(desk, field_, str(opened.thing.zone)),
        "required": field_.required,
        "text": one.text,
        "was": one.was,
        "theirs": pieces(one.theirs, one.text) if one.theirs is not None else None,
        "there": one.theirs or "",
        "problem": in_words(one.problem, seat.lang) if one.problem else None,
        "find": one.find,
        "types": ",".join(targets),
        "kinds": ", ".join(seat.told["one"].get(name, name) for name in targets[:4]),
        "longest": prop.longest if prop else 0,
        "blank": prop is not None and (prop.default is None and field_.name != "marking"),
        "choices": _choices(seat, prop, one.text) if prop else [],
        "linked": [_linked(seat, each, labels) for each in one.linked],
        "hidden": field_.is_link and field_.end.name in opened.thing.hidden,
        "source": _said(opened, field_, around) if prop else None,
        "url": prop is not None and prop.kind is URL,
        "spoken": prop is not None and prop.kind is LOCALE,
        "rows": _rows(field_, one.text),
    }


def _rows(one: Field, text: str) -> int:
    if one.name in ("body", "template"):
        return 16
    return min(12, max(2 if one.name != "title" else 1, text.count("\n") + 1, len(text) // 70 + 1))


def _hint(desk: Words, one: Field, zone: str) -> str:
    match one.control:
        case Control.MOMENT:
            return str(desk["zone"]).format(zone=zone)
        case Control.LINES:
            return str(desk["lines"])
        case Control.LOCALISED:
            return str(desk["names" if one.prop.kind is NAMES else "shares"])
        case _:
            return ""


def _choices(seat: Seat, prop: Prop, text: str) -> list[dict[str, Any]]:
    chosen = set(text.split("\n"))
    yes = seat.told["desk"]["yes"]
    return [
        {"value": one, "text": yes[one] if prop.kind is BOOLEAN else worded(one, seat.lang), "chosen": one in chosen}
        for one in choices_of(prop)
    ]


def _linked(seat: Seat, one: Linked, labels: Mapping[str, Label]) -> dict[str, Any]:
    label = labels.get(one.id)
    return {
        "id": one.id,
        "label": label.text if label else one.id,
        "type": seat.told["one"].get(label.type, "") if label else "",
        "url": at(edit_path(one.id), seat.lang) if label else "",
        "kept": one.kept,
        "there": one.there,
        "carried": [_carried(seat, each) for each in one.carried],
    }


def _carried(seat: Seat, one: Carried) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": worded(one.prop.name, seat.lang),
        "control": str(control_of(one.prop)),
        "text": one.text,
        "was": one.was,
        "choices": _choices(seat, one.prop, one.text),
    }


def _beside(one: Shown) -> Iterator[tuple[str, str]]:
    """The hidden fields of a field: what its reader was shown."""
    if not one.field.is_link:
        yield WAS + one.field.name, one.was
    for each in one.linked:
        if each.there:
            yield HAD + one.field.name, each.id
        for carried in each.carried:
            yield WAS + carried.name, carried.was


def _source(seat: Seat, opened: Opened) -> dict[str, Any] | None:
    if opened.source is None:
        return None
    locale = str(opened.source.values.get("locale") or "")
    return {
        "label": opened.source.label,
        "url": at(edit_path(opened.source.id), seat.lang),
        "locale": locale,
        "language": language_name(locale, seat.lang) if locale else "",
    }


def _said(opened: Opened, one: Field, around: Around) -> dict[str, Any] | None:
    """What the source says where a translation's text stands, and what it said when that was made."""
    source = opened.source
    if source is None or one.prop.name not in source.entity.texts:
        return None
    prop = source.entity.props[one.prop.name]
    now = spelled(prop, source.values.get(prop.name), source.zone)
    since = next((each for each in around.since.get("texts", ()) if each["path"] == one.name), None)
    before, after = (told(since["before"]), told(since["after"])) if since else (now, now)
    return {
        "text": now,
        "lang": source.values.get("locale") or "",
        "changed": sentences(before, after) if before != after else 0,
        "pieces": pieces(before, after) if before != after else None,
    }


def _check(seat: Seat, opened: Opened, around: Around) -> list[dict[str, str]]:
    """What is missing: before a draft may be reviewed, and before it may be published."""
    desk, id = seat.told["desk"], opened.thing.id
    found = [
        {"text": said.text, "lang": said.lang, "for": desk["for_review"], "url": ""}
        for one in around.hindrances
        for said in (in_words(one["message"], seat.lang),)
    ]
    for one in around.standing.get("missing", ()):
        of: Mapping[str, Any] = one["of"] or {"id": id}
        other = of["id"] != id
        url = at(edit_path(of["id"]), seat.lang) if other else ""
        said = in_words(one["message"], seat.lang)
        text = f"{of['label']}: {said.text}" if other else said.text
        found.append({"text": text, "lang": said.lang, "for": desk["for_public"], "url": url})
    return found


def _languages(seat: Seat, opened: Opened, around: Around) -> dict[str, Any] | None:
    thing = opened.thing
    if not thing.id or not thing.entity.texts or opened.source is not None:
        return None
    desk = seat.told["desk"]
    there = [
        {
            "name": language_name(one["locale"], seat.lang),
            "form": worded(one["form"], seat.lang),
            "state": worded(one["state"], seat.lang),
            "status": desk["status"][str(one.get("status") or "CURRENT").lower()],
            "stale": one.get("status") == "STALE" or bool(one.get("texts")),
            "changed": _changed(desk, one),
            "url": at(edit_path(one["id"]), seat.lang),
        }
        for one in around.languages
    ]
    return {"there": there, "of": thing.id, "action": "/edit/new/Translation"}


def _changed(desk: Words, one: Mapping[str, Any]) -> str:
    count = sum(sentences(told(each["before"]), told(each["after"])) for each in one.get("texts", ()))
    return str(desk["sentence" if count == 1 else "sentences"]).format(count=count) if count else ""


def _note(seat: Seat, one: Mapping[str, Any]) -> dict[str, str]:
    return {"note": one["note"], "kind": worded(one["kind"], seat.lang), "at": moment(one["at"], seat.lang)}


def told_of(part: Mapping[str, Any], labels: Mapping[str, Label], lang: str) -> tuple[str, str]:
    """Both sides of a difference in words: things by their names, words of vocabularies in a language."""
    before, after = (_named(part[side], labels, lang) for side in ("before", "after"))
    if part.get("path") == "locale":
        before, after = (language_name(one, lang) if one else one for one in (before, after))
    return told(before), told(after)


#: Every word of a vocabulary; a text that is spelled like one says the same.
_CHOSEN = frozenset(
    one.value
    for entity in MODEL.types.values()
    for prop in (*entity.props.values(), *(each for end in entity.forward.values() for each in end.link.props.values()))
    for one in prop.vocabulary or ()
)


def _named(value: Any, labels: Mapping[str, Label], lang: str) -> Any:
    if is_object(value):
        return {labels[id].text if id in labels else id: _carries(one, labels, lang) for id, one in value.items()}
    if is_list(value):
        return [_named(one, labels, lang) for one in value]
    if isinstance(value, bool):
        return words(lang)["desk"]["yes"][str(value).lower()]
    return worded(value, lang) if isinstance(value, str) and value in _CHOSEN else value


def _carries(value: Any, labels: Mapping[str, Label], lang: str) -> Any:
    """What a link carries, or what else stands under a name."""
    if not is_object(value):
        return _named(value, labels, lang)
    return {worded(name, lang): _named(one, labels, lang) for name, one in value.items()}


def ids_of(part: Mapping[str, Any]) -> Iterator[str]:
    for side in (part["before"], part["after"]):
        if is_object(side):
            yield from (id for id in side if ":" in id)
