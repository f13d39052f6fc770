"""The gateway's money, addresses and lists, as they are parsed and shown."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http.answers import to_json
from adapters.http.gateway import addresses
from adapters.http.gateway.lists import page_of, paged, sort_order
from adapters.http.gateway.shown_order import PAYMENT_STATUSES, STATUSES
from adapters.http.gateway.shown_payment import session_view
from adapters.http.gateway.views import present, price
from adapters.http.json_body import load
from adapters.http.query import Query
from core.domain.errors import Invalid
from core.domain.money import exponent
from core.domain.order import OrderStatus, PaymentStatus
from core.domain.payment import SessionStatus
from core.domain.values import Metadata
from core.use_cases.cart.open_payment import OpenedPayment
from ports.reads import Audience, Paging

SORTS = {"createdAt": "created_at", "total": "total"}
HOME = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "companyName": "Engines",
    "taxId": "GB123",
    "country": "GB",
    "district": "Marylebone",
    "region": "Marylebone",
    "streetName": "St James's Square",
    "streetNumber": "12",
    "apartment": "3",
    "city": "London",
    "postalCode": "SW1Y",
    "email": "ada@buy.test",
    "phone": "+44",
}


def shown_after(sent: dict[str, Any]) -> Any:
    """What is kept of an address, and what is shown of that."""
    given = addresses.received(load(addresses.AddressBody(), sent))
    kept = {key: value for key, value in (given.metadata or {}).items() if value != ""}
    return addresses.shown({**given.values, "metadata": kept})


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1999, "eur", '{"value":19.99,"currency":"EUR"}'),
        (1990, "USD", '{"value":19.9,"currency":"USD"}'),
        (2000, "pln", '{"value":20,"currency":"PLN"}'),
        (1250, "jpy", '{"value":1250,"currency":"JPY"}'),
        (1250, "kwd", '{"value":1.25,"currency":"KWD"}'),
        (-5, "eur", '{"value":-0.05,"currency":"EUR"}'),
        (0, "eur", '{"value":0,"currency":"EUR"}'),
        (9_223_372_036_854_775_807, "eur", '{"value":92233720368547758.07,"currency":"EUR"}'),
    ],
)
def test_money_is_written_digit_by_digit(amount: int, currency: str, text: str) -> None:
    assert to_json(price(amount, currency)).decode() == text


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(["eur", "jpy", "kwd"]))
def test_minor_units_come_back_from_the_number(amount: int, currency: str) -> None:
    read = json.loads(to_json(price(amount, currency)), parse_float=Decimal)

    assert Decimal(read["value"]).scaleb(exponent(currency)) == amount


def test_every_state_of_an_order_and_its_payment_has_a_word() -> None:
    assert STATUSES.keys() >= set(OrderStatus)
    assert PAYMENT_STATUSES.keys() == set(PaymentStatus)
    assert PAYMENT_STATUSES[PaymentStatus.AWAITING] == "PENDING"  # money that is held, not taken


@pytest.mark.parametrize(
    ("status", "data", "shown"),
    [
        (SessionStatus.PENDING, {}, "PENDING"),
        (SessionStatus.REQUIRES_MORE, {}, "PENDING"),
        (SessionStatus.AUTHORIZED, {}, "AUTHORIZED"),
        (SessionStatus.AUTHORIZED, {"status": "succeeded"}, "CAPTURED"),
        (SessionStatus.AUTHORIZED, {"status": "captured"}, "CAPTURED"),
        (SessionStatus.CANCELED, {}, "CANCELLED"),
        (SessionStatus.ERROR, {}, "FAILED"),
    ],
)
def test_every_state_of_a_payment_session_has_a_word(status: SessionStatus, data: Metadata, shown: str) -> None:
    opened = OpenedPayment(
        session_id="ps_1",
        provider_id="stripe",
        status=status,
        data={"customer": "cus_secret", "client_secret": {"no": "text"}, **data},
        return_url=None,
        cancel_url=None,
        metadata=None,
    )

    assert session_view("cart_1", opened) == {
        "id": "ps_1",
        "cartId": "cart_1",
        "providerId": "stripe",
        "status": shown,
    }


def test_what_has_no_value_is_left_out() -> None:
    assert present(id="x", name=None, total=0) == {"id": "x", "total": 0}


def test_address_comes_back_as_it_was_sent() -> None:
    assert shown_after(HOME) == HOME


def test_texts_are_trimmed_and_empty_ones_left_out() -> None:
    sent = {"country": " gb ", "streetName": " Main ", "city": "C", "postalCode": "1", "firstName": "  ", "taxId": ""}

    assert shown_after(sent) == {
        "country": "GB",
        "streetName": "Main",
        "city": "C",
        "postalCode": "1",
        "district": "",
        "region": "",
    }


@pytest.mark.parametrize("name", ["country", "streetName", "city", "postalCode"])
def test_address_needs_its_required_texts(name: str) -> None:
    for wrong in (None, "", "   ", 5):
        with pytest.raises(Invalid, match=name):
            load(addresses.AddressBody(), {**HOME, name: wrong})


def test_names_nobody_knows_are_ignored() -> None:
    assert shown_after({**HOME, "planet": "Earth"}) == HOME


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, ("created_at", True)),
        ("createdAt_DESC", ("created_at", True)),
        ("createdAt_asc", ("created_at", False)),
        ("-createdAt", ("created_at", True)),
        ("createdAt", ("created_at", False)),
        ("-created_at", ("created_at", True)),
        ("total_ASC", ("total", False)),
    ],
)
def test_sort_is_read_in_both_forms(sort: str | None, order: tuple[str, bool]) -> None:
    assert sort_order(sort, SORTS) == (order,)


@pytest.mark.parametrize("sort", ["secret_ASC", "-", "_DESC", "total_UP", "total_DESC,createdAt", "id"])
def test_sort_by_anything_else_is_refused(sort: str) -> None:
    with pytest.raises(Invalid, match="sort must be one of"):
        sort_order(sort, SORTS)


def test_pages_begin_at_the_newest_and_hold_ten() -> None:
    assert page_of(Query(audience=Audience.STORE), SORTS) == Paging(limit=10)


def test_large_pages_are_made_smaller_and_distant_ones_refused() -> None:
    assert page_of(Query(audience=Audience.STORE, values={"limit": 5000, "offset": 3}), SORTS).limit == 100
    with pytest.raises(Invalid):
        page_of(Query(audience=Audience.STORE, values={"offset": 10**9}), SORTS)


def test_list_says_how_many_there_are_in_all() -> None:
    assert paged([{"id": "a"}], 7) == {"data": [{"id": "a"}], "total": 7}
