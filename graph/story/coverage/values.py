"""What is asked of coverage, and what is answered."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from graph.asking import Of, said
from graph.model.enums import Told, UsePurpose
from graph.model.kinds import Locale
from graph.story.repairs.values import FixRequest
from graph.story.settings import FixPolicy


class CoverageRows(Told):
    """What stands for the rows of a coverage table."""

    MESSAGE = "MESSAGE", "Each message."
    NARRATIVE = "NARRATIVE", "Each narrative, by all of its messages."
    THEME = "THEME", "Each theme."
    BRAND_DIMENSION = "BRAND_DIMENSION", "Each brand dimension, by all themes that bear it."


class CoverageColumns(Told):
    """What stands for the columns of a coverage table."""

    AUDIENCE = "AUDIENCE", "Each audience, in its languages and its country."
    COUNTRY = "COUNTRY", "Each country, in the languages spoken there."
    LOCALE = "LOCALE", "Each language, anywhere."


class CoverageState(Told):
    """How well a cell is covered."""

    COVERED = "COVERED", "Enough assets pass every gate."
    THIN = "THIN", "Some do, not enough."
    EMPTY = "EMPTY", "None does."


class CoverageGate(Told):
    """What an asset has to pass to count in a cell, in this order."""

    ASSET = "ASSET", "It belongs to the row."
    AUDIENCE = "AUDIENCE", "It fits the audience."
    LOCALE = "LOCALE", "It has a text in a language of the column."
    RIGHTS = "RIGHTS", "It may be published there."
    PROOF = "PROOF", "What it says is proven."
    FRESH = "FRESH", "Its facts need no look."


class CoverageAction(Told):
    """What can be done about a gap."""

    TRANSLATE = "TRANSLATE", "Put an asset into a language."
    EXTEND_RIGHTS = "EXTEND_RIGHTS", "Ask for the right to publish an asset in a territory."
    REFRESH = "REFRESH", "Look at the facts of an asset again."
    FIND_PROOF = "FIND_PROOF", "Find a proof for a message."
    CREATE = "CREATE", "Make an asset: nothing comes near."


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """Which rows and columns to look at; all where nothing is given."""

    narrative: Annotated[str, Of("Narrative")] | None = said("Messages of this narrative only.", None)
    campaign: Annotated[str, Of("Campaign")] | None = said("Audiences that this campaign targets only.", None)
    rows: tuple[Annotated[str, Of("Entity")], ...] = said("These messages, narratives or themes only.", ())
    audiences: tuple[Annotated[str, Of("Audience")], ...] = said("These audiences only.", ())
    countries: tuple[Annotated[str, Of("Country")], ...] = said("These countries, or audiences in them, only.", ())
    region: str | None = said("Countries of a region or group only, as ASEAN, 035 or Europe.", None)
    locales: tuple[Locale, ...] = said("These languages only.", ())


@dataclass(frozen=True, slots=True)
class CoverageRequire:
    """Which gates an asset has to pass, beside being an asset of the row."""

    audience: bool = said("It fits the audience, by its themes or by its messages.", True)
    locale: bool = said("There is an approved or published text in a language of the column.", True)
    rights: bool = said("It may be published there.", True)
    proof: bool = said("A message of the row that it expresses has a proof that still holds.", True)
    fresh: bool = said("Its facts need no look before the day.", True)


@dataclass(frozen=True, slots=True)
class CoveragePolicy:
    """From when a cell is covered, and what each repair costs."""

    covered_from: int = said("From how many assets a cell is covered.", 2)
    words_a_unit: int = said("How many words of title and summary are a unit of effort to translate.", 100)
    translate_least: float = said("The least effort of a translation.", 0.5)
    extend_rights: float = said("The effort to ask for a right.", 2.0)
    refresh: float = said("The effort to look at facts again.", 1.0)
    find_proof: float = said("The effort to find a proof.", 4.0)
    create: float = said("The effort to make an asset.", 16.0)
    requests: FixPolicy = said("By when a repair is asked for.", FixPolicy())


@dataclass(frozen=True, slots=True)
class CoverageGiven:
    """What a table of coverage is asked with."""

    rows: CoverageRows = said("What stands for its rows.")
    columns: CoverageColumns = said("What stands for its columns.")
    filter: CoverageFilter = said("Which of them.", CoverageFilter())
    require: CoverageRequire = said("What an asset has to pass.", CoverageRequire())
    purpose: UsePurpose = said("For which purpose rights are needed, as in planStory.", UsePurpose.CULTURE)
    on: date | None = said("The day; today where it is left out.", None)
    most: int = said("How many rows and columns at most, 1 to 60 each.", 40)
    top: int = said("How many of the best repairs, 0 to 50.", 5)


@dataclass(frozen=True, slots=True)
class CoverageHead:
    """What a row or a column stands for."""

    entity: Annotated[str, Of("Entity")] | None = said("It, where it is in the graph.")
    key: str = said("Its id, code or language.")
    label: str = said("What it is called.")


@dataclass(frozen=True, slots=True)
class CoverageMissing:
    """How many assets of the row fail first at a gate."""

    gate: CoverageGate = said("The gate.")
    count: int = said("How many.")


@dataclass(frozen=True, slots=True)
class CoverageFix:
    """One change that adds an asset to cells which are not covered."""

    action: CoverageAction = said("What to do.")
    asset: Annotated[str, Of("Asset")] | None = said("To which asset.")
    message: Annotated[str, Of("Message")] | None = said("For which message a proof is to be found.")
    target: str = said("Into which language or for which territory, where that is what it is about.")
    effort: float = said("What it costs, in units of effort.")
    unlocks: int = said("How many cells of this table it adds an asset to that are not covered.")
    sentence: str = said("The same in words.")
    request: FixRequest | None = said(
        "What has to be asked for it, and of whom; null where nobody can be asked, and for partners and the public."
    )


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """How well one row is covered for one column."""

    row: CoverageHead = said("The row.")
    column: CoverageHead = said("The column.")
    state: CoverageState = said("How well it is covered.")
    depth: int = said("How many assets pass every gate.")
    assets: tuple[Annotated[str, Of("Asset")], ...] = said("The first of them, up to ten.")
    first_failed: CoverageGate | None = said("The gate after which nothing is left; none where something is.")
    missing: tuple[CoverageMissing, ...] = said("How many assets fail first at each gate.")
    cheapest_fix: CoverageFix | None = said("The change with the least effort that adds an asset; none where covered.")


@dataclass(frozen=True, slots=True)
class CoverageTotals:
    """How many cells there are of each state."""

    covered: int = said("Enough assets pass.")
    thin: int = said("Some pass.")
    empty: int = said("None passes.")


@dataclass(frozen=True, slots=True)
class Coverage:
    """A table of coverage, row by row."""

    rows: tuple[CoverageHead, ...] = said("Its rows.")
    columns: tuple[CoverageHead, ...] = said("Its columns.")
    cells: tuple[CoverageCell, ...] = said("Its cells, row by row.")
    totals: CoverageTotals = said("How many of each state.")
    top_fixes: tuple[CoverageFix, ...] = said("The changes that add an asset to most cells for their effort.")
    notes: tuple[str, ...] = said("What the table lacks: rows or columns cut off, rows of data that are missing.")
    policy: CoveragePolicy = said("What it was reckoned with.")
