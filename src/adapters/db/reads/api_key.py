"""The shapes of keys: programs' and storefronts', in one list and apart. No secret can be read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, null, select, union_all
from sqlalchemy.types import TypeEngine

from adapters.db import tables
from adapters.db.reads.filters import by, each, search
from adapters.db.reads.shape import Computed, Facts, Relation, Shape, Through, columns
from adapters.db.reads.shop import SALES_CHANNEL
from adapters.db.types import Json, UtcDateTime
from core.domain.api_key import ApiKeyNotFound, redacted
from ports.reads import Tree

SECRET, PUBLISHABLE = "secret", "publishable"
_secrets, _public = tables.api_keys.c, tables.publishable_api_keys.c
_SHARED = ("id", "title", "revoked_at", "revoked_by", "created_at", "updated_at", "deleted_at")


def _none(of: type[TypeEngine[Any]], name: str) -> ColumnElement[Any]:
    return cast(null(), of()).label(name)


_KEYS = union_all(
    select(
        *(_secrets[name] for name in _SHARED),
        literal(SECRET, String).label("type"),
        _secrets.user_id.label("created_by"),
        _secrets.redacted,
        _secrets.role,
        _secrets.scopes,
        _secrets.expires_at,
        _secrets.last_used_at,
    ),
    select(
        *(_public[name] for name in _SHARED),
        literal(PUBLISHABLE, String).label("type"),
        _public.created_by,
        _none(String, "redacted"),
        _none(String, "role"),
        _none(Json, "scopes"),
        _none(UtcDateTime, "expires_at"),
        _none(UtcDateTime, "last_used_at"),
    ),
).subquery("all_keys")
_CHANNELS = Relation(
    shape=lambda: SALES_CHANNEL,
    through=Through(
        table=tables.publishable_api_key_sales_channels, here="publishable_key_id", there="sales_channel_id"
    ),
)


def _tokens(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    """A secret key's token is kept nowhere; a storefront's is its id."""
    for row in rows:
        public = row["_type"] == PUBLISHABLE
        id = str(row["id"])
        yield {"token": id if public else "", "redacted": redacted(id) if public else row["_redacted"]}


API_KEY = Shape(
    name="api_key",
    table=_KEYS,
    columns=columns(
        "id",
        "title",
        "type",
        "role",
        "scopes",
        "expires_at",
        "last_used_at",
        "created_by",
        "revoked_by",
        "revoked_at",
        "created_at",
        "updated_at",
    ),
    hidden=columns("deleted_at", _type="type", _redacted="redacted"),
    computed=(Computed(gives=("token", "redacted"), needs=("id", "_type", "_redacted"), compute=_tokens),),
    relations={"sales_channels": _CHANNELS},
    filters={
        **each("id", "title", "type", "created_by", "created_at", "updated_at", "revoked_at", "last_used_at"),
        "token": by("id"),
        "q": search(lambda t: t.c.title),
    },
    missing=(ApiKeyNotFound, "API key with id: {} was not found"),
)
