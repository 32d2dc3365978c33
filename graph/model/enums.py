"""Closed vocabularies, each with the source of its members."""

from enum import StrEnum
from typing import Self

from graph.model.declare import Marking

__all__ = ["Marking"]


class Told(StrEnum):
    """A vocabulary whose members say more than their names: each is its value and a sentence."""

    doc: str

    def __new__(cls, value: str, doc: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.doc = value, doc
        return member


class State(StrEnum):
    """Where an entity stands on its way to the public."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class TextState(StrEnum):
    """Where one language of a text stands on its way to the public."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"


class Reliability(StrEnum):
    """How reliable a source is, by the Admiralty code."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Confidence(StrEnum):
    """Reliability of the source and credibility of the information, by the Admiralty code."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    B1 = "B1"
    B2 = "B2"
    B3 = "B3"
    B4 = "B4"
    B5 = "B5"
    B6 = "B6"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"
    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"
    D5 = "D5"
    D6 = "D6"
    E1 = "E1"
    E2 = "E2"
    E3 = "E3"
    E4 = "E4"
    E5 = "E5"
    E6 = "E6"
    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    F5 = "F5"
    F6 = "F6"


class PlaceKind(StrEnum):
    """What kind of place it is."""

    CITY = "CITY"
    REGION = "REGION"
    SITE = "SITE"
    VENUE = "VENUE"
    ISLAND = "ISLAND"
    MUSEUM = "MUSEUM"


class MissionTier(StrEnum):
    """Headquarters or a post abroad."""

    MFA = "MFA"
    MISSION = "MISSION"


class MissionKind(StrEnum):
    """What kind of mission it is."""

    MINISTRY = "MINISTRY"
    EMBASSY = "EMBASSY"
    CONSULATE = "CONSULATE"
    PERMANENT_MISSION = "PERMANENT_MISSION"
    CULTURAL_CENTRE = "CULTURAL_CENTRE"


class OrganisationKind(StrEnum):
    """What kind of organisation it is."""

    COMPANY = "COMPANY"
    COOPERATIVE = "COOPERATIVE"
    MSME = "MSME"
    MINISTRY = "MINISTRY"
    AGENCY = "AGENCY"
    MUSEUM = "MUSEUM"
    UNIVERSITY = "UNIVERSITY"
    NGO = "NGO"
    BROADCASTER = "BROADCASTER"
    STUDIO = "STUDIO"
    LABEL = "LABEL"
    IGO = "IGO"
    REGIONAL_BODY = "REGIONAL_BODY"
    MEDIA = "MEDIA"
    OTHER = "OTHER"


class AudienceKind(StrEnum):
    """Which public it is part of."""

    FOREIGN_PUBLIC = "FOREIGN_PUBLIC"
    DIASPORA = "DIASPORA"
    MEDIA = "MEDIA"
    DOMESTIC = "DOMESTIC"


class Bandwidth(StrEnum):
    """How much data reaches its people."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class Platform(StrEnum):
    """Where a channel lives."""

    X = "X"
    FACEBOOK = "FACEBOOK"
    INSTAGRAM = "INSTAGRAM"
    YOUTUBE = "YOUTUBE"
    TIKTOK = "TIKTOK"
    LINKEDIN = "LINKEDIN"
    WEBSITE = "WEBSITE"
    VIDEO_CONFERENCE = "VIDEO_CONFERENCE"
    EMBED = "EMBED"
    NEWSLETTER = "NEWSLETTER"
    RADIO = "RADIO"


class BrandDimension(StrEnum):
    """Anholt's nation brand hexagon."""

    EXPORTS = "EXPORTS"
    GOVERNANCE = "GOVERNANCE"
    CULTURE_HERITAGE = "CULTURE_HERITAGE"
    PEOPLE = "PEOPLE"
    TOURISM = "TOURISM"
    INVESTMENT_IMMIGRATION = "INVESTMENT_IMMIGRATION"


class AssetKind(StrEnum):
    """What kind of story or material it is."""

    WORK = "WORK"
    PLACE_STORY = "PLACE_STORY"
    TRADE_STORY = "TRADE_STORY"
    PHOTO = "PHOTO"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    INFOGRAPHIC = "INFOGRAPHIC"
    THREAD = "THREAD"
    TEXT = "TEXT"
    SPEECH = "SPEECH"
    DATASET = "DATASET"
    THREE_D = "THREE_D"
    IMMERSIVE = "IMMERSIVE"


class HallyuField(StrEnum):
    """The eleven fields of the Overseas Hallyu Survey (KOFICE, release of 2024)."""

    DRAMA = "DRAMA"
    ENTERTAINMENT_SHOW = "ENTERTAINMENT_SHOW"
    MOVIE = "MOVIE"
    MUSIC = "MUSIC"
    ANIMATION = "ANIMATION"
    PUBLICATION = "PUBLICATION"
    WEBTOON = "WEBTOON"
    GAME = "GAME"
    FASHION = "FASHION"
    BEAUTY = "BEAUTY"
    FOOD = "FOOD"


class Tone(StrEnum):
    """The mood in which it speaks."""

    JOY = "JOY"
    PRIDE = "PRIDE"
    CALM = "CALM"
    SERIOUS = "SERIOUS"
    SOLEMN = "SOLEMN"
    PLAYFUL = "PLAYFUL"


class OriginRole(StrEnum):
    """How a country takes part in an asset."""

    ORIGIN = "ORIGIN"
    SHARED = "SHARED"
    CO_PRODUCTION = "CO_PRODUCTION"


class RelationKind(StrEnum):
    """How two assets belong together."""

    SEE_ALSO = "SEE_ALSO"
    SERIES = "SERIES"
    CONTRAST = "CONTRAST"
    SAME_ORIGIN = "SAME_ORIGIN"


class MediaRole(StrEnum):
    """What a picture or recording is for in an asset."""

    MAIN = "MAIN"
    GALLERY = "GALLERY"
    POSTER = "POSTER"
    THUMBNAIL = "THUMBNAIL"
    DOCUMENT = "DOCUMENT"


class MediaKind(StrEnum):
    """What kind of recording it is."""

    PICTURE = "PICTURE"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    DOCUMENT = "DOCUMENT"


class DigitalSourceType(StrEnum):
    """How a digital picture came about, by the IPTC's vocabulary."""

    DIGITAL_CAPTURE = "DIGITAL_CAPTURE"
    COMPUTATIONAL_CAPTURE = "COMPUTATIONAL_CAPTURE"
    SCREEN_CAPTURE = "SCREEN_CAPTURE"
    VIRTUAL_RECORDING = "VIRTUAL_RECORDING"
    NEGATIVE_FILM = "NEGATIVE_FILM"
    POSITIVE_FILM = "POSITIVE_FILM"
    PRINT = "PRINT"
    HUMAN_EDITS = "HUMAN_EDITS"
    DIGITAL_CREATION = "DIGITAL_CREATION"
    COMPOSITE = "COMPOSITE"
    COMPOSITE_CAPTURE = "COMPOSITE_CAPTURE"
    COMPOSITE_SYNTHETIC = "COMPOSITE_SYNTHETIC"
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = "COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA"
    TRAINED_ALGORITHMIC_MEDIA = "TRAINED_ALGORITHMIC_MEDIA"
    ALGORITHMIC_MEDIA = "ALGORITHMIC_MEDIA"
    ALGORITHMICALLY_ENHANCED = "ALGORITHMICALLY_ENHANCED"
    DATA_DRIVEN_MEDIA = "DATA_DRIVEN_MEDIA"


class HansonGoal(StrEnum):
    """Hanson's eight goals of digital diplomacy."""

    KNOWLEDGE_MANAGEMENT = "KNOWLEDGE_MANAGEMENT"
    PUBLIC_DIPLOMACY = "PUBLIC_DIPLOMACY"
    INFORMATION_MANAGEMENT = "INFORMATION_MANAGEMENT"
    COMMUNICATION_CONSULAR = "COMMUNICATION_CONSULAR"
    DISASTER_RESPONSE = "DISASTER_RESPONSE"
    INTERNET_FREEDOM = "INTERNET_FREEDOM"
    EXTERNAL_RESOURCES = "EXTERNAL_RESOURCES"
    POLICY_PLANNING = "POLICY_PLANNING"


class HolmesStage(StrEnum):
    """Holmes's stages of digital work in diplomacy."""

    PRODUCTION = "PRODUCTION"
    DISSEMINATION = "DISSEMINATION"
    MAINTENANCE = "MAINTENANCE"


class BjolaActivity(StrEnum):
    """Bjola's activities of digital public diplomacy."""

    AGENDA_SETTING = "AGENDA_SETTING"
    PRESENCE_EXPANSION = "PRESENCE_EXPANSION"
    PROPAGATION_ROUTES = "PROPAGATION_ROUTES"
    CONVERSATION_GENERATING = "CONVERSATION_GENERATING"


class Function(StrEnum):
    """What diplomacy uses the digital for."""

    PD_NATION_BRANDING = "PD_NATION_BRANDING"
    CRISIS_COMMUNICATION = "CRISIS_COMMUNICATION"
    SUPPORT_MOBILISATION = "SUPPORT_MOBILISATION"
    NARRATIVE_CONTEST = "NARRATIVE_CONTEST"
    TECH_NEGOTIATION = "TECH_NEGOTIATION"


class Intent(StrEnum):
    """What a message is meant to change; persuasion is declared."""

    INFORM = "INFORM"
    PERCEPTION = "PERCEPTION"
    VALUE = "VALUE"
    IDEA = "IDEA"
    BEHAVIOUR = "BEHAVIOUR"
    MUTUAL_UNDERSTANDING = "MUTUAL_UNDERSTANDING"


class ProofKind(StrEnum):
    """What a message is proven with."""

    STATISTIC = "STATISTIC"
    EVENT = "EVENT"
    AWARD = "AWARD"
    TESTIMONY = "TESTIMONY"
    DOCUMENT = "DOCUMENT"
    VIDEO = "VIDEO"


class CampaignScope(StrEnum):
    """How far a campaign reaches."""

    GLOBAL = "GLOBAL"
    REGIONAL = "REGIONAL"
    POST = "POST"


class BudgetBand(StrEnum):
    """The order of a campaign's budget."""

    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"


class CampaignRole(StrEnum):
    """What a runner does in a campaign."""

    LEAD = "LEAD"
    PARTNER = "PARTNER"
    FUNDER = "FUNDER"


class PlacementStatus(StrEnum):
    """Whether a post is out."""

    PLANNED = "PLANNED"
    LIVE = "LIVE"
    WITHDRAWN = "WITHDRAWN"


class Purpose(StrEnum):
    """What a post is for."""

    OFFICIAL_INFO = "OFFICIAL_INFO"
    PROMOTION = "PROMOTION"
    INTERACTION = "INTERACTION"


class Calendar(StrEnum):
    """The calendar by which an observance moves."""

    GREGORIAN = "GREGORIAN"
    HIJRI = "HIJRI"
    CHINESE_LUNISOLAR = "CHINESE_LUNISOLAR"
    SAKA = "SAKA"
    BUDDHIST = "BUDDHIST"
    HEBREW = "HEBREW"


class EventKind(StrEnum):
    """What kind of event it is."""

    CONFERENCE = "CONFERENCE"
    FESTIVAL = "FESTIVAL"
    EXHIBITION = "EXHIBITION"
    FAIR = "FAIR"
    SUMMIT = "SUMMIT"
    PERFORMANCE = "PERFORMANCE"


class Mode(StrEnum):
    """Where people meet."""

    PHYSICAL = "PHYSICAL"
    VIRTUAL = "VIRTUAL"
    HYBRID = "HYBRID"


class Rung(StrEnum):
    """The ladder of AMEC's Integrated Evaluation Framework."""

    OBJECTIVES = "OBJECTIVES"
    INPUTS = "INPUTS"
    ACTIVITY = "ACTIVITY"
    OUTPUTS = "OUTPUTS"
    OUTTAKES = "OUTTAKES"
    OUTCOMES = "OUTCOMES"
    IMPACT = "IMPACT"


class Severity(StrEnum):
    """How grave an advisory is, as in the Common Alerting Protocol."""

    EXTREME = "EXTREME"
    SEVERE = "SEVERE"
    MODERATE = "MODERATE"
    MINOR = "MINOR"
    UNKNOWN = "UNKNOWN"


class TrafficLight(StrEnum):
    """The Traffic Light Protocol 2.0, used on exchange."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER_STRICT"
    RED = "RED"


class TranslationForm(StrEnum):
    """How much of the source a translation carries."""

    FULL = "FULL"
    SHORT = "SHORT"
    POST = "POST"
    EASY = "EASY"


class TranslationOrigin(StrEnum):
    """How a text in another language came about."""

    TRANSLATED = "TRANSLATED"
    ADAPTED = "ADAPTED"
    EQUAL = "EQUAL"
    MACHINE = "MACHINE"


class RequestState(StrEnum):
    """Whether a request is answered."""

    OPEN = "OPEN"
    DONE = "DONE"
    REFUSED = "REFUSED"


class NoteKind(StrEnum):
    """What a reviewer's note asks for."""

    COMMENT = "COMMENT"
    CHANGE = "CHANGE"
    APPROVAL = "APPROVAL"


class ProposalDecision(Told):
    """What came of a proposal."""

    OPEN = "OPEN", "Nobody has decided on it."
    APPROVED = "APPROVED", "It was approved and is applied once the quiet period is over."
    APPLIED = "APPLIED", "It was approved, and what it proposes is there."
    REJECTED = "REJECTED", "An editor declined it, with a note."
    WITHDRAWN = "WITHDRAWN", "Who made it took it back."


class UseChannel(Told):
    """Where something is shown or carried, as rules about rights tell it."""

    X = "X", "Posts on X."
    FACEBOOK = "FACEBOOK", "Posts on Facebook."
    INSTAGRAM = "INSTAGRAM", "Posts on Instagram."
    YOUTUBE = "YOUTUBE", "Films on YouTube."
    TIKTOK = "TIKTOK", "Films on TikTok."
    LINKEDIN = "LINKEDIN", "Posts on LinkedIn."
    WEBSITE = "WEBSITE", "A site of one's own."
    EMBED = "EMBED", "Other people's sites that embed it."
    NEWSLETTER = "NEWSLETTER", "Letters by e-mail."
    VIDEO_CONFERENCE = "VIDEO_CONFERENCE", "Meetings over the net."
    RADIO = "RADIO", "Radio and its streams."
    TELEVISION = "TELEVISION", "Television and its streams."
    PRINT = "PRINT", "Whatever is printed on paper."
    OUTDOOR = "OUTDOOR", "Posters and screens in public places."
    EVENT = "EVENT", "Halls, stands and stages."


class UsePurpose(Told):
    """What something is used for, as rules about rights tell it: first the editorial, last the commercial."""

    NEWS = "NEWS", "Editorial: to report what happens."
    EDUCATION = "EDUCATION", "Editorial: to teach and to learn."
    RESEARCH = "RESEARCH", "Editorial: to study."
    CULTURE = "CULTURE", "Editorial: exhibitions, festivals and programmes without sales."
    OFFICIAL_INFO = "OFFICIAL_INFO", "What an authority has to tell."
    TOURISM = "TOURISM", "To make people want to come, without selling."
    COMMERCIAL_TOURISM = "COMMERCIAL_TOURISM", "Commercial: to sell journeys and stays."
    TRADE = "TRADE", "Commercial: to sell goods and services."
    ADVERTISING = "ADVERTISING", "Commercial: advertisements of any kind."
    MERCHANDISE = "MERCHANDISE", "Commercial: goods that show it."


class UseMedia(Told):
    """Which part of a thing is used: its text, or its recordings of a kind."""

    TEXT = "TEXT", "Its text."
    PICTURE = "PICTURE", "Its pictures."
    VIDEO = "VIDEO", "Its films."
    AUDIO = "AUDIO", "Its sounds."
    DOCUMENT = "DOCUMENT", "Its documents."


class Modification(Told):
    """What is done to a thing before it is shown."""

    CROP = "CROP", "A part of the frame is cut away."
    EDIT = "EDIT", "It is changed and stays the same thing."
    TRANSLATE = "TRANSLATE", "It is put into another language."
    DERIVE = "DERIVE", "Another thing is made from it."
    EXTRACT = "EXTRACT", "A part of it is taken out."
    READ_ALOUD = "READ_ALOUD", "Its text is turned into speech."
