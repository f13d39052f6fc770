"""Carts, orders and what follows them, with every field set to something that is not its default."""

from __future__ import annotations

from decimal import Decimal

from core.domain.cart import Cart, CartId, CartType, LineItem
from core.domain.dispute import Dispute, DisputeState
from core.domain.download import DownloadId, DownloadState, Entitlement
from core.domain.gift_card import AppliedGiftCard
from core.domain.lines import Adjustment, ShippingMethod
from core.domain.mail import DeliveryStatus, Mail, MailId, MailKind
from core.domain.order import Fulfillment, FulfillmentItem, Order, OrderId, OrderLine, OrderStatus, TrackingLink
from core.domain.order_edit import ChangeType, EditedLine, ItemChange, OrderEdit
from core.domain.payment import (
    AttemptId,
    AttemptState,
    Payment,
    PaymentAttempt,
    PaymentSession,
    Refund,
    RefundLine,
    RefundReason,
    RefundState,
    SessionStatus,
)
from core.domain.payment_collection import CollectionSession, CollectionStatus, PaymentCollection
from core.domain.tax import TaxLine
from core.domain.totals import Totals
from core.domain.webhook_event import WebhookEvent, WebhookEventId, WebhookStatus
from tests.contracts.full_records import METADATA, NOON, an_address, later


def some_totals() -> Totals:
    return Totals(
        subtotal=1,
        discount_total=2,
        shipping_total=3,
        item_tax_total=4,
        shipping_tax_total=5,
        tax_total=6,
        gift_card_total=7,
        gift_card_tax_total=8,
        total=9,
    )


def line_values(id: str) -> dict[str, object]:
    return {
        "id": id,
        "title": "Sydney Nights",
        "description": "4k",
        "thumbnail": "https://example.test/t.png",
        "variant_id": "variant_prod_1_1",
        "product_id": "prod_1",
        "profile_id": "sp_1",
        "is_giftcard": True,
        "is_return": True,
        "should_merge": False,
        "allow_discounts": False,
        "has_shipping": True,
        "requires_shipping": False,
        "unit_price": 1_250,
        "includes_tax": True,
        "quantity": 3,
        "metadata": METADATA,
        "tax_lines": (
            TaxLine(id=f"litl_{id}_1", rate=Decimal("12.5"), name="State", code="st"),
            TaxLine(id=f"litl_{id}_2", rate=Decimal("0.0001"), name="City", code="ci"),
        ),
        "adjustments": (
            Adjustment(id=f"lia_{id}", description="discount", amount=7, discount_id="disc_1", metadata=METADATA),
        ),
        "subtotal": 1,
        "discount_total": 2,
        "tax_total": 3,
        "total": 4,
        "original_tax_total": 5,
        "original_total": 6,
    }


def a_method(id: str = "sm_1") -> ShippingMethod:
    return ShippingMethod(
        id=id,
        shipping_option_id="so_1",
        name="Post",
        profile_id="sp_1",
        price=500,
        includes_tax=True,
        waived=250,
        data={"point": 7},
        tax_lines=(TaxLine(id=f"smtl_{id}", rate=Decimal(20), name="VAT", code="vat"),),
        subtotal=1,
        tax_total=2,
        total=3,
        original_tax_total=4,
        original_total=5,
    )


def a_cart(id: str = "cart_1", *, channel_id: str | None, **changes: object) -> Cart:
    values: dict[str, object] = {
        "id": CartId(id),
        "region_id": "reg_1",
        "currency_code": "eur",
        "sales_channel_id": channel_id,
        "type": CartType.PAYMENT_LINK,
        "email": "ada@example.test",
        "customer_id": "cus_1",
        "items": [LineItem(**line_values(f"item_{id}_{n}")) for n in (2, 1)],  # type: ignore[arg-type]
        "custom_shipping_prices": {"so_1": 250},
        "shipping_methods": [a_method(f"sm_{id}")],
        "discount_ids": ["disc_1", "disc_0"],
        "shipping_address": an_address(f"addr_{id}_s"),
        "billing_address": an_address(f"addr_{id}_b"),
        "payment_sessions": [
            PaymentSession(
                id=f"ps_{id}",
                provider_id="stripe",
                status=SessionStatus.REQUIRES_MORE,
                is_selected=True,
                is_initiated=True,
                amount=1_250,
                data={"client_secret": "x"},
                stale=True,
                declines=3,
                payment_authorized_at=later(minutes=1),
                return_url="https://example.test/back",
                cancel_url="https://example.test/cancel",
                metadata=METADATA,
            )
        ],
        "gift_cards": (
            AppliedGiftCard(
                id=f"cgc_{id}",
                gift_card_id="gift_1",
                balance=700,
                tax_rate=Decimal("19.125"),
                ends_at=later(days=9),
                covers_tax=True,
            ),
        ),
        "context": {"ip": "127.0.0.1"},
        "metadata": METADATA,
        "totals": some_totals(),
        "show_taxes": False,
        "pricing_epoch": 4,
        "stale_at": later(minutes=2),
        "agreed_total": 1_250,
        "attempt_id": "patt_1",
        "frozen_at": later(minutes=3),
        "order_id": "order_1",
        "completed_at": later(minutes=4),
        "payment_authorized_at": later(minutes=5),
    }
    return Cart(**{**values, **changes})  # type: ignore[arg-type]


def an_attempt(id: str = "patt_1") -> PaymentAttempt:
    return PaymentAttempt(
        id=AttemptId(id),
        cart_id="cart_1",
        provider_id="stripe",
        amount=1_250,
        currency_code="eur",
        session_data={"id": "pi_1"},
        state=AttemptState.REFUND_DUE,
        provider_payment_id="pi_1",
        order_id="order_1",
        reason="out of stock",
        started_at=NOON,
        releasing_since=later(minutes=1),
    )


def an_order(id: str = "order_1", *, channel_id: str | None, **changes: object) -> Order:
    lines = [
        OrderLine(
            **line_values(f"item_{id}_{n}"),  # type: ignore[arg-type]
            fulfilled_quantity=3,
            shipped_quantity=2,
            returned_quantity=1,
            returning_quantity=1,
        )
        for n in (2, 1)
    ]
    values: dict[str, object] = {
        "id": OrderId(id),
        "display_id": 7,
        "cart_id": "cart_1",
        "customer_id": "cus_1",
        "email": "ada@example.test",
        "region_id": "reg_1",
        "currency_code": "eur",
        "sales_channel_id": channel_id,
        "status": OrderStatus.COMPLETED,
        "items": lines,
        "shipping_methods": [a_method(f"sm_{id}")],
        "discount_ids": ("disc_1", "disc_0"),
        "shipping_address": an_address(f"addr_{id}_s"),
        "billing_address": an_address(f"addr_{id}_b"),
        "payments": [a_payment(f"pay_{id}")],
        "refunds": [a_refund(f"ref_{id}", f"pay_{id}", lines[0].id)],
        "fulfillments": [
            Fulfillment(
                id=f"ful_{id}",
                provider_id="manual",
                items=(FulfillmentItem(id=f"fuli_{id}", item_id=lines[1].id, quantity=2),),
                tracking_links=(
                    TrackingLink(
                        id=f"tlink_{id}", tracking_number="1Z", url="https://example.test/1Z", metadata=METADATA
                    ),
                ),
                data={"label": 1},
                no_notification=True,
                shipped_at=later(days=1),
                canceled_at=later(days=2),
                metadata=METADATA,
            )
        ],
        "disputes": [] if "payments" in changes else [a_dispute(f"disp_{id}", f"pay_{id}")],
        "totals": some_totals(),
        "capture_error": "card_declined",
        "external_id": "ext",
        "no_notification": True,
        "metadata": METADATA,
        "placed_at": NOON,
        "canceled_at": later(days=3),
        "return_action_required": True,
    }
    return Order(**{**values, **changes})  # type: ignore[arg-type]


def a_payment(id: str) -> Payment:
    return Payment(
        id=id,
        provider_id="stripe",
        amount=1_250,
        currency_code="eur",
        provider_payment_id=f"pi_{id}",
        cart_id="cart_1",
        swap_id="swap_1",
        payment_collection_id="paycol_0",
        amount_refunded=200,
        data={"id": "pi_1"},
        capture_requested_at=later(minutes=1),
        captured_at=later(minutes=2),
        canceled_at=later(minutes=3),
        idempotency_key="patt_1",
        metadata=METADATA,
    )


def an_edit(id: str = "oe_1", **changes: object) -> OrderEdit:
    """Of order_1; neither confirmed nor given up unless ``changes`` say so."""
    line = EditedLine(
        **line_values(f"item_{id}"),  # type: ignore[arg-type]
        original_item_id="item_order_1_1",
        fulfilled_quantity=3,
        shipped_quantity=2,
        returned_quantity=1,
        returning_quantity=1,
    )
    values: dict[str, object] = {
        "id": id,
        "order_id": "order_1",
        "created_by": "usr_1",
        "internal_note": "note",
        "items": [line],
        "changes": [
            ItemChange(
                id=f"oic_{id}",
                type=ChangeType.ITEM_UPDATE,
                original_line_item_id="item_order_1_1",
                line_item_id=line.id,
            )
        ],
        "totals": some_totals(),
        "difference_due": -3,
        "payment_collection_id": "paycol_1",
        "requested_by": "usr_2",
        "requested_at": later(days=1),
        "confirmed_by": "usr_3",
        "confirmed_at": later(days=2),
        "declined_by": "cus_1",
        "declined_reason": "too dear",
        "declined_at": later(days=3),
        "canceled_by": "usr_4",
        "canceled_at": later(days=4),
    }
    return OrderEdit(**{**values, **changes})  # type: ignore[arg-type]


def a_collection(id: str = "paycol_1", **changes: object) -> PaymentCollection:
    """Of order_1."""
    session = CollectionSession(
        id=f"ps_{id}",
        provider_id="stripe",
        status=SessionStatus.AUTHORIZED,
        is_selected=True,
        is_initiated=True,
        amount=1_250,
        data={"client_secret": "x"},
        stale=True,
        declines=2,
        payment_authorized_at=NOON,
        reference=f"pi_{id}",
    )
    payment = a_payment(f"pay_{id}")
    payment.payment_collection_id = id
    values: dict[str, object] = {
        "id": id,
        "order_id": "order_1",
        "status": CollectionStatus.PARTIALLY_AUTHORIZED,
        "description": "more",
        "amount": 2_500,
        "authorized_amount": 1_250,
        "region_id": "reg_1",
        "currency_code": "eur",
        "created_by": "usr_1",
        "payment_sessions": [session],
        "payments": [payment],
        "metadata": METADATA,
    }
    return PaymentCollection(**{**values, **changes})  # type: ignore[arg-type]


def a_refund(id: str, payment_id: str, item_id: str) -> Refund:
    return Refund(
        id=id,
        payment_id=payment_id,
        amount=200,
        reason=RefundReason.RETURN,
        note="sorry",
        state=RefundState.SUCCEEDED,
        items=(RefundLine(id=f"refi_{id}", item_id=item_id, quantity=1),),
        external=True,
        provider_refund_id=f"re_{id}",
        idempotency_key="key",
        metadata=METADATA,
        created_at=later(days=1),
        settled_at=later(days=2),
    )


def a_dispute(id: str, payment_id: str) -> Dispute:
    return Dispute(
        id=id,
        payment_id=payment_id,
        provider_dispute_id=f"dp_{id}",
        amount=200,
        currency_code="eur",
        reason="fraudulent",
        state=DisputeState.LOST,
        as_of=later(days=3),
        opened_at=later(days=2),
        closed_at=later(days=3),
    )


def a_webhook_event(id: str = "whe_1", **changes: object) -> WebhookEvent:
    values: dict[str, object] = {
        "id": WebhookEventId(id),
        "provider": "stripe",
        "event_id": "evt_1",
        "type": "payment_intent.succeeded",
        "payload": {"id": "evt_1", "data": {"object": {"id": "pi_1"}}},
        "livemode": True,
        "status": WebhookStatus.PARKED,
        "attempts": 2,
        "last_error": "EVENT_EARLY: there is no such cart",
        "occurred_at": NOON,
        "received_at": later(minutes=1),
        "processed_at": later(minutes=2),
    }
    return WebhookEvent(**{**values, **changes})  # type: ignore[arg-type]


def an_entitlement(id: str = "dl_1", **changes: object) -> Entitlement:
    values: dict[str, object] = {
        "id": DownloadId(id),
        "order_id": "order_1",
        "line_item_id": "item_order_1_1",
        "customer_id": "cus_1",
        "product_id": "prod_1",
        "variant_id": "variant_prod_1_1",
        "file_id": "pfile_1",
        "chain_id": "pfile_0",
        "follows_chain": False,
        "quantity": 2,
        "per_unit": 5,
        "download_limit": 9,
        "download_count": 1,
        "expires_at": later(days=30),
        "state": DownloadState.SUSPENDED,
        "reason": "dispute",
        "revision": 2,
        "granted_at": NOON,
        "last_downloaded_at": later(days=1),
    }
    return Entitlement(**{**values, **changes})  # type: ignore[arg-type]


def a_mail(id: str = "mail_1", **changes: object) -> Mail:
    values: dict[str, object] = {
        "id": MailId(id),
        "kind": MailKind.REFUND,
        "subject_id": "ref_1",
        "revision": "1",
        "to": "ada@example.test",
        "status": DeliveryStatus.FAILED,
        "provider_message_id": "msg_1",
        "batch_id": "batch_mail_1",
        "parent_id": "mail_0",
        "error": "refused",
        "queued_at": NOON,
        "sent_at": later(minutes=1),
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]
