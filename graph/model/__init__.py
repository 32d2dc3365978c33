"""The model: entities and links, each declared once; what follows from them is derived."""

from graph.model.assets import Asset, Commodity, Media, Product, Theme
from graph.model.audiences import Audience, Channel
from graph.model.campaigns import Campaign, Event, Observance, Placement
from graph.model.declare import ANY, LEVEL, USED_IN, End, Entity, Link, Marking, Prop, Uses
from graph.model.kinds import Kind, Storage, shows
from graph.model.measures import Advisory, Indicator, Measurement, Priority, SensitivityNote
from graph.model.messages import Goal, Message, Narrative, Proof
from graph.model.model import LINK_PROPS, EntityType, Model
from graph.model.places import Country, Place
from graph.model.rights import Consent, RightsGrant
from graph.model.senders import Mission, Organisation, Person
from graph.model.sources import Source, Translation
from graph.model.work import ProposedEdit, QuestionCard, Request, ReviewNote, StoryPlan

DECLARATIONS: tuple[type[Entity], ...] = (
    Country,
    Place,
    Mission,
    Organisation,
    Person,
    Audience,
    Channel,
    Theme,
    Asset,
    Commodity,
    Product,
    Media,
    RightsGrant,
    Consent,
    Goal,
    Narrative,
    Message,
    Proof,
    Campaign,
    Placement,
    Observance,
    Event,
    Indicator,
    Measurement,
    Priority,
    Advisory,
    SensitivityNote,
    StoryPlan,
    QuestionCard,
    Request,
    ReviewNote,
    ProposedEdit,
    Source,
    Translation,
)

MODEL = Model.of(DECLARATIONS)

__all__ = [
    "ANY",
    "DECLARATIONS",
    "LEVEL",
    "LINK_PROPS",
    "MODEL",
    "USED_IN",
    "End",
    "Entity",
    "EntityType",
    "Kind",
    "Link",
    "Marking",
    "Model",
    "Prop",
    "Storage",
    "Uses",
    "shows",
]
