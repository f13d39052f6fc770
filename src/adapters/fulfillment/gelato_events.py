"""What Gelato tells about orders. It signs nothing: a shared secret in a header, or in the address, is all there is.

Events: https://dashboard.gelato.com/docs/webhooks/. They only say where to look; the order itself is asked.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.print_on_demand import PrintOrderMoved
from core.domain.webhook_event import InvalidSignature, MalformedEvent, WebhookEvent
from ports.webhooks import ReceivedEvent

HEADER = "x-gelato-webhook-secret"

_ABOUT_ORDERS = (
    "order_status_updated",
    "order_item_status_updated",
    "order_item_tracking_code_updated",
)


class GelatoEvents:
    """secrets: any of them will do. header: the name chosen in Gelato's dashboard."""

    id = "gelato"

    def __init__(self, secrets: Sequence[str], header: str = HEADER) -> None:
        self._secrets = [secret.encode() for secret in secrets if secret]
        self._header = header.lower()

    def verify(self, raw: bytes, headers: Mapping[str, str], path_secret: str | None = None) -> ReceivedEvent:
        told = [value for name, value in headers.items() if name.lower() == self._header]
        if path_secret is not None:
            told.append(path_secret)
        given = [value.encode("utf-8", "surrogatepass") for value in told]
        # Every pair is compared, so that the time taken says nothing.
        matches = [hmac.compare_digest(ours, theirs) for ours in self._secrets for theirs in given]
        if not any(matches):
            raise InvalidSignature("the shared secret does not hold")
        return _event(raw)

    def facts(self, event: WebhookEvent) -> list[PrintOrderMoved]:
        if event.type not in _ABOUT_ORDERS:
            return []
        order_id, reference = event.payload.get("orderId"), event.payload.get("orderReferenceId")
        if not (isinstance(order_id, str) and isinstance(reference, str) and order_id and reference):
            raise MalformedEvent("the event names no order")
        return [PrintOrderMoved(provider_id=self.id, order_id=order_id, reference=reference)]


def _event(raw: bytes) -> ReceivedEvent:
    try:
        payload: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent("the body is not JSON") from error
    if not isinstance(payload, dict):
        raise MalformedEvent("the body is no event")
    event_id, kind = payload.get("id"), payload.get("event")
    if not (isinstance(event_id, str) and isinstance(kind, str) and event_id and kind):
        raise MalformedEvent("the body is no event")
    return ReceivedEvent(event_id=event_id, type=kind, payload=payload, created_at=_moment(payload.get("created")))


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
