"""What the mail service tells about mails, in whatever order it tells it."""

from itertools import permutations

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.actor import SYSTEM
from core.domain.mail import DeliveryStatus, Mail, MailId, MailKind, MailReport
from core.domain.webhook_event import EventEarly
from core.use_cases.mail.record_delivery import RecordDelivery

SENT, DELIVERED, FAILED, BOUNCED = (
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.FAILED,
    DeliveryStatus.BOUNCED,
)


class Shop:
    def __init__(self) -> None:
        self.memory = Memory()
        clock = FrozenClock()
        self.begin = InMemoryBegin(self.memory, clock, CountingIds())
        self.record = RecordDelivery(self.begin)
        mail = Mail(
            id=MailId("mail_1"),
            kind=MailKind.INVITE,
            subject_id="invite_1",
            revision="1",
            to="ada@shop.test",
            queued_at=clock.now(),
        )
        with self.begin(SYSTEM, "test.store") as work:
            work.mails.add(mail)
            work.commit()

    def tell(self, status: DeliveryStatus, *, mail_id: str | None = "mail_1", reason: str | None = None) -> None:
        self.record(SYSTEM, MailReport(mail_id=mail_id, message_id="msg_1", status=status, reason=reason))

    @property
    def mail(self) -> Mail:
        return self.memory.mails["mail_1"]


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.mark.parametrize("order", list(permutations([SENT, SENT, DELIVERED, FAILED])))
def test_delivered_mail_stays_delivered(shop: Shop, order: tuple[DeliveryStatus, ...]) -> None:
    for status in order:
        shop.tell(status)

    assert shop.mail.status is DELIVERED
    assert shop.mail.error is None


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, BOUNCED])))
def test_address_that_bounced_stays_so(shop: Shop, order: tuple[DeliveryStatus, ...]) -> None:
    for status in order:
        shop.tell(status, reason="no such mailbox" if status is BOUNCED else None)

    assert shop.mail.status is BOUNCED
    assert shop.mail.error == "no such mailbox"


def test_report_that_comes_before_our_own_note_names_the_mail(shop: Shop) -> None:
    shop.tell(DELIVERED)

    assert shop.mail.provider_message_id == "msg_1"


def test_mail_is_known_by_the_services_id_as_well(shop: Shop) -> None:
    shop.tell(SENT)
    shop.tell(DELIVERED, mail_id=None)

    assert shop.mail.status is DELIVERED


def test_id_nobody_knows_yet_is_early(shop: Shop) -> None:
    with pytest.raises(EventEarly):
        shop.tell(DELIVERED, mail_id=None)


def test_mail_of_another_shop_is_left_alone(shop: Shop) -> None:
    shop.tell(DELIVERED, mail_id="mail_9")

    assert shop.mail.status is DeliveryStatus.QUEUED
