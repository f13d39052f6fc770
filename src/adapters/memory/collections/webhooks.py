"""Provider events, in memory."""

from __future__ import annotations

from adapters.memory.shelf import Shelf
from core.domain.webhook_event import WebhookEvent, WebhookEventNotFound


class InMemoryWebhookEvents(Shelf[WebhookEvent]):
    missing = WebhookEventNotFound
    label = "Webhook event"

    def by_event(self, provider: str, event_id: str) -> WebhookEvent | None:
        return self.find_first(lambda event: (event.provider, event.event_id) == (provider, event_id))
