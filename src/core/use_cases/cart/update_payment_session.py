"""Pass on what the buyer's browser has to tell the payment provider."""

import hashlib
import json

from core.domain.actor import SYSTEM, Actor
from core.domain.values import Metadata
from core.use_cases.cart.select_payment import SelectPayment
from core.use_cases.replay import replayed
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class UpdatePaymentSession:
    """Chooses the session, as Medusa does, and merges ``data`` into it through its provider, which decides
    what it takes. What a session costs cannot be changed here.

    Raises Invalid and what SelectPayment raises.
    Source: https://docs.medusajs.com/api/store#carts_postcartscartpaymentsessionupdate (v1).
    """

    def __init__(self, begin: Begin, select: SelectPayment, providers: PaymentProviders) -> None:
        self._begin = begin
        self._select = select
        self._providers = providers

    @replayed
    def __call__(self, actor: Actor, cart_id: str, provider_id: str, data: Metadata) -> None:
        self._select(actor, cart_id, provider_id)
        with self._begin(SYSTEM, "cart.update_payment_session") as work:
            session = work.carts.get(cart_id).session(provider_id)
        if not session.is_initiated:
            return  # nothing is due, so that there is nothing to pay with
        mark = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
        answer = self._providers.get(provider_id).update_data(
            dict(session.data), data, idempotency_key=f"{session.id}:data:{mark}"
        )
        with self._begin(SYSTEM, "cart.update_payment_session") as work:
            cart = work.carts.get(cart_id)
            ours = next((other for other in cart.payment_sessions if other.id == session.id), None)
            if ours is None or cart.completed:
                return
            ours.data = answer.data
            ours.status = answer.status
            work.commit()
