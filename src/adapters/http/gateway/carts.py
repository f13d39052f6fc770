"""/carts"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Int, Metadata, Str
from adapters.http.budgets import CODES
from adapters.http.gateway.refusals import NotOffered
from adapters.http.gateway.shown_cart import cart_tree, cart_view, show_cart, show_written
from adapters.http.gateway.surface import GATEWAY, LenientBody
from adapters.http.market import publishable_key
from adapters.http.query import Query
from adapters.http.routing import Resource
from core.domain.actor import Actor
from core.domain.cart import QUANTITY_MAX
from core.domain.discount import normalise_code
from core.domain.errors import FieldProblem, Invalid
from core.domain.values import EMAIL_MAX
from core.use_cases.cart.add_discount import AddDiscount
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.create_cart import CreateCart, NewCart, NewItem
from core.use_cases.cart.find_variant import FindVariant
from core.use_cases.cart.remove_discount import RemoveDiscount
from core.use_cases.cart.remove_line import RemoveLine
from core.use_cases.cart.update_cart import CartChanges, UpdateCart
from core.use_cases.cart.update_line import UpdateLine
from core.use_cases.cart.view_cart import ViewCart
from ports.reads import Reads, Tree

NOTES_MAX = 5_000
carts = Resource("gateway_carts", __name__, "/carts", GATEWAY)


class NewCartBody(LenientBody):
    currency = Str(required=True, max=3)
    region_id = Str(required=True, max=255, data_key="regionId")
    metadata = Metadata()


class CartBody(LenientBody):
    region_id = Str(max=255, data_key="regionId")
    email = Str(max=EMAIL_MAX)
    notes = Str(max=NOTES_MAX)
    metadata = Metadata()


class ItemBody(LenientBody):
    """variantId or sku names the variant; currency and regionId are for a new cart."""

    cart_id = Str(max=255, data_key="cartId")
    sku = Str(max=255)
    variant_id = Str(max=255, data_key="variantId")
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)
    currency = Str(max=3)
    region_id = Str(max=255, data_key="regionId")
    metadata = Metadata()


class QuantityBody(LenientBody):
    quantity = Int(min=0, max=QUANTITY_MAX)
    metadata = Metadata()


class CodeBody(LenientBody):
    code = Str(required=True, max=255)


@carts.on("GET", "", allow=EVERYONE, statuses=(501,))
def list_carts() -> Tree:
    """Not offered: carts are found by their ids."""
    raise NotOffered


@carts.on("GET", "/current", allow=EVERYONE, statuses=(501,))
def show_current() -> Tree:
    """Not offered: carts are found by their ids."""
    raise NotOffered


@carts.on("DELETE", "/<cart_id>", allow=EVERYONE, repeatable=True, statuses=(501,))
def delete(cart_id: str) -> Tree:
    """Not offered: carts are left behind, not deleted."""
    raise NotOffered


@carts.on("POST", "", allow=EVERYONE, body=NewCartBody, answers=show_written)
@inject
def create(actor: Actor, body: dict[str, Any], create_cart: CreateCart = Provide["create_cart"]) -> str:
    """Open a cart in a region, whose currency has to be the one named."""
    return create_cart(actor, _new_cart(body))


@carts.on("GET", "/<cart_id>", allow=EVERYONE)
@inject
def show(
    actor: Actor,
    query: Query,
    cart_id: str,
    view_cart: ViewCart = Provide["view_cart"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show a cart with prices that hold now."""
    return cart_view(cart_tree(reads, actor, query, view_cart(actor, cart_id)))


@carts.on("PATCH", "/<cart_id>", allow=EVERYONE, body=CartBody, answers=show_cart)
@inject
def update(actor: Actor, cart_id: str, body: dict[str, Any], update_cart: UpdateCart = Provide["update_cart"]) -> str:
    """Change a cart: region, e-mail, notes, metadata. Metadata is merged key by key, "" removes one."""
    metadata = dict(body.get("metadata") or {})
    if body.get("notes"):
        metadata["notes"] = body["notes"]
    changes = CartChanges(
        region_id=body.get("region_id") or None, email=body.get("email") or None, metadata=metadata or None
    )
    update_cart(actor, cart_id, changes)
    return cart_id


@carts.on("POST", "/items", allow=EVERYONE, body=ItemBody, answers=show_written)
@inject
def add_item(
    actor: Actor,
    body: dict[str, Any],
    find_variant: FindVariant = Provide["find_variant"],
    create_cart: CreateCart = Provide["create_cart"],
    add_line: AddLine = Provide["add_line"],
) -> str:
    """Put a quantity of a variant into a cart, or into a new one."""
    variant_id = body.get("variant_id") or (find_variant(actor, body["sku"]) if body.get("sku") else None)
    if variant_id is None:
        raise _missing("variantId", "variantId is required for Medusa carts")
    if body.get("cart_id"):
        add_line(actor, body["cart_id"], variant_id, body["quantity"], body.get("metadata"))
        return str(body["cart_id"])
    if not body.get("currency"):
        raise _missing("currency", "Currency is required when creating a new cart")
    item = NewItem(variant_id=variant_id, quantity=body["quantity"], metadata=body.get("metadata"))
    return create_cart(actor, _new_cart(body, item))


@carts.on("PATCH", "/<cart_id>/items/<line_id>", allow=EVERYONE, body=QuantityBody, answers=show_cart)
@inject
def update_item(
    actor: Actor, cart_id: str, line_id: str, body: dict[str, Any], change: UpdateLine = Provide["update_line"]
) -> str:
    """Set the quantity of an item, 0 removes it; its metadata is merged."""
    change(actor, cart_id, line_id, body.get("quantity"), body.get("metadata"))
    return cart_id


@carts.on("DELETE", "/<cart_id>/items/<line_id>", allow=EVERYONE, answers=show_cart)
@inject
def remove_item(actor: Actor, cart_id: str, line_id: str, remove: RemoveLine = Provide["remove_line"]) -> str:
    """Remove an item."""
    remove(actor, cart_id, line_id)
    return cart_id


@carts.on("POST", "/<cart_id>/promotions", allow=EVERYONE, body=CodeBody, answers=show_cart, budgets=CODES)
@inject
def apply_promotion(
    actor: Actor, cart_id: str, body: dict[str, Any], add: AddDiscount = Provide["add_discount"]
) -> str:
    """Apply a promotion code."""
    add(actor, cart_id, body["code"])
    return cart_id


@carts.on("DELETE", "/<cart_id>/promotions/<path:code>", allow=EVERYONE, answers=show_cart)
@inject
def remove_promotion(
    actor: Actor, cart_id: str, code: str, remove: RemoveDiscount = Provide["remove_discount"]
) -> str:
    """Take a promotion off the cart."""
    remove(actor, cart_id, normalise_code(code))
    return cart_id


def _new_cart(body: dict[str, Any], *items: NewItem) -> NewCart:
    return NewCart(
        region_id=body.get("region_id") or None,
        currency_code=body["currency"],
        publishable_key=publishable_key(),
        items=items,
        metadata=body.get("metadata"),
    )


def _missing(name: str, problem: str) -> Invalid:
    return Invalid(problem, fields=[FieldProblem(name, problem)])
