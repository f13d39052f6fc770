"""/webhooks/resend"""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.routing import WEBHOOKS, Resource
from adapters.http.webhooks.receiving import receive
from core.domain.actor import Actor
from core.use_cases.webhook.receive_webhook import ReceiveWebhook
from ports.reads import Tree

resend = Resource("webhooks_resend", __name__, "/webhooks/resend", WEBHOOKS)


@resend.on("POST", "", allow=PUBLIC, repeatable=True, statuses=(403, 413, 503))
@inject
def take(actor: Actor, receive_webhook: ReceiveWebhook = Provide["receive_webhook"]) -> Tree:
    """Take in an event of Resend, signed with ``Svix-Signature``."""
    return receive(actor, receive_webhook, "resend")
