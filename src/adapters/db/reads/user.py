"""The shape of the people who run the shop. Nothing here reads a password."""

from __future__ import annotations

from adapters.db import tables
from adapters.db.reads.filters import each, search
from adapters.db.reads.shape import Shape, columns
from adapters.db.reads.shop import STAMPS
from core.domain.user import UserNotFound

USER = Shape(
    name="user",
    table=tables.users,
    columns=columns("id", "email", "role", "first_name", "last_name", *STAMPS, "metadata"),
    # Keys of programs are a list of their own, and show no token.
    constants={"api_token": None},
    filters={
        **each("id", "email", "role", "first_name", "last_name", "created_at", "updated_at", "deleted_at"),
        "q": search(lambda t: t.c.email, lambda t: t.c.first_name, lambda t: t.c.last_name),
    },
    missing=(UserNotFound, "User with id: {} was not found"),
)
