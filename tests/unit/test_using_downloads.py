"""Fetching what was bought: links, sessions, counting, refusals, the log."""

from datetime import timedelta

import pytest

from core.domain.actor import ANONYMOUS, Actor
from core.domain.download import (
    DownloadExpired,
    DownloadLimitReached,
    DownloadNotFound,
    DownloadRevoked,
    DownloadSessionNotFound,
    DownloadState,
    DownloadSuspended,
    FileUnavailable,
    NotOwner,
)
from core.domain.errors import DomainError, Unauthenticated
from core.domain.product import DownloadPolicy
from core.use_cases.download.change_download import ChangeDownload, DownloadChanges
from core.use_cases.download.open_download import OpenDownload, OpenedDownload
from core.use_cases.download.redeem_download import RedeemDownload
from ports.file_store import StorageUnavailable
from tests.people import ADMIN, POLICY, PRICE, Shop, customer_actor


class Sale:
    """One customer who bought one pack twice over: four downloads in thirty days."""

    def __init__(self, *, policy: DownloadPolicy = POLICY, guest: bool = False) -> None:
        self.shop = shop = Shop()
        self.product_id = shop.add_product("pack")
        self.file_id = shop.add_file(self.product_id)
        self.buyer = customer_actor(shop.add_guest()) if guest else shop.register()
        self.order_id = shop.sell(self.buyer.id or "", ("pack", 2), policy=policy)
        (self.download_id,) = shop.download_ids(self.order_id)
        self.token = shop.token(self.download_id)
        self._open = OpenDownload(shop.begin, shop.files, shop.derived, shop.clock, shop.ids)
        self._redeem = RedeemDownload(shop.begin, shop.derived, shop.clock, shop.ids)

    def open(self, actor: Actor | None = None, token: str | None = None) -> OpenedDownload:
        return self._open(actor or self.buyer, token or self.token)

    def redeem(self, session_id: str | None = None, actor: Actor | None = None) -> str:
        return self._redeem(actor or self.buyer, self.token, session_id)

    def download_once(self) -> None:
        self.redeem(self.open().session_id)

    def change(self, changes: DownloadChanges) -> None:
        ChangeDownload(self.shop.begin)(ADMIN, self.download_id, changes)

    @property
    def count(self) -> int:
        return self.shop.memory.downloads[self.download_id].download_count

    @property
    def sessions(self) -> int:
        return len(self.shop.memory.download_sessions)

    def log(self) -> list[tuple[str, str]]:
        return [(entry.action.value, entry.outcome) for entry in self.shop.memory.download_log.values()]


def test_the_buyer_gets_a_link_for_fifteen_minutes() -> None:
    sale = Sale()

    opened = sale.open()

    assert sale.file_id in opened.url
    assert opened.expires_at == sale.shop.clock.now() + timedelta(seconds=900)
    assert (opened.expires_in, opened.download_id) == (900, sale.download_id)
    assert sale.count == 0


def test_asking_again_goes_on_with_the_same_session() -> None:
    sale = Sale()

    assert sale.open().session_id == sale.open().session_id
    assert sale.sessions == 1


def test_a_session_runs_out_and_another_is_opened() -> None:
    sale = Sale()
    first = sale.open().session_id
    sale.shop.after(seconds=900)

    assert sale.open().session_id != first


def test_a_redeemed_session_is_not_gone_on_with() -> None:
    sale = Sale()
    first = sale.open().session_id
    sale.redeem(first)

    assert sale.open().session_id != first


def test_redeeming_counts_a_session_once() -> None:
    sale = Sale()
    session_id = sale.open().session_id

    assert sale.redeem(session_id) == sale.redeem(session_id) == sale.download_id
    assert sale.count == 1


def test_redeeming_without_a_session_counts_the_open_one() -> None:
    sale = Sale()
    session_id = sale.open().session_id
    sale.redeem()
    sale.redeem(session_id)

    assert sale.count == 1


def test_redeeming_without_any_session_counts_one_more() -> None:
    sale = Sale()
    sale.redeem()
    sale.redeem()

    assert sale.count == 2


def test_the_limit_ends_both_links_and_counting() -> None:
    sale = Sale()
    for _ in range(4):
        sale.download_once()
    last = sale.count

    with pytest.raises(DownloadLimitReached):
        sale.open()
    with pytest.raises(DownloadLimitReached):
        sale.redeem()
    assert (last, sale.count) == (4, 4)


def test_a_counted_session_answers_the_same_even_when_nothing_is_left() -> None:
    sale = Sale()
    session_id = sale.open().session_id
    sale.redeem(session_id)
    for _ in range(3):
        sale.redeem()

    assert sale.redeem(session_id) == sale.download_id
    assert sale.count == 4


def test_never_redeeming_does_not_give_unlimited_files() -> None:
    sale = Sale()
    links = 0
    for _ in range(100):
        try:
            sale.open()
        except DownloadLimitReached:
            break
        links += 1
        sale.shop.after(seconds=900)

    # The limit and two to spare are free; each further one costs one of the limit.
    assert links == (4 + 2) + 4
    assert sale.count == 4


def test_a_session_that_was_counted_for_being_neglected_counts_no_second_time() -> None:
    sale = Sale()
    opened = []
    for _ in range(7):
        opened.append(sale.open().session_id)
        sale.shop.after(seconds=900)
    counted = sale.count
    sale.redeem(opened[-2])

    assert counted == 1
    assert sale.count == 1


def test_downloads_without_a_limit_have_no_allowance_either() -> None:
    sale = Sale(policy=DownloadPolicy(limit=None))
    for _ in range(20):
        sale.open()
        sale.shop.after(seconds=900)

    assert sale.count == 0


def test_somebody_else_is_refused() -> None:
    sale = Sale()
    eve = sale.shop.register("eve@example.com")

    with pytest.raises(NotOwner):
        sale.open(eve)
    with pytest.raises(NotOwner):
        sale.redeem(actor=eve)
    assert sale.count == 0


def test_nobody_in_particular_and_admins_are_asked_to_sign_in() -> None:
    sale = Sale()
    for actor in (ANONYMOUS, ADMIN):
        with pytest.raises(Unauthenticated):
            sale.open(actor)


@pytest.mark.parametrize("token", ["", "nonsense", "download-dl_unknown-1"])
def test_what_is_no_token_is_not_found(token: str) -> None:
    sale = Sale()
    with pytest.raises(DownloadNotFound):
        sale.open(token=token or "-")


def test_a_token_of_an_older_revision_is_dead() -> None:
    sale = Sale()
    with sale.shop.begin(ADMIN, "test.rotate") as work:
        work.downloads.get(sale.download_id).revision += 1
        work.commit()

    with pytest.raises(DownloadNotFound):
        sale.open()


def test_a_foreign_session_is_not_found_and_counts_nothing() -> None:
    sale = Sale()
    other = sale.shop.sell(sale.buyer.id or "", ("pack", 1))
    (other_id,) = sale.shop.download_ids(other)
    foreign = sale.open(token=sale.shop.token(other_id)).session_id

    for session_id in (foreign, "dls_unknown"):
        with pytest.raises(DownloadSessionNotFound):
            sale.redeem(session_id)
    assert sale.count == 0


def test_access_ends_with_its_time() -> None:
    sale = Sale()
    sale.shop.after(days=30)

    with pytest.raises(DownloadExpired):
        sale.open()
    with pytest.raises(DownloadExpired):
        sale.redeem()


def test_a_session_opened_in_time_may_be_redeemed_an_hour_later() -> None:
    sale = Sale()
    sale.shop.after(days=30, seconds=-1)
    session_id = sale.open().session_id
    sale.shop.after(minutes=59)

    assert sale.redeem(session_id)
    assert sale.count == 1


def test_but_no_later_than_that() -> None:
    sale = Sale()
    sale.shop.after(days=30, seconds=-1)
    session_id = sale.open().session_id
    sale.shop.after(hours=1, seconds=1)

    with pytest.raises(DownloadExpired):
        sale.redeem(session_id)


def test_a_refund_ends_access() -> None:
    sale = Sale()
    session_id = sale.open().session_id
    sale.shop.refund(sale.order_id, 2 * PRICE)

    with pytest.raises(DownloadRevoked):
        sale.open()
    with pytest.raises(DownloadRevoked):
        sale.redeem(session_id)


def test_a_suspended_download_can_be_restored() -> None:
    sale = Sale()
    sale.change(DownloadChanges(state=DownloadState.SUSPENDED))
    with pytest.raises(DownloadSuspended):
        sale.open()
    sale.change(DownloadChanges(state=DownloadState.GRANTED))

    assert sale.open().url


def test_storage_that_is_down_counts_and_opens_nothing() -> None:
    sale = Sale()
    sale.shop.files.available = False
    with pytest.raises(StorageUnavailable):
        sale.open()

    assert (sale.sessions, sale.count, sale.log()) == (0, 0, [])
    sale.shop.files.available = True
    assert sale.open().url


def test_buyers_get_newer_versions_of_what_they_bought() -> None:
    sale = Sale()
    newer = sale.shop.add_file(sale.product_id, replaces=sale.file_id)

    assert newer in sale.open().url


def test_unless_the_product_says_what_was_bought_is_what_they_get() -> None:
    sale = Sale(policy=DownloadPolicy().overridden({"download": {"versions": "bought"}}))
    sale.shop.add_file(sale.product_id, replaces=sale.file_id)

    assert sale.file_id in sale.open().url


def test_a_file_withdrawn_from_sale_stays_for_those_who_paid() -> None:
    sale = Sale()
    sale.shop.delete_file(sale.file_id)

    assert sale.file_id in sale.open().url


def test_the_version_bought_is_not_exchanged_for_an_older_one() -> None:
    sale = Sale()
    newer = sale.shop.add_file(sale.product_id, replaces=sale.file_id)
    order_id = sale.shop.sell(sale.buyer.id or "", ("pack", 1))
    sale.shop.delete_file(newer)

    assert newer in sale.open(token=sale.shop.token(sale.shop.download_ids(order_id)[0])).url


def test_a_file_that_is_gone_for_good_is_said_to_be() -> None:
    sale = Sale()
    sale.shop.delete_file(sale.file_id, force=True)

    with pytest.raises(FileUnavailable):
        sale.open()


def test_a_guests_order_is_claimed_by_who_signs_in_with_its_address() -> None:
    sale = Sale(guest=True)
    ada = sale.shop.register("ada@example.com")

    assert sale.open(ada).url
    assert sale.shop.memory.orders[sale.order_id].customer_id == ada.id
    assert sale.shop.memory.downloads[sale.download_id].customer_id == ada.id


def test_a_guests_order_is_not_claimed_with_another_address() -> None:
    sale = Sale(guest=True)
    eve = sale.shop.register("eve@example.com")

    with pytest.raises(NotOwner):
        sale.open(eve)
    assert sale.shop.memory.orders[sale.order_id].customer_id == sale.buyer.id


def test_a_registered_buyers_order_is_not_claimed_by_who_takes_over_the_address() -> None:
    sale = Sale()
    with sale.shop.begin(ADMIN, "test.move") as work:
        work.customers.get(sale.buyer.id or "").email = "moved@example.com"
        work.commit()
    stranger = sale.shop.register("ada@example.com")

    with pytest.raises(NotOwner):
        sale.open(stranger)


def test_everything_is_logged_without_naming_a_device() -> None:
    sale = Sale()
    eve = sale.shop.register("eve@example.com")
    sale.download_once()
    with pytest.raises(NotOwner):
        sale.open(eve)

    assert sale.log() == [("issue", "ok"), ("redeem", "ok"), ("refuse", "NOT_OWNER")]
    entries = list(sale.shop.memory.download_log.values())
    assert {entry.agent for entry in entries} == {"Firefox"}
    assert "192.0.2.7" not in repr(entries)
    assert len({entry.network for entry in entries}) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (DownloadChanges(limit=0, limit_given=True), "DOWNLOAD_LIMIT_REACHED"),
        (DownloadChanges(state=DownloadState.REVOKED), "DOWNLOAD_REVOKED"),
        (DownloadChanges(state=DownloadState.SUSPENDED), "DOWNLOAD_SUSPENDED"),
    ],
)
def test_each_refusal_is_logged_under_its_code(changes: DownloadChanges, code: str) -> None:
    sale = Sale()
    sale.change(changes)
    for act in (sale.open, sale.redeem):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == code

    assert sale.log() == [("refuse", code)] * 2


def test_a_refusal_marks_no_idempotency_key_as_done() -> None:
    sale = Sale()
    sale.change(DownloadChanges(state=DownloadState.REVOKED))

    with pytest.raises(DownloadRevoked):
        sale.redeem(actor=sale.buyer.claiming("ikey_unknown"))
