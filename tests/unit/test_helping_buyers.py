"""Mailing links, mailing them again, and what an admin may decide about a download."""

from datetime import timedelta

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.download import DownloadNotFound, DownloadState, LineRefunded
from core.domain.errors import Invalid
from core.domain.mail import MailKind
from core.domain.order import OrderNotFound
from core.use_cases.download.change_download import ChangeDownload, DownloadChanges
from core.use_cases.download.issue_download_token import IssueDownloadToken
from core.use_cases.download.request_downloads import RequestDownloads
from core.use_cases.download.resend_downloads import ResendDownloads
from tests.people import ADMIN, PRICE, Shop


class Sale:
    def __init__(self) -> None:
        self.shop = shop = Shop()
        shop.add_file(shop.add_product("pack"))
        self.buyer = shop.register()
        self.order_id = shop.sell(self.buyer.id or "", ("pack", 1))
        (self.download_id,) = shop.download_ids(self.order_id)
        self.issue = IssueDownloadToken(shop.begin, shop.clock)
        self.resend = ResendDownloads(shop.begin, shop.clock, shop.ids)
        self.request = RequestDownloads(shop.begin, shop.clock, shop.ids)
        self.change = ChangeDownload(shop.begin)

    @property
    def download(self) -> tuple[str, int | None]:
        download = self.shop.memory.downloads[self.download_id]
        return download.status(self.shop.clock.now()), download.download_limit

    def mails(self) -> list[tuple[str, str, str]]:
        return [(mail.kind.value, mail.subject_id, mail.revision) for mail in self.shop.memory.mails.values()]

    def resent(self) -> list[str]:
        """Orders for which links are on their way again."""
        jobs = self.shop.memory.jobs.values()
        return [str(job.payload["order_id"]) for job in jobs if job.kind == "mail_downloads"]


def test_the_first_links_go_out_with_the_mail_about_the_order() -> None:
    sale = Sale()
    sale.issue(SYSTEM, sale.order_id, "dlb_1")
    sale.issue(SYSTEM, sale.order_id, "dlb_1")

    assert sale.mails() == [("order", sale.order_id, "1")]


def test_later_links_get_a_mail_of_their_own_each() -> None:
    sale = Sale()
    for batch in ("dlb_1", "dlb_2", "dlb_1", "dlb_2", "dlb_3"):
        sale.issue(SYSTEM, sale.order_id, batch)

    assert sale.mails() == [
        ("order", sale.order_id, "1"),
        ("downloads", sale.order_id, "dlb_2"),
        ("downloads", sale.order_id, "dlb_3"),
    ]


def test_links_go_to_the_address_of_the_order() -> None:
    sale = Sale()
    sale.issue(SYSTEM, sale.order_id, "dlb_1")

    (mail,) = sale.shop.memory.mails.values()
    assert (mail.to, mail.kind) == ("ada@example.com", MailKind.ORDER)


def test_an_admin_can_send_links_again_and_give_more() -> None:
    sale = Sale()
    expires_at = sale.shop.memory.downloads[sale.download_id].expires_at

    sale.resend(ADMIN, sale.order_id, 3, 10)

    assert sale.download == ("granted", 5)
    assert sale.shop.memory.downloads[sale.download_id].expires_at == (expires_at or 0) + timedelta(days=10)  # type: ignore[operator]
    assert sale.resent() == [sale.order_id]
    assert [row.action for row in sale.shop.memory.audit_log] == ["order.resend_downloads"]


def test_time_that_ran_out_is_extended_from_now_on() -> None:
    sale = Sale()
    sale.shop.after(days=100)

    sale.resend(ADMIN, sale.order_id, 0, 1)

    assert sale.shop.memory.downloads[sale.download_id].expires_at == sale.shop.clock.now() + timedelta(days=1)


def test_sending_again_does_not_open_what_was_refunded() -> None:
    sale = Sale()
    sale.shop.refund(sale.order_id, PRICE)

    sale.resend(ADMIN, sale.order_id, 5, 5)

    assert sale.download == ("revoked", 2)
    assert sale.resent() == []


@pytest.mark.parametrize("extension", [(-1, 0), (0, -1), (10_001, 0), (True, 0)])
def test_extensions_are_whole_numbers(extension: tuple[int, int]) -> None:
    sale = Sale()

    with pytest.raises(Invalid):
        sale.resend(ADMIN, sale.order_id, *extension)


def test_an_unknown_order_is_not_found() -> None:
    with pytest.raises(OrderNotFound):
        Sale().resend(ADMIN, "order_unknown")


def test_buyers_can_have_their_links_again() -> None:
    sale = Sale()
    sale.request(ANONYMOUS, " ADA@example.com")

    assert sale.resent() == [sale.order_id]


def test_guests_can_too() -> None:
    shop = Shop()
    shop.add_file(shop.add_product("pack"))
    order_id = shop.sell(shop.add_guest("guest@example.com"), ("pack", 1), email="guest@example.com")

    RequestDownloads(shop.begin, shop.clock, shop.ids)(ANONYMOUS, "guest@example.com")

    assert [job.payload["order_id"] for job in shop.memory.jobs.values() if job.kind == "mail_downloads"] == [
        order_id
    ]


def test_one_order_can_be_named() -> None:
    sale = Sale()
    second = sale.shop.sell(sale.buyer.id or "", ("pack", 1))
    sale.request(ANONYMOUS, "ada@example.com", sale.shop.memory.orders[second].display_id)

    assert sale.resent() == [second]


def test_nothing_is_sent_where_there_is_nothing_to_fetch() -> None:
    sale = Sale()
    sale.request(ANONYMOUS, "nobody@example.com")
    sale.request(ANONYMOUS, "ada@example.com", 999)
    sale.shop.after(days=30)
    sale.request(ANONYMOUS, "ada@example.com")

    assert sale.resent() == []


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(Invalid):
        Sale().request(ANONYMOUS, "nonsense")


def test_an_admin_may_change_limit_and_time() -> None:
    sale = Sale()
    soon = sale.shop.clock.now() + timedelta(hours=1)

    sale.change(
        ADMIN, sale.download_id, DownloadChanges(limit=None, limit_given=True, expires_at=soon, expires_given=True)
    )

    assert sale.download == ("granted", None)
    assert sale.shop.memory.downloads[sale.download_id].expires_at == soon
    assert [row.action for row in sale.shop.memory.audit_log] == ["download.change"]


def test_a_time_in_the_past_ends_access_now() -> None:
    sale = Sale()
    past = sale.shop.clock.now() - timedelta(days=1)

    sale.change(ADMIN, sale.download_id, DownloadChanges(expires_at=past, expires_given=True))

    assert sale.download[0] == "expired"


def test_what_an_admin_revoked_an_admin_may_grant_again() -> None:
    sale = Sale()
    sale.change(ADMIN, sale.download_id, DownloadChanges(state=DownloadState.REVOKED, reason="abuse"))
    revoked = sale.shop.memory.downloads[sale.download_id].reason
    sale.change(ADMIN, sale.download_id, DownloadChanges(state=DownloadState.GRANTED))

    assert revoked == "abuse"
    assert sale.download[0] == "granted"


def test_a_refunded_line_is_not_granted_again_on_any_detour() -> None:
    sale = Sale()
    sale.shop.refund(sale.order_id, PRICE, (sale.shop.line_ids(sale.order_id)[0], 1))
    grant = DownloadChanges(state=DownloadState.GRANTED)
    with pytest.raises(LineRefunded):
        sale.change(ADMIN, sale.download_id, grant)
    sale.change(ADMIN, sale.download_id, DownloadChanges(state=DownloadState.SUSPENDED, reason="check"))

    with pytest.raises(LineRefunded):
        sale.change(ADMIN, sale.download_id, grant)


def test_an_unknown_download_is_not_found() -> None:
    with pytest.raises(DownloadNotFound):
        Sale().change(ADMIN, "dl_unknown", DownloadChanges())
