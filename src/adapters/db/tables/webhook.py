"""What providers told the shop."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Table

from adapters.db.tables.columns import count, json, key, metadata, moment, optional, required, timestamps, version

webhook_events = Table(
    "webhook_events",
    metadata,
    key(),
    required("provider"),
    required("event_id"),
    required("type"),
    json("payload"),
    optional("livemode", Boolean),
    required("status"),
    count("attempts"),
    optional("last_error"),
    moment("occurred_at"),
    moment("received_at", null=False),
    moment("processed_at"),
    *timestamps(),
    version(),
    Index("uq_webhook_events_event", "provider", "event_id", unique=True),
    Index(None, "status", "received_at"),
    Index(None, "received_at", "id"),
)
