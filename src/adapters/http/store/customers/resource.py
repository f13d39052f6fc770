"""/store/customers"""

from dataclasses import replace
from typing import Any

from dependency_injector.wiring import Provide, inject
from flask import Response, after_this_request, request
from marshmallow import Schema

from adapters.http.access import CUSTOMER as SIGNED_IN_CUSTOMER
from adapters.http.access import PUBLIC
from adapters.http.body_fields import Body, Either, Metadata, Part, Str
from adapters.http.cookies import session_of, set_session
from adapters.http.dialect import Dialect
from adapters.http.hooks import hooks
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Exactly
from adapters.http.routing import STORE, Resource
from adapters.http.store.address_bodies import AddressBody, address_from
from adapters.http.store.shown_customer import CUSTOMER, show_customer
from adapters.http.store.shown_download import DOWNLOAD, own_downloads
from core.domain.actor import Actor, ActorKind
from core.domain.customer import PASSWORD_MAX, PASSWORD_MIN
from core.domain.values import EMAIL_MAX
from core.use_cases.auth.start_cookie_session import StartCookieSession
from core.use_cases.customer.list_saved_methods import ListSavedMethods
from core.use_cases.customer.register_customer import NewCustomer, RegisterCustomer
from core.use_cases.customer.update_customer import PLAIN_FIELDS, CustomerChanges, UpdateCustomer
from ports.reads import Reads, Tree
from ports.tokens import DerivedTokens

TEXT_MAX = 255
STATUSES = frozenset({"granted", "suspended", "revoked", "expired", "exhausted"})
customers = Resource("store_customers", __name__, "/store/customers", STORE)


class NewCustomerBody(Body):
    email = Str(required=True, max=EMAIL_MAX)
    password = Str(required=True, min=PASSWORD_MIN, max=PASSWORD_MAX)
    first_name = Str(max=TEXT_MAX)
    last_name = Str(max=TEXT_MAX)
    phone = Str(max=TEXT_MAX)


class CustomerBody(Body):
    email = Str(max=EMAIL_MAX)
    password = Str(min=PASSWORD_MIN, max=PASSWORD_MAX)
    first_name = Str(max=TEXT_MAX)
    last_name = Str(max=TEXT_MAX)
    phone = Str(max=TEXT_MAX)
    billing_address = Either(Str(max=TEXT_MAX), Part(AddressBody))
    metadata = Metadata()


class DownloadFilters(Schema):
    status = AnyOf(choices=STATUSES)
    order_id = Exactly()


@customers.on("POST", "", allow=PUBLIC, shows=CUSTOMER, body=NewCustomerBody, answers=show_customer)
@inject
def register(
    actor: Actor,
    body: dict[str, Any],
    register_customer: RegisterCustomer = Provide["register_customer"],
    start_cookie_session: StartCookieSession = Provide["start_cookie_session"],
) -> str:
    """Create an account and log it in by cookie."""
    customer_id = register_customer(actor, NewCustomer(**body))
    settings = hooks().settings
    themselves = replace(actor, kind=ActorKind.CUSTOMER, id=customer_id, idempotency_claim=None)
    login = start_cookie_session(themselves, session_of(request, settings))

    @after_this_request
    def log_in(response: Response) -> Response:
        set_session(response, login.session_id, login.expires_at, settings)
        return response

    return customer_id


@customers.on("GET", "/me", allow=SIGNED_IN_CUSTOMER, shows=CUSTOMER)
def show_me(actor: Actor, query: Query) -> Tree:
    """Show the signed-in customer."""
    return show_customer(actor=actor, query=query, result=str(actor.id))


@customers.on("POST", "/me", allow=SIGNED_IN_CUSTOMER, shows=CUSTOMER, body=CustomerBody, answers=show_customer)
@inject
def update_me(
    actor: Actor, body: dict[str, Any], update_customer: UpdateCustomer = Provide["update_customer"]
) -> str:
    """Change the signed-in customer. A new password or address ends their other logins."""
    billing = body.get("billing_address")
    changes = CustomerChanges(
        plain={name: body[name] for name in PLAIN_FIELDS if name in body},
        email=body.get("email"),
        password=body.get("password"),
        billing_address=address_from(billing) if isinstance(billing, dict) else None,
        billing_address_id=billing if isinstance(billing, str) else None,
        metadata=body.get("metadata"),
    )
    update_customer(actor, changes)
    return str(actor.id)


@customers.on(
    "GET",
    "/me/downloads",
    allow=SIGNED_IN_CUSTOMER,
    lists=DOWNLOAD,
    query=DownloadFilters,
    dialect=Dialect.CUSTOM,
)
@inject
def list_my_downloads(
    actor: Actor,
    query: Query,
    reads: Reads = Provide["reads"],
    derived: DerivedTokens = Provide["derived_tokens"],
) -> Tree:
    """List what the signed-in customer has bought to download, newest first."""
    return own_downloads(reads, derived, actor, query)


@customers.on("GET", "/me/payment-methods", allow=SIGNED_IN_CUSTOMER)
@inject
def list_my_payment_methods(
    actor: Actor, list_saved_methods: ListSavedMethods = Provide["list_saved_methods"]
) -> Tree:
    """List the ways to pay that the signed-in customer has left with the payment providers."""
    saved = list_saved_methods(actor)
    return {"payment_methods": [{"provider_id": method.provider_id, "data": method.data} for method in saved]}
