"""What every route of the gateway has in common: statuses, refusals, headers."""

import re
from dataclasses import replace
from typing import Any

import pytest

from adapters.http.access import CUSTOMER, EVERYONE
from adapters.http.app import create_http
from adapters.http.body_fields import Int, Str
from adapters.http.gateway.preferences import preferences
from adapters.http.gateway.refusals import NotOffered
from adapters.http.gateway.surface import GATEWAY, LenientBody
from adapters.http.hooks import Hooks
from adapters.http.resources import resources
from adapters.http.routing import Resource
from core.domain import errors
from core.domain.actor import Actor
from core.domain.cart import CartHidden, CartNotFound, OutOfStock, PriceChanged
from core.domain.customer import EmailTaken
from core.domain.order import OrderHidden
from tests.integration.http_harness import ORIGIN, SETTINGS, Harness

SIGNED_IN = {"Authorization": "Bearer cus_1"}


class LineBody(LenientBody):
    variant_id = Str(data_key="variantId")
    quantity = Int(required=True, min=1)


class Gateway(Harness):
    def __init__(self) -> None:
        super().__init__(SETTINGS)
        self.outcome: BaseException | None = None
        hooks: Hooks = self.app.extensions["perseus"]
        settings = replace(SETTINGS, gateway_currencies=("EUR", "JPY"), gateway_locales=("en", "de-AT"))
        self.client = create_http(replace(hooks, settings=settings), [self.carts(), self.addresses()]).test_client()

    def carts(self) -> Resource:
        carts = Resource("gateway_carts", __name__, "/carts", GATEWAY)

        @carts.on("POST", "/items", allow=EVERYONE, body=LineBody, repeatable=True)
        def write(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
            """Write."""
            if self.outcome:
                raise self.outcome
            return body

        @carts.on("GET", "/<cart_id>", allow=EVERYONE)
        def show(actor: Actor, cart_id: str) -> dict[str, Any]:
            """Show."""
            wanted = preferences()
            return {"currency": wanted.currency, "locale": wanted.locale, "timezone": wanted.timezone.key}

        return carts

    def addresses(self) -> Resource:
        addresses = Resource("gateway_customers", __name__, "/customers/addresses", GATEWAY)

        @addresses.on("GET", "", allow=CUSTOMER)
        def show(actor: Actor) -> dict[str, Any]:
            """Show."""
            return {}

        return addresses


@pytest.fixture
def shop() -> Gateway:
    return Gateway()


def test_post_answers_201_and_ignores_names_nobody_knows(shop: Gateway) -> None:
    answer = shop.client.post("/carts/items?color=red", json={"quantity": 2, "variantId": "v", "locale": "en"})

    assert answer.status_code == 201
    assert answer.json == {"quantity": 2, "variant_id": "v"}


@pytest.mark.parametrize("body", [{}, {"quantity": "2"}, {"quantity": 1.5}, {"quantity": True}, {"quantity": 0}])
def test_types_are_strict(shop: Gateway, body: dict[str, Any]) -> None:
    answer = shop.client.post("/carts/items", json=body)

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json.keys() == {"statusCode", "message", "error", "code"}
    assert "quantity" in answer.json["message"]


@pytest.mark.parametrize(
    ("refusal", "status", "phrase", "code"),
    [
        (errors.Invalid("no"), 400, "Bad Request", "VALIDATION_ERROR"),
        (errors.NotAllowed("no"), 400, "Bad Request", "NOT_ALLOWED"),
        (errors.Forbidden("no"), 403, "Forbidden", "FORBIDDEN"),
        (errors.NotFound("no"), 404, "Not Found", "NOT_FOUND"),
        (EmailTaken("no"), 422, "Unprocessable Entity", "EMAIL_TAKEN"),
        (PriceChanged("no"), 409, "Conflict", "PRICE_CHANGED"),
        (OutOfStock("no"), 409, "Conflict", "OUT_OF_STOCK"),
        (errors.Gone("no"), 410, "Gone", "GONE"),
        (errors.PaymentRefused("no"), 422, "Unprocessable Entity", "PAYMENT_FAILED"),
        (errors.RateLimited("no", retry_after=7), 429, "Too Many Requests", "RATE_LIMITED"),
        (errors.Unavailable("no"), 503, "Service Unavailable", "UPSTREAM_UNAVAILABLE"),
    ],
)
def test_refusals_say_status_message_phrase_and_code(
    shop: Gateway, refusal: errors.DomainError, status: int, phrase: str, code: str
) -> None:
    shop.outcome = refusal

    answer = shop.client.post("/carts/items", json={"quantity": 1})

    assert answer.status_code == status
    assert answer.json == {"statusCode": status, "message": "no", "error": phrase, "code": code}
    assert ("Retry-After" in answer.headers) == (status in (429, 503))


def test_phrase_stands_alone_where_it_is_the_message(shop: Gateway) -> None:
    shop.outcome = NotOffered()

    answer = shop.client.post("/carts/items", json={"quantity": 1})

    assert answer.json == {"statusCode": 501, "message": "Not Implemented", "code": "NOT_IMPLEMENTED"}


def test_unknown_cart_is_not_found_in_the_gateways_words(shop: Gateway) -> None:
    shop.outcome = CartNotFound("Cart with cart_x was not found")

    answer = shop.client.post("/carts/items", json={"quantity": 1})

    assert answer.json == {"statusCode": 404, "message": "Cart not found", "error": "Not Found", "code": "NOT_FOUND"}


@pytest.mark.parametrize("refusal", [CartHidden("x"), OrderHidden("x")])
def test_what_is_another_customers_asks_for_the_right_credentials(shop: Gateway, refusal: errors.DomainError) -> None:
    shop.outcome = refusal

    anonymous = shop.client.post("/carts/items", json={"quantity": 1})
    another = shop.client.post("/carts/items", json={"quantity": 1}, headers=SIGNED_IN)

    said = {"statusCode": 401, "error": "Unauthorized", "code": "UNAUTHORIZED"}
    assert anonymous.status_code == another.status_code == 401
    assert anonymous.json == {**said, "message": "Authentication required to access this resource"}
    assert another.json == {**said, "message": "Unauthorized to access this resource"}


def test_addresses_ask_for_authentication_in_words_of_their_own(shop: Gateway) -> None:
    nobody = shop.client.get("/customers/addresses")
    wrong = shop.client.get("/customers/addresses", headers={"Authorization": "Bearer nonsense"})

    assert nobody.json["message"] == "Authentication required"  # type: ignore[index]
    assert wrong.json["message"] == "Invalid authentication"  # type: ignore[index]
    assert nobody.status_code == wrong.status_code == 401


def test_bugs_and_addresses_that_are_none_answer_in_the_same_form(shop: Gateway) -> None:
    shop.outcome = RuntimeError("secret")

    broken = shop.client.post("/carts/items", json={"quantity": 1})
    nowhere = shop.client.get("/carts/a/b/c")

    assert broken.json["statusCode"] == broken.status_code == 500  # type: ignore[index]
    assert "secret" not in broken.text
    assert nowhere.json["statusCode"] == nowhere.status_code == 404  # type: ignore[index]


def test_currency_and_locale_are_told_back_and_may_be_read_by_browsers(shop: Gateway) -> None:
    headers = {"x-currency": "jpy", "x-locale": "DE-at", "x-client-timezone": "Asia/Tokyo", "Origin": ORIGIN}

    answer = shop.client.get("/carts/cart_1", headers=headers)

    assert answer.json == {"currency": "JPY", "locale": "de-AT", "timezone": "Asia/Tokyo"}
    assert (answer.headers["x-currency"], answer.headers["x-locale"]) == ("JPY", "de-AT")
    exposed = ",".join(answer.headers.getlist("Access-Control-Expose-Headers"))
    assert "x-currency" in exposed
    assert "x-locale" in exposed


@pytest.mark.parametrize(
    "zone", ["", "../nowhere", "/etc/passwd", "Mars/Phobos", "Europe", "A" * 5_000, "C:\\x", "Europe/Berlin/"]
)
def test_defaults_hold_where_nothing_sensible_is_asked_for(shop: Gateway, zone: str) -> None:
    answer = shop.client.get("/carts/cart_1", headers={"x-client-timezone": zone})

    assert answer.json == {"currency": "EUR", "locale": "en", "timezone": "UTC"}
    assert (answer.headers["x-currency"], answer.headers["x-locale"]) == ("EUR", "en")


@pytest.mark.parametrize("header", ["x-currency", "x-locale"])
def test_what_the_shop_does_not_have_is_refused_without_a_phrase(shop: Gateway, header: str) -> None:
    answer = shop.client.get("/carts/cart_1", headers={header: "XX"})

    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["statusCode"] == 400
    assert header.removeprefix("x-") in answer.json["message"]
    assert "error" not in answer.json


ENDPOINTS = """
GET /products
GET /products/{}
GET /products/{}/variants/{}/related-products
GET /orders
GET /orders/{}
POST /carts
GET /carts/{}
PATCH /carts/{}
POST /carts/items
PATCH /carts/{}/items/{}
DELETE /carts/{}/items/{}
POST /carts/{}/promotions
DELETE /carts/{}/promotions/{}
POST /checkout/{}/addresses
POST /checkout/{}/shipping-method
POST /checkout/{}/payment
GET /checkout/{}/shipping-options
GET /checkout/{}/summary
POST /checkout/{}/place-order
POST /checkout/{}/complete
GET /customers/addresses
GET /customers/addresses/{}
POST /customers/addresses
PATCH /customers/addresses/{}
DELETE /customers/addresses/{}
POST /customers/addresses/{}/default
GET /payments/providers
POST /payments/sessions
"""


def test_every_endpoint_of_the_api_is_described_with_its_status_and_its_refusals() -> None:
    client = create_http(Harness().app.extensions["perseus"], resources()).test_client()
    described = client.get("/openapi/gateway.json").json
    assert described is not None
    found = {
        f"{method.upper()} {re.sub('{[^}]+}', '{}', path)}": operation["responses"]
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }

    wanted = ENDPOINTS.split("\n")[1:-1]
    assert len(wanted) == 28
    assert set(wanted) <= found.keys()
    for name in wanted:
        responses = found[name]
        assert ("201" if name.startswith("POST") else "200") in responses, name
        refusals = [responses[status] for status in responses if status >= "400"]
        forms = {each["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1] for each in refusals}
        assert forms == {"GatewayError"}, name
