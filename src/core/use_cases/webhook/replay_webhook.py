"""Have an event processed again on an admin's word."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from core.use_cases.webhook.process_webhook import PROCESS_WEBHOOK
from ports.unit_of_work import Begin


class ReplayWebhook:
    """Queue a stored event once more, whatever became of it. Raises WebhookEventNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, event_id: str) -> None:
        with self._begin(actor, "webhook.replay") as work:
            event = work.webhook_events.get(event_id)
            event.replay()
            key = f"{PROCESS_WEBHOOK}:{event.id}:replay:{event.attempts}"
            work.schedule(PROCESS_WEBHOOK, {"event_id": event.id}, dedupe_key=key)
            work.commit()
