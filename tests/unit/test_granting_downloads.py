"""What a paid order gives access to, and what refunds take away."""

from datetime import timedelta

import pytest

from core.domain.actor import SYSTEM
from core.domain.download import DownloadState, Entitlement
from core.domain.product import DownloadPolicy, DownloadVersions
from core.domain.product_file import FileState
from core.domain.values import Metadata
from core.use_cases.download.grant_waiting_downloads import GrantWaitingDownloads
from tests.people import POLICY, PRICE, Shop


def granted(shop: Shop, order_id: str) -> list[Entitlement]:
    return [shop.memory.downloads[id] for id in shop.download_ids(order_id)]


def grant_waiting(shop: Shop, file_id: str) -> None:
    GrantWaitingDownloads(shop.begin, shop.clock, shop.ids, POLICY)(SYSTEM, file_id)


def test_a_paid_line_grants_each_file_of_its_product() -> None:
    shop = Shop()
    product = shop.add_product("pack")
    files = [shop.add_file(product), shop.add_file(product)]
    order_id = shop.sell("cus_1", ("pack", 3))

    downloads = granted(shop, order_id)

    assert [download.file_id for download in downloads] == files
    assert {download.download_limit for download in downloads} == {6}
    assert {download.expires_at for download in downloads} == {shop.clock.now() + timedelta(days=30)}
    assert {download.customer_id for download in downloads} == {"cus_1"}
    assert shop.job_kinds() == ["issue_download_token"]


def test_a_variants_own_files_come_with_that_variant_only() -> None:
    shop = Shop()
    product = shop.add_product("small", "large")
    common = shop.add_file(product)
    large = shop.add_file(product, variant_id="large")
    order_id = shop.sell("cus_1", ("small", 1), ("large", 1))

    by_line = [(d.variant_id, d.file_id) for d in granted(shop, order_id)]

    assert by_line == [("small", common), ("large", common), ("large", large)]


def test_only_the_newest_ready_version_of_a_chain_is_granted() -> None:
    shop = Shop()
    product = shop.add_product("pack")
    first = shop.add_file(product)
    second = shop.add_file(product, replaces=first)
    shop.add_file(product, replaces=second, state=FileState.REJECTED)

    assert [d.file_id for d in granted(shop, shop.sell("cus_1", ("pack", 1)))] == [second]


def test_nothing_is_granted_before_the_money_is_there() -> None:
    shop = Shop()
    shop.add_file(shop.add_product("pack"))
    order_id = shop.sell("cus_1", ("pack", 1), paid=False)
    before = granted(shop, order_id)

    assert shop.pay(order_id) == 1
    assert before == []
    assert shop.pay(order_id) == 0


@pytest.mark.parametrize(
    ("own", "limit", "days", "follows"),
    [
        ({"limit": 1, "days": 1, "versions": "bought"}, 2, 1, False),
        ({"limit": None}, None, 30, True),
        ({"days": None}, 4, None, True),
    ],
)
def test_a_product_may_have_a_policy_of_its_own(
    own: Metadata, limit: int | None, days: int | None, follows: bool
) -> None:
    shop = Shop()
    shop.add_file(shop.add_product("pack", metadata={"download": own}))

    (download,) = granted(shop, shop.sell("cus_1", ("pack", 2)))

    assert download.download_limit == limit
    assert download.expires_at == (shop.clock.now() + timedelta(days=days) if days is not None else None)
    assert download.follows_chain is follows


def test_the_shops_policy_may_keep_buyers_to_what_they_bought() -> None:
    shop = Shop()
    shop.add_file(shop.add_product("pack"))
    policy = DownloadPolicy(versions=DownloadVersions.BOUGHT)

    (download,) = granted(shop, shop.sell("cus_1", ("pack", 1), policy=policy))

    assert not download.follows_chain


def test_a_file_that_was_still_being_checked_is_granted_once_it_is_ready() -> None:
    shop = Shop()
    product = shop.add_product("pack")
    shop.add_file(product)
    late = shop.add_file(product, state=FileState.CHECKING)
    order_id = shop.sell("cus_1", ("pack", 1))
    before = len(granted(shop, order_id))
    shop.after(minutes=5)
    shop.check_passed(late)
    grant_waiting(shop, late)
    grant_waiting(shop, late)

    assert before == 1
    assert [d.file_id for d in granted(shop, order_id)][1:] == [late]


def test_an_order_paid_while_a_file_is_checked_is_looked_at_again() -> None:
    shop = Shop()
    late = shop.add_file(shop.add_product("pack"), state=FileState.CHECKING)
    shop.sell("cus_1", ("pack", 1))

    (job,) = (job for job in shop.memory.jobs.values() if job.kind == "grant_waiting_downloads")
    assert job.payload == {"file_id": late}
    assert job.run_at > shop.clock.now()


def test_a_newer_version_brings_no_second_entitlement() -> None:
    shop = Shop()
    product = shop.add_product("pack")
    first = shop.add_file(product)
    order_id = shop.sell("cus_1", ("pack", 1))
    shop.after(days=1)
    second = shop.add_file(product, replaces=first)
    grant_waiting(shop, second)

    assert [d.file_id for d in granted(shop, order_id)] == [first]


def test_a_chain_begun_after_the_purchase_is_something_else() -> None:
    shop = Shop()
    product = shop.add_product("pack")
    first = shop.add_file(product)
    order_id = shop.sell("cus_1", ("pack", 1))
    shop.after(seconds=1)
    grant_waiting(shop, shop.add_file(product))

    assert [d.file_id for d in granted(shop, order_id)] == [first]


def test_a_buyer_whose_file_was_rejected_gets_what_takes_its_place() -> None:
    shop = Shop()
    product = shop.add_product("pack")
    shop.add_file(product, state=FileState.REJECTED)
    order_id = shop.sell("cus_1", ("pack", 1))
    shop.after(seconds=1)
    instead = shop.add_file(product)
    grant_waiting(shop, instead)

    assert [d.file_id for d in granted(shop, order_id)] == [instead]


def test_a_file_that_is_gone_or_off_sale_grants_nothing() -> None:
    shop = Shop()
    file_id = shop.add_file(shop.add_product("pack"), state=FileState.CHECKING)
    order_id = shop.sell("cus_1", ("pack", 1))
    grant_waiting(shop, file_id)
    grant_waiting(shop, "pfile_unknown")

    assert granted(shop, order_id) == []


def test_refunding_a_line_ends_access_to_that_line_alone() -> None:
    shop = Shop()
    for name in ("a", "b"):
        shop.add_file(shop.add_product(name))
    order_id = shop.sell("cus_1", ("a", 1), ("b", 1))
    lost = shop.refund(order_id, PRICE, (shop.line_ids(order_id)[0], 1))

    assert lost == ["Pack a"]
    assert [d.state for d in granted(shop, order_id)] == [DownloadState.REVOKED, DownloadState.GRANTED]


def test_refunding_some_units_lowers_the_limit_by_theirs() -> None:
    shop = Shop()
    shop.add_file(shop.add_product("pack"))
    order_id = shop.sell("cus_1", ("pack", 3))
    (line_id,) = shop.line_ids(order_id)
    assert shop.refund(order_id, PRICE, (line_id, 1)) == []
    one_back = granted(shop, order_id)[0].download_limit
    lost = shop.refund(order_id, 2 * PRICE, (line_id, 2))

    assert one_back == 4
    assert lost == ["Pack pack"]


def test_an_extension_survives_a_partial_refund() -> None:
    shop = Shop()
    shop.add_file(shop.add_product("a"))
    shop.add_file(shop.add_product("b"))
    order_id = shop.sell("cus_1", ("a", 2), ("b", 1))
    first, second = shop.line_ids(order_id)
    shop.refund(order_id, PRICE, (first, 1))
    with shop.begin(SYSTEM, "test.extend") as work:
        work.downloads.get(shop.download_ids(order_id)[0]).extend(limit_by=3, days=0, now=shop.clock.now())
        work.commit()
    shop.refund(order_id, PRICE, (second, 1))

    assert granted(shop, order_id)[0].download_limit == 2 + 3


def test_no_limit_stays_no_limit_after_a_partial_refund() -> None:
    shop = Shop()
    shop.add_file(shop.add_product("pack", metadata={"download": {"limit": None}}))
    order_id = shop.sell("cus_1", ("pack", 2))
    shop.refund(order_id, PRICE, (shop.line_ids(order_id)[0], 1))

    assert granted(shop, order_id)[0].download_limit is None


def test_money_back_without_lines_takes_nothing_until_all_of_it_is_back() -> None:
    shop = Shop()
    shop.add_file(shop.add_product("pack"))
    order_id = shop.sell("cus_1", ("pack", 1))

    assert shop.refund(order_id, PRICE - 1) == []
    assert shop.refund(order_id, 1) == ["Pack pack"]


def test_what_was_refunded_is_not_granted_again() -> None:
    shop = Shop()
    product = shop.add_product("pack")
    shop.add_file(product)
    late = shop.add_file(product, state=FileState.CHECKING)
    order_id = shop.sell("cus_1", ("pack", 1))
    shop.refund(order_id, PRICE, (shop.line_ids(order_id)[0], 1))
    shop.check_passed(late)
    grant_waiting(shop, late)

    assert [d.state for d in granted(shop, order_id)] == [DownloadState.REVOKED]
