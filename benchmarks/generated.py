"""A graph of any size for measuring: assets with themes, countries, campaigns and audiences."""

import random
from collections.abc import Iterator

from graph.store.batch import Batch, Put, To
from graph.store.port import GraphStore

THEMES, COUNTRIES, MISSIONS, AUDIENCES = 60, 40, 80, 120
KINDS = ("WORK", "PLACE_STORY", "TRADE_STORY", "PHOTO", "VIDEO", "TEXT")
WORDS = [
    "river",
    "loom",
    "drum",
    "market",
    "garden",
    "tide",
    "clay",
    "lantern",
    "rice",
    "silk",
    "mask",
    "harbour",
    "pepper",
    "bridge",
    "temple",
    "song",
    "kite",
    "forest",
    "harvest",
    "island",
    "boat",
    "mortar",
    "indigo",
    "gong",
    "puppet",
    "terrace",
    "court",
    "kitchen",
    "street",
    "festival",
]


def puts(assets: int, seed: int = 7) -> Iterator[Put]:
    """Every put of a graph with so many assets, targets before what links to them."""
    dice = random.Random(seed)
    public = {"state": "PUBLISHED", "marking": "PUBLIC"}
    yield from (Put(f"theme:t{n}", "Theme", {"name": f"Theme {_words(dice, 2)} {n}"}) for n in range(THEMES))
    yield from (
        Put(f"country:c{n}", "Country", {"name": f"Country {n}", "alpha2": f"C{n}", "region": f"Region {n % 6}"})
        for n in range(COUNTRIES)
    )
    for n in range(MISSIONS):
        links = {"sent_by": (To(f"country:c{n % 3}"),), "hosted_by": (To(f"country:c{n % COUNTRIES}"),)}
        yield Put(f"mission:m{n}", "Mission", {"name": f"Mission {n}", "tier": "MISSION", "kind": "EMBASSY"}, links)
    for n in range(AUDIENCES):
        interests = tuple(
            To(f"theme:t{theme}", {"weight": dice.randrange(1, 1001) / 1000}) for theme in dice.sample(range(THEMES), 5)
        )
        links = {"country": (To(f"country:c{n % COUNTRIES}"),), "interests": interests}
        values = {"name": f"Audience {n}", "kind": "FOREIGN_PUBLIC", "state": "PUBLISHED", "locales": ["en"]}
        yield Put(f"audience:a{n}", "Audience", values, links)
    for n in range(assets):
        yield Put(f"asset:n{n}", "Asset", asset_values(dice, n) | public, asset_links(dice))
    for n in range(max(1, assets // 20)):
        used = {f"asset:n{dice.randrange(assets)}" for _ in range(20)}
        links = {
            "assets": tuple(To(asset) for asset in sorted(used)),
            "audiences": (To(f"audience:a{n % AUDIENCES}"),),
            "missions": (To(f"mission:m{n % MISSIONS}", {"role": "LEAD"}),),
        }
        values = {"title": f"Campaign {_words(dice, 3)}", "locale": "en", "starts": "2026-11-01", "ends": "2027-02-01"}
        yield Put(f"campaign:p{n}", "Campaign", values | public, links)


def asset_values(dice: random.Random, n: int) -> dict[str, object]:
    return {
        "kind": dice.choice(KINDS),
        "title": f"{_words(dice, 4).capitalize()} {n}",
        "summary": _words(dice, 25),
        "locale": "en",
        "keywords": dice.sample(WORDS, 3),
        "year": 1900 + dice.randrange(126),
        "url": f"https://example.org/{n}",
    }


def asset_links(dice: random.Random) -> dict[str, tuple[To, ...]]:
    themes = dice.sample(range(THEMES), 5)
    return {
        "themes": tuple(To(f"theme:t{theme}", {"weight": dice.randrange(1, 1001) / 1000}) for theme in themes),
        "countries": (To(f"country:c{dice.randrange(COUNTRIES)}", {"role": "ORIGIN"}),),
    }


def load(store: GraphStore, assets: int, *, size: int = 1000) -> None:
    """Write such a graph in batches."""
    batch: list[Put] = []
    for put in puts(assets):
        batch.append(put)
        if len(batch) == size:
            store.write(Batch(tuple(batch)))
            batch = []
    store.write(Batch(tuple(batch)))


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(count))
