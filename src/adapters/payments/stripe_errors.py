"""Stripe's errors as the shop's: a definite no, or an outcome nobody knows.

What Stripe says to a developer never reaches a buyer; what it says to a card holder does.
Source: https://docs.stripe.com/error-handling.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from core.domain.payment import PaymentDeclined, PaymentProviderUnavailable

UNEXPECTED_STATE = "payment_intent_unexpected_state"
_SENTENCES = {
    "amount_too_small": "The amount is too small to be paid this way",
    "amount_too_large": "The amount is too large to be paid this way",
    "charge_already_refunded": "the payment has been refunded already",
    "charge_disputed": "the payment is disputed; it cannot be refunded",
    "resource_missing": "the payment provider knows no such payment",
    UNEXPECTED_STATE: "the payment is not in a state that allows this",
}


@contextmanager
def translated() -> Iterator[None]:
    """Raises PaymentDeclined and PaymentProviderUnavailable for every exception of the library."""
    try:
        yield
    except stripe.CardError as error:
        raise PaymentDeclined(error.user_message or "The card was declined") from error
    except stripe.InvalidRequestError as error:
        sentence = _SENTENCES.get(error.code or "", "the payment provider refused the request")
        raise PaymentDeclined(sentence) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        # Nothing happened, and nothing will until an operator mends the key: not the buyer's card's fault.
        raise PaymentProviderUnavailable("the payment provider refuses this shop's key") from error
    except stripe.StripeError as error:
        # 5xx, 429, 409 while the same key is being worked on, timeouts, broken connections: unknown.
        raise PaymentProviderUnavailable("the payment provider cannot be reached") from error


def code_of(declined: PaymentDeclined) -> str | None:
    """Stripe's code for a refusal that ``translated`` raised."""
    cause = declined.__cause__
    return cause.code if isinstance(cause, stripe.StripeError) else None
