"""What it rests on and how it is said elsewhere: sources and translations."""

from datetime import date

from graph.model.declare import Entity, link, prop
from graph.model.enums import Marking, Reliability, TranslationForm, TranslationOrigin
from graph.model.kinds import Code, Locale, Text, Url


class Source(Entity):
    """A document, dataset or page that statements rest on."""

    title: Text = prop("What it is called.", required=True, searchable=10, orderable=True, longest=500)
    url: Url = prop("Where it is.", longest=2000)
    publisher: str = prop("Who published it.", searchable=3, longest=300)
    licence: str = prop("Its licence.", facet=True, longest=300)
    retrieved_at: date = prop("The day it was read.", orderable=True)
    hash: Code = prop("Digest of what was read.", longest=200)
    reliability: Reliability = prop("How reliable it is, by the Admiralty code.", facet=True)


class Translation(Entity, starts_as=Marking.PUBLIC):
    """The texts of an entity in another language or form."""

    locale: Locale = prop("The language.", required=True, facet=True)
    form: TranslationForm = prop("How much of the source it carries.", default="FULL", facet=True)
    origin: TranslationOrigin = prop("How it came about.", default="TRANSLATED", facet=True)
    basis: Code = prop("Digest of the source text it was made from.", longest=200)
    basis_rev: int = prop("Revision of the source it was made from.")

    translates = link(
        "TRANSLATES", "Texts", back="translations", doc="What it translates.", one=True, at_least=1, use=False
    )
    audience = link("FOR_AUDIENCE", "Audience", back="translations", doc="The audience it was written for.", one=True)
