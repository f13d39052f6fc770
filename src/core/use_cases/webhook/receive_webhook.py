"""Take in what a provider tells, if it is really the provider who tells it."""

from collections.abc import Mapping
from dataclasses import replace

from core.domain.actor import Actor, ActorKind
from core.domain.webhook_event import WebhookEvent, WebhookEventId, WebhookEventSeen
from core.use_cases.webhook.process_webhook import PROCESS_WEBHOOK
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from ports.webhooks import ReceivedEvent, WebhookSources

ACTION = "webhook.receive"


class ReceiveWebhook:
    """Verify, then store the event once together with the job that processes it; answers its id.

    Nothing is looked up or written before the signature holds. An event that was told before changes
    nothing. Raises InvalidSignature, MalformedEvent, WebhookSourceNotFound, Unavailable (the provider
    tells it again). Source: docs/webhooks.md.
    """

    def __init__(self, begin: Begin, sources: WebhookSources, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._sources = sources
        self._clock = clock
        self._ids = ids

    def __call__(
        self, actor: Actor, provider: str, raw: bytes, headers: Mapping[str, str], path_secret: str | None = None
    ) -> str:
        received = self._sources.get(provider).verify(raw, headers, path_secret)
        sender = replace(actor, kind=ActorKind.PROVIDER, id=provider)
        try:
            return self._store(sender, provider, received)
        except WebhookEventSeen:
            # It came twice at once, and the other one was faster.
            return self._store(sender, provider, received)

    def _store(self, sender: Actor, provider: str, received: ReceivedEvent) -> str:
        with self._begin(sender, ACTION) as work:
            known = work.webhook_events.by_event(provider, received.event_id)
            if known is not None:
                return known.id
            event = WebhookEvent(
                id=WebhookEventId(self._ids.new("whe")),
                provider=provider,
                event_id=received.event_id,
                type=received.type,
                payload=dict(received.payload),
                livemode=received.livemode,
                occurred_at=received.created_at,
                received_at=self._clock.now(),
            )
            work.webhook_events.add(event)
            work.schedule(PROCESS_WEBHOOK, {"event_id": event.id}, dedupe_key=f"{PROCESS_WEBHOOK}:{event.id}")
            work.commit()
        return event.id
