"""Amounts as Stripe takes them. Source: https://docs.stripe.com/currencies."""

import re

from bootstrap.sandbox.refusals import Refusal, wrong

LARGEST = 99_999_999
_LEAST = {"usd": 50, "eur": 50, "gbp": 30, "chf": 50, "jpy": 50, "dkk": 250, "nok": 300, "sek": 300, "huf": 17_500}
_LEAST_ELSE = 10
_IN_TENS = ("bhd", "iqd", "jod", "kwd", "omr", "tnd")
_IN_HUNDREDS = ("isk", "ugx")


def check_currency(text: str) -> str:
    code = text.lower()
    if not re.fullmatch("[a-z]{3}", code):
        raise wrong("currency", f"Invalid currency: {text}.")
    return code


def check_amount(amount: int | None, currency: str) -> int:
    if amount is None:
        raise Refusal("Missing required param: amount.", code="parameter_missing", param="amount")
    if amount < _LEAST.get(currency, _LEAST_ELSE):
        raise Refusal(
            "Amount must be at least the minimum charge amount of its currency.",
            code="amount_too_small",
            param="amount",
        )
    if amount > LARGEST:
        raise Refusal(f"Amount must be no more than {LARGEST}", code="amount_too_large", param="amount")
    step = 10 if currency in _IN_TENS else 100 if currency in _IN_HUNDREDS else 1
    if amount % step:
        raise wrong("amount", f"Invalid amount: {currency} amounts are multiples of {step}.")
    return amount
