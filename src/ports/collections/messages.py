"""What goes out by mail and what providers tell."""

from typing import Protocol

from core.domain.mail import Mail, MailKind
from core.domain.webhook_event import WebhookEvent


class Mails(Protocol):
    """Unique: (kind, subject_id, revision)."""

    def get(self, id: str) -> Mail: ...

    def add(self, mail: Mail) -> None: ...

    def by_message(self, provider_message_id: str) -> Mail | None: ...

    def exists(self, kind: MailKind, subject_id: str, revision: str) -> bool: ...

    def unbound(self, limit: int) -> list[Mail]:
        """Queued ones that no call of the mail service was begun for, the oldest first."""
        ...

    def of_batch(self, batch_id: str) -> list[Mail]:
        """In the order of their ids."""
        ...


class WebhookEvents(Protocol):
    """Unique: (provider, event_id), WebhookEventSeen."""

    def get(self, id: str) -> WebhookEvent: ...

    def add(self, event: WebhookEvent) -> None: ...

    def by_event(self, provider: str, event_id: str) -> WebhookEvent | None: ...
