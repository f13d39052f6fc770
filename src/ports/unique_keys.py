"""What must be unique, said once for every adapter that stores aggregates.

The database holds these by unique indexes and translates their errors with this table; the
in-memory adapters check the table itself. A key whose clash can only be a race, because every use
case looks first, answers ConcurrentUpdate: the replay finds what the other one wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.domain.api_key import ApiKey
from core.domain.category import CategoryHandleTaken, ProductCategory
from core.domain.customer import Customer, EmailTaken
from core.domain.customer_group import CustomerGroup, GroupNameTaken
from core.domain.discount import Discount, DiscountCodeTaken
from core.domain.dispute import Dispute
from core.domain.download import Entitlement
from core.domain.errors import ConcurrentUpdate, DomainError, NotFound
from core.domain.gift_card import GiftCard, GiftCardTransaction
from core.domain.invite import Invite, InvitePending, InviteState
from core.domain.linked_login import LinkedLogin
from core.domain.mail import Mail
from core.domain.media import MediaFile
from core.domain.order import Order, OrderExists
from core.domain.order_edit import ActiveOrderEditExists, OrderEdit
from core.domain.payment import Payment, PaymentAttempt, Refund
from core.domain.payment_collection import CollectionSession
from core.domain.product import HandleTaken, Product, ProductTag, ProductType, SkuTaken, Variant
from core.domain.product_file import ProductFile
from core.domain.reference import CollectionHandleTaken, ProductCollection
from core.domain.region import CountryTaken, Region
from core.domain.return_reason import ReturnReason, ReturnReasonTaken
from core.domain.returns import Return
from core.domain.swap import Swap
from core.domain.user import User, UserExists
from core.domain.variant_reference import VariantReference, VariantReferenceTaken
from core.domain.webhook_event import WebhookEvent, WebhookEventSeen


class ReferenceMissing(NotFound):
    """Something was saved that names a record which does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueKey:
    """No two entities of this type, for which ``when`` holds, agree in all ``fields``.

    Fields that are None never clash. each: the one field is a tuple whose members are unique.
    """

    entity: type[Any]
    fields: tuple[str, ...]
    error: type[DomainError]
    message: str
    when: Callable[[Any], bool] = lambda _: True
    each: bool = False


def _live(entity: Any) -> bool:
    return entity.deleted_at is None


def _taken(entity: type[Any], field: str, error: type[DomainError], message: str) -> UniqueKey:
    return UniqueKey(entity=entity, fields=(field,), error=error, message=message, when=_live)


_MEANWHILE = "somebody else saved it meanwhile"

UNIQUE_KEYS: tuple[UniqueKey, ...] = (
    UniqueKey(entity=Order, fields=("cart_id",), error=OrderExists, message="the cart has its order already"),
    UniqueKey(entity=Order, fields=("display_id",), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(
        entity=Payment,
        fields=("provider_id", "provider_payment_id"),
        error=OrderExists,
        message="this payment has paid for an order already",
    ),
    UniqueKey(entity=Refund, fields=("payment_id", "provider_refund_id"), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(
        entity=PaymentAttempt,
        fields=("provider_id", "provider_payment_id"),
        error=ConcurrentUpdate,
        message=_MEANWHILE,
    ),
    UniqueKey(
        entity=Dispute, fields=("payment_id", "provider_dispute_id"), error=ConcurrentUpdate, message=_MEANWHILE
    ),
    UniqueKey(
        entity=WebhookEvent,
        fields=("provider", "event_id"),
        error=WebhookEventSeen,
        message="this event was received before",
    ),
    _taken(Product, "handle", HandleTaken, "Product with this handle already exists."),
    _taken(Variant, "sku", SkuTaken, "Product variant with this sku already exists."),
    _taken(Variant, "barcode", SkuTaken, "Product variant with this barcode already exists."),
    _taken(Variant, "ean", SkuTaken, "Product variant with this ean already exists."),
    _taken(Variant, "upc", SkuTaken, "Product variant with this upc already exists."),
    UniqueKey(
        entity=VariantReference,
        fields=("source_variant_id", "target_variant_id", "reference_type"),
        error=VariantReferenceTaken,
        message="The variants are related in this way already.",
        when=_live,
    ),
    _taken(ProductCategory, "handle", CategoryHandleTaken, "Product category with this handle already exists."),
    _taken(ProductCollection, "handle", CollectionHandleTaken, "Product collection with this handle already exists."),
    _taken(ProductType, "value", ConcurrentUpdate, _MEANWHILE),
    _taken(ProductTag, "value", ConcurrentUpdate, _MEANWHILE),
    UniqueKey(entity=ProductFile, fields=("chain_id", "file_version"), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(entity=Entitlement, fields=("line_item_id", "file_id"), error=ConcurrentUpdate, message=_MEANWHILE),
    _taken(Discount, "code", DiscountCodeTaken, "Discount with this code already exists."),
    UniqueKey(
        entity=Region,
        fields=("country_codes",),
        error=CountryTaken,
        message="the country belongs to a region already",
        each=True,
    ),
    UniqueKey(
        entity=Customer,
        fields=("email", "has_account"),
        error=EmailTaken,
        message="A customer with the given email already has an account. Log in instead",
        when=lambda customer: _live(customer) and customer.has_account,
    ),
    UniqueKey(
        entity=Customer,
        fields=("email", "has_account"),
        error=ConcurrentUpdate,
        message=_MEANWHILE,
        when=lambda customer: _live(customer) and not customer.has_account,
    ),
    _taken(CustomerGroup, "name", GroupNameTaken, "A customer group with this name already exists."),
    _taken(User, "email", UserExists, "A user with this e-mail address exists already"),
    UniqueKey(entity=LinkedLogin, fields=("issuer", "subject"), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(entity=ApiKey, fields=("token_hash",), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(
        entity=Invite,
        fields=("kind", "email"),
        error=InvitePending,
        message="an invitation to this address is pending already",
        when=lambda invite: invite.state is InviteState.PENDING,
    ),
    UniqueKey(entity=GiftCard, fields=("code",), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(entity=GiftCard, fields=("order_item_id", "unit"), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(
        entity=GiftCardTransaction,
        fields=("gift_card_id", "order_id", "kind"),
        error=ConcurrentUpdate,
        message=_MEANWHILE,
    ),
    _taken(ReturnReason, "value", ReturnReasonTaken, "A return reason with this value exists already"),
    UniqueKey(entity=Return, fields=("swap_id",), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(
        entity=OrderEdit,
        fields=("order_id",),
        error=ActiveOrderEditExists,
        message="An active order edit already exists for the order",
        when=lambda edit: edit.active,
    ),
    UniqueKey(
        entity=CollectionSession, fields=("provider_id", "reference"), error=ConcurrentUpdate, message=_MEANWHILE
    ),
    UniqueKey(entity=Swap, fields=("cart_id",), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(entity=MediaFile, fields=("storage_key",), error=ConcurrentUpdate, message=_MEANWHILE),
    UniqueKey(entity=Mail, fields=("kind", "subject_id", "revision"), error=ConcurrentUpdate, message=_MEANWHILE),
)
