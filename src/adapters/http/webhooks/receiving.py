"""What every webhook route does: hand the bytes over as they came, and say thank you at once."""

from flask import request

from core.domain.actor import Actor
from core.use_cases.webhook.receive_webhook import ReceiveWebhook
from ports.reads import Tree


def receive(actor: Actor, receive_webhook: ReceiveWebhook, provider: str, path_secret: str | None = None) -> Tree:
    """Takes in one event of this provider; 413 above 1 MB, 403 unless it is genuine."""
    raw = request.get_data(cache=False)
    receive_webhook(actor, provider, raw, dict(request.headers), path_secret)
    return {"received": True}
