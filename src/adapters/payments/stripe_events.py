"""What Stripe tells about payments: its signatures and its words.

Signed as https://docs.stripe.com/webhooks#verify-manually says, over the raw bytes with the endpoint's
secret as it stands; events as in https://docs.stripe.com/api/events/types.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.payments.stripe_amounts import from_stripe
from core.domain.dispute import DisputeReport, DisputeState
from core.domain.payment import PaymentMoved, RefundsMoved
from core.domain.webhook_event import EventMismatch, InvalidSignature, MalformedEvent, ProviderFact, WebhookEvent
from ports.clock import Clock
from ports.webhooks import ReceivedEvent

TOLERANCE = timedelta(seconds=300)
ID_MAX = 255

_PAYMENT = "payment_intent."
_PAYMENT_TYPES = frozenset(
    _PAYMENT + word
    for word in (
        "succeeded",
        "payment_failed",
        "canceled",
        "requires_action",
        "processing",
        "amount_capturable_updated",
    )
)
_REFUND_TYPES = frozenset(
    {"charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"}
)
_DISPUTE_TYPES = frozenset(
    f"charge.dispute.{word}" for word in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
)
_DISPUTE_STATES = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.WON,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "prevented": DisputeState.WON,
    "lost": DisputeState.LOST,
}

_OWNERS = ("cart_id", "payment_collection_id")


class StripeEvents:
    """secrets: of the endpoint (``whsec_...``), any of which may have signed; none: nothing is genuine.

    livemode: the mode of the shop's own key, None where it cannot be told. Only this account's events
    count; those of connected accounts contradict it. ``payment_intent.*`` events without our
    ``metadata.cart_id`` or ``metadata.payment_collection_id`` belong to somebody else on the account and
    mean nothing.
    """

    id = "stripe"

    def __init__(self, secrets: Sequence[str], clock: Clock, *, livemode: bool | None = None) -> None:
        self._keys = [secret.encode() for secret in secrets if secret]
        self._clock = clock
        self._livemode = livemode

    def verify(self, raw: bytes, headers: Mapping[str, str], path_secret: str | None = None) -> ReceivedEvent:
        header = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
        stamp, given = _parts(header)
        signed = stamp.encode() + b"." + raw
        expected = [hmac.new(key, signed, hashlib.sha256).hexdigest().encode() for key in self._keys]
        # Every pair is compared, so that the time taken says nothing.
        matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in given]
        if not (any(matches) and self._is_recent(stamp)):
            raise InvalidSignature("the signature does not hold")
        return _event(raw)

    def _is_recent(self, stamp: str) -> bool:
        return abs(self._clock.now().timestamp() - int(stamp)) <= TOLERANCE.total_seconds()

    def facts(self, event: WebhookEvent) -> Sequence[ProviderFact]:
        read = _reader(event.type)
        if read is None:
            return ()
        if event.payload.get("account") is not None:
            raise EventMismatch("the event is about another account")
        if None not in (self._livemode, event.livemode) and event.livemode is not self._livemode:
            mode = "live" if event.livemode else "test"
            raise EventMismatch(f"a {mode} mode event does not concern this shop")
        fact = read(event, _about(event))
        return () if fact is None else (fact,)


def _reader(type: str) -> Callable[[WebhookEvent, Mapping[str, Any]], ProviderFact | None] | None:
    if type in _PAYMENT_TYPES:
        return _payment
    if type in _REFUND_TYPES:
        return _refunds
    return _dispute if type in _DISPUTE_TYPES else None


def _payment(event: WebhookEvent, intent: Mapping[str, Any]) -> ProviderFact | None:
    metadata = intent.get("metadata")
    if not isinstance(metadata, Mapping) or not any(metadata.get(name) for name in _OWNERS):
        return None
    reference = _text(intent, "id")
    if event.type != "payment_intent.succeeded":  # until then the amount may change
        declined = event.type == "payment_intent.payment_failed"
        return PaymentMoved(provider_id=StripeEvents.id, provider_payment_id=reference, declined=declined)
    currency = _text(intent, "currency")
    return PaymentMoved(
        provider_id=StripeEvents.id,
        provider_payment_id=reference,
        amount=from_stripe(_whole(intent, "amount"), currency),
        currency_code=currency,
    )


def _refunds(_: WebhookEvent, about: Mapping[str, Any]) -> ProviderFact | None:
    reference = _intent_of(about)
    if reference is None:
        return None  # a charge made without an intent is none of ours
    return RefundsMoved(provider_id=StripeEvents.id, provider_payment_id=reference)


def _dispute(event: WebhookEvent, dispute: Mapping[str, Any]) -> ProviderFact | None:
    reference = _intent_of(dispute)
    if reference is None:
        return None
    state = _DISPUTE_STATES.get(_text(dispute, "status"))
    if state is None or event.occurred_at is None:
        raise MalformedEvent(f"a dispute cannot be {dispute.get('status')}")
    currency = _text(dispute, "currency")
    reason = dispute.get("reason")
    return DisputeReport(
        provider_id=StripeEvents.id,
        provider_payment_id=reference,
        provider_dispute_id=_text(dispute, "id"),
        amount=from_stripe(_whole(dispute, "amount"), currency),
        currency_code=currency,
        state=state,
        reason=reason if isinstance(reason, str) else None,
        at=event.occurred_at,
    )


def _parts(header: str) -> tuple[str, list[bytes]]:
    """The time and the signatures of version 1; several while a secret is being replaced."""
    stamp, given = "", []
    for part in header.split(",")[:20]:
        name, _, value = part.strip().partition("=")
        if name == "t":
            stamp = value
        elif name == "v1":
            given.append(value.encode("utf-8", "replace"))
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        raise InvalidSignature("the request is not signed")
    return stamp, given


def _event(raw: bytes) -> ReceivedEvent:
    try:
        payload: object = json.loads(raw)
        json.dumps(payload, ensure_ascii=False).encode()  # half a surrogate pair cannot be stored
    except (ValueError, RecursionError) as error:
        raise MalformedEvent("the body is not JSON") from error
    if not isinstance(payload, dict):
        raise MalformedEvent("the body is no event")
    event_id, livemode = _text(payload, "id"), payload.get("livemode")
    if len(event_id) > ID_MAX:
        raise MalformedEvent("the event's id is too long")
    return ReceivedEvent(
        event_id=event_id,
        type=_text(payload, "type")[:ID_MAX],
        payload=payload,
        created_at=_moment(payload.get("created")),
        livemode=livemode if isinstance(livemode, bool) else None,
    )


def _moment(value: object) -> datetime | None:
    if type(value) is not int or not 0 <= value < 2**37:
        return None
    return datetime.fromtimestamp(value, UTC)


def _about(event: WebhookEvent) -> Mapping[str, Any]:
    data = event.payload.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    if not isinstance(about, dict):
        raise MalformedEvent("the event says nothing about what it is about")
    return about


def _intent_of(about: Mapping[str, Any]) -> str | None:
    intent = about.get("payment_intent")
    if isinstance(intent, Mapping):
        intent = intent.get("id")
    return intent if isinstance(intent, str) and intent else None


def _text(tree: Mapping[str, Any], name: str) -> str:
    value = tree.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedEvent(f"the event lacks its {name}")
    return value


def _whole(tree: Mapping[str, Any], name: str) -> int:
    value = tree.get(name)
    if type(value) is not int or value < 0:
        raise MalformedEvent(f"the event lacks its {name}")
    return value
