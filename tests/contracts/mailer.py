"""What every mailer promises, and one letter of each kind to try it with."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

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
    MailKind,
    OrderClaimLetter,
    OrderLetter,
    OrderNewsLetter,
    PasswordResetLetter,
    RefundLetter,
)
from core.domain.money import Money
from ports.mailer import Mailer

NASTY = 'Bob & <script>alert("x")</script> {{ 7 * 7 }}'
SOON = datetime(2026, 1, 8, 12, tzinfo=UTC)


def a_link(title: str = "Sydney Nights", limit: int | None = 5, expires_at: datetime | None = SOON) -> LetterLink:
    return LetterLink(
        title=title,
        file_name="sydney-nights.zip",
        size=52_428_800,
        url="https://shop.test/downloads/dl_1-1-abc",
        limit=limit,
        expires_at=expires_at,
    )


def an_invite(first_name: str | None = "Ada", shop: str = "Aurora Prints") -> InviteLetter:
    return InviteLetter(
        link="https://shop.test/invites/invite_1-1-abc", first_name=first_name, expires_at=SOON, shop=shop
    )


def an_order(
    links: tuple[LetterLink, ...] = (a_link(),), *, pending: bool = False, guest: bool = False
) -> OrderLetter:
    return OrderLetter(
        display_id=1_042,
        lines=(
            LetterLine(title="Sydney Nights", variant="4K", quantity=2, total=Money(2_976, "eur")),
            LetterLine(title=NASTY, variant=None, quantity=1, total=Money(0, "eur")),
        ),
        subtotal=Money(2_500, "eur"),
        discount=Money(0, "eur"),
        shipping=Money(0, "eur"),
        tax=Money(476, "eur"),
        total=Money(2_976, "eur"),
        links=links,
        pending=pending,
        guest=guest,
        first_name=None,
        shop="Aurora Prints",
    )


def a_downloads_letter(*, guest: bool = False) -> DownloadsLetter:
    return DownloadsLetter(display_id=1_042, links=(a_link(),), guest=guest, first_name="Ada", shop="Aurora Prints")


def a_refund(note: str | None = "as agreed") -> RefundLetter:
    return RefundLetter(
        display_id=1_042,
        amount=Money(1_500, "jpy"),
        note=note,
        access_ended=("Sydney Nights",),
        first_name="Ada",
        shop="Aurora Prints",
    )


def a_checkout_refund() -> CheckoutRefundLetter:
    return CheckoutRefundLetter(amount=Money(1_250, "eur"), reason="it was sold out meanwhile", shop="Aurora Prints")


def a_gift_cards_letter() -> GiftCardsLetter:
    card = LetterCard(
        code="7M2K-Q8ZR-XW3A-N0BD", value=Money(5_000, "eur"), ends_at=datetime(2027, 1, 8, 12, tzinfo=UTC)
    )
    return GiftCardsLetter(display_id=1_042, cards=(card, card), first_name="Ada", shop="Aurora Prints")


def an_order_news(
    news: MailKind = MailKind.SHIPMENT, amount: int | None = None, shop: str = "Aurora Prints"
) -> OrderNewsLetter:
    deciding = news in (MailKind.SWAP_CREATED, MailKind.ORDER_EDIT_REQUESTED)
    return OrderNewsLetter(
        news=news,
        display_id=1_042,
        lines=(LetterLine(title="Sydney Nights", variant="A3", quantity=2, total=Money(2_500, "eur")),),
        amount=None if amount is None else Money(amount, "eur"),
        tracking=(("JD0001", "https://track.test/JD0001"), ("JD0002", None)) if news is MailKind.SHIPMENT else (),
        link="https://shop.test/swaps/cart_1" if deciding else None,
        first_name="Ada",
        shop=shop,
    )


def a_password_reset(shop: str = "Aurora Prints") -> PasswordResetLetter:
    return PasswordResetLetter(
        link="https://shop.test/password-reset?token=t0ken",
        first_name="Ada",
        expires_at=SOON,
        shop=shop,
    )


def an_order_claim(shop: str = "Aurora Prints") -> OrderClaimLetter:
    return OrderClaimLetter(
        link="https://shop.test/orders/claim?token=t0ken",
        display_ids=(7, 12),
        account="ada@shop.test",
        expires_at=SOON,
        shop=shop,
    )


def an_account_change(email: str | None = None, shop: str = "Aurora Prints") -> AccountChangedLetter:
    return AccountChangedLetter(email=email, first_name="Ada", shop=shop)


EVERY_LETTER: tuple[Letter, ...] = (
    an_invite(),
    an_order(),
    a_downloads_letter(),
    a_refund(),
    a_checkout_refund(),
    a_gift_cards_letter(),
    an_order_news(),
    an_order_news(MailKind.SWAP_CREATED, 700),
    an_order_news(MailKind.ORDER_EDIT_REQUESTED, -700),
    an_order_news(MailKind.RETURN_REQUESTED, 700),
    a_password_reset(),
    an_order_claim(),
    an_account_change(),
)


class MailerContract:
    @pytest.fixture
    def mailer(self) -> Mailer:
        raise NotImplementedError

    @pytest.fixture
    def addressees(self) -> Callable[[], list[str]]:
        """Who got a letter so far, one entry per letter."""
        raise NotImplementedError

    @pytest.mark.parametrize("letter", EVERY_LETTER, ids=lambda letter: type(letter).__name__)
    def test_every_kind_of_letter_is_sent(
        self, mailer: Mailer, addressees: Callable[[], list[str]], letter: Letter
    ) -> None:
        assert mailer.send("ada@shop.test", letter, idempotency_key="mail_1")
        assert addressees() == ["ada@shop.test"]

    def test_same_key_sends_once(self, mailer: Mailer, addressees: Callable[[], list[str]]) -> None:
        first = mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1") == first
        assert addressees() == ["ada@shop.test"]

    def test_another_key_sends_another_letter(self, mailer: Mailer, addressees: Callable[[], list[str]]) -> None:
        mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")
        mailer.send("bob@shop.test", an_invite(), idempotency_key="mail_2")

        assert sorted(addressees()) == ["ada@shop.test", "bob@shop.test"]
