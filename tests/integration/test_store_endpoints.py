"""Every endpoint that Medusa's store API documents is in the OpenAPI description, with what its body needs.

The list is written out on purpose: it comes from the documentation, not from our routes.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from adapters.http.app import create_http
from adapters.http.resources import resources
from adapters.http.spec import SURFACES
from tests.integration.http_harness import Harness

# Method, path, required fields of the body. First the 46 of the older documentation, then the 19 that joined later.
OLDER = """
POST /auth email password
DELETE /auth
GET /auth
GET /auth/{email}
POST /carts
GET /carts/{id}
POST /carts/{id}
POST /carts/{id}/complete
POST /carts/{id}/line-items variant_id quantity
POST /carts/{id}/line-items/{line_id} quantity
DELETE /carts/{id}/line-items/{line_id}
DELETE /carts/{id}/discounts/{code}
POST /carts/{id}/payment-session provider_id
POST /carts/{id}/payment-sessions
POST /carts/{id}/payment-sessions/{provider_id} data
DELETE /carts/{id}/payment-sessions/{provider_id}
POST /carts/{id}/shipping-methods option_id
GET /collections/{id}
GET /collections
POST /customers/{id}/addresses address
POST /customers email password
DELETE /customers/{id}/addresses/{address_id}
GET /customers/me
POST /customers/me
GET /customers/me/payment-methods
GET /customers/me/orders
POST /customers/password-token email
POST /customers/reset-password email token password
POST /customers/{id}/addresses/{address_id}
GET /gift-cards/{code}
GET /orders/cart/{cart_id}
GET /orders/{id}
GET /orders
GET /products/{id}
GET /products
GET /regions/{id}
GET /regions
GET /return-reasons/{id}
GET /return-reasons
POST /returns order_id items
GET /shipping-options
GET /shipping-options/{cart_id}
POST /swaps order_id return_items additional_items
GET /swaps/{cart_id}
GET /variants/{variant_id}
GET /variants
"""
LATER = """
POST /auth/token email password
POST /carts/{id}/payment-sessions/{provider_id}/refresh
POST /carts/{id}/taxes
POST /orders/batch/customer/token order_ids
POST /orders/customer/confirm token
POST /products/search
GET /order-edits/{id}
POST /order-edits/{id}/complete
POST /order-edits/{id}/decline
GET /payment-collections/{id}
POST /payment-collections/{id}/sessions provider_id
POST /payment-collections/{id}/sessions/batch sessions
POST /payment-collections/{id}/sessions/batch/authorize session_ids
POST /payment-collections/{id}/sessions/{session_id}
POST /payment-collections/{id}/sessions/{session_id}/authorize
GET /product-categories
GET /product-categories/{id}
GET /product-tags
GET /product-types
"""
# The reset has two names, completing a cart too.
ALIASES = """
POST /customers/password-reset email token password
POST /carts/{id}/complete-cart
"""
# Only ever gets shorter.
NOT_YET = """
DELETE /carts/{id}/discounts/{code}
GET /return-reasons/{id}
GET /return-reasons
POST /returns
"""

Endpoint = tuple[str, str]


def listed(text: str) -> dict[Endpoint, set[str]]:
    rows = (line.split() for line in text.splitlines() if line)
    return {(method, unnamed(path)): set(fields) for method, path, *fields in rows}


def unnamed(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "{}", path)


@pytest.fixture(scope="module")
def described() -> dict[Endpoint, set[str]]:
    """What is served, with the fields that a body must have."""
    client = create_http(Harness().app.extensions["perseus"], resources()).test_client()
    documents = [json.loads(client.get(f"/openapi/{name}.json").data) for name in SURFACES]
    return {
        (method.upper(), unnamed(path.removeprefix("/store"))): required(document, operation)
        for document in documents
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method != "parameters" and path.startswith("/store/")
    }


def required(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return set(schema.get("required", ()))


def test_the_list_is_whole() -> None:
    assert (len(listed(OLDER)), len(listed(LATER))) == (46, 19)
    assert listed(NOT_YET).keys() <= listed(OLDER + LATER).keys()


def test_every_documented_endpoint_is_served(described: dict[Endpoint, set[str]]) -> None:
    missing = listed(OLDER + LATER + ALIASES).keys() - described.keys()

    assert missing - listed(NOT_YET).keys() == set()


@pytest.mark.parametrize("endpoint", listed(OLDER + LATER + ALIASES), ids=" ".join)
def test_bodies_need_what_is_documented(described: dict[Endpoint, set[str]], endpoint: Endpoint) -> None:
    if endpoint not in described:
        assert endpoint in listed(NOT_YET)
        return

    assert described[endpoint] == listed(OLDER + LATER + ALIASES)[endpoint]
