"""What a commit has to write: the difference between rows as they were and as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import orjson
from sqlalchemy import Delete, Insert, Table, Update, bindparam, delete, insert, update

from adapters.db.mapping import Key, Mapper, Removal, Row, Rows, Slot
from adapters.db.transaction import Transaction
from adapters.db.upserts import upsert
from core.domain.errors import ConcurrentUpdate


class Changes:
    """Collects the differences of all aggregates, then writes deletions, updates and insertions, in
    this order, so that what one aggregate gives up another may take in the same commit. So may the parts
    of one: rows that are marked as deleted come before other updates, and a code (a variant's sku) that
    one row takes over from another is taken off that one first.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._deleted: dict[Slot, list[Row]] = {}
        self._updated: dict[tuple[Slot, frozenset[str]], list[Row]] = {}
        self._inserted: dict[Slot, list[Row]] = {}
        self._codes: list[tuple[Slot, str, Row, Row]] = []
        self._roots: list[tuple[Slot, Row, int]] = []
        self._digests = (hashlib.sha256(), hashlib.sha256())
        self._added: list[str] = []
        self._changed: list[str] = []
        self._told: list[str] = []
        self.tables: set[str] = set()
        self.roots: set[str] = set()  # the tables of the aggregates that were written, or of single rows

    def add(self, root: Mapper[Any], id: str, before: Rows, after: Rows) -> int | None:
        """Note what happened to one aggregate; its new version, or None when nothing did."""
        old, new = before.get(root, {}).get((id,)), after[root][id,]
        moved = False
        for slot in dict.fromkeys((*after, *before)):
            if slot is not root:
                moved |= self._compare(slot, before.get(slot, {}), after.get(slot, {}))
        if old is None:
            self.roots.add(root.table.name)
            self._insert(root, {**new, "version": 1})
            self._added.append(id)
            return 1
        changed = self._difference(old, new, but=("version",))
        if not changed and not moved:
            return None
        if changed:
            self._note(root, (id,), {name: old[name] for name in changed}, changed)
        self.roots.add(root.table.name)
        version: int = old["version"]
        self._roots.append((root, {"id": id, **changed, "version": version + 1}, version))
        self._changed.append(id)
        return version + 1

    def note_told(self, id: str) -> None:
        """Of an aggregate that stayed as it was, and has something happen all the same."""
        self._told.append(id)

    def note_written(self, table: Table, key: str) -> None:
        """Of a row that was changed in place, by a statement of its own."""
        self.tables.add(table.name)
        self.roots.add(table.name)
        self._changed.append(key)

    def write(self, transaction: Transaction) -> None:
        """Raises ConcurrentUpdate when an aggregate has a newer version by now."""
        for slot, rows in self._deleted.items():
            transaction.run(_deletion(slot), [{f"key_{name}": row[name] for name in slot.key} for row in rows])
        for root, row, version in self._roots:
            row = self._touched(root, row)
            names = frozenset(row) - {"id"}
            values = {f"value_{name}": row[name] for name in names}
            keyed = {"key_id": row["id"], "key_version": version, **values}
            if transaction.run(_update(root, names, guarded=True), keyed).rowcount != 1:
                raise ConcurrentUpdate(f"{row['id']} was saved by somebody else meanwhile")
        for slot, name, row in self._passed_on():
            keyed = {f"key_{part}": row[part] for part in slot.key} | {f"value_{name}": None}
            transaction.run(_update(slot, frozenset({name})), keyed)
        for slot, names in sorted(self._updated, key=_urgency):
            keyed_rows = [
                {f"key_{name}": row[name] for name in slot.key} | {f"value_{name}": row[name] for name in names}
                for row in self._updated[slot, names]
            ]
            transaction.run(_update(slot, names), keyed_rows)
        for slot, rows in self._inserted.items():
            transaction.run(_insertion(slot, transaction.dialect), rows)

    def _passed_on(self) -> list[tuple[Slot, str, Row]]:
        """Codes that one row gives up and another takes, with the row that has to let go first."""
        taken = {(slot, name, new[name]) for slot, name, _, new in self._codes if new[name] is not None}
        return [(slot, name, old) for slot, name, old, _ in self._codes if (slot, name, old[name]) in taken]

    @property
    def root_ids(self) -> list[str]:
        """Of the aggregates written, added ones first."""
        return [*self._added, *self._changed]

    @property
    def targets(self) -> list[str]:
        """Of the aggregates that were acted on: those written, then those that only told of something."""
        return [*self.root_ids, *self._told]

    @property
    def digests(self) -> tuple[str, str]:
        """SHA-256 over the changed values before and after, in hex."""
        before, after = self._digests
        return before.hexdigest(), after.hexdigest()

    def _compare(self, slot: Slot, before: dict[Key, Row], after: dict[Key, Row]) -> bool:
        moved = False
        for key, row in after.items():
            old = before.get(key)
            if old is None:
                self._insert(slot, row)
                moved = True
            elif changed := self._difference(old, row):
                self._note(slot, key, {name: old[name] for name in changed}, changed)
                self._update(slot, {**{name: row[name] for name in slot.key}, **changed})
                self._codes += [(slot, name, old, row) for name in slot.codes & changed.keys()]
                moved = True
        for key, old in before.items():
            if key not in after and slot.removal is not Removal.KEEP:
                self._note(slot, key, old, {})
                if slot.removal is Removal.RETIRE:
                    self._update(slot, {**{name: old[name] for name in slot.key}, "deleted_at": self._now})
                else:
                    self._deleted.setdefault(slot, []).append(old)
                moved = True
        return moved

    @staticmethod
    def _difference(old: Row, new: Row, but: tuple[str, ...] = ()) -> Row:
        return {name: value for name, value in new.items() if name not in but and old[name] != value}

    def _insert(self, slot: Slot, row: Row) -> None:
        self._note(slot, slot.key_of(row), {}, row)
        whole: Row = {**slot.initial, **row}
        for name in slot.columns.difference(whole):
            whole[name] = self._now if name in ("created_at", "updated_at") else None
        self._inserted.setdefault(slot, []).append(whole)

    def _update(self, slot: Slot, row: Row) -> None:
        row = self._touched(slot, row)
        names = frozenset(row).difference(slot.key)
        self._updated.setdefault((slot, names), []).append(row)

    def _touched(self, slot: Slot, row: Row) -> Row:
        return {**row, "updated_at": self._now} if "updated_at" in slot.columns else row

    def _note(self, slot: Slot, key: Key, before: Row, after: Row) -> None:
        self.tables.add(slot.table.name)
        for digest, values in zip(self._digests, (before, after), strict=True):
            digest.update(orjson.dumps([slot.table.name, *key, values], default=str, option=_DIGEST))


def _urgency(update: tuple[Slot, frozenset[str]]) -> bool:
    """Sorts what marks rows as deleted before the rest, which keeps its order."""
    return "deleted_at" not in update[1]


# Column names are a subclass of str, which orjson takes as keys only when told so.
_DIGEST = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


@cache
def _deletion(slot: Slot) -> Delete:
    return delete(slot.table).where(*(slot.table.c[name] == bindparam(f"key_{name}") for name in slot.key))


@lru_cache(maxsize=2_000)
def _update(slot: Slot, names: frozenset[str], guarded: bool = False) -> Update:
    keys: Iterable[str] = (*slot.key, "version") if guarded else slot.key
    return (
        update(slot.table)
        .where(*(slot.table.c[name] == bindparam(f"key_{name}") for name in keys))
        .values({name: bindparam(f"value_{name}") for name in sorted(names)})
    )


@cache
def _insertion(slot: Slot, dialect: str) -> Insert:
    if not slot.shared:
        return insert(slot.table)
    # The row may be there already, e.g. a cart's address that its order keeps.
    statement = upsert(dialect, slot.table)
    kept = {*slot.key, *slot.initial, "created_at", "deleted_at", "position"}
    fresh = {name: statement.excluded[name] for name in sorted(slot.columns - kept)}
    merged: Insert = statement.on_conflict_do_update(index_elements=list(slot.key), set_=fresh)
    return merged
