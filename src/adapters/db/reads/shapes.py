"""Every shape that callers may name."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.db.reads.api_key import API_KEY
from adapters.db.reads.audit import AUDIT_ENTRY
from adapters.db.reads.cart import CART
from adapters.db.reads.category import PRODUCT_CATEGORY
from adapters.db.reads.customer import ADDRESS, CUSTOMER, CUSTOMER_GROUP
from adapters.db.reads.discount import DISCOUNT, DISCOUNT_CONDITION
from adapters.db.reads.download import DOWNLOAD, DOWNLOAD_LOG
from adapters.db.reads.gateway_product import GATEWAY_PRODUCT, GATEWAY_REFERENCE
from adapters.db.reads.gift_card import GIFT_CARD
from adapters.db.reads.invite import INVITE
from adapters.db.reads.note import NOTE
from adapters.db.reads.notification import NOTIFICATION
from adapters.db.reads.order import ORDER, REFUND
from adapters.db.reads.order_edit import COLLECTION_SESSION, ORDER_EDIT, PAYMENT_COLLECTION
from adapters.db.reads.payment import PAYMENT, PAYMENT_SESSION
from adapters.db.reads.price_list import PRICE_LIST
from adapters.db.reads.product import LISTED_PRODUCT, PRODUCT, VARIANT
from adapters.db.reads.product_file import PRODUCT_FILE
from adapters.db.reads.region import COUNTRY, REGION
from adapters.db.reads.returning import RETURN, RETURN_REASON, SWAP
from adapters.db.reads.shape import Shape
from adapters.db.reads.shop import CURRENCY, PUBLISHABLE_KEY, SALES_CHANNEL, SHIPPING_OPTION, SHIPPING_PROFILE, STORE
from adapters.db.reads.tax_rates import TAX_RATE
from adapters.db.reads.taxonomy import PRODUCT_COLLECTION, PRODUCT_TAG, PRODUCT_TAG_USAGE, PRODUCT_TYPE
from adapters.db.reads.user import USER
from adapters.db.reads.variant_reference import VARIANT_REFERENCE
from adapters.db.reads.webhook_event import WEBHOOK_EVENT

SHAPES: Mapping[str, Shape] = {
    shape.name: shape
    for shape in (
        ADDRESS,
        API_KEY,
        AUDIT_ENTRY,
        CART,
        COUNTRY,
        CURRENCY,
        CUSTOMER,
        CUSTOMER_GROUP,
        DISCOUNT,
        DISCOUNT_CONDITION,
        DOWNLOAD,
        DOWNLOAD_LOG,
        GATEWAY_PRODUCT,
        GATEWAY_REFERENCE,
        GIFT_CARD,
        INVITE,
        LISTED_PRODUCT,
        NOTE,
        NOTIFICATION,
        COLLECTION_SESSION,
        ORDER,
        ORDER_EDIT,
        PAYMENT,
        PAYMENT_COLLECTION,
        PAYMENT_SESSION,
        PRICE_LIST,
        PRODUCT,
        PRODUCT_CATEGORY,
        PRODUCT_COLLECTION,
        PRODUCT_FILE,
        PRODUCT_TAG,
        PRODUCT_TAG_USAGE,
        PRODUCT_TYPE,
        PUBLISHABLE_KEY,
        REFUND,
        REGION,
        RETURN,
        RETURN_REASON,
        SALES_CHANNEL,
        SHIPPING_OPTION,
        SHIPPING_PROFILE,
        STORE,
        SWAP,
        TAX_RATE,
        USER,
        VARIANT,
        VARIANT_REFERENCE,
        WEBHOOK_EVENT,
    )
}
