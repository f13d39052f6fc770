"""Stripe's amounts and ours. Both are whole numbers, but not always of the same unit.

Ours are minor units by ISO 4217. Stripe differs where history made it: the ariary has no decimals
there, the Icelandic krona keeps two that must be zero, and amounts with three decimals go in steps of
ten. Converting is exact or refused; nothing is ever rounded. The Ugandan shilling stands both among the
currencies without decimals and among those with two: what Stripe would charge is uncertain, so it is
refused. Source: https://docs.stripe.com/currencies.
"""

from core.domain.money import DEFAULT_EXPONENT, Money, exponent
from core.domain.payment import PaymentDeclined, PaymentMismatch

_WHOLE = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
_THREE = "bhd iqd jod kwd omr tnd"
_PLACES = {code: places for places, codes in ((0, _WHOLE), (2, "isk"), (3, _THREE)) for code in codes.split()}
_POWERS = (1, 10, 100, 1_000, 10_000)
_STEPS = {**dict.fromkeys(_THREE.split(), 10), "isk": 100}


def to_stripe(money: Money) -> int:
    """What to ask Stripe for. Raises PaymentDeclined where Stripe cannot express the amount."""
    ours, theirs = exponent(money.currency), _places(money.currency)
    if theirs is None:
        raise PaymentDeclined(f"Stripe cannot be used with {money.currency.upper()}")
    amount, rest = divmod(money.amount * _POWERS[theirs], _POWERS[ours])
    if rest or amount % _STEPS.get(money.currency, 1):
        raise PaymentDeclined(f"Stripe cannot take exactly {money.major} {money.currency.upper()}")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """Minor units. Raises PaymentMismatch for a fraction of ours, or a currency this shop cannot use there."""
    ours, theirs = exponent(currency), _places(currency)
    if theirs is None:
        raise PaymentMismatch(f"Stripe told an amount in {currency.upper()}, which cannot be used with it")
    minor, rest = divmod(amount * _POWERS[ours], _POWERS[theirs])
    if rest:
        raise PaymentMismatch(f"Stripe told {amount} {currency.upper()}, which is no whole number of minor units")
    return minor


def _places(currency: str) -> int | None:
    if currency in _PLACES:
        return _PLACES[currency]
    return DEFAULT_EXPONENT if exponent(currency) == DEFAULT_EXPONENT else None
