"""What every picture that leaves says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

#: What a text of one language takes beside its own bytes.
_ITEM = 40
#: The part of a picture's bytes that they may take together: an eighth.
_SHARE = 8


@dataclass(frozen=True, slots=True)
class Notice:
    """What every picture that leaves carries. Texts by language are by BCP 47 tag.

    `id` is the address or id under which it is found; `licence` the licence's address; `source_type` a term of the
    IPTC's vocabulary of digital source types in camel case.
    """

    id: str = ""
    title: str = ""
    creators: tuple[str, ...] = ()
    credit: str = ""
    copyright: str = ""
    licence: str = ""
    usage_terms: str = ""
    licensor: str = ""
    licensor_url: str = ""
    source_type: str = ""
    alt: Mapping[str, str] = field(default_factory=dict[str, str])

    def brief(self, budget: int) -> "Notice":
        """For a picture of so many bytes: what credit and licence ask for, and the first alternative texts."""
        alt, room = dict[str, str](), budget // _SHARE
        for tag, text in self.alt.items():
            # The first is written twice: also as the default of readers that know no languages.
            room -= (_ITEM + len(text.encode())) * (1 if alt else 2)
            if room < 0:
                break
            alt[tag] = text
        return replace(
            Notice(), id=self.id, creators=self.creators, credit=self.credit, copyright=self.copyright,
            licence=self.licence, alt=alt,
        )  # fmt: skip
