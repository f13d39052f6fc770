"""What a buyer's browser may set on a PaymentIntent.

Whether the card is kept for later, and where the receipt goes. Amount, currency, customer, metadata
and everything that moves money are the shop's own. Source: https://docs.stripe.com/api/payment_intents/update.
"""

from core.domain.errors import FieldProblem, Invalid
from core.domain.values import Metadata, normalise_email

USES = (None, "on_session", "off_session")
NAMES = ("receipt_email", "setup_future_usage")


def check_browser_data(changes: Metadata) -> None:
    """Raises Invalid for every other name, and for values that are none."""
    for name, value in changes.items():
        if name not in NAMES:
            raise _invalid(name, f"cannot be set; only {' and '.join(NAMES)} can")
        if name == "setup_future_usage" and value not in USES:
            raise _invalid(name, "must be on_session, off_session or null")
        if name == "receipt_email":
            if not isinstance(value, str):
                raise _invalid(name, "must be an email")
            normalise_email(value, name="data.receipt_email")


def _invalid(name: str, problem: str) -> Invalid:
    return Invalid(f"data.{name} {problem}", fields=[FieldProblem(f"data.{name}", problem)])
