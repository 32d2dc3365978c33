"""The public faces of a story: page, embed in the words of now or of an entry, oEmbed, and pictures' addresses."""

from api.cards.card import shipped
from api.doors import embed_list, embed_page, oembed, story_page
from api.doors.embed_page import Profile
from api.doors.public import Reader
from api.kits import kit_of, manifest
from api.renditions import sources
from api.showing import showing
from api.stories import everybody, read_story
from graph.model.enums import UseChannel
from media.profiles import RenditionProfile
from tests.security.sight import Look, Thing, door

BASE = "http://duta.example.org"


def a_story(look: Look) -> Thing | None:
    there = look.world.of("Asset")
    return look.dice.choice(there) if there else None


def reader_of(look: Look) -> Reader:
    return Reader(look.viewer, "en", look.locale or "en", BASE, look.role == "PUBLIC")


def seen_by_all(look: Look, thing: Thing) -> bool:
    """Whether the public sees it at this moment."""
    standing = thing.values["state"], thing.values["marking"]
    return standing == ("PUBLISHED", "PUBLIC") and look.sees(thing, drafts=False)


@door
def story_pages(look: Look) -> None:
    if thing := a_story(look):
        answer = story_page.answer(look.world.house, reader_of(look), thing.id, {})
        look.told(bytes(answer.body), thing.id)
        assert answer.status_code != 200 or look.sees(thing)


@door
def embeds(look: Look) -> None:
    if thing := a_story(look):
        house, now = look.world.house, look.viewer.now
        reader = Reader(everybody(now), "en", look.locale or "en", BASE, is_public=True)
        pin = look.dice.choice(["", str(look.dice.randint(1, house.store.stats().seq))])
        answer = embed_page.answer(house, reader, thing.id, look.dice.choice(list(Profile)), pin)
        # It tells what everybody sees, and so nothing that this viewer does not.
        look.told(bytes(answer.body), thing.id)
        assert answer.status_code != 200 or seen_by_all(look, thing)


@door
def embeds_of_questions(look: Look) -> None:
    house, card = look.world.house, look.dice.choice(shipped())
    reader = Reader(everybody(look.viewer.now), "en", "en", BASE, is_public=True)
    found = embed_list.ids_of(house, look.world.executor, reader, card, {})
    items = list(embed_list.cleared(house, reader, Profile.FULL, found))
    look.told(embed_list.page(reader, card, items, Profile.FULL).encode())
    assert all(seen_by_all(look, look.world.things[id]) for id in found)


@door
def oembed_answers(look: Look) -> None:
    thing = a_story(look)
    story = thing and read_story(look.world.house.store, look.viewer, thing.id, "en")
    if thing and story:
        profiles = (RenditionProfile.RESPONSIVE,)
        shown = showing(look.world.house.store, look.viewer, story, UseChannel.EMBED, profiles, "en")
        told = oembed.tell(reader_of(look), story, shown, None, None)
        look.told(oembed.to_xml(told), thing.id)
        assert look.sees(thing)


@door
def renditions(look: Look) -> None:
    store, there = look.world.house.store, [one.id for one in look.world.of("Media")]
    found = sources(store, look.viewer, there, look.dice.choice(list(RenditionProfile)))
    look.told(repr(found).encode(), there)
    assert all(look.sees(look.world.things[id]) for id in found)


@door
def kits(look: Look) -> None:
    for campaign in look.world.of("Campaign")[:2]:
        kit = kit_of(look.world.house.store, look.viewer, campaign.id, "en")
        assert (kit is not None) == look.sees(campaign)
        if kit:
            look.told(manifest(kit, {}), campaign.id)
            assert all(seen_by_all(look, look.world.things[one.story.id]) for one in kit.items)
            assert all(look.sees(look.world.things[id]) for id in kit.left_out)
