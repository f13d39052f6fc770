"""/store/carts: what a cart shows unasked."""

from adapters.http.shown import Shown

CART = Shown(
    shape="cart",
    one="cart",
    many="carts",
    default=(
        "*,*payment_session,*gift_cards,*region,region.countries.*,region.payment_providers.*,"
        "region.fulfillment_providers.*,region.tax_rates.*,*items,items.variant.*,items.variant.product.*,items.adjustments.*,"
        "items.tax_lines.*,*payment,*shipping_address,*billing_address,*shipping_methods,"
        "shipping_methods.shipping_option.*,shipping_methods.tax_lines.*,*payment_sessions,*discounts,"
        "*sales_channel"
    ),
)
