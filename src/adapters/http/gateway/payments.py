"""/payments"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import EVERYONE
from adapters.http.body_fields import Metadata, Str
from adapters.http.budgets import CHECKOUT
from adapters.http.gateway.lists import paged
from adapters.http.gateway.refusals import NotOffered
from adapters.http.gateway.return_urls import ReturnUrl, trusted
from adapters.http.gateway.shown_payment import provider_id, provider_view, session_view
from adapters.http.gateway.surface import GATEWAY, LenientBody
from adapters.http.gateway.views import selected
from adapters.http.query import Query
from adapters.http.query_fields import Text
from adapters.http.routing import Resource
from adapters.http.shown import context_of, equals
from core.domain.actor import Actor
from core.domain.errors import FieldProblem, Invalid
from core.use_cases.cart.open_payment import OpenPayment, PaymentChoice
from ports.reads import Reads, Tree

payments = Resource("gateway_payments", __name__, "/payments", GATEWAY)
PROVIDERS = selected("id,payment_providers.*")


class RegionQuery(Schema):
    region_id = Text(data_key="regionId")
    locale = Text()


class SessionBody(LenientBody):
    cart_id = Str(required=True, max=255, data_key="cartId")
    provider_id = Str(required=True, max=255, data_key="providerId")
    return_url = ReturnUrl(required=True, data_key="returnUrl")
    cancel_url = ReturnUrl(data_key="cancelUrl")
    metadata = Metadata()


def choice_from(body: dict[str, Any]) -> PaymentChoice:
    """Raises Invalid for addresses that the shop does not trust."""
    return PaymentChoice(
        provider_id=provider_id(body["provider_id"]),
        return_url=trusted(body["return_url"], "returnUrl"),
        cancel_url=trusted(body.get("cancel_url"), "cancelUrl"),
        metadata=body.get("metadata"),
    )


@payments.on("GET", "/providers", allow=EVERYONE, query=RegionQuery)
@inject
def list_providers(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the ways to pay in a region; none for a region there is not."""
    region_id = query.get("region_id")
    if not region_id:
        problem = "regionId is required to list payment providers"
        raise Invalid(problem, fields=[FieldProblem("regionId", problem)])
    region: Any = reads.first("region", [equals("id", region_id)], PROVIDERS, context_of(actor, query))
    found = [provider_view(each["id"]) for each in region["payment_providers"]] if region else []
    return paged(found, len(found))


@payments.on("POST", "/sessions", allow=EVERYONE, body=SessionBody, repeatable=True, budgets=CHECKOUT)
@inject
def open_session(actor: Actor, body: dict[str, Any], open_payment: OpenPayment = Provide["open_payment"]) -> Tree:
    """Choose a provider for a cart and begin the payment there; the one before is let go of."""
    return session_view(body["cart_id"], open_payment(actor, body["cart_id"], choice_from(body)))


@payments.on("GET", "/sessions/<session_id>", allow=EVERYONE, statuses=(501,))
def show_session(session_id: str) -> Tree:
    """Not offered: a cart shows its payment."""
    raise NotOffered


@payments.on("PATCH", "/sessions/<session_id>", allow=EVERYONE, repeatable=True, statuses=(501,))
def update_session(session_id: str) -> Tree:
    """Not offered: opening a session again brings it up to date."""
    raise NotOffered


@payments.on("DELETE", "/sessions/<session_id>", allow=EVERYONE, repeatable=True, statuses=(501,))
def cancel_session(session_id: str) -> Tree:
    """Not offered: choosing another provider lets go of it."""
    raise NotOffered
