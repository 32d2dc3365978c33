"""Things to link to, found by words in any language among what their finder sees."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.labels import Label, labels
from api.plan.searching import Searcher
from graph.model import ANY
from graph.search.index import Query
from graph.store.port import GraphStore
from graph.store.select import Viewer

#: How many things are offered for what was typed, and how long that may be.
MOST, LONGEST = 12, 200


@dataclass(frozen=True, slots=True)
class Picker:
    """Who looks for something, and in which language its names are told."""

    store: GraphStore
    searcher: Searcher
    viewer: Viewer
    lang: str

    def find(self, words: str, types: Sequence[str]) -> list[Label]:
        """What has such a name, those first that begin with what was typed; raises IndexUnusable."""
        told = words.strip()[:LONGEST]
        if not told:
            return []
        begun = [one.id for one in self.searcher.suggest(told, self.viewer, locale=self.lang, first=2 * MOST)]
        filters = {} if ANY in types else {"type": frozenset(types)}
        asked = Query(told, self.viewer, filters, locale=self.lang, first=MOST, snippets=False)
        hits = [hit.id for hit in self.searcher.search(asked).hits]
        named = self.named([*begun, *hits])
        return [one for one in named.values() if ANY in types or one.type in types][:MOST]

    def named(self, ids: Sequence[str]) -> dict[str, Label]:
        """What things are called, of those that are in sight, in their order."""
        found = labels(self.store, self.viewer, ids, self.lang)
        return {id: found[id] for id in dict.fromkeys(ids) if id in found}
