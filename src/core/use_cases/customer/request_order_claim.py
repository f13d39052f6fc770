"""Let customers ask for orders they placed as guests."""

from collections.abc import Sequence

from core.domain.actor import Actor
from core.domain.errors import Unauthenticated
from core.domain.mail import MailKind
from core.domain.mailbox_proof import Purpose
from core.domain.order import Order, OrderNotFound
from core.use_cases.customer.proving import issue_proof
from core.use_cases.mail.queueing import ONLY, queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


class RequestOrderClaim:
    """Mails a token to each address the orders were placed with; who shows it there confirms
    (ConfirmOrderClaim). An account's own address is no proof: nobody checked it.

    Orders that do not exist or belong to an account are left out without a word. A newer request ends
    the tokens of earlier ones to the same address. Raises Unauthenticated.
    Source: https://docs.medusajs.com/api/store#orders_postordersbatchcustomertoken (v1).
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_ids: Sequence[str]) -> None:
        if actor.customer_id is None:
            raise Unauthenticated("log in as a customer first")
        with self._begin(actor, "order.request_claim") as work:
            found = _by_mailbox(work, order_ids)
            customer = work.customers.get(actor.customer_id)
            if not customer.has_account:
                raise Unauthenticated("only an account can own orders")
            now = self._clock.now()
            for email, orders in found.items():
                ids = tuple(order.id for order in orders)
                proof_id = self._ids.new("proof")
                issue_proof(work, proof_id, Purpose.ORDER_CLAIM, customer.id, email, now, ids)
                queue_mail(work, MailKind.ORDER_CLAIM, proof_id, ONLY, email, self._clock, self._ids)
            work.commit()


def _by_mailbox(work: UnitOfWork, order_ids: Sequence[str]) -> dict[str, list[Order]]:
    """The guests' orders among these, by the address they were placed with."""
    found: dict[str, list[Order]] = {}
    for order_id in sorted(set(order_ids)):
        try:
            order = work.orders.get(order_id)
        except OrderNotFound:
            continue
        if not work.customers.is_registered(order.customer_id):
            found.setdefault(order.email, []).append(order)
    return found
