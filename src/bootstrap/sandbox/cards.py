"""Ways to pay that every Stripe test account has, and what comes of each.

Source: https://docs.stripe.com/testing#cards. ``pm_sandbox_processing`` is ours: money that takes its
time, as a bank debit's does; a control route settles it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    PAID = "paid"
    DECLINED = "declined"
    NEEDS_ACTION = "needs_action"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """decline: (code, decline_code, message) where the outcome is DECLINED. disputed: right after paying."""

    brand: str = "visa"
    last4: str = "4242"
    outcome: Outcome = Outcome.PAID
    decline: tuple[str, str, str] = ("card_declined", "generic_decline", "Your card was declined.")
    disputed: bool = False


def _declined(last4: str, code: str, decline_code: str, message: str) -> Card:
    return Card(last4=last4, outcome=Outcome.DECLINED, decline=(code, decline_code, message))


_NO_FUNDS = "Your card has insufficient funds."
CARDS = {
    "pm_card_visa": Card(),
    "pm_card_visa_debit": Card(last4="5556"),
    "pm_card_mastercard": Card(brand="mastercard", last4="4444"),
    "pm_card_amex": Card(brand="amex", last4="8431"),
    "pm_card_threeDSecure2Required": Card(last4="3220", outcome=Outcome.NEEDS_ACTION),
    "pm_card_authenticationRequired": Card(last4="3184", outcome=Outcome.NEEDS_ACTION),
    "pm_card_chargeDeclined": _declined("0002", "card_declined", "generic_decline", "Your card was declined."),
    "pm_card_chargeDeclinedInsufficientFunds": _declined("9995", "card_declined", "insufficient_funds", _NO_FUNDS),
    "pm_card_chargeDeclinedLostCard": _declined("9987", "card_declined", "lost_card", "Your card was declined."),
    "pm_card_chargeDeclinedStolenCard": _declined("9979", "card_declined", "stolen_card", "Your card was declined."),
    "pm_card_chargeDeclinedFraudulent": _declined("0019", "card_declined", "fraudulent", "Your card was declined."),
    "pm_card_chargeDeclinedExpiredCard": _declined("0069", "expired_card", "expired_card", "Your card has expired."),
    "pm_card_chargeDeclinedIncorrectCvc": _declined(
        "0127", "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
    ),
    "pm_card_chargeDeclinedProcessingError": _declined(
        "0119", "processing_error", "processing_error", "An error occurred while processing your card."
    ),
    "pm_card_createDispute": Card(last4="0259", disputed=True),
    "pm_sandbox_processing": Card(last4="0000", outcome=Outcome.PROCESSING),
}


def known_card(name: str) -> Card | None:
    """Stripe spells some with the brand (``pm_card_visa_chargeDeclined``), some without."""
    return CARDS.get(name) or CARDS.get(name.replace("pm_card_visa_charge", "pm_card_charge"))
