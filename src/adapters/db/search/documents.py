"""What is kept of each product for searching, and keeping it in step with the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select, text

from adapters.db.changes import Changes
from adapters.db.tables import product_collections, product_tag_links, product_tags, product_variants, products
from adapters.db.tables.search import PARTS
from adapters.db.transaction import Transaction
from core.domain.search_text import words_of

BATCH = 500
WORDS_MAX = 10_000  # of one part of one product
SEARCHED = frozenset({"products", "product_variants", "product_tag_links", "product_collections"})

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_AFFECTED = select(products.c.id).where(or_(products.c.id.in_(_IDS), products.c.collection_id.in_(_IDS)))
_PRODUCTS = (
    select(
        products.c.id,
        products.c.title,
        products.c.subtitle,
        products.c.description,
        product_collections.c.title.label("collection"),
    )
    .outerjoin(product_collections, product_collections.c.id == products.c.collection_id)
    .where(products.c.id.in_(_IDS), products.c.deleted_at.is_(None))
)
_VARIANTS = select(product_variants.c.product_id, product_variants.c.title, product_variants.c.sku).where(
    product_variants.c.product_id.in_(_IDS), product_variants.c.deleted_at.is_(None)
)
_TAGS = (
    select(product_tag_links.c.product_id, product_tags.c.value)
    .join(product_tags, product_tags.c.id == product_tag_links.c.tag_id)
    .where(product_tag_links.c.product_id.in_(_IDS))
)
# The id's words are searched too on SQLite: that finds a product's row by an index.
_FORGET = {
    "sqlite": text("DELETE FROM product_search WHERE product_search MATCH :named AND product_id = :product_id"),
    "postgresql": text("DELETE FROM product_search WHERE product_id = :product_id"),
}
_FORGET_ALL = text("DELETE FROM product_search")
_KEEP = {
    "sqlite": text(
        "INSERT INTO product_search (product_id, title, names, labels, prose)"
        " VALUES (:product_id, :title, :names, :labels, :prose)"
    ),
    "postgresql": text(
        "INSERT INTO product_search (product_id, words) VALUES (:product_id, CAST(:words AS tsvector))"
    ),
}


def follow(run: Transaction, changes: Changes) -> None:
    """Bring the index in step with what this transaction has written."""
    if not changes.tables.isdisjoint(SEARCHED):
        refresh(run, [row["id"] for row in run.rows(_AFFECTED, {"ids": changes.root_ids})])


def rebuild(run: Transaction) -> int:
    run.run(_FORGET_ALL)
    ids = [row["id"] for row in run.rows(select(products.c.id).where(products.c.deleted_at.is_(None)))]
    refresh(run, ids)
    return len(ids)


def refresh(run: Transaction, product_ids: Iterable[str]) -> None:
    """Read these products anew; deleted ones are forgotten."""
    pending = iter(product_ids)
    while batch := list(islice(pending, BATCH)):
        forget = [{"product_id": id, "named": _named(id)} for id in batch]
        run.run(_FORGET[run.dialect], forget)
        rows = [_row(id, parts, run.dialect) for id, parts in _parts(run, batch).items()]
        if rows:
            run.run(_KEEP[run.dialect], rows)


def _named(id: str) -> str:
    return 'product_id : "' + id.replace('"', '""') + '"'


def _parts(run: Transaction, ids: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """By product: the words of each part."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in run.rows(_PRODUCTS, {"ids": ids}):
        found[row["id"]] = {
            "title": words_of(row["title"]),
            "names": words_of(row["subtitle"] or ""),
            "labels": words_of(row["collection"] or ""),
            "prose": words_of(row["description"] or ""),
        }
    for row in run.rows(_VARIANTS, {"ids": ids}):
        if row["product_id"] in found:
            found[row["product_id"]]["names"] += words_of(f"{row['title']} {row['sku'] or ''}")
    for row in run.rows(_TAGS, {"ids": ids}):
        if row["product_id"] in found:
            found[row["product_id"]]["labels"] += words_of(row["value"])
    return found


def _row(id: str, parts: dict[str, list[str]], dialect: str) -> dict[str, str]:
    if dialect == "sqlite":
        return {"product_id": id, **{name: " ".join(parts[name][:WORDS_MAX]) for name in PARTS}}
    return {"product_id": id, "words": _vector(parts)}


def _vector(parts: dict[str, list[str]]) -> str:
    """Each word once, at its best weight, as PostgreSQL writes a ``tsvector``."""
    weights: dict[str, str] = {}
    for name, weight in zip(PARTS, "ABCD", strict=True):
        for word in parts[name][:WORDS_MAX]:
            weights.setdefault(word, weight)
    return " ".join(f"'{word}':1{weight}" for word, weight in weights.items())
