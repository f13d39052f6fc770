"""Stock, downloads, proofs and sequences are decided by the store, not by what somebody read before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.download import DownloadSession, DownloadState
from tests.contracts import full_records as full
from tests.contracts.shop import Shop, at_once

VARIANT = "variant_prod_1_1"


class ConditionalWritesContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def stocked(self, shop: Shop) -> Shop:
        """Three units of VARIANT, managed, no backorder."""
        shop.furnish()
        self.set_stock(shop, quantity=3)
        return shop

    @pytest.fixture
    def sold(self, shop: Shop) -> Shop:
        """Five downloads, none used; sessions dls_0 to dls_19 are open."""
        shop.sell()
        with shop.open() as work:
            for number in range(20):
                work.downloads.open_session(
                    DownloadSession(
                        id=f"dls_{number}", download_id="dl_1", opened_at=full.NOON, expires_at=full.later(hours=1)
                    )
                )
            work.commit()
        return shop

    def test_the_use_of_a_key_is_noted_unless_a_recent_one_is(self, shop: Shop) -> None:
        shop.furnish()
        shop.save(lambda work: work.api_keys.add(full.an_api_key(last_used_at=None)))

        for used, unless_since, noted in ((1, 0, 1), (2, 0, 1), (3, 1, 3)):
            shop.save(
                lambda work, used=used, unless_since=unless_since: work.api_keys.note_use(
                    "apk_1", full.later(minutes=used), full.later(minutes=unless_since)
                )
            )
            assert shop.read(lambda work: work.api_keys.get("apk_1").last_used_at) == full.later(minutes=noted)

    @staticmethod
    def set_stock(shop: Shop, *, quantity: int, managed: bool = True, backorder: bool = False) -> None:
        with shop.open() as work:
            variant = work.products.get("prod_1").variant(VARIANT)
            variant.inventory_quantity = quantity
            variant.manage_inventory, variant.allow_backorder = managed, backorder
            work.commit()

    @staticmethod
    def take(shop: Shop, quantity: int) -> bool:
        with shop.open() as work:
            taken = work.stock.take(VARIANT, quantity)
            work.commit()
        return taken

    @staticmethod
    def left(shop: Shop) -> int:
        return int(shop.read(lambda work: work.products.get("prod_1").variant(VARIANT).inventory_quantity))

    @staticmethod
    def spend(shop: Shop, session: str) -> bool:
        with shop.open() as work:
            counted = work.downloads.spend("dl_1", session, full.later(minutes=1))
            work.commit()
        return counted

    # Stock

    def test_stock_is_taken_until_it_is_gone(self, stocked: Shop) -> None:
        assert [self.take(stocked, 2), self.take(stocked, 2), self.take(stocked, 1)] == [True, False, True]
        assert self.left(stocked) == 0

    def test_stock_is_seen_by_its_own_unit_of_work(self, stocked: Shop) -> None:
        with stocked.open() as work:
            assert [work.stock.take(VARIANT, 2), work.stock.take(VARIANT, 2)] == [True, False]

    def test_stock_taken_without_commit_is_still_there(self, stocked: Shop) -> None:
        with stocked.open() as work:
            work.stock.take(VARIANT, 3)

        assert self.left(stocked) == 3

    def test_stock_is_put_back(self, stocked: Shop) -> None:
        self.take(stocked, 3)
        stocked.save(lambda work: work.stock.put_back(VARIANT, 2))

        assert self.left(stocked) == 2

    def test_backorder_goes_below_zero(self, stocked: Shop) -> None:
        self.set_stock(stocked, quantity=1, backorder=True)

        assert self.take(stocked, 5)
        assert self.left(stocked) == -4

    def test_unmanaged_stock_stands_still(self, stocked: Shop) -> None:
        self.set_stock(stocked, quantity=1, managed=False)

        assert self.take(stocked, 5)
        stocked.save(lambda work: work.stock.put_back(VARIANT, 5))
        assert self.left(stocked) == 1

    def test_nothing_is_taken_of_unknown_and_deleted_variants(self, stocked: Shop) -> None:
        stocked.save(lambda work: work.products.get("prod_1").delete(full.NOON))

        assert not self.take(stocked, 1)
        assert not stocked.read(lambda work: work.stock.take("variant_9", 1))

    def test_saving_a_product_leaves_its_stock_alone(self, stocked: Shop) -> None:
        with stocked.open() as work:
            product = work.products.get("prod_1")
            work.stock.take(VARIANT, 2)
            product.title = "Other"
            work.commit()

        assert self.left(stocked) == 1

    def test_last_units_go_to_as_many_buyers(self, stocked: Shop) -> None:
        answers = at_once(8, lambda _: self.take(stocked, 1))

        assert sorted(answers) == [False] * 5 + [True] * 3
        assert self.left(stocked) == 0

    # Downloads

    def test_download_is_counted(self, sold: Shop) -> None:
        assert self.spend(sold, "dls_1")

        entitlement = sold.read(lambda work: work.downloads.get("dl_1"))
        assert (entitlement.download_count, entitlement.last_downloaded_at) == (1, full.later(minutes=1))
        assert sold.read(lambda work: work.downloads.session("dl_1", "dls_1")).redeemed_at == full.later(minutes=1)

    def test_session_counts_once(self, sold: Shop) -> None:
        assert [self.spend(sold, "dls_1"), self.spend(sold, "dls_1")] == [True, False]
        assert sold.read(lambda work: work.downloads.get("dl_1").download_count) == 1
        assert sold.read(lambda work: work.downloads.unredeemed("dl_1")) == 19

    def test_unknown_session_counts_nothing(self, sold: Shop) -> None:
        assert not self.spend(sold, "dls_99")
        assert sold.read(lambda work: work.downloads.get("dl_1").download_count) == 0

    def test_nothing_is_counted_beyond_the_limit(self, sold: Shop) -> None:
        assert [self.spend(sold, f"dls_{number}") for number in range(7)] == [True] * 5 + [False] * 2
        assert sold.read(lambda work: work.downloads.session("dl_1", "dls_6")).redeemed_at is None

    def test_without_a_limit_everything_is_counted(self, sold: Shop) -> None:
        sold.save(lambda work: setattr(work.downloads.get("dl_1"), "download_limit", None))

        assert all(self.spend(sold, f"dls_{number}") for number in range(7))

    @pytest.mark.parametrize("state", [DownloadState.REVOKED, DownloadState.SUSPENDED])
    def test_nothing_is_counted_once_access_has_ended(self, sold: Shop, state: DownloadState) -> None:
        sold.save(lambda work: setattr(work.downloads.get("dl_1"), "state", state))

        assert not self.spend(sold, "dls_1")
        assert sold.read(lambda work: work.downloads.session("dl_1", "dls_1")).redeemed_at is None

    def test_download_spent_without_commit_is_not_counted(self, sold: Shop) -> None:
        with sold.open() as work:
            assert work.downloads.spend("dl_1", "dls_1", full.NOON)

        assert sold.read(lambda work: work.downloads.get("dl_1").download_count) == 0

    def test_entitlement_in_hand_shows_the_new_count(self, sold: Shop) -> None:
        with sold.open() as work:
            entitlement = work.downloads.get("dl_1")
            work.downloads.spend("dl_1", "dls_1", full.later(minutes=1))
            assert entitlement.download_count == 1
            entitlement.reason = "noted"
            work.commit()

        stored = sold.read(lambda work: work.downloads.get("dl_1"))
        assert (stored.download_count, stored.reason) == (1, "noted")

    def test_counting_does_not_move_the_version(self, sold: Shop) -> None:
        with sold.open() as work:
            work.downloads.get("dl_1")
            work.downloads.spend("dl_1", "dls_1", full.NOON)
            work.commit()

        assert sold.read(lambda work: work.downloads.get("dl_1").version) == 1

    def test_burst_counts_exactly_up_to_the_limit(self, sold: Shop) -> None:
        answers = at_once(12, lambda number: self.spend(sold, f"dls_{number}"))

        assert sorted(answers) == [False] * 7 + [True] * 5
        assert sold.read(lambda work: work.downloads.get("dl_1").download_count) == 5

    # Proofs of mailboxes

    @pytest.mark.parametrize(
        ("state", "granted"),
        [
            ({}, [True, False]),
            ({"voided_at": full.NOON}, [False, False]),
            ({"used_at": full.NOON}, [False, False]),
            ({"expires_at": full.NOON}, [False, False]),
        ],
    )
    def test_a_proof_is_used_once_and_while_it_holds(
        self, shop: Shop, state: dict[str, object], granted: list[bool]
    ) -> None:
        shop.furnish()
        fresh = replace(full.a_proof(), used_at=None, voided_at=None, events=[])
        shop.save(lambda work: work.proofs.add(replace(fresh, **state)))

        def use() -> bool:
            with shop.open() as work:
                used = work.proofs.use("proof_1", full.later(minutes=1))
                work.commit()
            return used

        assert [use(), use()] == granted

    def test_a_proof_shown_by_many_at_once_is_used_once(self, shop: Shop) -> None:
        shop.furnish()
        shop.save(lambda work: work.proofs.add(replace(full.a_proof(), used_at=None, voided_at=None, events=[])))

        def use(_: int) -> bool:
            with shop.open() as work:
                used = work.proofs.use("proof_1", full.later(minutes=1))
                work.commit()
            return used

        assert sorted(at_once(8, use)) == [False] * 7 + [True]

    # Sequences

    def test_parallel_callers_get_different_numbers(self, shop: Shop) -> None:
        def draw(_: int) -> int:
            with shop.open() as work:
                number = work.sequences.next("order")
                work.commit()
            return number

        assert sorted(at_once(8, draw)) == list(range(1, 9))
