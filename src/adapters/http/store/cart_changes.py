"""/store/carts: from a request's body to what the use cases take."""

from typing import Any

from adapters.http.market import publishable_key
from adapters.http.store.address_bodies import address_from
from core.domain.actor import Actor
from core.use_cases.cart.addresses import AddressInput
from core.use_cases.cart.create_cart import NewCart, NewItem
from core.use_cases.cart.update_cart import CartChanges


def new_cart_from(actor: Actor, body: dict[str, Any]) -> NewCart:
    """The context records where the cart was opened, as Medusa's does; the address is shortened to its
    network and the browser to its family."""
    context: dict[str, object] = {"ip": actor.network, "user_agent": actor.agent}
    return NewCart(
        region_id=body.get("region_id"),
        country_code=body.get("country_code"),
        sales_channel_id=body.get("sales_channel_id"),
        publishable_key=publishable_key(),
        items=tuple(NewItem(**item) for item in body.get("items") or ()),
        context={**context, **(body.get("context") or {})},
        metadata=body.get("metadata"),
    )


def changes_from(body: dict[str, Any]) -> CartChanges:
    """A null shipping address removes it. customer_id is ignored: credentials say who somebody is."""
    shipping, billing = body.get("shipping_address"), body.get("billing_address")
    return CartChanges(
        region_id=body.get("region_id"),
        country_code=body.get("country_code"),
        email=body.get("email"),
        sales_channel_id=body.get("sales_channel_id"),
        publishable_key=publishable_key(),
        shipping_address=_address(shipping),
        shipping_address_id=shipping if isinstance(shipping, str) else None,
        clear_shipping_address="shipping_address" in body and shipping is None,
        billing_address=_address(billing),
        billing_address_id=billing if isinstance(billing, str) else None,
        discount_codes=_codes(body.get("discounts")),
        gift_card_codes=_codes(body.get("gift_cards")),
        context=body.get("context"),
        metadata=body.get("metadata"),
    )


def _codes(given: list[dict[str, str]] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(entry["code"] for entry in given)


def _address(given: object) -> AddressInput | None:
    return address_from(given) if isinstance(given, dict) else None
