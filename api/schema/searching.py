"""Search in the contract: the words asked, the hits and why they are hits."""

from collections.abc import Iterable
from typing import Any, Optional

import strawberry

from api.schema.book import Argument, Book, Member, many
from api.schema.catalogue import Catalogue
from api.schema.connections import facet_type, page_arguments, page_info
from api.schema.vocabularies import choices, entity_types, vocabulary
from graph.model.enums import UsePurpose
from graph.model.kinds import Locale
from graph.search.index import Match, Sort
from graph.story.rights import RightsVerdict

_MATCHES = {
    Match.NAME: "The words are its name.",
    Match.ALIAS: "The words are another of its names.",
    Match.PREFIX: "A word begins like that.",
    Match.WORD: "The word stands there.",
    Match.STEM: "Another form of the word stands there.",
    Match.SOUND: "A word that is written alike in Latin script stands there.",
    Match.LINKED: "The words name something that it is linked to.",
    Match.SYNONYM: "A word stands there that the glossary says means the same, in this or another language.",
    Match.PART: "A part of a word stands there.",
    Match.TYPO: "A word that is spelled nearly like that stands there.",
}

_SORTS = {
    Sort.RELEVANCE: "What fits best; of what fits alike, what was changed last.",
    Sort.DATE: "What stands for the latest day; what stands for none comes last.",
    Sort.USE: "What is used most, as far as you see it, among the two thousand that fit best.",
    Sort.FRESHNESS: "What was changed last.",
}

#: What a search can be counted by, of the index and of the graph, and what each says.
SEARCH_FACETS = {
    "TYPE": ("type", "Its type."),
    "KIND": ("kind", "Its kind."),
    "COUNTRY": ("country", "The country it belongs to."),
    "THEME": ("theme", "What it is about."),
    "LOCALE": ("locale", "The language it is in."),
    "YEAR": ("year", "The year it stands for."),
    "MISSION": ("mission", "The missions that keep, run or organise it, or tell it in a campaign."),
    "CAMPAIGN": ("campaign", "The campaigns that use it, or that it is placed for."),
    "PICTURE": ("picture", "Whether it is an asset with a picture, true or false."),
}


def search_arguments(book: Book, catalogue: Catalogue) -> tuple[Argument, ...]:
    where: Any = _where(book, catalogue)
    return (
        Argument("text", str, "The words, in any language; an empty text finds everything."),
        Argument("where", Optional[where], "What to let through."),
        *page_arguments(backward=False),
        Argument("locale", Optional[Locale], "The language in which you would rather read what is found."),
        Argument("sort", Optional[_sort(book)], "What comes first; by RELEVANCE where it is left out."),
    )


def _sort(book: Book) -> Any:
    return book.enum("SearchSort", "What comes first among hits.", lambda: {one.name: _SORTS[one] for one in Sort})


def suggest_arguments() -> tuple[Argument, ...]:
    return (
        Argument("text", str, "The beginning of a name, in any script or romanised."),
        Argument("first", Optional[int], "How many at most, 8 where it is left out."),
        Argument("locale", Optional[Locale], "The language whose names come first."),
    )


def suggestion(book: Book) -> type:
    """A name that begins like what is typed."""
    return book.object(
        "Suggestion",
        "An entity with a name that begins like what is typed.",
        lambda: (
            Member("text", str, "The name."),
            Member("id", strawberry.ID, "The id of what bears it."),
            Member("type", str, "The type of what bears it, as Asset."),
            Member("locale", Optional[Locale], "The language of the name, where it is known."),
        ),
    )


def _usable(book: Book) -> type:
    purpose: Any = vocabulary(book, UsePurpose)
    verdict: Any = vocabulary(book, RightsVerdict)
    return book.input(
        "SearchUsable",
        "What may be used somewhere for something, today, by the rights that are known.",
        lambda: (
            Member("territory", str, "Where: a country's two letters, or another code of a territory."),
            Member("purpose", Optional[purpose], "What for; anything where it is left out."),
            Member(
                "verdicts",
                Optional[list[verdict]],
                "What the rights may say: ALLOWED and ALLOWED_WITH_DUTIES where it is left out, and for those who see "
                "what is internal UNKNOWN too, as it may be asked for.",
            ),
        ),
    )


def _where(book: Book, catalogue: Catalogue) -> type:
    kind: Any = entity_types(book, catalogue.model)
    usable: Any = _usable(book)
    return book.input(
        "SearchWhere",
        "What to let through; all that is given must fit, and of each list one value.",
        lambda: (
            Member("type", Optional[list[kind]], "It is of one of these types."),
            Member("kind", Optional[list[str]], "It is of one of these kinds, as WORK or EMBASSY."),
            Member("country", Optional[list[strawberry.ID]], "It belongs to one of these countries."),
            Member("theme", Optional[list[strawberry.ID]], "It is about one of these themes, or of those below them."),
            Member("locale", Optional[list[Locale]], "There is a text of it in one of these languages."),
            Member("year", Optional[list[int]], "It stands for one of these years."),
            Member(
                "mission",
                Optional[list[strawberry.ID]],
                "One of these missions keeps it, runs it, organises it, or tells it in a campaign.",
            ),
            Member(
                "campaign", Optional[list[strawberry.ID]], "One of these campaigns uses it, or it is placed for one."
            ),
            Member("picture", Optional[bool], "Whether it is an asset with a picture."),
            Member("usable", Optional[usable], "It is an asset or a recording that may be used so."),
        ),
    )


def search_connection(book: Book, node: Any) -> type:
    """The connection of hits."""
    edge: Any = book.object("SearchEdge", "A hit.", lambda: _edge(book, node))
    by: Any = choices(book, "SearchFacetField", "What hits can be counted by.", SEARCH_FACETS)

    def members() -> Iterable[Member]:
        yield Member("nodes", list[node], "What was found, best first.")
        yield Member("edges", list[edge], "What was found, best first, and why.")
        yield Member("pageInfo", page_info(book), "Where this page stands.")
        yield Member("totalCount", int, "How many were found.")
        yield Member("didYouMean", Optional[str], "The text as you may have meant it, where a word of it is unknown.")
        arguments = (
            Argument("by", Optional[list[by]], "What to count by; from TYPE to YEAR where it is left out."),
            Argument("limit", Optional[int], "How many values of each, all that were counted where it is left out."),
        )
        yield Member("facets", many(facet_type(book)), "Counts by value, most first.", arguments)

    return book.object("SearchConnection", "A page of what a search found.", members)


def _edge(book: Book, node: Any) -> Iterable[Member]:
    match: Any = book.enum(
        "SearchMatch", "How words were found, the strongest first.", lambda: {one.name: _MATCHES[one] for one in Match}
    )
    reason: Any = book.object(
        "SearchReason",
        "Why something is a hit.",
        lambda: (
            Member("match", match, "How it was found."),
            Member("field", str, "Where."),
            Member("words", list[str], "By which of your words."),
            Member("via", Optional[strawberry.ID], "The id of what your words name, where a link led here."),
            Member("distance", int, "How many letters differ from what you typed, where it was a TYPO; else 0."),
            Member("path", list[str], "From your words over what they name and the link to the hit; else empty."),
        ),
    )
    span: Any = book.object(
        "Span",
        "A piece of a text, in characters.",
        lambda: (Member("start", int, "Where it begins."), Member("end", int, "Where it ends, exclusive.")),
    )
    snippet: Any = book.object(
        "Snippet",
        "A piece of the text that was found.",
        lambda: (
            Member("text", str, "The piece as it was written; it is no HTML."),
            Member("highlights", list[span], "The parts of it that your words found."),
        ),
    )
    yield Member("cursor", str, "Where this is, to go on from.")
    yield Member("node", node, "What was found.")
    yield Member("score", int, "How well it fits; comparable within one search.")
    yield Member("locale", Optional[Locale], "The language in which it was found.")
    yield Member("why", list[reason], "Why it is a hit.")
    yield Member("snippet", Optional[snippet], "Where the words stand.")
