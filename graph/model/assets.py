"""What can be told: themes, assets, goods and media."""

from graph.model.declare import Entity, link, prop
from graph.model.enums import (
    AssetKind,
    BrandDimension,
    DigitalSourceType,
    HallyuField,
    Marking,
    MediaKind,
    MediaRole,
    OriginRole,
    RelationKind,
    Tone,
)
from graph.model.kinds import Big, Code, Edtf, Json, Name, Names, Share, Text, Url


class Theme(Entity, reference=True):
    """A subject that stories share."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    brand_dimensions: list[BrandDimension] = prop("The sides of the nation brand it serves.", facet=True)

    broader = link(
        "BROADER", "Theme", back="narrower", doc="The wider theme it belongs to.", one=True, use=False, acyclic=True
    )


class Asset(Entity):
    """A cultural asset: a work, a story, a picture or a text that a campaign can use."""

    kind: AssetKind = prop("What kind of story or material it is.", required=True, facet=True)
    title: Text = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    summary: Text = prop("What it is about, in a few sentences.", searchable=4, longest=2000)
    body: Text = prop("The whole text.", searchable=1, filterable=False, longest=200_000)
    keywords: list[str] = prop("Words to find it by.", searchable=5, facet=True, longest=100)
    date: Edtf = prop("When it was made or happened, as an EDTF date.")
    year: int = prop("The year it stands for.", facet=True, orderable=True)
    hallyu_field: HallyuField = prop("Its field of the Korean wave.", facet=True)
    tone: Tone = prop("The mood in which it speaks.", facet=True)
    url: Url = prop("Where it can be seen.", longest=2000)

    themes = link(
        "ABOUT",
        "Theme",
        back="assets",
        doc="What it is about.",
        searchable=3,
        facet=True,
        weight=(Share, "How central the theme is."),
    )
    countries = link(
        "ORIGINATES_IN",
        "Country",
        back="assets",
        doc="Where it comes from.",
        searchable=2,
        facet=True,
        role=(OriginRole, "How the country takes part."),
    )
    depicts = link("DEPICTS", "Place | Person | Asset", back="depicted_in", doc="What it shows.", searchable=3)
    makers = link("MADE_BY", "Person | Organisation", back="works", doc="Who made it.", searchable=3)
    part_of = link(
        "PART_OF", "Asset", back="parts", doc="The larger work it belongs to.", one=True, use=False, acyclic=True
    )
    related = link(
        "RELATED_TO",
        "Asset",
        back="related_from",
        doc="What goes with it.",
        kind=(RelationKind, "How they belong together."),
    )
    derived_from = link("DERIVED_FROM", "Asset", back="derivatives", doc="What it was made from.", acyclic=True)
    messages = link("EXPRESSES", "Message", back="assets", doc="What it says for the country.")
    media = link(
        "HAS_MEDIA",
        "Media",
        back="assets",
        doc="Its pictures and recordings.",
        role=(MediaRole, "What it is for."),
        position=(int, "Its place in the order, from 1."),
    )
    rights = link("CLEARED_BY", "RightsGrant", back="covers_assets", doc="Under which rights it may be shown.")
    occasions = link("TIED_TO", "Observance | Event", back="assets", doc="The occasions it belongs to.", searchable=2)
    products = link("PRESENTS", "Product", back="assets", doc="The products it presents.", searchable=2)
    commodities = link("TRADES", "Commodity", back="assets", doc="The goods it is about.")


class Commodity(Entity, reference=True):
    """A class of goods of the Harmonized System."""

    hs_code: Code = prop("Code of the Harmonized System.", required=True, facet=True)
    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=500)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)

    broader = link("BROADER", "Commodity", back="narrower", doc="The wider class.", one=True, use=False, acyclic=True)


class Product(Entity):
    """Something a maker sells."""

    name: Name = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    names: Names = prop("Its name in other languages, by locale.", searchable=10, filterable=False)
    certificate: str = prop("A certificate it bears.", longest=300)

    maker = link("MADE_BY", "Organisation", back="products", doc="Who makes it.", one=True, searchable=3)
    place = link("MADE_IN", "Place", back="products", doc="Where it is made.", one=True)
    commodity = link("CLASSED_AS", "Commodity", back="products", doc="Its class of goods.", one=True)


class Media(Entity):
    """A picture, recording or document with its bytes."""

    kind: MediaKind = prop("What kind of recording it is.", required=True, facet=True)
    sha256: Code = prop("Digest of the original's bytes.", longest=64)
    format: str = prop("Its format.", facet=True, longest=40)
    width: int = prop("Width in pixels.")
    height: int = prop("Height in pixels.")
    frames: int = prop("How many frames it has, where it moves.", filterable=False)
    duration: float = prop("Duration in seconds.")
    bytes: Big = prop("Size of the original in bytes.")
    alt: Text = prop("What it shows, for those who do not see it.", searchable=4, longest=1000)
    caption: Text = prop("What stands below it.", searchable=4, longest=2000)
    credit: str = prop("The credit line.", searchable=2, longest=500)
    copyright: str = prop("The notice of copyright.", longest=500)
    focal_x: Share = prop("Focal point, from the left.", filterable=False)
    focal_y: Share = prop("Focal point, from the top.", filterable=False)
    placeholder: str = prop("A tiny picture as a data URI.", filterable=False, longest=4000)
    main_colour: str = prop("The colour that most of it has, as #rrggbb.", filterable=False, longest=7)
    fingerprint: Code = prop("Perceptual fingerprint.", longest=64)
    digital_source_type: DigitalSourceType = prop("How it came about, by the IPTC's vocabulary.", facet=True)
    metadata: Json = prop(
        "What the file said of itself when it was uploaded: its values, and on what its standards differ.",
        marking=Marking.INTERNAL,
        filterable=False,
    )
    position: Json = prop("Where it was taken, in degrees.", marking=Marking.RESTRICTED, filterable=False)

    rights = link("CLEARED_BY", "RightsGrant", back="covers_media", doc="Under which rights it may be shown.")
    depicts = link("DEPICTS", "Person | Place", back="media", doc="Whom and what it shows.", searchable=3)
