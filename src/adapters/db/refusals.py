"""What a violated constraint means to the shop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from adapters.db.collections.carts import ATTEMPT, CART
from adapters.db.collections.discounts import DISCOUNT
from adapters.db.collections.downloads import ENTITLEMENT
from adapters.db.collections.gift_cards import ENTRY, GIFT_CARD
from adapters.db.collections.media import MEDIA_FILE
from adapters.db.collections.order_edits import COLLECTION_SESSION, ORDER_EDIT
from adapters.db.collections.orders import DISPUTE, ORDER, PAYMENT, REFUND
from adapters.db.collections.people import API_KEY, CUSTOMER, INVITE, LINKED_LOGIN, USER
from adapters.db.collections.pricing import CUSTOMER_GROUP
from adapters.db.collections.products import PRODUCT, PRODUCT_FILE, PRODUCT_TAG, PRODUCT_TYPE, VARIANT
from adapters.db.collections.references import VARIANT_REFERENCE
from adapters.db.collections.returns import RETURN, RETURN_REASON, SWAP
from adapters.db.collections.shop import MAIL, REGION
from adapters.db.collections.taxonomy import CATEGORY, PRODUCT_COLLECTION
from adapters.db.collections.webhooks import WEBHOOK_EVENT
from adapters.db.mapping import Mapper
from adapters.db.tables import metadata
from core.domain.errors import DomainError, Duplicate
from ports.unique_keys import UNIQUE_KEYS, ReferenceMissing, UniqueKey

_MAPPERS: tuple[Mapper[Any], ...] = (
    API_KEY,
    ATTEMPT,
    CART,
    CATEGORY,
    CUSTOMER,
    CUSTOMER_GROUP,
    DISCOUNT,
    DISPUTE,
    ENTITLEMENT,
    ENTRY,
    GIFT_CARD,
    INVITE,
    LINKED_LOGIN,
    MAIL,
    MEDIA_FILE,
    COLLECTION_SESSION,
    ORDER,
    ORDER_EDIT,
    PAYMENT,
    PRODUCT,
    PRODUCT_COLLECTION,
    PRODUCT_FILE,
    PRODUCT_TAG,
    PRODUCT_TYPE,
    REFUND,
    REGION,
    RETURN,
    RETURN_REASON,
    SWAP,
    USER,
    VARIANT,
    VARIANT_REFERENCE,
    WEBHOOK_EVENT,
)
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")

Place = tuple[str, tuple[str, ...]]  # table, columns


def _place(key: UniqueKey) -> Place:
    (mapper,) = (mapper for mapper in _MAPPERS if mapper.entity is key.entity)
    for links in mapper.links:
        if key.fields == (links.field,):
            return links.table.name, (links.value,)
    return mapper.table.name, key.fields


def _places() -> Mapping[Place, list[UniqueKey]]:
    found: dict[Place, list[UniqueKey]] = {}
    for key in UNIQUE_KEYS:
        place = _place(key)
        if place not in _indexes():
            raise TypeError(f"no unique index holds {place}")
        found.setdefault(place, []).append(key)
    return found


def _indexes() -> dict[Place, str]:
    """Every unique index on plain columns, by what it covers."""
    return {
        (table.name, tuple(column.name for column in index.columns)): str(index.name)
        for table in metadata.tables.values()
        for index in table.indexes
        if index.unique
    }


def _named() -> Mapping[str, Place]:
    """What a violated constraint or index of this name covers."""
    named = {name: place for place, name in _indexes().items()}
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
                named[str(constraint.name)] = table.name, tuple(column.name for column in constraint.columns)
    return named


_KEYS = _places()
_BY_NAME = _named()


def refusal(error: IntegrityError, entities: Iterable[object]) -> DomainError | None:
    """The error to raise instead, or None when the violation is a bug of ours.

    entities: what was being saved; it tells apart keys that share an index.
    """
    text = str(error.orig)
    if "FOREIGN KEY constraint failed" in text or getattr(error.orig, "sqlstate", None) == "23503":
        return ReferenceMissing("something that this refers to does not exist")
    place = _violated(error)
    if place is None:
        return None
    keys = _KEYS.get(place, [])
    if len(keys) > 1:
        saved = list(entities)
        keys = [key for key in keys if any(isinstance(it, key.entity) and key.when(it) for it in saved)] or keys
    return keys[0].error(keys[0].message) if keys else Duplicate(f"{place[0]} holds such a record already")


def _violated(error: IntegrityError) -> Place | None:
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name is not None:
        return _BY_NAME.get(name)
    match = _SQLITE_UNIQUE.search(str(error.orig))
    if match is None:
        return None
    columns = [column.split(".") for column in match[1].split(", ")]
    return columns[0][0], tuple(column for _, column in columns)
