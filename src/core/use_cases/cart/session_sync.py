"""Telling payment providers that the amount of a cart has changed.

A cart edit commits first, with its payment sessions marked stale; then the provider is told, then that
is recorded. A crash in between leaves a stale session, which completion refuses and the next edit,
read or session refresh repairs.
"""

from contextlib import suppress

from core.domain.actor import SYSTEM
from core.domain.errors import ConcurrentUpdate, Unavailable
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.session_record import settle_untold
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class SessionSync:
    """Brings the payment sessions of a cart in line with what is due. Safe to repeat.

    Raises PaymentProviderUnavailable, PaymentDeclined; the cart's change stands all the same.
    """

    def __init__(self, begin: Begin, opener: SessionOpener, abandon: AbandonSessions) -> None:
        self._begin = begin
        self._abandon = abandon
        self._opener = opener

    def after_edit(self, cart_id: str) -> None:
        """After an edit that is committed. What cannot be told now is not the edit's failure, and saying so would
        invite to make it twice: sessions stay stale, and are repaired as after a crash. Raises PaymentDeclined."""
        with suppress(ConcurrentUpdate, Unavailable):
            self(cart_id)

    @replayed
    def __call__(self, cart_id: str) -> None:
        with self._begin(SYSTEM, "cart.sync_payment_sessions") as work:
            cart = work.carts.get(cart_id)
            if cart.completed or cart.attempt_id is not None:
                return
            if cart.due <= 0:  # nothing to pay, nothing to pay with
                self._abandon(work, cart, cart.payment_sessions, "NOTHING_DUE")
            settle_untold(cart)
            selected = cart.selected_session
            work.commit()
        # Only a selected session is known to its provider; a failed one has to be started anew.
        if selected is not None and selected.is_initiated and selected.stale and not selected.failed:
            self._opener(cart_id)
