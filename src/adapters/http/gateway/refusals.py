"""How the gateway says no: ``{statusCode, message, error, code}``.

``error`` is the reason phrase of the status, left out where the message is that phrase already, and where
a request header was refused. ``code`` is ours: the stable word of docs/errors.md. Source: the exceptions
of the framework that Open Self Service is built with, https://docs.nestjs.com/exception-filters.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import request

from adapters.http.course import course
from core.domain import errors
from core.domain.cart import CartNotFound, CartNotReady, CheckoutPart
from core.use_cases.cart.addresses import AddressNotKnown
from core.use_cases.cart.prepare_checkout import NotNamed

URLS = re.compile(r"/(products|orders|carts|checkout|customers|payments)(/.*)?")
SIGN_IN = "Authentication required to access this resource"
NOT_YOURS = "Unauthorized to access this resource"
ADDRESSES = "/customers/addresses"
Body = dict[str, object]


PARTS = {
    CheckoutPart.ITEMS: "Cart must have items before checkout",
    CheckoutPart.EMAIL: "Email is required for guest checkout",
    CheckoutPart.SHIPPING_ADDRESS: "Shipping and billing addresses are required",
    CheckoutPart.BILLING_ADDRESS: "Shipping and billing addresses are required",
    CheckoutPart.SHIPPING_METHOD: "Shipping method is required",
    CheckoutPart.PAYMENT: "Payment method is required",
}
NAMES = {
    CheckoutPart.SHIPPING_METHOD: "Shipping method is required for checkout",
    CheckoutPart.PAYMENT: "Payment provider is required for checkout",
}


class NotOffered(errors.NotAllowed):
    """The address belongs to the gateway's API, and no shop behind it can answer it."""

    code = "NOT_IMPLEMENTED"

    def __init__(self) -> None:
        super().__init__(HTTPStatus.NOT_IMPLEMENTED.phrase)


class PreferenceRefused(errors.Invalid):
    """A currency or a locale in the request's headers that the shop does not have."""


def status_of(error: errors.DomainError) -> int | None:
    """Where the gateway's status is another than the kind's."""
    if isinstance(error, errors.HiddenFromCaller):
        return 401
    return 404 if isinstance(error, AddressNotKnown) else None


def body(error: errors.DomainError, status: int) -> Body:
    """What a refusal says."""
    said = plain(status, _message(error), _code(error))
    if isinstance(error, PreferenceRefused):
        del said["error"]
    return {**error.extra, **said}


def plain(status: int, message: str, code: str) -> Body:
    phrase = HTTPStatus(status).phrase
    if message == phrase:
        return {"statusCode": status, "message": message, "code": code}
    return {"statusCode": status, "message": message, "error": phrase, "code": code}


def _code(error: errors.DomainError) -> str:
    return errors.Unauthenticated.code if isinstance(error, errors.HiddenFromCaller) else error.code


def _message(error: errors.DomainError) -> str:
    if isinstance(error, errors.HiddenFromCaller):
        actor = course().actor
        return NOT_YOURS if actor is not None and actor.customer_id is not None else SIGN_IN
    if isinstance(error, errors.Unauthenticated):
        return _unauthenticated()
    if isinstance(error, CartNotFound):
        return "Cart not found"
    if isinstance(error, CartNotReady) and error.part is not None:
        return PARTS[error.part]
    if isinstance(error, NotNamed):
        return NAMES[error.part]
    return error.message


def _unauthenticated() -> str:
    if not request.path.startswith(ADDRESSES):
        return HTTPStatus.UNAUTHORIZED.phrase
    return "Invalid authentication" if "Authorization" in request.headers else "Authentication required"
