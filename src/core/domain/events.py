"""Facts in the past tense. Fields are ids, ints and strings only, so that an event can be stored
as JSON in the commit that made it true and read back years later.

Names follow Medusa's event vocabulary where it has a word (https://docs.medusajs.com/v1/development/events/events-list).
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    NAME: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    NAME: ClassVar[str] = "order.placed"
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCaptured(Event):
    NAME: ClassVar[str] = "order.payment_captured"
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCaptureFailed(Event):
    NAME: ClassVar[str] = "order.payment_capture_failed"
    order_id: str
    payment_id: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded(Event):
    NAME: ClassVar[str] = "order.refund_created"
    order_id: str
    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentCreated(Event):
    NAME: ClassVar[str] = "order.fulfillment_created"
    order_id: str
    fulfillment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentCanceled(Event):
    NAME: ClassVar[str] = "order.fulfillment_canceled"
    order_id: str
    fulfillment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentCreated(Event):
    NAME: ClassVar[str] = "order.shipment_created"
    order_id: str
    fulfillment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCanceled(Event):
    NAME: ClassVar[str] = "order.canceled"
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCompleted(Event):
    NAME: ClassVar[str] = "order.completed"
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequested(Event):
    NAME: ClassVar[str] = "order.return_requested"
    order_id: str
    return_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsReturned(Event):
    NAME: ClassVar[str] = "order.items_returned"
    order_id: str
    return_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnActionRequired(Event):
    """What came back is worth more than what can still be refunded; somebody has to decide."""

    NAME: ClassVar[str] = "order.return_action_required"
    order_id: str
    return_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapCreated(Event):
    NAME: ClassVar[str] = "swap.created"
    swap_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapReceived(Event):
    NAME: ClassVar[str] = "swap.received"
    swap_id: str
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapPaymentCompleted(Event):
    NAME: ClassVar[str] = "swap.payment_completed"
    swap_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapPaymentCaptured(Event):
    NAME: ClassVar[str] = "swap.payment_captured"
    swap_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapPaymentCaptureFailed(Event):
    NAME: ClassVar[str] = "swap.payment_capture_failed"
    swap_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapRefundProcessed(Event):
    NAME: ClassVar[str] = "swap.refund_processed"
    swap_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapRefundFailed(Event):
    NAME: ClassVar[str] = "swap.process_refund_failed"
    swap_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapFulfillmentCreated(Event):
    NAME: ClassVar[str] = "swap.fulfillment_created"
    swap_id: str
    fulfillment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapShipmentCreated(Event):
    NAME: ClassVar[str] = "swap.shipment_created"
    swap_id: str
    fulfillment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefundFailed(Event):
    """A refund that counted has come back: the provider could not hand the money over after all."""

    NAME: ClassVar[str] = "order.refund_failed"
    order_id: str
    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadsGranted(Event):
    """``batch`` tells one granting of an order from the next, so each is mailed once."""

    NAME: ClassVar[str] = "order.downloads_granted"
    order_id: str
    batch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadsResent(Event):
    NAME: ClassVar[str] = "order.downloads_resent"
    order_id: str
    batch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardCreated(Event):
    NAME: ClassVar[str] = "gift_card.created"
    gift_card_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardsIssued(Event):
    """The gift cards an order bought can be used from now on; once per order."""

    NAME: ClassVar[str] = "order.gift_cards_issued"
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRefundDue(Event):
    """A payment may be standing for something that will not become an order; it goes back
    (docs/checkout.md)."""

    NAME: ClassVar[str] = "cart.refund_due"
    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCreated(Event):
    NAME: ClassVar[str] = "customer.created"
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """``change`` tells one change from the next, so that each is mailed once."""

    NAME: ClassVar[str] = "customer.password_changed"
    customer_id: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChanged(Event):
    """old_email: where the notice goes."""

    NAME: ClassVar[str] = "customer.email_changed"
    customer_id: str
    change: str
    old_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPasswordChanged(Event):
    """Of a member of the staff. ``change`` as in PasswordChanged."""

    NAME: ClassVar[str] = "user.password_changed"
    user_id: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteIssued(Event):
    NAME: ClassVar[str] = "invite.created"
    invite_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAccepted(Event):
    NAME: ClassVar[str] = "invite.accepted"
    invite_id: str
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailQueued(Event):
    NAME: ClassVar[str] = "mail.queued"
    mail_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFileUploaded(Event):
    """The bytes are stored and wait for inspection."""

    NAME: ClassVar[str] = "product_file.uploaded"
    file_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFileReady(Event):
    NAME: ClassVar[str] = "product_file.ready"
    file_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFileDiscarded(Event):
    """Nobody may fetch the bytes any more; the object can go."""

    NAME: ClassVar[str] = "product_file.discarded"
    file_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCreated(Event):
    NAME: ClassVar[str] = "product.created"
    product_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductUpdated(Event):
    NAME: ClassVar[str] = "product.updated"
    product_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDeleted(Event):
    NAME: ClassVar[str] = "product.deleted"
    product_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCategoryCreated(Event):
    NAME: ClassVar[str] = "product-category.created"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCategoryUpdated(Event):
    NAME: ClassVar[str] = "product-category.updated"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCategoryDeleted(Event):
    NAME: ClassVar[str] = "product-category.deleted"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCollectionCreated(Event):
    NAME: ClassVar[str] = "product-collection.created"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCollectionUpdated(Event):
    NAME: ClassVar[str] = "product-collection.updated"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCollectionDeleted(Event):
    NAME: ClassVar[str] = "product-collection.deleted"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsCollected(Event):
    NAME: ClassVar[str] = "product-collection.products_added"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsReleased(Event):
    NAME: ClassVar[str] = "product-collection.products_removed"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountCreated(Event):
    NAME: ClassVar[str] = "discount.created"
    discount_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesChannelCreated(Event):
    NAME: ClassVar[str] = "sales_channel.created"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesChannelUpdated(Event):
    NAME: ClassVar[str] = "sales_channel.updated"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesChannelDeleted(Event):
    NAME: ClassVar[str] = "sales_channel.deleted"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishableKeyCreated(Event):
    NAME: ClassVar[str] = "publishable_api_key.created"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishableKeyRevoked(Event):
    NAME: ClassVar[str] = "publishable_api_key.revoked"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCreated(Event):
    NAME: ClassVar[str] = "region.created"
    region_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionUpdated(Event):
    NAME: ClassVar[str] = "region.updated"
    region_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionDeleted(Event):
    NAME: ClassVar[str] = "region.deleted"
    region_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCreated(Event):
    NAME: ClassVar[str] = "note.created"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteUpdated(Event):
    NAME: ClassVar[str] = "note.updated"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDeleted(Event):
    NAME: ClassVar[str] = "note.deleted"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEditCreated(Event):
    NAME: ClassVar[str] = "order-edit.created"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEditUpdated(Event):
    NAME: ClassVar[str] = "order-edit.updated"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEditRequested(Event):
    NAME: ClassVar[str] = "order-edit.requested"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEditConfirmed(Event):
    NAME: ClassVar[str] = "order-edit.confirmed"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEditDeclined(Event):
    NAME: ClassVar[str] = "order-edit.declined"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEditCanceled(Event):
    NAME: ClassVar[str] = "order-edit.canceled"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCollectionCreated(Event):
    NAME: ClassVar[str] = "payment-collection.created"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCollectionUpdated(Event):
    NAME: ClassVar[str] = "payment-collection.updated"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCollectionDeleted(Event):
    NAME: ClassVar[str] = "payment-collection.deleted"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCollectionAuthorized(Event):
    NAME: ClassVar[str] = "payment-collection.payment_authorized"
    id: str


def every_event() -> dict[str, type[Event]]:
    """All kinds of event by name."""
    return {kind.NAME: kind for kind in Event.__subclasses__()}
