"""What Resend tells about mails: its signatures and its words.

Signed by the scheme of https://docs.svix.com/receiving/verifying-payloads/how-manual; events as in
https://resend.com/docs/dashboard/webhooks/event-types.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from adapters.email.resend_mailer import KEY_TAG
from core.domain.mail import DeliveryStatus, MailReport
from core.domain.values import Metadata
from core.domain.webhook_event import InvalidSignature, MalformedEvent, WebhookEvent
from ports.clock import Clock
from ports.webhooks import ReceivedEvent

TOLERANCE = timedelta(seconds=300)
REASON_MAX = 200

_PREFIX = "whsec_"
_STATUS = {
    "email.sent": DeliveryStatus.SENT,
    "email.delivered": DeliveryStatus.DELIVERED,
    "email.bounced": DeliveryStatus.BOUNCED,
    "email.complained": DeliveryStatus.BOUNCED,
    "email.suppressed": DeliveryStatus.BOUNCED,
    "email.failed": DeliveryStatus.FAILED,
}
_REASON = {
    "email.bounced": "the address does not take mail",
    "email.complained": "the recipient reported it as spam",
    "email.suppressed": "the address is on the service's list of those that bounced or complained",
    "email.failed": "the service could not send it",
}
# Where in the event's data the service says more.
_DETAILS = {"email.bounced": "bounce", "email.suppressed": "suppressed", "email.failed": "failed"}


class ResendEvents:
    """secrets: as the dashboard shows them (``whsec_`` and base64), any of which may have signed."""

    id = "resend"

    def __init__(self, secrets: Sequence[str], clock: Clock) -> None:
        self._keys = [decoded_secret(secret) for secret in secrets]
        self._clock = clock

    def verify(self, raw: bytes, headers: Mapping[str, str], path_secret: str | None = None) -> ReceivedEvent:
        named = {name.lower(): value for name, value in headers.items()}
        event_id, stamp = named.get("svix-id", ""), named.get("svix-timestamp", "")
        signed = f"{event_id}.{stamp}.".encode() + raw
        expected = [hmac.new(key, signed, hashlib.sha256).digest() for key in self._keys]
        given = list(_signatures(named.get("svix-signature", "")))
        # Every pair is compared, so that the time taken says nothing.
        matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in given]
        if not (event_id and self._is_recent(stamp) and any(matches)):
            raise InvalidSignature("the signature does not hold")
        return _event(event_id, raw)

    def facts(self, event: WebhookEvent) -> list[MailReport]:
        status = _STATUS.get(event.type)
        if status is None:
            return []
        data = event.payload.get("data")
        message_id = data.get("email_id") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(message_id, str) or not message_id:
            raise MalformedEvent("the event names no mail")
        report = MailReport(
            mail_id=_our_id(data.get("tags")),
            message_id=message_id,
            status=status,
            reason=_reason(event.type, data),
        )
        return [report]

    def _is_recent(self, stamp: str) -> bool:
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
            return False
        return abs(self._clock.now().timestamp() - int(stamp)) <= TOLERANCE.total_seconds()


def decoded_secret(secret: str) -> bytes:
    """The key a secret stands for. Raises ValueError for what is no such secret."""
    key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    if not key:
        raise ValueError("the secret is empty")
    return key


def _signatures(header: str) -> list[bytes]:
    """Those of version 1; a header may carry several, while a secret is being replaced."""
    found = []
    for part in header.split(" ")[:20]:
        version, _, signature = part.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(signature, validate=True))
        except (binascii.Error, ValueError):
            continue  # no signature, so it matches nothing
    return found


def _event(event_id: str, raw: bytes) -> ReceivedEvent:
    try:
        payload: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent("the body is not JSON") from error
    kind = payload.get("type") if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or not isinstance(kind, str):
        raise MalformedEvent("the body is no event")
    return ReceivedEvent(event_id=event_id, type=kind, payload=payload, created_at=_moment(payload.get("created_at")))


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _our_id(tags: object) -> str | None:
    """Tags are told as an object; as a list of names and values in older events."""
    if isinstance(tags, list):
        tags = {tag.get("name"): tag.get("value") for tag in tags if isinstance(tag, dict)}
    value = tags.get(KEY_TAG) if isinstance(tags, dict) else None
    return value if isinstance(value, str) and value else None


def _reason(kind: str, data: Metadata) -> str | None:
    """Why it did not arrive, in the service's words where it has any."""
    general = _REASON.get(kind)
    if general is None:
        return None
    about = data.get(_DETAILS[kind]) if kind in _DETAILS else None
    said = about.get("message") or about.get("reason") if isinstance(about, dict) else None
    return f"{general}: {said[:REASON_MAX]}" if isinstance(said, str) and said else general
