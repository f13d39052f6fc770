"""Every key that Medusa's documented examples show exists here, with its type. A contract with clients.

The lists below are written out on purpose: they come from the documentation, not from the shapes.
"""

from __future__ import annotations

import pytest

from adapters.db.reads.shapes import SHAPES
from ports.reads import Audience

STAMPS = "created_at updated_at deleted_at metadata"
MEASURES = "weight length height width hs_code origin_country mid_code material"
TOTALS = "shipping_total discount_total tax_total gift_card_total subtotal total"
ADDRESS = (
    "id customer_id company first_name last_name address_1 address_2 city country_code province postal_code phone "
    + STAMPS
)
PRODUCT = (
    f"id title subtitle description handle is_giftcard thumbnail profile_id collection_id type_id {MEASURES} {STAMPS}"
)
VARIANT = (
    f"id title product_id sku barcode ean upc inventory_quantity allow_backorder manage_inventory {MEASURES} {STAMPS}"
)
CUSTOMER = f"id email first_name last_name billing_address_id phone has_account {STAMPS}"
REGION = f"id name currency_code tax_rate tax_code {STAMPS}"
PRICE = "id currency_code amount sale_amount variant_id region_id created_at updated_at deleted_at"
OPTION_VALUE = f"id value option_id variant_id {STAMPS}"
LINE = (
    "id cart_id order_id swap_id claim_order_id title description thumbnail is_giftcard should_merge allow_discounts "
    "has_shipping unit_price variant_id quantity fulfilled_quantity returned_quantity shipped_quantity created_at "
    "updated_at metadata"
)
METHOD = "id shipping_option_id order_id claim_order_id cart_id swap_id return_id price data"
OPTION = f"id name region_id profile_id provider_id price_type amount is_return data {STAMPS}"

KEYS: dict[str, str] = {
    "cart": "id email billing_address_id billing_address shipping_address_id shipping_address items region_id "
    "region discounts gift_cards customer_id payment_sessions payment_id payment shipping_methods type completed_at "
    f"idempotency_key context {STAMPS} {TOTALS}",
    "cart.billing_address": ADDRESS,
    "cart.shipping_address": ADDRESS,
    "cart.items": LINE,
    "cart.region": f"{REGION} countries payment_providers fulfillment_providers",
    "cart.region.countries": "id iso_2 iso_3 num_code name display_name region_id",
    "cart.region.fulfillment_providers": "id is_installed",
    "order": "id status fulfillment_status payment_status display_id cart_id customer_id customer email "
    "billing_address shipping_address region_id region currency_code tax_rate discounts gift_cards shipping_methods "
    "payments fulfillments returns claims refunds swaps items gift_card_transactions canceled_at created_at "
    f"updated_at metadata {TOTALS} refunded_total refundable_amount",
    "order.customer": CUSTOMER,
    "order.billing_address": ADDRESS,
    "order.shipping_address": ADDRESS,
    "order.region": f"{REGION} payment_providers fulfillment_providers",
    "order.discounts": f"id code is_dynamic rule_id rule is_disabled parent_discount_id starts_at ends_at {STAMPS}",
    "order.discounts.rule": f"id description type value allocation {STAMPS}",
    "order.shipping_methods": f"{METHOD} shipping_option",
    "order.shipping_methods.shipping_option": OPTION,
    "order.payments": "id swap_id cart_id order_id amount currency_code amount_refunded provider_id data captured_at "
    "canceled_at created_at updated_at metadata idempotency_key",
    "order.items": f"{LINE} variant refundable",
    "order.items.variant": f"{VARIANT} product",
    "order.items.variant.product": PRODUCT,
    "product": f"{PRODUCT} images options variants collection type tags",
    "product.options": f"id title product_id {STAMPS}",
    "product.variants": f"{VARIANT} product prices options",
    "product.variants.product": PRODUCT,
    "product.variants.prices": PRICE,
    "product.variants.options": OPTION_VALUE,
    "product.collection": f"id title handle {STAMPS}",
    "product.type": f"id value {STAMPS}",
    "product.tags": f"id value {STAMPS}",
    "variant": f"{VARIANT} product prices options",
    "customer": f"{CUSTOMER} orders shipping_addresses billing_address",
    "customer.shipping_addresses": ADDRESS,
    "region": f"{REGION} payment_providers fulfillment_providers countries",
    "product_collection": f"id title handle {STAMPS}",
    "shipping_option": f"{OPTION} region profile requirements",
    "shipping_option.profile": f"id name type {STAMPS}",
}


@pytest.mark.parametrize("path", KEYS)
def test_every_documented_key_is_in_the_shape(path: str) -> None:
    name, *hops = path.split(".")
    shape = SHAPES[name]
    for hop in hops:
        shape = shape.related(Audience.STORE)[hop].shape()

    offered = {*shape.offered(Audience.STORE), *shape.related(Audience.STORE)}

    assert set(KEYS[path].split()) - offered == set()


# A key's token is the id of a storefront's, which is public, and an empty text for a secret one, of which
# only a hash is kept; test_admin_api_keys.py sees both.
PUBLIC = {("api_key", "token")}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("audience", list(Audience))
def test_no_shape_offers_a_secret(name: str, audience: Audience) -> None:
    shape = SHAPES[name]

    secret = {"password_hash", "storage_key", "token", "revision", "provider_payment_id"}

    offered = secret & {*shape.offered(audience), *shape.related(audience)}

    nothing = {key for key, value in shape.constants.items() if value is None}
    assert {key for key in offered - nothing if (name, key) not in PUBLIC} == set()
