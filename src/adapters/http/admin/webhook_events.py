"""/admin/webhook-events"""

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.dialect import Dialect
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Moment
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.webhook_event import WebhookStatus
from core.use_cases.webhook.replay_webhook import ReplayWebhook
from ports.reads import Reads, Tree

EVENTS = "webhook_events"
EVENT = Shown(shape="webhook_event", one="webhook_event", many="webhook_events")
webhook_events = Resource("admin_webhook_events", __name__, "/admin/webhook-events", ADMIN)


class EventFilters(Schema):
    provider = Exactly()
    status = AnyOf(choices=frozenset(status.value for status in WebhookStatus))
    type = Exactly()
    event_id = Exactly()
    received_at = Compare(Moment())


@inject
def show_event(actor: Actor, query: Query, event_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(EVENT, reads, actor, query, event_id)


@webhook_events.on("GET", "", allow=admin(EVENTS), lists=EVENT, query=EventFilters, dialect=Dialect.CUSTOM)
@inject
def list_events(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List what providers told and what became of it, newest first."""
    return listing(EVENT, reads, actor, query)


@webhook_events.on(
    "POST",
    "/<event_id>/replay",
    allow=admin(EVENTS),
    shows=EVENT,
    answers=show_event,
    status=202,
    dialect=Dialect.CUSTOM,
)
@inject
def replay(actor: Actor, event_id: str, replay_webhook: ReplayWebhook = Provide["replay_webhook"]) -> str:
    """Have an event processed again."""
    replay_webhook(actor, event_id)
    return event_id
