"""Writing the letter a queued mail stands for, from the state of things at the moment of sending.

Links are made here and nowhere stored: their tokens are derived from ids and revisions.
"""

from core.domain.actor import SYSTEM
from core.domain.customer import CustomerNotFound
from core.domain.download import DownloadState, Entitlement, FileUnavailable
from core.domain.errors import NotFound
from core.domain.invite import InviteState
from core.domain.mail import (
    AccountChangedLetter,
    CheckoutRefundLetter,
    DownloadsLetter,
    GiftCardsLetter,
    InviteLetter,
    Letter,
    LetterCard,
    LetterLine,
    LetterLink,
    Mail,
    MailKind,
    OrderClaimLetter,
    OrderLetter,
    PasswordResetLetter,
    RefundLetter,
)
from core.domain.money import Money
from core.domain.order import Order, OrderLine
from core.domain.payment import Refund, RefundReason, RefundState
from core.domain.purchase import Purchase
from core.domain.readable_token import readable
from core.use_cases.customer.proving import token_of
from core.use_cases.download.access import PURPOSE as DOWNLOAD
from core.use_cases.download.access import newest_deliverable
from core.use_cases.invite.finding import PURPOSE as INVITE
from core.use_cases.mail.order_news import NewsWriter
from core.use_cases.mail.settings import MailSettings
from core.use_cases.order.handing_over import lock_carts
from core.use_cases.swap.lookup import purchase_of
from core.use_cases.user.reset_user_password import PURPOSE as USER_PASSWORD_RESET
from ports.clock import Clock
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork

INTERNAL = (RefundReason.RETURN, RefundReason.SWAP)
"""Refunds for these are noted down with the id of what they are for, which tells the buyer nothing."""


class LetterWriter:
    """Reads in one transaction and changes nothing."""

    def __init__(self, begin: Begin, derived: DerivedTokens, clock: Clock, settings: MailSettings) -> None:
        self._begin = begin
        self._derived = derived
        self._clock = clock
        self._settings = settings
        self._news = NewsWriter(settings)

    def write(self, mail: Mail) -> Letter | None:
        """The letter; None when there is nothing to say any more (a withdrawn invitation, links that are
        all gone). Raises the NotFound of what the mail is about."""
        with self._begin(SYSTEM, "mail.write") as work:
            match mail.kind:
                case MailKind.INVITE:
                    return self._invite(work, mail)
                case MailKind.ORDER:
                    return self._order(work, mail)
                case MailKind.DOWNLOADS:
                    return self._downloads(work, mail)
                case MailKind.REFUND:
                    return self._refund(work, mail)
                case MailKind.CHECKOUT_REFUND:
                    return self._checkout_refund(work, mail)
                case MailKind.PASSWORD_RESET:
                    return self._password_reset(work, mail)
                case MailKind.ORDER_CLAIM:
                    return self._order_claim(work, mail)
                case MailKind.PASSWORD_CHANGED | MailKind.EMAIL_CHANGED:
                    return self._account_changed(work, mail)
                case MailKind.GIFT_CARDS:
                    return self._gift_cards(work, mail)
                case MailKind.USER_PASSWORD_RESET:
                    return self._user_password_reset(work, mail)
                case MailKind.USER_PASSWORD_CHANGED:
                    user = work.users.get(mail.subject_id)
                    return AccountChangedLetter(email=None, first_name=user.first_name, shop=self._shop(work))
                case (
                    MailKind.SHIPMENT
                    | MailKind.RETURN_REQUESTED
                    | MailKind.RETURN_RECEIVED
                    | MailKind.SWAP_CREATED
                    | MailKind.SWAP_SHIPMENT
                    | MailKind.ORDER_EDIT_REQUESTED
                    | MailKind.ORDER_EDIT_CONFIRMED
                    | MailKind.ORDER_EDIT_DECLINED
                ):
                    if mail.kind is MailKind.SWAP_CREATED:
                        lock_carts(work, mail.subject_id)  # its cart is read, and carts are locked before orders
                    buyer = _first_name(work, work.orders.get(mail.subject_id))
                    return self._news.write(work, mail, buyer, self._shop(work))

    def _invite(self, work: UnitOfWork, mail: Mail) -> InviteLetter | None:
        invite = work.invites.get(mail.subject_id)
        current = invite.state is InviteState.PENDING and str(invite.revision) == mail.revision
        if not current or invite.lapsed(self._clock.now()):
            return None
        return InviteLetter(
            link=self._settings.invite_link(self._derived.derive(INVITE, invite.id, invite.revision)),
            first_name=invite.first_name,
            expires_at=invite.expires_at,
            shop=self._shop(work),
        )

    def _order(self, work: UnitOfWork, mail: Mail) -> OrderLetter:
        order = work.orders.get(mail.subject_id)
        entitlements = work.downloads.of_order(order.id)
        first_name = _first_name(work, order)
        served = {entitlement.line_item_id for entitlement in entitlements}
        totals = order.totals
        currency = order.currency_code
        return OrderLetter(
            display_id=order.display_id,
            lines=tuple(_line(line, currency) for line in order.items),
            subtotal=Money(totals.subtotal, currency),
            discount=Money(totals.discount_total, currency),
            shipping=Money(totals.shipping_total, currency),
            tax=Money(totals.tax_total, currency),
            total=Money(totals.total, currency),
            links=self._links(work, order, entitlements),
            pending=any(line.id not in served and not _gone(order, line) for line in order.digital_lines),
            guest=not work.customers.is_registered(order.customer_id),
            first_name=first_name,
            shop=self._shop(work),
        )

    def _downloads(self, work: UnitOfWork, mail: Mail) -> DownloadsLetter | None:
        order = work.orders.get(mail.subject_id)
        entitlements = work.downloads.of_order(order.id)
        first_name = _first_name(work, order)
        links = self._links(work, order, entitlements)
        if not links:
            return None
        return DownloadsLetter(
            display_id=order.display_id,
            links=links,
            guest=not work.customers.is_registered(order.customer_id),
            first_name=first_name,
            shop=self._shop(work),
        )

    def _refund(self, work: UnitOfWork, mail: Mail) -> RefundLetter:
        order = work.orders.get(mail.subject_id)
        refund = next((refund for refund in order.refunds if refund.id == mail.about), None)
        if refund is None:
            raise NotFound(f"the order has no refund {mail.about}")
        return RefundLetter(
            display_id=order.display_id,
            amount=Money(refund.amount, order.currency_code),
            note=None if refund.reason in INTERNAL else refund.note,
            access_ended=_access_ended(purchase_of(work, order), refund, work.downloads.of_order(order.id)),
            first_name=_first_name(work, order),
            shop=self._shop(work),
        )

    def _checkout_refund(self, work: UnitOfWork, mail: Mail) -> CheckoutRefundLetter:
        attempt = work.attempts.get(mail.subject_id)
        return CheckoutRefundLetter(
            amount=Money(attempt.amount, attempt.currency_code),
            reason=attempt.reason or "",
            shop=self._shop(work),
        )

    def _gift_cards(self, work: UnitOfWork, mail: Mail) -> GiftCardsLetter | None:
        order = work.orders.get(mail.subject_id)
        first_name = _first_name(work, order)
        cards = [card for card in work.gift_cards.issued_by(order.id) if not card.is_disabled]
        if not cards:
            return None
        return GiftCardsLetter(
            display_id=order.display_id,
            cards=tuple(
                LetterCard(code=card.code, value=Money(card.value, order.currency_code), ends_at=card.ends_at)
                for card in cards
            ),
            first_name=first_name,
            shop=self._shop(work),
        )

    def _password_reset(self, work: UnitOfWork, mail: Mail) -> PasswordResetLetter | None:
        proof = work.proofs.get(mail.subject_id)
        if not proof.usable(self._clock.now()):
            return None
        return PasswordResetLetter(
            link=self._settings.reset_link(token_of(self._derived, proof), proof.email),
            first_name=work.customers.get(proof.customer_id).first_name,
            expires_at=proof.expires_at,
            shop=self._shop(work),
        )

    def _user_password_reset(self, work: UnitOfWork, mail: Mail) -> PasswordResetLetter | None:
        user = work.users.get(mail.subject_id)
        ends = user.reset_expires_at
        if ends is None or str(user.reset_revision) != mail.revision or self._clock.now() >= ends:
            return None
        secret = self._derived.derive(USER_PASSWORD_RESET, user.id, user.reset_revision)
        token = readable({"user_id": user.id, "email": user.email}, secret)
        return PasswordResetLetter(
            link=self._settings.user_reset_link(token, user.email),
            first_name=user.first_name,
            expires_at=ends,
            shop=self._shop(work),
        )

    def _order_claim(self, work: UnitOfWork, mail: Mail) -> OrderClaimLetter | None:
        proof = work.proofs.get(mail.subject_id)
        if not proof.usable(self._clock.now()):
            return None
        return OrderClaimLetter(
            link=self._settings.claim_link(token_of(self._derived, proof)),
            display_ids=tuple(sorted(work.orders.get(id).display_id for id in proof.order_ids)),
            account=work.customers.get(proof.customer_id).email,
            expires_at=proof.expires_at,
            shop=self._shop(work),
        )

    def _account_changed(self, work: UnitOfWork, mail: Mail) -> AccountChangedLetter:
        customer = work.customers.get(mail.subject_id)
        return AccountChangedLetter(
            email=customer.email if mail.kind is MailKind.EMAIL_CHANGED else None,
            first_name=customer.first_name,
            shop=self._shop(work),
        )

    def _links(self, work: UnitOfWork, order: Order, entitlements: list[Entitlement]) -> tuple[LetterLink, ...]:
        """One link per download that can be used now."""
        now = self._clock.now()
        bought = purchase_of(work, order)
        links = []
        for entitlement in entitlements:
            if entitlement.status(now) != DownloadState.GRANTED:
                continue
            try:
                file = newest_deliverable(work, entitlement)
            except FileUnavailable:
                continue
            token = self._derived.derive(DOWNLOAD, entitlement.id, entitlement.revision)
            limit = entitlement.download_limit
            links.append(
                LetterLink(
                    title=bought.line(entitlement.line_item_id).title,
                    file_name=file.name,
                    size=file.size,
                    url=self._settings.download_link(token),
                    limit=None if limit is None else limit - entitlement.download_count,
                    expires_at=entitlement.expires_at,
                )
            )
        return tuple(links)

    def _shop(self, work: UnitOfWork) -> str:
        return self._settings.shop_name or work.shop.store().name


def _line(line: OrderLine, currency: str) -> LetterLine:
    return LetterLine(
        title=line.title, variant=line.description, quantity=line.quantity, total=Money(line.total, currency)
    )


def _gone(order: Order, line: OrderLine) -> bool:
    bought = Purchase(order)
    return not bought.stands or not bought.left(line)


def _first_name(work: UnitOfWork, order: Order) -> str | None:
    try:
        known = work.customers.get(order.customer_id).first_name
    except CustomerNotFound:
        known = None
    for address in (order.billing_address, order.shipping_address):
        known = known or (address.first_name if address is not None else None)
    return known


def _access_ended(bought: Purchase, refund: Refund, entitlements: list[Entitlement]) -> tuple[str, ...]:
    """Titles of what this refund ended access to: the lines it names, or, without any, all of them once
    the whole payment has gone back with it."""
    revoked = {e.line_item_id for e in entitlements if e.state is DownloadState.REVOKED}
    named = {line.item_id for line in refund.items}
    if not named and not (bought.taken_back and _is_last(bought.order, refund)):
        return ()
    titles = (line.title for line in bought.lines if line.id in revoked and (not named or line.id in named))
    return tuple(dict.fromkeys(titles))


def _is_last(order: Order, refund: Refund) -> bool:
    made = [other for other in order.refunds if other.state is RefundState.SUCCEEDED]
    return bool(made) and max(made, key=lambda other: other.settled_at or other.created_at).id == refund.id
