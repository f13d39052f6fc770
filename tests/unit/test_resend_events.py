"""Resend's events: whether they are genuine, and what they mean."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from adapters.email.resend_events import ResendEvents, decoded_secret
from adapters.memory.clock import FrozenClock
from core.domain.mail import DeliveryStatus, MailReport
from core.domain.webhook_event import InvalidSignature, MalformedEvent, WebhookEvent, WebhookEventId

SECRET = "whsec_" + base64.b64encode(b"the key of this shop, 32 bytes..").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"the key it had before, 32 bytes.").decode()
BODY = json.dumps(
    {
        "type": "email.delivered",
        "created_at": "2026-01-01T12:00:00.000Z",
        "data": {"email_id": "msg_1", "to": ["ada@shop.test"], "tags": {"mail_id": "mail_1"}},
    }
).encode()


def signature(raw: bytes, stamp: str, *, secret: str = SECRET, event_id: str = "msg_evt_1") -> str:
    signed = f"{event_id}.{stamp}.".encode() + raw
    return "v1," + base64.b64encode(hmac.new(decoded_secret(secret), signed, hashlib.sha256).digest()).decode()


def headers(raw: bytes, clock: FrozenClock, *, seconds: int = 0, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int((clock.now() + timedelta(seconds=seconds)).timestamp()))
    return {
        "Svix-Id": "msg_evt_1",
        "Svix-Timestamp": stamp,
        "Svix-Signature": signature(raw, stamp, secret=secret),
    }


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def source(clock: FrozenClock) -> ResendEvents:
    return ResendEvents([SECRET, OLD_SECRET], clock)


def test_signed_event_is_taken(source: ResendEvents, clock: FrozenClock) -> None:
    event = source.verify(BODY, headers(BODY, clock))

    assert (event.event_id, event.type) == ("msg_evt_1", "email.delivered")
    assert event.payload["data"] == {"email_id": "msg_1", "to": ["ada@shop.test"], "tags": {"mail_id": "mail_1"}}
    assert event.created_at is not None


def test_known_example_of_the_scheme_holds() -> None:
    """The worked example of https://docs.svix.com/receiving/verifying-payloads/how-manual."""
    raw = b'{"test": 2432232314}'
    source = ResendEvents(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], FrozenClock())
    example = {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

    assert (
        signature(
            raw,
            "1614265330",
            secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        )
        == (example["svix-signature"])
    )
    with pytest.raises(InvalidSignature):
        source.verify(raw, example)  # genuine, but years old


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_both_secrets_hold_while_one_replaces_the_other(
    source: ResendEvents, clock: FrozenClock, secret: str
) -> None:
    assert source.verify(BODY, headers(BODY, clock, secret=secret)).type == "email.delivered"


def test_one_good_signature_among_several_will_do(source: ResendEvents, clock: FrozenClock) -> None:
    given = headers(BODY, clock)
    foreign = base64.b64encode(b"x" * 32).decode()
    given["Svix-Signature"] = f"v1,{foreign} v2,{foreign} v1,not-base64! {given['Svix-Signature']}"

    assert source.verify(BODY, given).event_id == "msg_evt_1"


@pytest.mark.parametrize("seconds", [-301, 302])
def test_old_and_future_events_are_refused(source: ResendEvents, clock: FrozenClock, seconds: int) -> None:
    with pytest.raises(InvalidSignature):
        source.verify(BODY, headers(BODY, clock, seconds=seconds))


@pytest.mark.parametrize("seconds", [-299, 299])
def test_clocks_need_not_agree_to_the_second(source: ResendEvents, clock: FrozenClock, seconds: int) -> None:
    assert source.verify(BODY, headers(BODY, clock, seconds=seconds))


@pytest.mark.parametrize("name", ["Svix-Id", "Svix-Timestamp", "Svix-Signature"])
@pytest.mark.parametrize("value", [None, "", "x", "9" * 40, "v1,", "\u0661"])
def test_headers_that_are_missing_or_wrong_are_refused(
    source: ResendEvents, clock: FrozenClock, name: str, value: str | None
) -> None:
    given = headers(BODY, clock)
    del given[name]
    if value is not None:
        given[name] = value

    with pytest.raises(InvalidSignature):
        source.verify(BODY, given)


def test_changed_body_is_refused(source: ResendEvents, clock: FrozenClock) -> None:
    with pytest.raises(InvalidSignature):
        source.verify(BODY + b" ", headers(BODY, clock))


def test_without_a_secret_everything_is_refused(clock: FrozenClock) -> None:
    with pytest.raises(InvalidSignature):
        ResendEvents([], clock).verify(BODY, headers(BODY, clock))


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"type": 1}', b"{}", b"\xff", b"[" * 100_000])
def test_genuine_body_that_is_no_event_is_malformed(source: ResendEvents, clock: FrozenClock, raw: bytes) -> None:
    with pytest.raises(MalformedEvent):
        source.verify(raw, headers(raw, clock))


def an_event(type: str, data: object, clock: FrozenClock) -> WebhookEvent:
    return WebhookEvent(
        id=WebhookEventId("whe_1"),
        provider="resend",
        event_id="msg_evt_1",
        type=type,
        payload={"type": type, "data": data},
        received_at=clock.now(),
    )


@pytest.mark.parametrize(
    ("type", "status", "reason"),
    [
        ("email.sent", DeliveryStatus.SENT, None),
        ("email.delivered", DeliveryStatus.DELIVERED, None),
        ("email.bounced", DeliveryStatus.BOUNCED, "the address does not take mail: no such mailbox"),
        ("email.complained", DeliveryStatus.BOUNCED, "the recipient reported it as spam"),
        ("email.failed", DeliveryStatus.FAILED, "the service could not send it: over quota"),
    ],
)
def test_events_are_reports_about_mails(
    source: ResendEvents, clock: FrozenClock, type: str, status: DeliveryStatus, reason: str | None
) -> None:
    data = {
        "email_id": "msg_1",
        "tags": [{"name": "mail_id", "value": "mail_1"}],
        "bounce": {"type": "Permanent", "message": "no such mailbox"},
        "failed": {"reason": "over quota"},
    }

    assert source.facts(an_event(type, data, clock)) == [
        MailReport(mail_id="mail_1", message_id="msg_1", status=status, reason=reason)
    ]


@pytest.mark.parametrize("type", ["email.opened", "email.delivery_delayed", "domain.updated", "new.thing"])
def test_other_events_mean_nothing_to_the_shop(source: ResendEvents, clock: FrozenClock, type: str) -> None:
    assert source.facts(an_event(type, {"email_id": "msg_1"}, clock)) == []


@pytest.mark.parametrize("data", [None, "x", {}, {"email_id": ""}, {"email_id": 5}])
def test_report_that_names_no_mail_is_malformed(source: ResendEvents, clock: FrozenClock, data: object) -> None:
    with pytest.raises(MalformedEvent):
        source.facts(an_event("email.delivered", data, clock))


@pytest.mark.parametrize("tags", [None, "x", [], [1], {}, {"mail_id": 7}, {"other": "mail_1"}])
def test_mail_without_our_tag_is_known_by_the_services_id(
    source: ResendEvents, clock: FrozenClock, tags: object
) -> None:
    (report,) = source.facts(an_event("email.delivered", {"email_id": "msg_1", "tags": tags}, clock))

    assert (report.mail_id, report.message_id) == (None, "msg_1")
