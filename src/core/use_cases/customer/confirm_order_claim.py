"""Hand guests' orders over to the account that asked for them."""

from collections.abc import Iterable
from contextlib import suppress

from core.domain.actor import Actor
from core.domain.customer import CustomerNotFound
from core.domain.mailbox_proof import Purpose
from core.domain.order import Order, OrderNotFound
from core.use_cases.customer.proving import find_proof, refused
from core.use_cases.order.handing_over import hand_over, lock_carts
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork


class ConfirmOrderClaim:
    """Works once per token, whoever shows it: it was mailed to the address the orders were placed with.

    The orders get the account's address, as in Medusa, and their downloads and carts its owner. An order that
    another account got meanwhile stays there. Raises ProofRefused.
    Source: https://docs.medusajs.com/api/store#orders_postorderscustomerorderclaimsconfirm (v1).
    """

    def __init__(self, begin: Begin, derived: DerivedTokens, clock: Clock) -> None:
        self._begin = begin
        self._derived = derived
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, token: str) -> None:
        with self._begin(actor, "order.confirm_claim") as work:
            now = self._clock.now()
            proof = find_proof(work, self._derived, Purpose.ORDER_CLAIM, token, now)
            claimed = _orders(work, proof.order_ids)
            try:
                customer = work.customers.get(proof.customer_id)
            except CustomerNotFound:
                raise refused(Purpose.ORDER_CLAIM) from None
            if not work.proofs.use(proof.id, now):
                raise refused(Purpose.ORDER_CLAIM)
            for order in claimed:
                if order.email != proof.email or work.customers.is_registered(order.customer_id):
                    continue
                hand_over(work, order, customer)
                order.email = customer.email
            work.commit()


def _orders(work: UnitOfWork, ids: Iterable[str]) -> list[Order]:
    """Those that are still there, locked."""
    lock_carts(work, *ids)
    found = []
    for order_id in sorted(set(ids)):
        with suppress(OrderNotFound):
            found.append(work.orders.get(order_id))
    return found
