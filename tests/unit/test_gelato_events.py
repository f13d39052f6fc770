"""Gelato's events: whether whoever tells them knows the secret, and where they say to look."""

import json

import pytest

from adapters.fulfillment.gelato_events import GelatoEvents
from adapters.memory.clock import FrozenClock
from core.domain.print_on_demand import PrintOrderMoved
from core.domain.webhook_event import InvalidSignature, MalformedEvent, WebhookEvent, WebhookEventId

SECRET, OLD = "a shared secret", "the one before it"
BODY = json.dumps(
    {"id": "is_1", "event": "order_item_status_updated", "created": "2026-01-01T10:00:00+00:00"}
).encode()


@pytest.fixture
def source() -> GelatoEvents:
    return GelatoEvents([SECRET, OLD], "X-Our-Header")


@pytest.mark.parametrize("secret", [SECRET, OLD])
def test_secret_in_the_header_agreed_on_holds(source: GelatoEvents, secret: str) -> None:
    event = source.verify(BODY, {"x-our-header": secret})

    assert (event.event_id, event.type) == ("is_1", "order_item_status_updated")
    assert event.created_at is not None


def test_secret_in_the_address_holds(source: GelatoEvents) -> None:
    assert source.verify(BODY, {}, SECRET).event_id == "is_1"


@pytest.mark.parametrize(
    ("headers", "path_secret"),
    [
        ({}, None),
        ({"X-Our-Header": ""}, ""),
        ({"X-Our-Header": SECRET + "x"}, SECRET[:-1]),
        ({"X-Gelato-Webhook-Secret": SECRET}, None),
        ({"X-Our-Header": "\udcff"}, "s\u00e9cret"),
    ],
)
def test_whoever_does_not_know_the_secret_is_refused(
    source: GelatoEvents, headers: dict[str, str], path_secret: str | None
) -> None:
    with pytest.raises(InvalidSignature):
        source.verify(b"not even JSON", headers, path_secret)


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_everything_is_refused(secrets: list[str]) -> None:
    with pytest.raises(InvalidSignature):
        GelatoEvents(secrets).verify(BODY, {"x-gelato-webhook-secret": ""}, "")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"id": 1, "event": "x"}', b'{"id": "x"}', b"\xff"])
def test_genuine_body_that_is_no_event_is_malformed(source: GelatoEvents, raw: bytes) -> None:
    with pytest.raises(MalformedEvent):
        source.verify(raw, {"X-Our-Header": SECRET})


def an_event(type: str, **payload: object) -> WebhookEvent:
    return WebhookEvent(
        id=WebhookEventId("whe_1"),
        provider="gelato",
        event_id="is_1",
        type=type,
        payload=dict(payload),
        received_at=FrozenClock().now(),
    )


@pytest.mark.parametrize(
    "type", ["order_status_updated", "order_item_status_updated", "order_item_tracking_code_updated"]
)
def test_events_say_which_order_to_ask_about(source: GelatoEvents, type: str) -> None:
    assert source.facts(an_event(type, orderId="g_1", orderReferenceId="order_1/ful_1")) == [
        PrintOrderMoved(provider_id="gelato", order_id="g_1", reference="order_1/ful_1")
    ]


@pytest.mark.parametrize("type", ["store_product_created", "order_delivery_estimate_updated", "new_thing"])
def test_other_events_mean_nothing_to_the_shop(source: GelatoEvents, type: str) -> None:
    assert source.facts(an_event(type)) == []


def test_event_that_names_no_order_is_malformed(source: GelatoEvents) -> None:
    with pytest.raises(MalformedEvent):
        source.facts(an_event("order_status_updated", orderId="g_1"))
