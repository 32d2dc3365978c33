"""The embedded engine: SQLite in one file, in process."""

from graph.store.sqlite.store import SqliteStore, open_sqlite

__all__ = ["SqliteStore", "open_sqlite"]
