"""What repairs are about, read by one question as the caller sees it: names, keepers, texts and proofs."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from graph.model import ANY, LEVEL
from graph.model.enums import Marking, State
from graph.store.select import Cmp, Follow, Order, Select, by_ids, shape_of
from graph.story.plan.texts import in_language
from graph.story.repairs.asks import About
from graph.story.repairs.values import AskedFix, AskedFixKind
from graph.story.rows import one_of, rows_of
from graph.story.wording import LANGUAGES

Row = Mapping[str, Any]
_MOST_PROOFS = 20
_ONE = shape_of("id")
_KEEPER = Follow("keeper", Select(ANY, _ONE, limit=1))
_TEXTS = Follow("texts", Select("Translation", shape_of("locale", "state"), order=(Order("id"),)))
_READY = (State.APPROVED, State.PUBLISHED)


def _named(prop: str) -> Follow:
    """What a thing is called in the languages of letters, with how each is marked."""
    wanted = Select("Translation", shape_of("locale", "marking", prop), Cmp("locale", "in", LANGUAGES))
    return Follow("translations", wanted)


_SHAPES = {
    "Asset": shape_of(
        "id", "label", "locale", "state", "text_state", "marking", "review_by", "expires_at",
        translations=_named("title"), keeper=_KEEPER,
        texts=Follow("translations", _TEXTS.select),
    ),
    "Message": shape_of(
        "id", "label", "locale", "marking", translations=_named("text"), keeper=_KEEPER,
        narrative=Follow("narrative", Select("Narrative", shape_of("id", keeper=_KEEPER), limit=1)),
        proofs=Follow(
            "proofs",
            Select(
                "Proof",
                shape_of(
                    "id", "label", "locale", "marking", "valid_until", translations=_named("title"), keeper=_KEEPER,
                    sources=Follow(
                        "sources", Select("Source", shape_of("id", keeper=_KEEPER), order=(Order("id"),), limit=1)
                    ),
                ),
                order=(Order("id"),), limit=_MOST_PROOFS,
            ),
        ),
    ),
    "Campaign": shape_of(
        "id", "label", "locale", "marking", translations=_named("title"), keeper=_KEEPER,
        missions=Follow("missions", Select(ANY, _ONE, order=(Order("id"),), limit=1)),
        assets=Follow("assets", Select("Asset", _ONE, order=(Order("id"),))),
    ),
}  # fmt: skip


def questions(fixes: Iterable[AskedFix]) -> dict[str, Select]:
    """What to ask for all of them at once, by the type of what they name."""
    wanted: dict[str, set[str]] = {}
    for fix in fixes:
        for entity, id in (("Asset", fix.asset), ("Message", fix.message), ("Campaign", fix.campaign)):
            if id is not None:
                wanted.setdefault(entity, set()).add(id)
    return {
        f"fix {entity}": by_ids(entity, tuple(sorted(ids)), _SHAPES[entity], limit=len(ids))
        for entity, ids in wanted.items()
    }


def read(answers: Mapping[str, Any]) -> dict[str, Row]:
    """The rows by their ids."""
    return {str(row["id"]): row for name, of in answers.items() if name.startswith("fix ") for row in rows_of(of)}


def about(fix: AskedFix, rows: Mapping[str, Row], on: date, language: str) -> About | None:
    """What a repair speaks of; None where something that it names is not there."""
    if fix.kind is AskedFixKind.FIND_PROOF:
        message = rows.get(fix.message or "")
        return _proof(message, on, language) if message else None
    asset = rows.get(fix.asset or "")
    if asset is None:
        return None
    ids, named = (str(asset["id"]),), _name(asset, language)
    if fix.kind is AskedFixKind.COORDINATE:
        campaign = rows.get(fix.campaign or "")
        if campaign is None:
            return None
        lead = _id(campaign["missions"]) or _id(campaign["keeper"])
        return About((*ids, str(campaign["id"])), lead, named, campaign=_name(campaign, language))
    return About(ids, _id(asset["keeper"]), named)


def _name(row: Row, language: str) -> str:
    """What a thing is called in a letter: by no translation that is marked stricter than the thing itself."""
    open_ones = [one for one in rows_of(row["translations"]) if LEVEL[one["marking"]] <= LEVEL[row["marking"]]]
    return in_language({**row, "translations": {"rows": open_ones}}, language)


def _proof(message: Row, on: date, language: str) -> About:
    """A proof that has run out is looked at again by who keeps it, or its source; else one is found for the message."""
    id, text = str(message["id"]), _name(message, language)
    narrative = one_of(message["narrative"])
    keeper = _id(message["keeper"]) or (_id(narrative["keeper"]) if narrative else "")
    ended = [
        one for one in rows_of(message["proofs"]) if one["valid_until"] and str(one["valid_until"]) < on.isoformat()
    ]
    if not ended:
        return About((id,), keeper, message=text)
    last = max(ended, key=lambda one: (str(one["valid_until"]), str(one["id"])))
    source = one_of(last["sources"])
    to = _id(last["keeper"]) or (_id(source["keeper"]) if source else "") or keeper
    held = date.fromisoformat(str(last["valid_until"]))
    return About((id, str(last["id"])), to, message=text, proof=_name(last, language), held=held)


def needless(fix: AskedFix, rows: Mapping[str, Row]) -> bool:
    """Whether what a repair asks for is there already, so that nobody has to be asked."""
    row = rows[(fix.message if fix.kind is AskedFixKind.FIND_PROOF else fix.asset) or ""]
    there = _THERE.get(fix.kind)
    return there is not None and there(fix, row, rows)


def _texts(row: Row, *, ready: bool) -> set[str]:
    """The languages of an asset's texts that may go out, or of those that are not published."""
    own = row["text_state"] or row["state"]
    told = [(row["locale"], own), *((one["locale"], one["state"]) for one in rows_of(row["texts"]))]
    return {str(locale) for locale, state in told if (state in _READY if ready else state != State.PUBLISHED)}


_THERE: Mapping[AskedFixKind, Callable[[AskedFix, Row, Mapping[str, Row]], bool]] = {
    AskedFixKind.FIND_PROOF: lambda _fix, row, _rows: any(one["valid_until"] is None for one in rows_of(row["proofs"])),
    AskedFixKind.TRANSLATE: lambda fix, row, _rows: fix.locale in _texts(row, ready=True),
    AskedFixKind.PUBLISH_TEXT: lambda fix, row, _rows: fix.locale not in _texts(row, ready=False),
    AskedFixKind.PUBLISH: lambda _fix, row, _rows: (
        row["state"] == State.PUBLISHED and row["marking"] in (Marking.PUBLIC, Marking.PARTNER)
    ),
    AskedFixKind.REFRESH: lambda _fix, row, _rows: not row["review_by"] and not row["expires_at"],
    AskedFixKind.EXTEND: lambda fix, row, _rows: not row["expires_at"] or str(row["expires_at"])[:10] > str(fix.until),
    AskedFixKind.COORDINATE: lambda fix, _row, rows: (
        fix.asset not in {str(one["id"]) for one in rows_of(rows[fix.campaign or ""]["assets"])}
    ),
}


def _id(answer: Any) -> str:
    found = one_of(answer)
    return str(found["id"]) if found else ""
