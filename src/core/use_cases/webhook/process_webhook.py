"""Do what a stored event asks for, however often and whenever it comes."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta

from core.domain.actor import Actor
from core.domain.errors import ConcurrentUpdate, DomainError, Unavailable
from core.domain.webhook_event import EventEarly, WebhookEvent, WebhookStatus
from core.use_cases.jobs.run_reactions import retry_delay
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin
from ports.webhooks import FactHandlers, WebhookSources

PROCESS_WEBHOOK = "process_webhook"
LONGEST_WAIT = timedelta(hours=12)

log = logging.getLogger("perseus.webhooks")


class ProcessWebhook:
    """Translates an event into facts and hands each to its handler. Repeatable, like the handlers.

    An event that means nothing here is ignored. One that is early is parked, and tried again with growing
    delays for three days after it came; so is one that met something unreachable. One that contradicts
    what was agreed is parked for a person. A bug marks it failed and is raised for the queue to retry.
    """

    def __init__(
        self,
        begin: Begin,
        sources: WebhookSources,
        handlers: FactHandlers,
        clock: Clock,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._begin = begin
        self._sources = sources
        self._handlers = handlers
        self._clock = clock
        self._luck = luck

    def __call__(self, actor: Actor, event_id: str) -> None:
        with self._begin(actor, "webhook.process") as work:
            event = work.webhook_events.get(event_id)
        if event.settled:
            return
        try:
            found = self._run(actor, event)
        except EventEarly as early:
            self._again(actor, event, WebhookStatus.PARKED, early)
        except (Unavailable, ConcurrentUpdate) as passing:
            self._again(actor, event, WebhookStatus.RECEIVED, passing)
        except DomainError as contradiction:
            log.error("event %s (%s %s) parked: %s", event.id, event.provider, event.type, contradiction.message)
            self._postpone(actor, event.id, WebhookStatus.PARKED, contradiction)
        except Exception as bug:
            self._postpone(actor, event.id, WebhookStatus.FAILED, bug)
            raise
        else:
            self._settle(actor, event.id, WebhookStatus.PROCESSED if found else WebhookStatus.IGNORED)

    def _run(self, actor: Actor, event: WebhookEvent) -> bool:
        facts = self._sources.get(event.provider).facts(event)
        for fact in facts:
            self._handlers[type(fact)](actor, fact)
        return bool(facts)

    @replayed
    def _settle(self, actor: Actor, event_id: str, status: WebhookStatus) -> None:
        with self._begin(actor, "webhook.process") as work:
            work.webhook_events.get(event_id).settle(status, self._clock.now())
            work.commit()

    @replayed
    def _postpone(self, actor: Actor, event_id: str, status: WebhookStatus, error: Exception) -> None:
        with self._begin(actor, "webhook.process") as work:
            work.webhook_events.get(event_id).postpone(status, _told(error))
            work.commit()

    @replayed
    def _again(self, actor: Actor, event: WebhookEvent, status: WebhookStatus, error: DomainError) -> None:
        now = self._clock.now()
        with self._begin(actor, "webhook.process") as work:
            stored = work.webhook_events.get(event.id)
            if stored.settled:
                return
            patient = stored.patient(now)
            given_up = WebhookStatus.PARKED if status is WebhookStatus.PARKED else WebhookStatus.FAILED
            stored.postpone(status if patient else given_up, _told(error))
            if patient:
                wait = min(retry_delay(stored.attempts, self._luck()), LONGEST_WAIT)
                key = f"{PROCESS_WEBHOOK}:{event.id}:{stored.attempts}"
                work.schedule(PROCESS_WEBHOOK, {"event_id": event.id}, dedupe_key=key, at=now + wait)
            work.commit()
        if not patient:
            log.error("event %s (%s %s) given up: %s", event.id, event.provider, event.type, error.message)


def _told(error: Exception) -> str:
    code = error.code if isinstance(error, DomainError) else type(error).__name__
    return f"{code}: {error}"
