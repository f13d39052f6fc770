"""Delivering mail: once, from the state of things at that moment, and given up when it cannot be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.mailer import InMemoryMailer
from adapters.memory.store import Memory
from adapters.memory.tokens import InMemoryDerivedTokens
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.actor import SYSTEM
from core.domain.customer import Customer, CustomerId
from core.domain.download import DownloadId, DownloadState, Entitlement
from core.domain.invite import Invite, InviteId, InviteKind
from core.domain.mail import (
    CheckoutRefundLetter,
    DeliveryStatus,
    DownloadsLetter,
    InviteLetter,
    Letter,
    Mail,
    MailerUnavailable,
    MailId,
    MailKind,
    MailNotFound,
    OrderLetter,
    RefundLetter,
)
from core.domain.money import Money
from core.domain.order import Order, OrderId, OrderLine
from core.domain.payment import AttemptId, Payment, PaymentAttempt, Refund, RefundLine, RefundState
from core.domain.product_file import FileState, ProductFile, ProductFileId
from core.domain.totals import add_up
from core.use_cases.mail.deliver_mail import DeliverMail
from core.use_cases.mail.mail_downloads import MailDownloads
from core.use_cases.mail.mail_invite import MailInvite
from core.use_cases.mail.mail_refund import MailRefund
from core.use_cases.mail.send_order_confirmation import SendOrderConfirmation
from core.use_cases.mail.settings import MailSettings
from core.use_cases.reactions import REACTIONS
from ports.unit_of_work import UnitOfWork
from tests.contested import Contested

ADA = "ada@shop.test"
SETTINGS = MailSettings(storefront_url="https://shop.test", shop_name="Aurora Prints")


class ForgetfulMailer:
    """Has every mail already, and does not say under which id."""

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str | None:
        return None


class ForgettingMailer:
    """Knows no letter again: each call is one more in the mailbox."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str | None:
        self.calls.append(idempotency_key)
        return f"message-{len(self.calls)}"


@dataclass
class Shop:
    clock: FrozenClock = field(default_factory=FrozenClock)
    ids: CountingIds = field(default_factory=CountingIds)
    memory: Memory = field(default_factory=Memory)
    mailer: InMemoryMailer = field(default_factory=InMemoryMailer)
    tokens: InMemoryDerivedTokens = field(default_factory=InMemoryDerivedTokens)

    def __post_init__(self) -> None:
        self.begin = InMemoryBegin(self.memory, self.clock, self.ids, REACTIONS)
        self.deliver = DeliverMail(self.begin, self.mailer, self.tokens, self.clock, SETTINGS)

    def store(self, change: Callable[[UnitOfWork], object]) -> None:
        with self.begin(SYSTEM, "test.store") as work:
            change(work)
            work.commit()

    def queue(self, kind: MailKind, subject_id: str, revision: str = "1") -> str:
        mail = Mail(
            id=MailId("mail_1"),
            kind=kind,
            subject_id=subject_id,
            revision=revision,
            to=ADA,
            queued_at=self.clock.now(),
        )
        self.store(lambda work: work.mails.add(mail))
        return mail.id

    def letter(self, kind: MailKind, subject_id: str, revision: str = "1") -> Letter | None:
        """What is sent for such a mail, if anything."""
        self.deliver(SYSTEM, self.queue(kind, subject_id, revision))
        return self.mailer.letters[0] if self.mailer.letters else None

    @property
    def mails(self) -> list[Mail]:
        return list(self.memory.mails.values())


@pytest.fixture
def shop() -> Shop:
    return Shop()


def an_invite(shop: Shop, kind: InviteKind = InviteKind.CUSTOMER) -> Invite:
    invite = Invite(
        id=InviteId("invite_1"),
        kind=kind,
        email=ADA,
        first_name="Ada",
        expires_at=shop.clock.now() + timedelta(days=7),
    )
    shop.store(lambda work: work.invites.add(invite))
    return invite


def a_line(id: str, price: int = 1_000, *, quantity: int = 1, digital: bool = True) -> OrderLine:
    line = OrderLine(
        id=id,
        title=f"Wallpaper {id}",
        description="4K",
        unit_price=price,
        quantity=quantity,
        requires_shipping=not digital,
    )
    line.recompute()
    return line


def an_order(shop: Shop, *lines: OrderLine, registered: bool = True) -> Order:
    items = list(lines) or [a_line("item_1")]
    totals = add_up((line.totals() for line in items), ())
    payment = Payment(
        id="pay_1",
        provider_id="manual",
        amount=totals.total,
        currency_code="eur",
        captured_at=shop.clock.now(),
    )
    order = Order(
        id=OrderId("order_1"),
        display_id=1_042,
        cart_id="cart_1",
        customer_id="cus_1",
        email=ADA,
        region_id="reg_1",
        currency_code="eur",
        items=items,
        totals=totals,
        payments=[payment],
        placed_at=shop.clock.now(),
    )
    customer = Customer(id=CustomerId("cus_1"), email=ADA, has_account=registered, first_name="Ada")

    def add(work: UnitOfWork) -> None:
        work.orders.add(order)
        work.customers.add(customer)

    shop.store(add)
    return order


def a_file(shop: Shop, id: str = "pfile_1", *, version: int = 1, state: FileState = FileState.READY) -> None:
    file = ProductFile(
        id=ProductFileId(id),
        product_id="prod_1",
        variant_id=None,
        chain_id="pfile_1",
        name=f"{id}.zip",
        mime_type="application/zip",
        size=1_000,
        sha256="0" * 64,
        file_version=version,
        state=state,
        storage_key=id,
        uploaded_by=None,
        created_at=shop.clock.now(),
    )
    shop.store(lambda work: work.files.add(file))


def a_download(shop: Shop, id: str = "dl_1", line: str = "item_1", **changes: object) -> None:
    facts: dict[str, object] = {
        "order_id": "order_1",
        "line_item_id": line,
        "customer_id": "cus_1",
        "product_id": "prod_1",
        "variant_id": None,
        "file_id": "pfile_1",
        "chain_id": "pfile_1",
        "download_limit": 5,
        "expires_at": shop.clock.now() + timedelta(days=30),
        "granted_at": shop.clock.now(),
    }
    entitlement = Entitlement(id=DownloadId(id), **(facts | changes))  # type: ignore[arg-type]
    shop.store(lambda work: work.downloads.add(entitlement))


class TestDelivery:
    def test_mail_is_sent_once_and_marked(self, shop: Shop) -> None:
        an_invite(shop)
        mail_id = shop.queue(MailKind.INVITE, "invite_1")

        for _ in range(3):
            shop.deliver(SYSTEM, mail_id)

        assert len(shop.mailer.letters) == 1
        (mail,) = shop.mails
        assert mail.status is DeliveryStatus.SENT
        assert (mail.provider_message_id, mail.sent_at) == ("message-1", shop.clock.now())

    def test_lost_answer_does_not_send_it_again(self, shop: Shop) -> None:
        an_invite(shop)
        mail_id = shop.queue(MailKind.INVITE, "invite_1")
        shop.mailer.drops_answers = True
        with pytest.raises(MailerUnavailable):
            shop.deliver(SYSTEM, mail_id)
        shop.mailer.drops_answers = False
        shop.deliver(SYSTEM, mail_id)

        assert len(shop.mailer.letters) == 1
        assert shop.mails[0].status is DeliveryStatus.SENT

    def test_mail_the_service_has_under_an_id_it_does_not_tell_is_sent(self, shop: Shop) -> None:
        an_invite(shop)
        deliver = DeliverMail(shop.begin, ForgetfulMailer(), shop.tokens, shop.clock, SETTINGS)
        deliver(SYSTEM, shop.queue(MailKind.INVITE, "invite_1"))
        (mail,) = shop.mails

        assert (mail.status, mail.provider_message_id) == (DeliveryStatus.SENT, None)

    def test_refused_mail_has_failed_for_good(self, shop: Shop) -> None:
        an_invite(shop)
        mail_id = shop.queue(MailKind.INVITE, "invite_1")
        shop.mailer.refuses = True
        shop.deliver(SYSTEM, mail_id)
        shop.mailer.refuses = False
        shop.deliver(SYSTEM, mail_id)

        assert shop.mailer.letters == []
        assert shop.mails[0].status is DeliveryStatus.FAILED
        assert "does not take" in (shop.mails[0].error or "")

    def test_mail_waits_for_a_service_that_is_down_and_is_given_up_after_two_days(self, shop: Shop) -> None:
        an_invite(shop)
        mail_id = shop.queue(MailKind.INVITE, "invite_1")
        shop.mailer.down = True
        shop.clock.advance(timedelta(hours=47))
        with pytest.raises(MailerUnavailable):
            shop.deliver(SYSTEM, mail_id)
        assert shop.mails[0].status is DeliveryStatus.QUEUED

        shop.clock.advance(timedelta(hours=1))
        shop.deliver(SYSTEM, mail_id)

        assert shop.mails[0].status is DeliveryStatus.FAILED

    def test_unknown_mail_is_refused(self, shop: Shop) -> None:
        with pytest.raises(MailNotFound):
            shop.deliver(SYSTEM, "mail_unknown")

    def test_no_token_is_stored(self, shop: Shop) -> None:
        an_invite(shop)
        shop.letter(MailKind.INVITE, "invite_1")

        assert shop.tokens.derive("invite", "invite_1", 1) not in repr(shop.memory)


class TestInvitation:
    def test_link_holds_the_token_of_the_present_revision(self, shop: Shop) -> None:
        an_invite(shop)
        letter = shop.letter(MailKind.INVITE, "invite_1")

        assert isinstance(letter, InviteLetter)
        assert letter.link == "https://shop.test/invites/" + shop.tokens.derive("invite", "invite_1", 1)
        assert (letter.first_name, letter.shop) == ("Ada", "Aurora Prints")

    @pytest.mark.parametrize("overtaken_by", ["resend", "revoke", "accept", "time"])
    def test_overtaken_invitation_is_not_sent(self, shop: Shop, overtaken_by: str) -> None:
        an_invite(shop)

        def change(work: UnitOfWork) -> None:
            invite = work.invites.get("invite_1")
            if overtaken_by == "resend":
                invite.resend(shop.clock.now(), timedelta(days=7))
            elif overtaken_by == "revoke":
                invite.revoke(shop.clock.now())
            elif overtaken_by == "accept":
                invite.accept("cus_1", shop.clock.now())
            else:
                invite.expires_at = shop.clock.now()

        shop.store(change)

        assert shop.letter(MailKind.INVITE, "invite_1") is None
        assert shop.mails[0].status is DeliveryStatus.FAILED

    def test_issued_invitation_is_queued_once_per_revision(self, shop: Shop) -> None:
        an_invite(shop)
        mail_invite = MailInvite(shop.begin, shop.clock, shop.ids)
        for _ in range(2):
            mail_invite(SYSTEM, "invite_1", 1)
        shop.store(lambda work: work.invites.get("invite_1").resend(shop.clock.now(), timedelta(days=7)))
        for revision in (1, 2, 2):
            mail_invite(SYSTEM, "invite_1", revision)

        assert [(mail.kind, mail.to, mail.revision) for mail in shop.mails] == [
            (MailKind.INVITE, ADA, "1"),
            (MailKind.INVITE, ADA, "2"),
        ]
        assert [job.kind for job in shop.memory.jobs.values()].count("deliver_mail") == 2

    def test_staff_are_not_mailed(self, shop: Shop) -> None:
        an_invite(shop, InviteKind.USER)
        MailInvite(shop.begin, shop.clock, shop.ids)(SYSTEM, "invite_1", 1)

        assert shop.mails == []


class TestOrderMail:
    def test_it_carries_lines_totals_and_links(self, shop: Shop) -> None:
        an_order(shop, a_line("item_1", 1_000, quantity=2))
        a_file(shop)
        a_download(shop)
        letter = shop.letter(MailKind.ORDER, "order_1")

        assert isinstance(letter, OrderLetter)
        assert (letter.display_id, letter.total, letter.first_name) == (1_042, Money(2_000, "eur"), "Ada")
        assert [(line.title, line.quantity, line.total) for line in letter.lines] == [
            ("Wallpaper item_1", 2, Money(2_000, "eur"))
        ]
        (link,) = letter.links
        assert link.url == "https://shop.test/downloads/" + shop.tokens.derive("download", "dl_1", 1)
        assert (link.title, link.file_name, link.limit) == ("Wallpaper item_1", "pfile_1.zip", 5)
        assert not letter.pending
        assert not letter.guest

    def test_line_without_files_yet_is_announced(self, shop: Shop) -> None:
        an_order(shop, a_line("item_1"), a_line("item_2"), a_line("item_3", digital=False))
        a_file(shop)
        a_download(shop)
        letter = shop.letter(MailKind.ORDER, "order_1")

        assert isinstance(letter, OrderLetter)
        assert letter.pending

    def test_guest_is_recognised(self, shop: Shop) -> None:
        an_order(shop, registered=False)
        letter = shop.letter(MailKind.ORDER, "order_1")

        assert isinstance(letter, OrderLetter)
        assert letter.guest

    def test_order_without_digital_lines_is_confirmed_once(self, shop: Shop) -> None:
        an_order(shop, a_line("item_1", digital=False))
        for _ in range(2):
            SendOrderConfirmation(shop.begin, shop.clock, shop.ids)(SYSTEM, "order_1")

        assert [(mail.kind, mail.to) for mail in shop.mails] == [(MailKind.ORDER, ADA)]

    def test_digital_order_is_confirmed_with_its_links_and_not_before(self, shop: Shop) -> None:
        an_order(shop, a_line("item_1"), a_line("item_2", digital=False))
        SendOrderConfirmation(shop.begin, shop.clock, shop.ids)(SYSTEM, "order_1")

        assert shop.mails == []


class TestDownloadsMail:
    def test_newest_version_is_named_where_the_buyer_gets_it(self, shop: Shop) -> None:
        an_order(shop, a_line("item_1"), a_line("item_2"))
        a_file(shop, "pfile_1", version=1)
        a_file(shop, "pfile_2", version=2)
        a_download(shop, "dl_1", "item_1")
        a_download(shop, "dl_2", "item_2", follows_chain=False)
        letter = shop.letter(MailKind.DOWNLOADS, "order_1", "dlb_1")

        assert isinstance(letter, DownloadsLetter)
        assert [link.file_name for link in letter.links] == ["pfile_2.zip", "pfile_1.zip"]

    def test_only_usable_downloads_are_linked(self, shop: Shop) -> None:
        an_order(shop, *(a_line(f"item_{n}") for n in range(1, 6)))
        a_file(shop)
        a_download(shop, "dl_1", "item_1", state=DownloadState.REVOKED)
        a_download(shop, "dl_2", "item_2", state=DownloadState.SUSPENDED)
        a_download(shop, "dl_3", "item_3", expires_at=shop.clock.now())
        a_download(shop, "dl_4", "item_4", download_count=5)
        a_download(shop, "dl_5", "item_5", download_count=2)
        letter = shop.letter(MailKind.DOWNLOADS, "order_1", "dlb_1")

        assert isinstance(letter, DownloadsLetter)
        assert [(link.title, link.limit) for link in letter.links] == [("Wallpaper item_5", 3)]

    def test_withdrawn_file_is_not_linked_and_an_empty_mail_is_not_sent(self, shop: Shop) -> None:
        an_order(shop)
        a_file(shop, state=FileState.DELETED)
        a_download(shop)

        assert shop.letter(MailKind.DOWNLOADS, "order_1", "dlb_1") is None
        assert shop.mails[0].status is DeliveryStatus.FAILED

    def test_each_request_is_mailed_once(self, shop: Shop) -> None:
        an_order(shop)
        for batch in ("dlb_1", "dlb_1", "dlb_2"):
            MailDownloads(shop.begin, shop.clock, shop.ids)(SYSTEM, "order_1", batch)

        assert [mail.revision for mail in shop.mails] == ["dlb_1", "dlb_2"]


def refund(shop: Shop, id: str, amount: int, *items: str) -> None:
    def change(work: UnitOfWork) -> None:
        order = work.orders.get("order_1")
        order.intend_refund(
            Refund(
                id=id,
                payment_id="pay_1",
                amount=amount,
                note="sorry",
                items=tuple(RefundLine(id=f"{id}_{item}", item_id=item, quantity=1) for item in items),
                created_at=shop.clock.now(),
            )
        )
        order.settle_refund(id, f"provider_{id}", shop.clock.now())
        for entitlement in work.downloads.of_order("order_1"):
            left = order.line(entitlement.line_item_id).quantity - order.refunded_quantity(entitlement.line_item_id)
            entitlement.refunded(left=left, everything=order.fully_refunded)

    shop.store(change)
    shop.clock.advance(timedelta(minutes=1))


class TestRefundMail:
    def prepare(self, shop: Shop) -> None:
        an_order(shop, a_line("item_1"), a_line("item_2"))
        a_file(shop)
        a_download(shop, "dl_1", "item_1")
        a_download(shop, "dl_2", "item_2")

    def test_named_lines_are_told_to_have_lost_access(self, shop: Shop) -> None:
        self.prepare(shop)
        refund(shop, "ref_1", 1_000, "item_2")
        letter = shop.letter(MailKind.REFUND, "order_1", "ref_1")

        assert isinstance(letter, RefundLetter)
        assert (letter.amount, letter.note) == (Money(1_000, "eur"), "sorry")
        assert letter.access_ended == ("Wallpaper item_2",)

    def test_goodwill_ends_no_access(self, shop: Shop) -> None:
        self.prepare(shop)
        refund(shop, "ref_1", 100)
        letter = shop.letter(MailKind.REFUND, "order_1", "ref_1")

        assert isinstance(letter, RefundLetter)
        assert letter.access_ended == ()

    def test_the_refund_that_completes_the_sum_ends_all_access(self, shop: Shop) -> None:
        self.prepare(shop)
        refund(shop, "ref_1", 500)
        refund(shop, "ref_2", 1_500)
        letter = shop.letter(MailKind.REFUND, "order_1", "ref_2")

        assert isinstance(letter, RefundLetter)
        assert letter.access_ended == ("Wallpaper item_1", "Wallpaper item_2")

    def test_an_earlier_refund_mailed_late_is_not_blamed_for_it(self, shop: Shop) -> None:
        self.prepare(shop)
        refund(shop, "ref_1", 500)
        refund(shop, "ref_2", 1_500)
        letter = shop.letter(MailKind.REFUND, "order_1", "ref_1")

        assert isinstance(letter, RefundLetter)
        assert letter.access_ended == ()

    def test_each_refund_is_mailed_once(self, shop: Shop) -> None:
        self.prepare(shop)
        refund(shop, "ref_1", 500)
        refund(shop, "ref_2", 500)
        for id in ("ref_1", "ref_1", "ref_2"):
            MailRefund(shop.begin, shop.clock, shop.ids)(SYSTEM, "order_1", id)

        assert [mail.revision for mail in shop.mails] == ["ref_1", "ref_2"]

    def test_checkout_that_failed_after_payment_is_explained(self, shop: Shop) -> None:
        attempt = PaymentAttempt(
            id=AttemptId("patt_1"),
            cart_id="cart_1",
            provider_id="manual",
            amount=1_250,
            currency_code="eur",
            reason="it was sold out meanwhile",
            started_at=shop.clock.now(),
        )
        shop.store(lambda work: work.attempts.add(attempt))
        letter = shop.letter(MailKind.CHECKOUT_REFUND, "patt_1")

        assert letter == CheckoutRefundLetter(
            amount=Money(1_250, "eur"), reason="it was sold out meanwhile", shop="Aurora Prints"
        )


def test_refund_state_is_what_these_tests_think_it_is(shop: Shop) -> None:
    TestRefundMail().prepare(shop)
    refund(shop, "ref_1", 2_000)

    assert shop.memory.orders["order_1"].refunds[0].state is RefundState.SUCCEEDED


def test_shop_without_a_name_in_the_settings_uses_the_store_name(shop: Shop) -> None:
    an_invite(shop)
    unnamed = MailSettings(storefront_url="https://shop.test")
    DeliverMail(shop.begin, shop.mailer, shop.tokens, shop.clock, unnamed)(
        SYSTEM, shop.queue(MailKind.INVITE, "invite_1")
    )
    (letter,) = shop.mailer.letters
    with shop.begin(SYSTEM, "test.look") as work:
        assert letter.shop == work.shop.store().name


@pytest.mark.parametrize("races", [1, 3])
def test_a_mail_whose_sending_could_not_be_written_down_at_once_is_sent_once(shop: Shop, races: int) -> None:
    contested = Contested(shop.begin)
    mailer = ForgettingMailer()
    deliver = DeliverMail(contested, mailer, shop.tokens, shop.clock, SETTINGS)
    mail_id = shop.queue(MailKind.INVITE, an_invite(shop).id)
    contested.lose("mail.deliver", times=races)

    deliver(SYSTEM, mail_id)

    assert contested.settled
    assert mailer.calls == [mail_id]
    (mail,) = shop.mails
    assert (mail.status, mail.provider_message_id) == (DeliveryStatus.SENT, "message-1")
