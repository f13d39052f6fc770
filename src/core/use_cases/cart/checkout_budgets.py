"""How often one e-mail address may pay, on whatever carts and from wherever, and one cart open payments.

Surfaces count by network, and completions by cart; only the cart knows its address, and somebody who tries out
cards makes a cart and takes a network for each, while the address is often the same. Whether a request opens a
payment shows only here.
"""

from core.domain.actor import Actor, ActorKind
from core.domain.errors import RateLimited
from ports.rate_limits import Budget, RateLimits, wait_for

MINUTE, HOUR = 60, 3_600
PAUSE = 30 * MINUTE
OPENED = (Budget("payment_email_minute", 6, MINUTE), Budget("payment_email_hour", 20, HOUR))
OPENED_BY_CART = (Budget("payment_cart_minute", 6, MINUTE), Budget("payment_cart_hour", 20, HOUR))
COMPLETED = (Budget("checkout_email_minute", 6, MINUTE), Budget("checkout_email_hour", 20, HOUR))
BUYERS = (ActorKind.ANONYMOUS, ActorKind.CUSTOMER)


class CheckoutBudgets:
    """Counts what buyers do, not what providers report nor what the shop repeats by itself: an order that
    was paid is placed in any case. A cart without an address counts for itself alone. Raises RateLimited.
    """

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    def spend_on_payment(self, actor: Actor, cart_id: str, email: str | None) -> None:
        """One payment more at a provider."""
        self._spend(OPENED_BY_CART, actor, cart_id)
        self._spend(OPENED, actor, email)

    def spend_on_completion(self, actor: Actor, email: str | None) -> None:
        """One attempt more to turn a cart into an order."""
        self._spend(COMPLETED, actor, email)

    def _spend(self, budgets: tuple[Budget, Budget], actor: Actor, whose: str | None) -> None:
        if actor.kind not in BUYERS or not whose:
            return
        minute, hour = budgets
        for budget, pause in ((minute, 0), (hour, PAUSE)):
            seconds = wait_for(self._limits, budget, whose.strip().lower(), pause=pause)
            if seconds:
                raise RateLimited(
                    "too many payments for this e-mail address or cart; try again later", retry_after=seconds
                )
