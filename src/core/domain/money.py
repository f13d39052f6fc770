"""Money in whole minor units, and the only two places where it is rounded or shared out.

Amounts inside an aggregate are plain ``int`` minor units of that aggregate's currency; ``Money``
carries the currency along where an amount leaves its aggregate (providers, mails).
Exponents: ISO 4217, list one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.domain.errors import Invalid

DEFAULT_EXPONENT = 2
_NONE = "bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf"
_THREE = "bhd iqd jod kwd lyd omr tnd"
_FOUR = "clf uyw"
EXPONENTS = {code: places for places, codes in ((0, _NONE), (3, _THREE), (4, _FOUR)) for code in codes.split()}


def exponent(currency: str) -> int:
    """Decimal places of a currency: 2 for EUR, 0 for JPY, 3 for KWD."""
    return EXPONENTS.get(currency.lower(), DEFAULT_EXPONENT)


def half_up(exact: Fraction) -> int:
    """The nearest whole number; halves go towards plus infinity, as Medusa rounds (floor(x + 0.5))."""
    return rounded(exact.numerator, exact.denominator)


def rounded(numerator: int, denominator: int) -> int:
    """``half_up`` of a ratio whose denominator is above zero, without making a Fraction of it."""
    return (2 * numerator + denominator) // (2 * denominator)


def percent_of(amount: int, rate: Decimal) -> Fraction:
    """``rate`` percent of ``amount``, exactly. Round it with ``half_up`` where the rule says so."""
    above, below = rate.as_integer_ratio()
    return Fraction(amount * above, 100 * below)


def rounded_percent(amount: int, rate: Decimal) -> int:
    """``half_up(percent_of(amount, rate))``, which every line asks for several times."""
    above, below = rate.as_integer_ratio()
    return rounded(amount * above, 100 * below)


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Share ``amount`` by weight so that the parts add up exactly.

    Largest remainder; ties go to the earlier part. All-zero weights share equally.
    Raises ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError(f"weights must be non-empty and non-negative, got {weights!r}")
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(shares)
    parts = [divmod(amount * share, whole) for share in shares]
    left_over = amount - sum(part for part, _ in parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: -parts[i][1])
    extra = set(by_remainder[:left_over])
    return [part + (i in extra) for i, (part, _) in enumerate(parts)]


@dataclass(frozen=True, slots=True)
class Money:
    """``Money(1250, "eur")`` is EUR 12.50, ``Money(1250, "jpy")`` is JPY 1250.

    amount: minor units; may be negative. currency: lower-case ISO 4217 code.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:  # bool and float are both wrong
            raise Invalid(f"an amount is a whole number of minor units, not {self.amount!r}")
        if not (len(self.currency) == 3 and self.currency.islower()):
            raise Invalid(f"a currency is a lower-case ISO 4217 code, not {self.currency!r}")

    @property
    def major(self) -> Decimal:
        """The amount in major units, exactly: ``Decimal("12.50")``."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))
