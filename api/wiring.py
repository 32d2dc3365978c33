"""What an installation is made of: its store, its search index and what keeps the index up to date."""

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from logging import Logger, getLogger
from pathlib import Path

from api.keys import Keys
from api.settings import Settings
from api.views import Views
from graph.errors import GraphError, StoreUnavailable
from graph.model import MODEL, Model
from graph.search.engines import open_index
from graph.search.follower import Follower
from graph.search.index import Hits, IndexBusy, IndexFolder, Query, Suggestion
from graph.store.port import GraphStore
from graph.store.select import Viewer

log = getLogger("duta.wiring")

# An edit should be found within a second, of which the commit of the index and the next search take most.
_EVERY_SECONDS = 0.2
_NOTED_SECONDS = 60


@dataclass(frozen=True)
class House:
    """An installation, opened."""

    settings: Settings
    store: GraphStore
    index: IndexFolder
    follower: Follower

    def search(self, query: Query) -> Hits:
        """Answer a query, leaving out what has gone out of sight since the index was written."""
        outdated = self.follower.outdated(query.viewer)
        return self.index.search(replace(query, without=query.without | outdated) if outdated else query)

    def suggest(self, typed: str, viewer: Viewer, *, locale: str | None = None, first: int = 8) -> list[Suggestion]:
        """Names that begin so, but of what has gone out of sight since the index was written."""
        outdated = self.follower.outdated(viewer)
        return self.index.suggest(typed, viewer, locale=locale, first=first, without=outdated)


def open_store(settings: Settings, model: Model = MODEL, *, to_fill: bool = False) -> GraphStore:
    """The store that the settings name; raises StoreUnavailable or StoreOutdated."""
    if settings.neo4j_uri:
        from graph.store.neo4j import open_neo4j

        password = settings.neo4j_password.get_secret_value()
        user, database = settings.neo4j_user, settings.neo4j_database
        return open_neo4j(
            settings.neo4j_uri,
            user,
            password,
            database,
            model,
            to_fill=to_fill,
            seconds=settings.neo4j_seconds,
            write_seconds=settings.neo4j_write_seconds,
        )
    from graph.store.sqlite import open_sqlite

    make_home(settings.home)
    return open_sqlite(settings.database, model)


def make_home(home: Path) -> None:
    """Make the home folder where it is missing; raises StoreUnavailable with the cure."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f'The home folder "{home}" cannot be made: {error.strerror}. Name one that you may write to in DUTA_HOME.'
        ) from None


@contextmanager
def opened(settings: Settings, model: Model = MODEL) -> Generator[House]:
    """An installation for as long as it is used."""
    store = open_store(settings, model)
    index = open_index(settings.index, settings.search_engine)
    try:
        yield House(settings, store, index, Follower(store, index))
    finally:
        index.close()
        store.close()


def following(house: House, every: float = _EVERY_SECONDS) -> AbstractContextManager[None]:
    """Keep the index up to date in a thread of its own, for as long as no other process does."""
    return beside("follower", lambda stopped: _follow(house, stopped, every))


def noting(keys: Keys, every: float = _NOTED_SECONDS) -> AbstractContextManager[None]:
    """Write down now and then when keys were last used, in a thread of its own, and once more at the end."""
    told = "When keys were last used is not written down: %s"
    return beside("keys", lambda stopped: _write(keys.note_used, stopped, every, told))


def counting(views: Views, every: float = _NOTED_SECONDS) -> AbstractContextManager[None]:
    """Write down now and then how often embeds were viewed, and once more at the end."""
    told = "How often embeds were viewed is not written down: %s"
    return beside("views", lambda stopped: _write(views.write, stopped, every, told))


@contextmanager
def beside(name: str, work: Callable[[threading.Event], None]) -> Generator[None]:
    """Let work go on in a thread until it is told to stop."""
    stopped = threading.Event()
    thread = threading.Thread(target=work, args=(stopped,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(timeout=30)


def now_and_then(
    name: str, every: float, work: Callable[[threading.Event], object], log: Logger, told: str
) -> AbstractContextManager[None]:
    """Do work every so many seconds in a thread of its own; `told` is logged where that cannot be done."""

    def go_on(stopped: threading.Event) -> None:
        while not stopped.wait(every):
            try:
                work(stopped)
            except GraphError as error:
                log.warning("%s: %s", told, error)
            except Exception:
                log.exception("%s.", told)

    return beside(name, go_on)


def _write(work: Callable[[], None], stopped: threading.Event, every: float, told: str) -> None:
    """Write down until stopped, and once more at the end; `told` is logged where that cannot be done."""
    last = False
    while not last:
        last = stopped.wait(every)
        try:
            work()
        except GraphError as error:
            log.warning(told, error)


def _follow(house: House, stopped: threading.Event, every: float) -> None:
    """Catch up until stopped; a failure is logged once and tried again, less often while it lasts."""
    failures, sound, told = 0, False, ""
    while not stopped.is_set():
        try:
            if sound and house.index.writable():
                while house.follower.step() and not stopped.is_set():
                    pass
            else:
                house.follower.follow()
                hindrance = house.index.hindrance()
                if hindrance and hindrance != told:
                    log.info("The search index is not followed here: %s", hindrance)
                sound, told = not hindrance, hindrance
        except IndexBusy:
            sound = False
        except (GraphError, OSError) as error:
            sound, failures = False, failures + 1
            if failures == 1:
                log.warning("The search index is not followed: %s", error)
        except Exception:
            sound, failures = False, failures + 1
            log.exception("The search index is not followed.")
        else:
            failures = 0
        stopped.wait(every * min(2**failures, 60))
