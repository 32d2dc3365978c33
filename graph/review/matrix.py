"""The translation matrix: assets by locales, what is missing, drafted, current or stale, and what changed since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.history.changes import told
from graph.model import ANY, LEVEL, EntityType
from graph.model.enums import Told
from graph.model.kinds import Json, Locale
from graph.model.names import camel
from graph.review.logged import logged, set_by
from graph.store.basis import basis_of
from graph.store.batch import Change
from graph.store.layout import text_open
from graph.store.select import Cmp, Filter, Follow, Not, Order, Rel, Select, Shape, both, by_ids, shape_of
from graph.story.naming import asked_for, refuse_unknown

AssetId = Annotated[str, Of("Asset")]
TranslationId = Annotated[str, Of("Translation")]
_MOST, _MOST_LOCALES = 50, 40
_READY = ("APPROVED", "PUBLISHED")


class TranslationStatus(Told):
    """How a text stands in one language."""

    MISSING = "MISSING", "There is none that you see."
    DRAFT = "DRAFT", "It is a draft or in review."
    CURRENT = "CURRENT", "It is ready and says what the source says."
    STALE = "STALE", "It is ready, and the source says something else since."


@dataclass(frozen=True, slots=True)
class TranslationMatrixWhere:
    """Which assets: all that is given must hold."""

    mission: Annotated[str, Of(ANY)] | None = said("Those that this mission or organisation keeps.", None)
    campaign: Annotated[str, Of("Campaign")] | None = said("Those that this campaign uses.", None)
    status: TranslationStatus | None = said("Only rows that have such a cell.", None)


@dataclass(frozen=True, slots=True)
class TranslationMatrixGiven:
    """Which part of the matrix."""

    where: TranslationMatrixWhere | None = said("Only some assets.", None)
    locales: tuple[Locale, ...] | None = said(
        "The columns. Left out, those that the audiences of the campaign and of the mission's country read, or else "
        "those in which there is something.",
        None,
    )
    first: int = said(f"How many assets at most, up to {_MOST}, by id.", 20)
    after: AssetId | None = said("Go on after this asset.", None)


@dataclass(frozen=True, slots=True)
class TranslationCell:
    """An asset in one language."""

    locale: str = said("The language.")
    status: TranslationStatus = said("How it stands there.")
    translation: TranslationId | None = said("The translation; null for the language of the asset itself.")
    changes: int = said("How often the source's texts changed since it was made.")


@dataclass(frozen=True, slots=True)
class TranslationRow:
    """An asset in all languages."""

    asset: AssetId | None = said("The asset.")
    locale: str | None = said("The language it is written in.")
    cells: tuple[TranslationCell, ...] = said("One for each language, in the order of `locales`.")


@dataclass(frozen=True, slots=True)
class TranslationMatrix:
    """Assets by languages."""

    locales: tuple[str, ...] = said("The columns.")
    rows: tuple[TranslationRow, ...] = said("The assets.")
    end_cursor: AssetId | None = said("The last asset that was looked at; go on after its id.")
    has_next_page: bool = said("Whether there are more assets.")


@dataclass(frozen=True, slots=True)
class OfTranslation:
    """Which translation."""

    id: TranslationId = said("The translation's id.")


@dataclass(frozen=True, slots=True)
class TextSince:
    """A text of the source, when the translation was made and now."""

    path: str = said("The text, as title.")
    before: Json | None = said("What it was; null where you could not see it.")
    after: Json | None = said("What it is.")


@dataclass(frozen=True, slots=True)
class TranslationDifference:
    """What a source says that it did not when a translation was made of it."""

    translation: TranslationId | None = said("The translation.")
    source: Annotated[str, Of(ANY)] | None = said("What it translates.")
    status: TranslationStatus = said("How it stands.")
    changes: int = said("How often the source's texts changed since.")
    texts: tuple[TextSince, ...] = said("The texts that are not what they were.")


def translation_matrix(asking: Asking, given: TranslationMatrixGiven) -> TranslationMatrix:
    """A page of the matrix, for who works here, as far as it sees what is there."""
    if not 1 <= given.first <= _MOST:
        raise InvalidValue(f"{given.first} assets are asked for; 1 to {_MOST} are told at once.", path="first")
    if given.locales is not None and len(given.locales) > _MOST_LOCALES:
        raise InvalidValue(f"{len(given.locales)} are given; {_MOST_LOCALES} are allowed.", path="locales")
    if asking.viewer.live < LEVEL["INTERNAL"]:
        return TranslationMatrix((), (), None, has_next_page=False)
    where, entity = given.where or TranslationMatrixWhere(), asking.store.model.type("Asset")
    named = {
        ("where.mission", ANY): (where.mission,) if where.mission is not None else (),
        ("where.campaign", "Campaign"): (where.campaign,) if where.campaign is not None else (),
    }
    answers: Any = asking.ask({"assets": _assets(where, given), **_readers(where), **asked_for(named)})
    refuse_unknown(named, answers)
    rows: list[dict[str, Any]] = answers["assets"]["rows"]
    more, rows = len(rows) > given.first, rows[: given.first]
    readers = [answers[name]["rows"] for name in ("campaign", "mission") if name in answers]
    locales = given.locales or _columns(rows, readers)
    bases = _bases(asking, entity, [row["id"] for row in rows])
    counts = _counts(asking, rows, bases)
    told_rows = (_row(entity, row, locales, bases[row["id"]], counts.get(row["id"], ())) for row in rows)
    shown = [one for one in told_rows if where.status in (None, *(cell.status for cell in one.cells))]
    return TranslationMatrix(tuple(locales), tuple(shown), rows[-1]["id"] if rows else None, has_next_page=more)


def _assets(where: TranslationMatrixWhere, given: TranslationMatrixGiven) -> Select:
    texts = Follow(
        "translations",
        Select("Translation", shape_of("id", "locale", "state", "basis", "basis_rev"), Cmp("form", "eq", "FULL")),
    )
    shape = shape_of("id", "locale", "state", "text_state", translations=texts)
    filters: list[Filter | None] = [
        Not(Cmp("state", "eq", "RETIRED")),
        Rel("some", "keeper", Cmp("id", "eq", where.mission)) if where.mission else None,
        Rel("some", "campaigns", Cmp("id", "eq", where.campaign)) if where.campaign else None,
    ]
    after = (given.after, given.after) if given.after is not None else None
    return Select("Asset", shape, both(*filters), (Order("id"),), after=after, limit=given.first + 1)


def _readers(where: TranslationMatrixWhere) -> dict[str, Select]:
    """Which languages are read by those whom a campaign or a mission is for."""
    audiences = Follow("audiences", Select("Audience", shape_of("locales")))
    found: dict[str, Select] = {}
    if where.campaign:
        found["campaign"] = by_ids("Campaign", (where.campaign,), shape_of("id", audiences=audiences))
    if where.mission:
        hosts = Follow("hosted_by", Select("Country", shape_of("id", audiences=audiences)))
        mission = (("Mission", Shape((), (("hosted_by", hosts),))),)
        found["mission"] = Select(ANY, shape_of("id"), Cmp("id", "eq", where.mission), cases=mission, limit=1)
    return found


def _columns(rows: Sequence[Mapping[str, Any]], readers: Iterable[Sequence[Mapping[str, Any]]]) -> tuple[str, ...]:
    """The languages that are read, or else those in which there is something."""
    holders: list[Mapping[str, Any]] = []
    for one in (each for found in readers for each in found):
        case: Mapping[str, Any] = one.get("@case") or {}
        holders += case["hosted_by"]["rows"] if case else [one] if "audiences" in one else []
    wanted = {locale for one in holders for each in one["audiences"]["rows"] for locale in each["locales"]}
    if not wanted:
        wanted = {row["locale"] for row in rows if row["locale"]}
        wanted |= {one["locale"] for row in rows for one in row["translations"]["rows"] if one["locale"]}
    return tuple(sorted(wanted)[:_MOST_LOCALES])


def _row(
    entity: EntityType, row: Mapping[str, Any], locales: Sequence[str], basis: str, changes: Sequence[Change]
) -> TranslationRow:
    own = {one["locale"]: one for one in row["translations"]["rows"] if one["state"] != "RETIRED"}
    cells = (_cell(row, locale, own.get(locale), basis) for locale in locales)
    counted = (
        replace(cell, changes=len(_since(entity, own[cell.locale], changes))) if cell.translation else cell
        for cell in cells
    )
    return TranslationRow(row["id"], row["locale"], tuple(counted))


def _cell(row: Mapping[str, Any], locale: str, there: Mapping[str, Any] | None, basis: str) -> TranslationCell:
    if there is not None:
        return TranslationCell(locale, _status(there, basis), there["id"], 0)
    if locale != row["locale"]:
        return TranslationCell(locale, TranslationStatus.MISSING, None, 0)
    ready = row["state"] in _READY and text_open(row)
    return TranslationCell(locale, TranslationStatus.CURRENT if ready else TranslationStatus.DRAFT, None, 0)


def _status(translation: Mapping[str, Any], basis: str) -> TranslationStatus:
    if translation["state"] not in _READY:
        return TranslationStatus.DRAFT
    return TranslationStatus.CURRENT if translation["basis"] == basis else TranslationStatus.STALE


def _since(entity: EntityType, translation: Mapping[str, Any], changes: Sequence[Change]) -> list[Change]:
    """The entries that changed texts of the source after a translation was made of it."""
    rev = translation["basis_rev"] or 0
    return [one for one in changes if one.rev > rev and not set_by(one).keys().isdisjoint(entity.texts)]


def _bases(asking: Asking, entity: EntityType, ids: Sequence[str]) -> dict[str, str]:
    """What translations made now would rest on; a text that is closed to the caller counts, and is not told."""
    if not ids:
        return {}
    own = tuple(name for name in ("locale", *entity.texts) if name in entity.props)
    question = by_ids(entity.name, tuple(ids), shape_of("id", *own), limit=len(ids))
    rows: Any = asking.ask({"it": question}, asking.everything)["it"]["rows"]
    return {row["id"]: basis_of(entity, row) for row in rows}


def _counts(asking: Asking, rows: Sequence[Mapping[str, Any]], bases: Mapping[str, str]) -> dict[str, list[Change]]:
    """The entries of those assets that say something else than some translation was made of."""
    moved = [row["id"] for row in rows if any(one["basis"] != bases[row["id"]] for one in row["translations"]["rows"])]
    return logged(asking, tuple(moved))


def translation_difference(asking: Asking, given: OfTranslation) -> TranslationDifference | None:
    """What the source says that it did not when a translation was made; nothing where it is out of sight."""
    if asking.viewer.live < LEVEL["INTERNAL"]:
        return None
    shape = shape_of("id", "state", "basis", "basis_rev", source=Follow("translates", Select(ANY, shape_of("id"))))
    rows: Any = asking.ask({"it": by_ids("Translation", (given.id,), shape)})["it"]["rows"]
    sources = [one["id"] for row in rows for one in row["source"]["rows"]]
    if not sources:
        return None
    [row], [source] = rows, sources
    entity = asking.store.model.by_prefix[source.split(":", 1)[0]]
    since = _since(entity, row, logged(asking, (source,)).get(source, []))
    sides: dict[str, tuple[Any, Any]] = {}
    texts = {camel(name) for name in entity.texts}
    for one in told(asking, since):
        for part in one.parts:
            if part.path in texts:
                sides[part.path] = (sides[part.path][0] if part.path in sides else part.before, part.after)
    return TranslationDifference(
        given.id,
        source,
        _status(row, _bases(asking, entity, [source])[source]),
        len(since),
        tuple(TextSince(path, *both_) for path, both_ in sides.items() if both_[0] != both_[1]),
    )


QUESTIONS = (
    Question(
        "translation_matrix",
        "Assets by languages: what is missing, a draft, current or stale, and how often the source changed since.",
        TranslationMatrixGiven,
        TranslationMatrix,
        translation_matrix,
        lambda given: given.first * 10,
    ),
    Question(
        "translation_difference",
        "What a source says that it did not when a translation was made of it.",
        OfTranslation,
        TranslationDifference | None,
        translation_difference,
        lambda _given: 10,
    ),
)
