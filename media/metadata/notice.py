"""What every picture that leaves says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


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

    def brief(self) -> "Notice":
        """Only what credit and licence ask for, for pictures of which every byte counts."""
        return replace(
            Notice(), id=self.id, creators=self.creators, credit=self.credit, copyright=self.copyright,
            licence=self.licence,
        )  # fmt: skip
