"""/admin/notifications: what was written to people."""

from collections.abc import Mapping
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Str
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Moment, Text
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.use_cases.mail.resend_mail import ResendMail
from ports.reads import Condition, Operator, Reads, Tree

NOTIFICATIONS = "notifications"
NOTIFICATION = Shown(shape="notification", one="notification", many="notifications", default="*,*resends")
notifications = Resource("admin_notifications", __name__, "/admin/notifications", ADMIN)


class NotificationFilters(Schema):
    event_name = AnyOf(commas=True)
    resource_type = AnyOf(commas=True)
    resource_id = AnyOf(commas=True)
    to = AnyOf(commas=True)
    include_resends = Text()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


class ResendBody(Body):
    to = Str(max=255)


@notifications.on("GET", "", allow=admin(NOTIFICATIONS), lists=NOTIFICATION, query=NotificationFilters, limit=50)
@inject
def list_notifications(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the mails the shop has sent, newest first; repeats only with ``include_resends=true``."""
    with_repeats = query.get("include_resends") == "true"
    originals = () if with_repeats else (Condition("parent_id", Operator.NULL, True),)
    return listing(NOTIFICATION, reads, actor, query, originals)


@inject
def show_notification(actor: Actor, query: Query, notification_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(NOTIFICATION, reads, actor, query, notification_id)


@notifications.on(
    "POST",
    "/<notification_id>/resend",
    allow=admin(NOTIFICATIONS),
    shows=NOTIFICATION,
    body=ResendBody,
    body_required=False,
    answers=show_notification,
)
@inject
def resend(
    actor: Actor, notification_id: str, body: Mapping[str, Any], resend_mail: ResendMail = Provide["resend_mail"]
) -> str:
    """Send a mail about an order once more, to the same address or ``to``; answers the original."""
    return resend_mail(actor, notification_id, body.get("to"))
