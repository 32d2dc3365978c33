"""A card as a trusted document for a partner: its file, its id, and the address at which a partner asks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

from api.cards.card import Card
from api.doors.graphql import PATH
from api.doors.manifests import digest_of
from api.doors.trusted import Trusted


@dataclass(frozen=True, slots=True)
class CardDocument:
    """The document of a card; `registered` says whether this installation answers it by its id."""

    id: str
    address: str
    registered: bool


def document_of(card: Card, variables: Mapping[str, object], trusted: Trusted, url: str) -> CardDocument:
    """What a partner needs to ask a card with the values of its form, in place of its text."""
    digest = digest_of(card.query)
    told = {"documentId": f"sha256:{digest}", "variables": orjson.dumps(variables).decode()}
    return CardDocument(f"sha256:{digest}", f"{url}{PATH}?{urlencode(told)}", trusted.text(digest) is not None)
