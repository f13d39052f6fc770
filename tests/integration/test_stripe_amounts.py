"""Stripe's units against ISO 4217's: exact or refused, whatever the currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.payments.stripe_amounts import from_stripe, to_stripe
from core.domain.money import EXPONENTS, Money
from core.domain.payment import PaymentDeclined, PaymentMismatch

CURRENCIES = sorted({*EXPONENTS, "eur", "usd", "isk", "mga", "huf", "twd"})
# What one unit of a currency is in Stripe's amounts, where its documentation says so and ISO differs.
UNITS = {"isk": 100, "mga": 1}


@given(st.sampled_from(CURRENCIES), st.integers(0, 10**9))
def test_amount_is_the_same_money_or_refused(currency: str, amount: int) -> None:
    money = Money(amount, currency)
    try:
        asked = to_stripe(money)
    except PaymentDeclined:
        return

    unit = UNITS.get(currency, 10 ** EXPONENTS.get(currency, 2))
    assert Decimal(asked) / unit == money.major
    assert from_stripe(asked, currency) == amount


@given(st.sampled_from(CURRENCIES), st.integers(0, 10**9))
def test_what_stripe_tells_is_never_rounded(currency: str, amount: int) -> None:
    try:
        minor = from_stripe(amount, currency)
    except PaymentMismatch:
        return

    unit = UNITS.get(currency, 10 ** EXPONENTS.get(currency, 2))
    assert Money(minor, currency).major == Decimal(amount) / unit


@pytest.mark.parametrize("currency", ["ugx", "lyd", "clf", "uyi"])
def test_currency_without_a_known_unit_is_refused_both_ways(currency: str) -> None:
    with pytest.raises(PaymentDeclined):
        to_stripe(Money(1_000, currency))
    with pytest.raises(PaymentMismatch):
        from_stripe(1_000, currency)
