"""/webhooks/gelato"""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.routing import WEBHOOKS, Resource
from adapters.http.webhooks.receiving import receive
from core.domain.actor import Actor
from core.use_cases.webhook.receive_webhook import ReceiveWebhook
from ports.reads import Tree

gelato = Resource("webhooks_gelato", __name__, "/webhooks/gelato", WEBHOOKS)


@gelato.on("POST", "", allow=PUBLIC, repeatable=True, statuses=(403, 413, 503))
@inject
def take(actor: Actor, receive_webhook: ReceiveWebhook = Provide["receive_webhook"]) -> Tree:
    """Take in an event of Gelato that carries the shared secret in the header agreed on."""
    return receive(actor, receive_webhook, "gelato")


@gelato.on("POST", "/<path_secret>", allow=PUBLIC, repeatable=True, statuses=(403, 413, 503))
@inject
def take_with_secret(
    actor: Actor, path_secret: str, receive_webhook: ReceiveWebhook = Provide["receive_webhook"]
) -> Tree:
    """Take in an event of Gelato that carries the shared secret in its address."""
    return receive(actor, receive_webhook, "gelato", path_secret)
