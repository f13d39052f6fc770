"""The shape of what providers told. The payload stays inside: it names people."""

from __future__ import annotations

from adapters.db import tables
from adapters.db.reads.filters import by, each
from adapters.db.reads.shape import Shape, columns, everything
from core.domain.webhook_event import WebhookEventNotFound

WEBHOOK_EVENT = Shape(
    name="webhook_event",
    table=tables.webhook_events,
    columns=columns(
        "id",
        "event_id",
        "provider",
        "type",
        "status",
        "attempts",
        "last_error",
        "received_at",
        "processed_at",
    ),
    hidden=columns(created_at="received_at"),
    filters={
        **each("id", "event_id", "provider", "type", "status", "received_at", "processed_at"),
        "created_at": by("received_at"),
    },
    visible=everything,
    missing=(WebhookEventNotFound, "Webhook event with id: {} was not found"),
)
