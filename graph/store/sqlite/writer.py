"""One write transaction on SQLite."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import count
from operator import attrgetter, itemgetter

import orjson

from graph.model import Model, Storage
from graph.store.batch import Change
from graph.store.layout import VISIBILITY, columns
from graph.store.moved import COLLECTION as MOVED
from graph.store.moved import entries_of, target_of
from graph.store.operands import EVIDENCE
from graph.store.sqlite import operational
from graph.store.sqlite.connection import Connection
from graph.store.sqlite.reading import CHANGE, change_of, faces_of, head_of, keys_of, nodes_of, to_column
from graph.store.sqlite.schema import TYPE, link_columns, link_table, quoted, table_columns, table_of
from graph.store.transaction import Delta, Face, Head, LinkRow, Node, Part, Patches, Said, Values
from graph.store.visibility import Visibility


class SqliteTransaction:
    """A transaction that was begun IMMEDIATE, so that nobody else writes until its end."""

    def __init__(self, connection: Connection, model: Model) -> None:
        self.connection, self.model = connection, model
        self._nids: dict[str, int] = {}

    def head(self) -> Head:
        return head_of(self.connection)

    def load(self, ids: Sequence[str]) -> dict[str, Node]:
        return nodes_of(self.connection, self.model, ids)

    def faces(self, ids: Iterable[str]) -> dict[str, Face]:
        return faces_of(self.connection, ids)

    def said(self, source: str, ids: Sequence[str]) -> dict[str, Said]:
        rows = self.connection.execute(
            "SELECT s.id, s.value FROM json_each(?) j CROSS JOIN said s ON s.source = ? AND s.id = j.value",
            (orjson.dumps(list(ids)).decode(), source),
        )
        return {id: Said(**orjson.loads(value)) for id, value in rows}

    def translations_of(self, ids: Sequence[str]) -> dict[str, Mapping[str, Values]]:
        rows = self.connection.execute(
            f'SELECT p."id", t."id" FROM json_each(?) j CROSS JOIN node p ON p."id" = j.value'
            f" CROSS JOIN {link_table('TRANSLATES')} l ON l.dst = p.nid JOIN node t ON t.nid = l.src",
            (orjson.dumps(list(ids)).decode(),),
        ).fetchall()
        nodes = nodes_of(self.connection, self.model, [translation for _, translation in rows])
        found: dict[str, dict[str, Values]] = {}
        for parent, translation in rows:
            found.setdefault(parent, {})[translation] = nodes[translation].values
        return dict(found)

    def logged(self, part: Part) -> list[Change]:
        rows = self.connection.execute(
            f"SELECT {CHANGE} FROM change WHERE {quoted(part.field)} = ? ORDER BY seq", (part.value,)
        )
        return [change_of(row) for row in rows]

    def linking(self, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        listed = orjson.dumps(list(ids)).decode()
        for stored in sorted(self.model.stored_links):
            rows = self.connection.execute(
                f'SELECT d."id", s."id" FROM json_each(?) j CROSS JOIN node d ON d."id" = j.value'
                f" CROSS JOIN {link_table(stored)} l ON l.dst = d.nid JOIN node s ON s.nid = l.src"
                ' ORDER BY d."id", s."id"',
                (listed,),
            )
            for target, source in rows:
                found.setdefault(target, []).append((source, stored))
        return found

    def resting(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []
        listed = orjson.dumps(list(ids)).decode()
        for stored in sorted(self.model.stored_links):
            rows = self.connection.execute(
                f'SELECT s."id", d."id" FROM {link_table(stored)} l JOIN node s ON s.nid = l.src'
                f" JOIN node d ON d.nid = l.dst WHERE l.{quoted(EVIDENCE)} IN (SELECT value FROM json_each(?))"
                ' ORDER BY s."id", d."id"',
                (listed,),
            )
            found += [(source, stored, target) for source, target in rows]
        return found

    def moved(self, ids: Sequence[str]) -> dict[str, str]:
        return {id: target_of(one) for id, one in operational.entries_of(self.connection, MOVED, ids, 0).items()}

    def apply(self, delta: Delta) -> None:
        self._create(delta.created)
        self._update(delta.updated)
        self._link(delta)
        for id, type_name, visibility in delta.restated:
            self._restate(id, type_name, visibility)
        for type_name, ids in delta.removed.items():
            self._remove(type_name, ids)
        self.connection.executemany(
            "INSERT OR REPLACE INTO said (source, id, value) VALUES (?, ?, ?)",
            (
                (source, id, orjson.dumps({"values": said.values, "links": said.links}).decode())
                for source, id, said in delta.said
            ),
        )
        gone = [(MOVED, id) for id, to in delta.moved.items() if to is None]
        self.connection.executemany("DELETE FROM operational WHERE collection = ? AND key = ?", gone)
        operational.put(self.connection, entries_of(delta.moved))
        self.connection.executemany(
            f"INSERT INTO change ({CHANGE}) VALUES ({', '.join('?' * len(CHANGE.split()))})",
            map(_change_row, delta.log, delta.patches),
        )

    def _create(self, created: Mapping[str, list[Values]]) -> None:
        found = self.connection.execute("SELECT coalesce(max(nid), 0) FROM node").fetchone()
        nids = count(1 + (int(found[0]) if found else 0))
        for type_name, rows in created.items():
            for row in rows:
                self._nids[str(row["id"])] = row["nid"] = next(nids)
            self._store("INSERT", type_name, rows)

    def _update(self, updated: Mapping[str, list[Values]]) -> None:
        for type_name, rows in updated.items():
            self._know(str(row["id"]) for row in rows)
            for row in rows:
                row["nid"] = self._nids[str(row["id"])]
            self._store("INSERT OR REPLACE", type_name, rows)

    def _store(self, verb: str, type_name: str, rows: list[Values]) -> None:
        """Write rows to their type's table and the one of all nodes; replacing costs twice what inserting does."""
        entity = self.model.type(type_name)
        lists = [column.name for column in columns(entity) if column.storage is Storage.LIST]
        for row in rows:
            row[TYPE] = type_name
            for name in lists:
                row[name] = to_column(row[name]) if row[name] else _EMPTY
        for table_type in (entity, self.model.any):
            names = ["nid", *table_columns(table_type)]
            self.connection.executemany(
                f"{verb} INTO {table_of(table_type)} ({', '.join(map(quoted, names))})"
                f" VALUES ({', '.join('?' * len(names))})",
                map(itemgetter(*names), rows),
            )

    def _link(self, delta: Delta) -> None:
        for links in delta.put_links.values():
            self._know({link[0] for link in links} | {link[1] for link in links})
        for pairs in delta.drop_links.values():
            self._know({id for pair in pairs for id in pair})
        for stored, dropped in delta.drop_links.items():
            gone = [(self._nids[source], self._nids[target]) for source, target in dropped]
            self.connection.executemany(f"DELETE FROM {link_table(stored)} WHERE src = ? AND dst = ?", gone)
        for stored, links in delta.put_links.items():
            names = list(link_columns(self.model, stored))
            columns = "".join(f", {quoted(name)}" for name in names)
            self.connection.executemany(
                f"INSERT OR REPLACE INTO {link_table(stored)} (src, dst{columns}) VALUES (?, ?{', ?' * len(names)})",
                self._link_rows(links, names),
            )

    def _link_rows(self, links: Iterable[LinkRow], names: Sequence[str]) -> Iterator[tuple[object, ...]]:
        nids, bare = self._nids, (None,) * len(names)
        for source, target, props in links:
            yield nids[source], nids[target], *(map(props.get, names) if props else bare)

    def _remove(self, type_name: str, ids: Sequence[str]) -> None:
        """Take out nodes whose links have gone, and what sources said of them."""
        for table in (table_of(self.model.type(type_name)), table_of(self.model.any), "said"):
            self.connection.execute(
                f'DELETE FROM {table} WHERE "id" IN (SELECT value FROM json_each(?))', (orjson.dumps(ids).decode(),)
            )

    def _know(self, ids: Iterable[str]) -> None:
        unknown = {id for id in ids if id not in self._nids}
        if unknown:
            self._nids |= {id: nid for id, (nid, _) in keys_of(self.connection, unknown).items()}

    def _restate(self, id: str, type_name: str, visibility: Visibility) -> None:
        assignments = ", ".join(f"{name} = ?" for name in VISIBILITY)
        for entity in (self.model.type(type_name), self.model.any):
            self.connection.execute(
                f'UPDATE {table_of(entity)} SET {assignments} WHERE "id" = ?',
                (*astuple(visibility), id),
            )


_TOLD = attrgetter(*CHANGE.replace(" ", "").split(",")[:11])
_EMPTY = "[]"


def _change_row(change: Change, patches: Patches) -> tuple[object, ...]:
    return (*_TOLD(change), *patches, change.digest, change.hash)
