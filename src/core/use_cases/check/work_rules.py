"""Has everything that was begun come to its end?"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.domain.invite import InviteState
from core.domain.mail import OVERTAKEN
from core.domain.payment import AttemptState
from core.use_cases.check.violation import Violations, violation
from ports.books import AttemptRecord, EndedCart, EventRecord, Failure, InviteRecord, StockRecord

PATIENCE = timedelta(hours=1)
"""A payment that is being completed or given back is finished long before, unless something is stuck."""


def check_cart(cart: EndedCart) -> Violations:
    """A cart has at most one order, and a completed one has it, or has settled its swap."""
    if len(cart.orders) > 1:
        yield violation("one_order_per_cart", cart.id, f"Cart {cart.id} has {len(cart.orders)} orders.")
    elif (cart.order_id is None and cart.swap_id is None) != (cart.completed_at is None):
        yield violation("completed_cart", cart.id, f"Cart {cart.id} is half completed.")
    if cart.orders and cart.order_id not in cart.orders:
        yield violation("completed_cart", cart.id, f"Cart {cart.id} does not know its order {cart.orders[0]}.")
    elif cart.order_id is not None and not cart.orders:
        yield violation("completed_cart", cart.id, f"Cart {cart.id} is completed, but its order is missing.")


def check_attempt(attempt: AttemptRecord, now: datetime) -> Violations:
    """No cart stays frozen, and no money waits to go back, for longer than an hour."""
    if now - attempt.since <= PATIENCE:
        return
    if attempt.state == AttemptState.REFUND_DUE:
        yield violation(
            "attempts_end",
            attempt.id,
            f"The payment of attempt {attempt.id} (cart {attempt.cart_id}) has not gone back yet.",
        )
    elif attempt.freezes:
        yield violation(
            "attempts_end", attempt.id, f"Cart {attempt.cart_id} is still frozen by its attempt {attempt.id}."
        )


def check_invite(invite: InviteRecord) -> Violations:
    """An invitation has made one account if it was accepted, and none otherwise."""
    if invite.state == InviteState.ACCEPTED:
        if not invite.has_account:
            yield violation(
                "invites_make_accounts", invite.id, f"Invitation {invite.id} was accepted, but made no account."
            )
        elif invite.namesakes > 1:
            yield violation(
                "invites_make_accounts",
                invite.id,
                f"{invite.namesakes} invitations say they made the account {invite.customer_id}.",
            )
    elif invite.customer_id is not None:
        yield violation(
            "invites_make_accounts", invite.id, f"Invitation {invite.id} is {invite.state}, but made an account."
        )


def check_stock(stock: StockRecord) -> Violations:
    if stock.quantity < 0 and not stock.allow_backorder:
        yield violation("stock", stock.id, f"Variant {stock.id} has {stock.quantity} units in stock.")


def check_event(
    event: EventRecord, reactions: Mapping[str, tuple[str, ...]], first_jobs: Mapping[str, datetime]
) -> Violations:
    """The jobs an event calls for were queued with it. A kind that did not exist yet when the event was
    told, because a later version of Perseus brought it, is not missed beside others."""
    called_for = reactions.get(event.name, ())
    for kind in called_for:
        known = kind in first_jobs and first_jobs[kind] <= event.at
        if kind not in event.jobs and (known or not event.jobs):
            yield violation("events_have_jobs", event.id, f"The event {event.id} ({event.name}) has no job {kind}.")


def dead_job(job: Failure) -> Violations:
    yield violation("jobs_done", job.id, f"Job {job.id} ({job.kind}) was given up: {job.error or 'no reason kept'}.")


def failed_mail(mail: Failure) -> Violations:
    if mail.error == OVERTAKEN:
        return  # nothing went wrong, and nothing is left to send
    yield violation("mails_sent", mail.id, f"Mail {mail.id} ({mail.kind}) failed: {mail.error or 'no reason kept'}.")


def failed_webhook_event(event: Failure) -> Violations:
    yield violation(
        "webhooks_processed",
        event.id,
        f"The event {event.id} ({event.kind}) was given up: {event.error or 'no reason kept'}.",
    )
