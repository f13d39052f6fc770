"""Provider events, as rows."""

from __future__ import annotations

from sqlalchemy import bindparam

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Mapper
from adapters.db.tables import webhook_events
from core.domain.webhook_event import WebhookEvent, WebhookEventNotFound

WEBHOOK_EVENT = Mapper(WebhookEvent, webhook_events)

_BY_EVENT = roots(
    WEBHOOK_EVENT,
    webhook_events.c.provider == bindparam("provider"),
    webhook_events.c.event_id == bindparam("event_id"),
)


class SqlWebhookEvents(SqlCollection[WebhookEvent]):
    mapper = WEBHOOK_EVENT
    missing = WebhookEventNotFound
    label = "Webhook event"

    def by_event(self, provider: str, event_id: str) -> WebhookEvent | None:
        return self._first(_BY_EVENT, {"provider": provider, "event_id": event_id})
