"""/store/carts"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.budgets import CHECKOUT, CODES_IN_BODY, PAYMENT
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import by_default, detail, equals, tree_of
from adapters.http.store.cart_bodies import (
    CartBody,
    LineBody,
    NewCartBody,
    ProviderBody,
    QuantityBody,
    SessionDataBody,
    ShippingBody,
)
from adapters.http.store.cart_changes import changes_from, new_cart_from
from adapters.http.store.orders import ORDER
from adapters.http.store.shown_cart import CART, with_taxes
from adapters.http.store.swaps import SWAP
from core.domain.actor import Actor
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.cart.create_cart import CreateCart
from core.use_cases.cart.refresh_payment_session import RefreshPaymentSession
from core.use_cases.cart.remove_discount import RemoveDiscount
from core.use_cases.cart.remove_line import RemoveLine
from core.use_cases.cart.remove_payment import RemovePayment
from core.use_cases.cart.select_payment import SelectPayment
from core.use_cases.cart.start_payment import StartPayment
from core.use_cases.cart.update_cart import UpdateCart
from core.use_cases.cart.update_line import UpdateLine
from core.use_cases.cart.update_payment_session import UpdatePaymentSession
from core.use_cases.cart.view_cart import ViewCart
from core.use_cases.cart.work_out_taxes import WorkOutTaxes
from core.use_cases.order.place_order import CompletionKind, PlaceOrder
from ports.reads import Reads, Tree

carts = Resource("store_carts", __name__, "/store/carts", STORE)


@inject
def show_created(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(CART, reads, actor, query, result)


@inject
def show_cart(actor: Actor, query: Query, cart_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(CART, reads, actor, query, cart_id)


@carts.on("POST", "", allow=EVERYONE, shows=CART, body=NewCartBody, body_required=False, answers=show_created)
@inject
def create(actor: Actor, body: dict[str, Any], create_cart: CreateCart = Provide["create_cart"]) -> str:
    """Open a cart."""
    return create_cart(actor, new_cart_from(actor, body))


@carts.on("GET", "/<cart_id>", allow=EVERYONE, shows=CART)
@inject
def show(
    actor: Actor,
    query: Query,
    cart_id: str,
    view_cart: ViewCart = Provide["view_cart"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show a cart with prices that hold now."""
    return detail(CART, reads, actor, query, view_cart(actor, cart_id))


@carts.on("POST", "/<cart_id>", allow=EVERYONE, shows=CART, body=CartBody, answers=show_cart, budgets=CODES_IN_BODY)
@inject
def update(actor: Actor, cart_id: str, body: dict[str, Any], update_cart: UpdateCart = Provide["update_cart"]) -> str:
    """Change a cart: e-mail, region, addresses, discounts, context, metadata."""
    update_cart(actor, cart_id, changes_from(body))
    return cart_id


@carts.on("DELETE", "/<cart_id>/discounts/<path:code>", allow=EVERYONE, shows=CART, answers=show_cart)
@inject
def remove_discount(
    actor: Actor, cart_id: str, code: str, remove: RemoveDiscount = Provide["remove_discount"]
) -> str:
    """Take a discount off the cart."""
    remove(actor, cart_id, code)
    return cart_id


@carts.on("POST", "/<cart_id>/complete", allow=EVERYONE, budgets=CHECKOUT, repeatable=True, v1_key=True)
@inject
def complete(
    actor: Actor,
    query: Query,
    cart_id: str,
    place_order: PlaceOrder = Provide["place_order"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Turn the cart into an order, or settle its swap. Completing it again answers the same."""
    done = place_order(actor, cart_id)
    if done.kind is CompletionKind.ORDER:
        order = tree_of(ORDER, reads, actor, by_default(ORDER, query), [equals("id", done.id)])
        return {"type": "order", "data": order}
    if done.kind is CompletionKind.SWAP:
        swap = tree_of(SWAP, reads, actor, by_default(SWAP, query), [equals("id", done.id)])
        return {"type": "swap", "data": swap}
    cart = tree_of(CART, reads, actor, by_default(CART, query), [equals("id", cart_id)])
    return {"type": "cart", "data": cart, "payment_status": done.payment_status}


@carts.on("POST", "/<cart_id>/complete-cart", allow=EVERYONE, budgets=CHECKOUT, repeatable=True, v1_key=True)
def complete_by_older_name(actor: Actor, query: Query, cart_id: str) -> Tree:
    """The same as complete, under its older name."""
    answer: Tree = complete(actor=actor, query=query, cart_id=cart_id)
    return answer


@carts.on("POST", "/<cart_id>/taxes", allow=EVERYONE, shows=CART, repeatable=True, v1_key=True)
@inject
def work_out_taxes(
    actor: Actor,
    query: Query,
    cart_id: str,
    view_cart: ViewCart = Provide["view_cart"],
    work_out: WorkOutTaxes = Provide["work_out_taxes"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show the cart with its taxes, also where carts show none until asked. Changes nothing."""
    shown = detail(CART, reads, actor, query, view_cart(actor, cart_id))
    return with_taxes(shown, work_out(actor, cart_id))


@carts.on("POST", "/<cart_id>/line-items", allow=EVERYONE, shows=CART, body=LineBody, answers=show_cart, v1_key=True)
@inject
def add_line(actor: Actor, cart_id: str, body: dict[str, Any], add: AddLine = Provide["add_line"]) -> str:
    """Add a quantity of a variant."""
    add(actor, cart_id, body["variant_id"], body["quantity"], body.get("metadata"))
    return cart_id


@carts.on("POST", "/<cart_id>/line-items/<line_id>", allow=EVERYONE, shows=CART, body=QuantityBody, answers=show_cart)
@inject
def update_line(
    actor: Actor,
    cart_id: str,
    line_id: str,
    body: dict[str, Any],
    change: UpdateLine = Provide["update_line"],
) -> str:
    """Set the quantity of a line; 0 removes it."""
    change(actor, cart_id, line_id, body["quantity"], body.get("metadata"))
    return cart_id


@carts.on("DELETE", "/<cart_id>/line-items/<line_id>", allow=EVERYONE, shows=CART, answers=show_cart)
@inject
def remove_line(actor: Actor, cart_id: str, line_id: str, remove: RemoveLine = Provide["remove_line"]) -> str:
    """Remove a line."""
    remove(actor, cart_id, line_id)
    return cart_id


@carts.on(
    "POST",
    "/<cart_id>/payment-sessions",
    allow=EVERYONE,
    shows=CART,
    answers=show_cart,
    budgets=PAYMENT,
    v1_key=True,
)
@inject
def start_payment(actor: Actor, cart_id: str, start: StartPayment = Provide["start_payment"]) -> str:
    """Make a payment session per provider of the region, for what the cart costs now."""
    start(actor, cart_id)
    return cart_id


@carts.on(
    "POST",
    "/<cart_id>/payment-session",
    allow=EVERYONE,
    shows=CART,
    body=ProviderBody,
    answers=show_cart,
    budgets=PAYMENT,
)
@inject
def select_payment(
    actor: Actor, cart_id: str, body: dict[str, Any], select: SelectPayment = Provide["select_payment"]
) -> str:
    """Choose one of the payment sessions."""
    select(actor, cart_id, body["provider_id"])
    return cart_id


@carts.on(
    "POST",
    "/<cart_id>/payment-sessions/<provider_id>",
    allow=EVERYONE,
    shows=CART,
    body=SessionDataBody,
    answers=show_cart,
    budgets=PAYMENT,
)
@inject
def update_payment(
    actor: Actor,
    cart_id: str,
    provider_id: str,
    body: dict[str, Any],
    update: UpdatePaymentSession = Provide["update_payment_session"],
) -> str:
    """Choose a payment session and pass data on to its provider, as far as that allows."""
    update(actor, cart_id, provider_id, body["data"])
    return cart_id


@carts.on(
    "POST",
    "/<cart_id>/payment-sessions/<provider_id>/refresh",
    allow=EVERYONE,
    shows=CART,
    answers=show_cart,
    budgets=PAYMENT,
)
@inject
def refresh_payment(
    actor: Actor,
    cart_id: str,
    provider_id: str,
    refresh: RefreshPaymentSession = Provide["refresh_payment_session"],
) -> str:
    """Begin a payment session anew, for what the cart costs now."""
    refresh(actor, cart_id, provider_id)
    return cart_id


@carts.on("DELETE", "/<cart_id>/payment-sessions/<provider_id>", allow=EVERYONE, shows=CART, answers=show_cart)
@inject
def remove_payment(
    actor: Actor, cart_id: str, provider_id: str, remove: RemovePayment = Provide["remove_payment"]
) -> str:
    """Delete a payment session."""
    remove(actor, cart_id, provider_id)
    return cart_id


@carts.on("POST", "/<cart_id>/shipping-methods", allow=EVERYONE, shows=CART, body=ShippingBody, answers=show_cart)
@inject
def choose_shipping(
    actor: Actor, cart_id: str, body: dict[str, Any], choose: ChooseShipping = Provide["choose_shipping"]
) -> str:
    """Choose a shipping option for the goods of its profile."""
    choose(actor, cart_id, body["option_id"], body.get("data"))
    return cart_id
