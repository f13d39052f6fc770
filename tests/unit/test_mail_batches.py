"""Mails that are due together go out together, each of them once, whatever happens to the calls."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.mailer import InMemoryMailer
from adapters.memory.store import Memory
from adapters.memory.tokens import InMemoryDerivedTokens
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.actor import SYSTEM
from core.domain.errors import DomainError
from core.domain.invite import Invite, InviteId, InviteKind
from core.domain.mail import DeliveryStatus, Mail, MailerUnavailable, MailId, MailKind, MailReport
from core.use_cases.mail.batches import bind
from core.use_cases.mail.deliver_mail import DeliverMail
from core.use_cases.mail.record_delivery import RecordDelivery
from core.use_cases.mail.settings import MailSettings
from core.use_cases.reactions import REACTIONS
from ports.mailer import BATCH_MAX

SETTINGS = MailSettings(storefront_url="https://shop.test", shop_name="Aurora Prints")


class Shop:
    """Invitations to so many people, their mails queued, and a service that takes several at once."""

    def __init__(self, people: int) -> None:
        self.memory, self.clock = Memory(), FrozenClock()
        self.begin = InMemoryBegin(self.memory, self.clock, CountingIds(), REACTIONS)
        self.mailer = InMemoryMailer()
        tokens = InMemoryDerivedTokens()
        self.deliver = DeliverMail(self.begin, self.mailer, tokens, self.clock, SETTINGS, self.mailer)
        self.record = RecordDelivery(self.begin)
        self.ids = [self.queue(number) for number in range(people)]

    def queue(self, number: int) -> str:
        address = f"reader{number}@shop.test"
        with self.begin(SYSTEM, "test.queue") as work:
            work.invites.add(
                Invite(
                    id=InviteId(f"invite_{number}"),
                    kind=InviteKind.CUSTOMER,
                    email=address,
                    expires_at=self.clock.now() + timedelta(days=30),
                )
            )
            work.mails.add(
                Mail(
                    id=MailId(f"mail_{number:03}"),
                    kind=MailKind.INVITE,
                    subject_id=f"invite_{number}",
                    revision="1",
                    to=address,
                    queued_at=self.clock.now(),
                )
            )
            work.commit()
        return f"mail_{number:03}"

    def try_to(self, number: int) -> None:
        with suppress(DomainError):
            self.deliver(SYSTEM, self.ids[number])

    def states(self) -> Counter[str]:
        return Counter(mail.status.value for mail in self.memory.mails.values())


def test_all_that_are_due_go_out_in_one_call() -> None:
    shop = Shop(5)
    for number in range(5):
        shop.deliver(SYSTEM, shop.ids[number])

    assert shop.mailer.batches == [shop.ids]
    assert shop.states() == {"sent": 5}
    told = {mail.provider_message_id for mail in shop.memory.mails.values()}
    assert told == {sent.message_id for sent in shop.mailer.sent.values()}


def test_one_alone_goes_alone() -> None:
    shop = Shop(1)
    shop.deliver(SYSTEM, shop.ids[0])

    assert (shop.mailer.batches, shop.states()) == ([], {"sent": 1})


def test_no_call_takes_more_than_the_service_does() -> None:
    shop = Shop(BATCH_MAX + 20)
    for number in range(BATCH_MAX + 20):
        shop.try_to(number)

    assert [len(batch) for batch in shop.mailer.batches] == [BATCH_MAX, 20]
    assert shop.states() == {"sent": BATCH_MAX + 20}


def test_one_that_is_refused_does_not_keep_the_others() -> None:
    shop = Shop(4)
    shop.mailer.refuses_to.add("reader2@shop.test")
    for number in range(4):
        shop.deliver(SYSTEM, shop.ids[number])

    assert shop.states() == {"sent": 3, "failed": 1}
    assert shop.memory.mails["mail_002"].status is DeliveryStatus.FAILED
    assert len(shop.mailer.batches) == 1


def test_lost_answer_is_asked_for_again_under_the_same_key_by_whoever_comes() -> None:
    shop = Shop(3)
    shop.mailer.drops_answers = True
    with suppress(MailerUnavailable):
        shop.deliver(SYSTEM, shop.ids[0])
    assert shop.states() == {"queued": 3}
    shop.mailer.drops_answers = False
    shop.queue(3)
    shop.deliver(SYSTEM, shop.ids[2])

    assert shop.mailer.batches == [shop.ids[:3]] * 2
    assert shop.states() == {"sent": 3, "queued": 1}
    assert len(shop.mailer.sent) == 3


def test_one_with_nothing_to_say_any_more_is_left_out() -> None:
    shop = Shop(3)
    shop.memory.invites["invite_1"].revoke(shop.clock.now())
    shop.deliver(SYSTEM, shop.ids[0])

    assert shop.states() == {"sent": 2, "failed": 1}


def test_one_whose_subject_is_gone_is_left_out_and_told_by_its_own_job() -> None:
    shop = Shop(3)
    del shop.memory.invites["invite_1"]
    shop.deliver(SYSTEM, shop.ids[0])

    assert shop.states() == {"sent": 2, "queued": 1}
    shop.try_to(1)
    assert shop.states() == {"sent": 2, "queued": 1}


def test_report_about_one_tells_that_all_have_arrived() -> None:
    shop = Shop(3)
    shop.mailer.drops_answers = True
    shop.try_to(0)
    delivered = MailReport(mail_id="mail_001", message_id="message-2", status=DeliveryStatus.DELIVERED)
    shop.record(SYSTEM, delivered)
    shop.deliver(SYSTEM, shop.ids[2])

    assert shop.states() == {"sent": 2, "delivered": 1}
    assert len(shop.mailer.batches) == 1


def test_binding_is_for_good() -> None:
    shop = Shop(2)
    first = bind(shop.begin, SYSTEM, shop.ids[0])
    shop.queue(2)

    assert first == "batch_mail_000" == bind(shop.begin, SYSTEM, shop.ids[1])
    assert bind(shop.begin, SYSTEM, "mail_002") == "mail_002"


@settings(max_examples=200, deadline=None)
@given(
    people=st.integers(1, 6),
    refused=st.sets(st.integers(0, 5), max_size=2),
    acts=st.lists(
        st.tuples(st.sampled_from(["deliver", "down", "up", "drop", "queue"]), st.integers(0, 5)), max_size=25
    ),
)
def test_everybody_gets_one_letter_whatever_happens(
    people: int, refused: set[int], acts: list[tuple[str, int]]
) -> None:
    shop = Shop(people)
    shop.mailer.refuses_to = {f"reader{number}@shop.test" for number in refused}
    for act, number in acts:
        if act == "deliver":
            shop.try_to(number % len(shop.ids))
        elif act == "queue" and len(shop.ids) < 8:
            shop.ids.append(shop.queue(len(shop.ids)))
        else:
            shop.mailer.down, shop.mailer.drops_answers = act == "down", act == "drop"
    shop.mailer.down = shop.mailer.drops_answers = False
    for _ in range(2):
        for number in range(len(shop.ids)):
            shop.try_to(number)

    # The service, which raises when one mail comes under two keys, has each once; the rest was refused.
    welcome = {id for number, id in enumerate(shop.ids) if number not in refused}
    assert set(shop.mailer.sent) == welcome
    assert {mail.id for mail in shop.memory.mails.values() if mail.status is DeliveryStatus.SENT} == welcome
    assert shop.states()["queued"] == 0
