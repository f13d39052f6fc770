"""/checkout"""

from collections.abc import Mapping
from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Bool, Metadata, Part, Str
from adapters.http.budgets import CHECKOUT
from adapters.http.gateway.addresses import AddressBody, received
from adapters.http.gateway.carts import NOTES_MAX
from adapters.http.gateway.lists import paged
from adapters.http.gateway.payments import choice_from
from adapters.http.gateway.return_urls import ReturnUrl
from adapters.http.gateway.shown_cart import cart_tree, cart_view, show_cart
from adapters.http.gateway.shown_order import ORDER, order_view
from adapters.http.gateway.shown_payment import redirect_of, session_view
from adapters.http.gateway.surface import GATEWAY, LenientBody
from adapters.http.gateway.views import present, price, selected
from adapters.http.query import Query
from adapters.http.routing import Resource
from adapters.http.shown import context_of, equals
from core.domain.actor import Actor
from core.domain.cart import CheckoutPart
from core.domain.errors import FieldProblem, Invalid, NotAllowed
from core.domain.values import EMAIL_MAX
from core.use_cases.cart.list_shipping_options import ListShippingOptions
from core.use_cases.cart.open_payment import OpenPayment
from core.use_cases.cart.prepare_checkout import Checkout, PrepareCheckout, Step
from core.use_cases.cart.review_checkout import ReviewCheckout
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.cart.view_cart import ViewCart
from core.use_cases.order.finish_checkout import FinishCheckout
from core.use_cases.order.place_order import Completion, CompletionKind
from ports.reads import Condition, Operator, Paging, Reads, Tree

checkout = Resource("gateway_checkout", __name__, "/checkout", GATEWAY)
OPTIONS = selected("*,region.currency_code")
SUMMARY = {
    CheckoutPart.SHIPPING_ADDRESS: "Shipping address",
    CheckoutPart.BILLING_ADDRESS: "Billing address",
    CheckoutPart.SHIPPING_METHOD: "Shipping method",
    CheckoutPart.PAYMENT: "Payment method",
}
NO_ADDRESS = "At least one address (shipping or billing) is required"


class AddressesBody(LenientBody):
    shipping_address_id = Str(max=255, data_key="shippingAddressId")
    shipping_address = Part(AddressBody, data_key="shippingAddress")
    billing_address_id = Str(max=255, data_key="billingAddressId")
    billing_address = Part(AddressBody, data_key="billingAddress")
    same_as_billing = Bool(data_key="sameAsBillingAddress")
    notes = Str(max=NOTES_MAX)
    email = Str(max=EMAIL_MAX)


class ShippingBody(LenientBody):
    shipping_option_id = Str(required=True, max=255, data_key="shippingOptionId")


class PaymentBody(LenientBody):
    provider_id = Str(required=True, max=255, data_key="providerId")
    return_url = ReturnUrl(required=True, data_key="returnUrl")
    cancel_url = ReturnUrl(data_key="cancelUrl")
    metadata = Metadata()


class EmailBody(LenientBody):
    email = Str(max=EMAIL_MAX)


class CompleteBody(AddressesBody):
    shipping_method_id = Str(max=255, data_key="shippingMethodId")
    provider_id = Str(max=255, data_key="paymentProviderId")
    return_url = ReturnUrl(data_key="returnUrl")
    cancel_url = ReturnUrl(data_key="cancelUrl")
    metadata = Metadata()


@checkout.on("POST", "/<cart_id>/addresses", allow=EVERYONE, body=AddressesBody, answers=show_cart)
@inject
def set_addresses(
    actor: Actor, cart_id: str, body: dict[str, Any], prepare: PrepareCheckout = Provide["prepare_checkout"]
) -> str:
    """Say where it goes and who pays, with notes and a guest's e-mail address."""
    changes = _changes(actor, body)
    if changes is None or not _has_address(changes):
        raise Invalid(NO_ADDRESS, fields=[FieldProblem("shippingAddress", NO_ADDRESS)])
    prepare(actor, cart_id, Checkout(changes=changes))
    return cart_id


@checkout.on("POST", "/<cart_id>/shipping-method", allow=EVERYONE, body=ShippingBody, answers=show_cart)
@inject
def choose_shipping(
    actor: Actor, cart_id: str, body: dict[str, Any], prepare: PrepareCheckout = Provide["prepare_checkout"]
) -> str:
    """Choose one of the shipping options."""
    prepare(actor, cart_id, Checkout(shipping_option_id=body["shipping_option_id"]))
    return cart_id


@checkout.on("POST", "/<cart_id>/payment", allow=EVERYONE, body=PaymentBody, repeatable=True, budgets=CHECKOUT)
@inject
def open_payment(
    actor: Actor, cart_id: str, body: dict[str, Any], pay: OpenPayment = Provide["open_payment"]
) -> Tree:
    """Choose a provider and begin the payment there."""
    return session_view(cart_id, pay(actor, cart_id, choice_from(body)))


@checkout.on("GET", "/<cart_id>/shipping-options", allow=EVERYONE)
@inject
def list_options(
    actor: Actor,
    query: Query,
    cart_id: str,
    offered: ListShippingOptions = Provide["list_shipping_options"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """List the ways to ship a cart; none where there is nothing to ship."""
    found = offered(actor, cart_id)
    if not found.ships or not found.option_ids:
        return paged([], 0)
    page = reads.page(
        "shipping_option",
        [Condition("id", Operator.IN, sorted(found.option_ids)), equals("region_id", found.region_id)],
        OPTIONS,
        context_of(actor, query, region_id=found.region_id, shipping_prices=found.prices),
        Paging(order=(("created_at", False),)),
    )
    return paged([_option(row) for row in page.rows], page.count)


@checkout.on("GET", "/<cart_id>/summary", allow=EVERYONE)
@inject
def summarise(
    actor: Actor,
    query: Query,
    cart_id: str,
    view_cart: ViewCart = Provide["view_cart"],
    review: ReviewCheckout = Provide["review_checkout"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show all of a checkout that is ready to be placed."""
    missing = review(actor, view_cart(actor, cart_id)).missing
    for part, name in SUMMARY.items():
        if part in missing:
            raise NotAllowed(f"{name} is required for checkout summary")
    return _summary(cart_view(cart_tree(reads, actor, query, cart_id)))


@checkout.on(
    "POST",
    "/<cart_id>/place-order",
    allow=EVERYONE,
    body=EmailBody,
    body_required=False,
    repeatable=True,
    budgets=CHECKOUT,
)
@inject
def place_order(
    actor: Actor,
    query: Query,
    cart_id: str,
    body: dict[str, Any],
    finish: FinishCheckout = Provide["finish_checkout"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Turn the cart into an order. Placing it again answers the same order."""
    changes = CartChanges(email=body["email"]) if body.get("email") else None
    return _placed(reads, actor, query, cart_id, finish(actor, cart_id, Checkout(changes=changes)))


@checkout.on("POST", "/<cart_id>/complete", allow=EVERYONE, body=CompleteBody, repeatable=True, budgets=CHECKOUT)
@inject
def complete(
    actor: Actor,
    query: Query,
    cart_id: str,
    body: dict[str, Any],
    finish: FinishCheckout = Provide["finish_checkout"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """All of the checkout at once: addresses, shipping, payment, order. A refusal names its step."""
    if body.get("provider_id") and not body.get("return_url"):
        problem = "returnUrl should not be empty"
        raise Invalid(problem, fields=[FieldProblem("returnUrl", problem)], extra={"step": Step.PAYMENT.value})
    wanted = Checkout(
        changes=_changes(actor, body),
        shipping_option_id=body.get("shipping_method_id") or None,
        payment=choice_from(body) if body.get("provider_id") else None,
        whole=True,
    )
    return _placed(reads, actor, query, cart_id, finish(actor, cart_id, wanted))


def _changes(actor: Actor, body: Mapping[str, Any]) -> CartChanges | None:
    """None where nothing of the kind was sent. Saved addresses are a signed-in customer's."""
    signed_in = actor.customer_id is not None
    shipping_id = (body.get("shipping_address_id") or None) if signed_in else None
    billing_id = (body.get("billing_address_id") or None) if signed_in else None
    shipping = None if shipping_id else body.get("shipping_address")
    billing = None if billing_id else body.get("billing_address")
    changes = CartChanges(
        email=body.get("email") or None,
        shipping_address=received(shipping) if shipping else None,
        shipping_address_id=shipping_id,
        billing_address=received(billing) if billing else None,
        billing_address_id=billing_id,
        ships_to_billing=bool(body.get("same_as_billing")) and not (shipping_id or shipping),
        metadata={"notes": body["notes"]} if body.get("notes") else None,
    )
    return None if changes == CartChanges() else changes


def _has_address(changes: CartChanges) -> bool:
    given = (
        changes.shipping_address,
        changes.billing_address,
        changes.shipping_address_id,
        changes.billing_address_id,
    )
    return changes.ships_to_billing or any(given)


def _option(row: Any) -> Tree:
    """total: with tax, subtotal: without."""
    currency = row["region"]["currency_code"]
    total = row["price_incl_tax"]
    return present(
        id=row["id"],
        name=row["name"],
        total=price(total, currency),
        subtotal=price(total - row["tax_amount"], currency),
    )


def _summary(cart: Tree) -> Tree:
    return present(
        cart=cart,
        shippingAddress=cart.get("shippingAddress"),
        billingAddress=cart.get("billingAddress"),
        shippingMethod=cart.get("shippingMethod"),
        paymentMethod=cart.get("paymentMethod"),
        totals={
            "subtotal": cart["subtotal"],
            "shipping": cart["shippingTotal"],
            "tax": cart["taxTotal"],
            "discount": cart["discountTotal"],
            "total": cart["total"],
        },
        notes=cart.get("notes"),
        email=cart.get("email"),
    )


def _placed(reads: Reads, actor: Actor, query: Query, cart_id: str, done: Completion) -> Tree:
    """Raises NotAllowed, with the provider's page if there is one, where the buyer still has to act."""
    if done.kind is not CompletionKind.ORDER:
        cart: Any = cart_tree(reads, actor, query, cart_id)
        page = redirect_of((cart.get("payment_session") or {}).get("data"))
        extra = present(step=Step.ORDER.value, paymentRedirectUrl=page)
        raise NotAllowed("Failed to create order from cart", extra=extra)
    order: Any = reads.one("order", [equals("id", done.id)], ORDER, context_of(actor, query))
    return {"order": order_view(order, email=order["email"])}
