"""What a match is worth, as data: ways of matching, tiers of fields, rarity."""

from collections.abc import Mapping

from graph.search.index import Match

#: The least weight of each tier of fields, and what a match in it counts.
TIERS = ((9, 10), (6, 8), (5, 7), (3, 5), (0, 3))
TIER_WEIGHTS = tuple(weight for _, weight in TIERS)

#: What a word found counts, by how it was found. Inside another word and in the best field it counts less than
#: itself in the worst one, so that 소비자 does not come before 비자.
POINTS: Mapping[Match, int] = {
    Match.WORD: 100,
    Match.PREFIX: 60,
    Match.STEM: 90,
    Match.SOUND: 50,
    Match.LINKED: 70,
    Match.SYNONYM: 45,
    Match.PART: 18,
    Match.TYPO: 40,
}
#: A word of a script without spaces, found character by character.
UNSPACED_WORD = 95
#: The hundredths more that a document in the script of the query counts: it decides between near equals.
SAME_SCRIPT = 5
#: The hundredths that the same word counts in the other tiers of a document.
ELSEWHERE = 25
#: How many hundredths of a word's parts must be there.
LEAST_SHARE = 60

#: Whole queries that are a name come before everything else.
BANDS: Mapping[Match, int] = {Match.NAME: 3, Match.ALIAS: 2, Match.PREFIX: 1}
BAND = 1_000_000


def tier_of(weight: int) -> int:
    """The tier of a field's weight, 0 the best."""
    return next(tier for tier, (least, _) in enumerate(TIERS) if weight >= least)


def rarity(documents: int, of: int) -> int:
    """How much a word says by being rare: 2 for one that is everywhere, one more for each halving, at most 12."""
    return min(12, 2 + (of // max(1, documents)).bit_length())
