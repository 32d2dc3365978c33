"""What a match is worth, as data: ways of matching, tiers of fields, rarity."""

from collections.abc import Mapping

from graph.search.index import Match

#: The least weight of each tier of fields, and the hundredths of a level that a match in it counts.
_FIELDS = ((9, 100), (6, 97), (5, 95), (3, 93), (0, 90))
TIERS = range(len(_FIELDS))
_TIER_OF = [next(tier for tier, (least, _) in enumerate(_FIELDS) if weight >= least) for weight in range(11)]

#: What a word found counts by how it was found, best first. A level in its worst field counts more than the next one
#: in its best field and in all others, so that 소비자 does not come before 비자 wherever they stand.
LEVELS: Mapping[Match, int] = {
    Match.WORD: 1000,
    Match.STEM: 800,
    Match.PREFIX: 640,
    Match.SOUND: 512,
    Match.LINKED: 410,
    Match.SYNONYM: 328,
    Match.PART: 262,
    Match.TYPO: 210,
}
#: A word of a script without spaces, found character by character: 東京都 has all of 京都.
UNSPACED_WORD = LEVELS[Match.STEM]
#: The hundredths more that a document in the language of the query counts, and in a language of its script: they
#: decide between near equals.
SAME_LANGUAGE, SAME_SCRIPT = 3, 1
#: The hundredths that the same word counts in the other tiers of a document, and the most that this adds.
ELSEWHERE, MOST_ELSEWHERE = 25, 7
#: How many hundredths of a word's parts must be there.
LEAST_SHARE = 60

#: Whole queries that are a name come before everything else.
BANDS: Mapping[Match, int] = {Match.NAME: 3, Match.ALIAS: 2, Match.PREFIX: 1}
BAND = 1_000_000


def tier_of(weight: int) -> int:
    """The tier of a field's weight, 0 the best."""
    return _TIER_OF[weight]


def points(match: Match, tier: int) -> int:
    """What a word found so in a field of this tier counts."""
    return LEVELS[match] * _FIELDS[tier][1] // 100


def unspaced_points(tier: int) -> int:
    """What a word counts whose characters stand in a field of this tier one after the other."""
    return UNSPACED_WORD * _FIELDS[tier][1] // 100


def rarity(documents: int, of: int) -> int:
    """How much a word says by being rare: 2 for one that is everywhere, one more for each halving, at most 12."""
    return min(12, 2 + (of // max(1, documents)).bit_length())
