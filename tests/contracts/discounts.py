"""Discounts: what carts are told of them, and uses that the store counts."""

from __future__ import annotations

import pytest

from core.domain.discount import ConditionTerms, ConditionType, DiscountCodeTaken, DiscountNotFound
from ports.discounts import DiscountUse
from tests.contracts import full_discounts as full
from tests.contracts import full_sales as sales
from tests.contracts.full_records import NOON
from tests.contracts.shop import Shop, at_once


def a_use(order: int, customer: str = "cus_1", email: str = "ada@example.test") -> DiscountUse:
    return DiscountUse(
        discount_id="disc_use", order_id=f"order_use_{order}", customer_id=customer, email=email, at=NOON
    )


class DiscountsContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def furnished(self, shop: Shop) -> Shop:
        shop.furnish()
        return shop

    @staticmethod
    def offer(shop: Shop, **changes: object) -> None:
        """disc_use, and orders to use it for."""
        shop.save(lambda work: work.discounts.add(full.a_live_discount("disc_use", **changes)))
        for number in range(6):
            order = sales.an_order(
                f"order_use_{number}",
                channel_id=None,
                cart_id=None,
                display_id=100 + number,
                payments=[],
                refunds=[],
                disputes=[],
            )
            shop.save(lambda work, order=order: work.orders.add(order))

    @staticmethod
    def claim(shop: Shop, use: DiscountUse) -> bool:
        with shop.open() as work:
            granted = work.discounts.claim(use)
            if granted:
                work.commit()
        return granted

    @staticmethod
    def used(shop: Shop) -> int:
        return int(shop.read(lambda work: work.discounts.get("disc_use").usage_count))

    # Finding

    def test_unknown_and_deleted_ones_are_not_found(self, furnished: Shop) -> None:
        gone = full.a_discount("disc_gone", parent_discount_id=None)
        furnished.save(lambda work: work.discounts.add(gone))

        for id in ("disc_none", "disc_gone"):
            with pytest.raises(DiscountNotFound):
                furnished.read(lambda work, it=id: work.discounts.get(it))
            assert furnished.read(lambda work, it=id: work.discounts.known(it)) is None
        assert furnished.read(lambda work: work.discounts.by_code(gone.code)) is None
        assert furnished.read(lambda work: work.discounts.ids_of([gone.code, "CODE_DISC_1", "NO"])) == {
            "CODE_DISC_1": "disc_1"
        }
        assert furnished.read(lambda work: work.discounts.by_code("CODE_DISC_1").id) == "disc_1"

    def test_a_code_is_taken_once_among_live_ones(self, furnished: Shop) -> None:
        again = full.a_live_discount("disc_again", code="CODE_DISC_1")
        with pytest.raises(DiscountCodeTaken):
            furnished.save(lambda work: work.discounts.add(again))
        gone = full.a_discount("disc_gone", code="CODE_DISC_1", parent_discount_id=None)
        furnished.save(lambda work: work.discounts.add(gone))

    def test_conditions_and_their_resources_are_known(self, furnished: Shop) -> None:
        assert furnished.read(lambda work: work.discounts.rule_of_condition("discon_dru_1_p")) == "dru_1"
        assert furnished.read(lambda work: work.discounts.rule_of_condition("discon_none")) is None
        for type, there in (
            (ConditionType.PRODUCTS, "prod_1"),
            (ConditionType.PRODUCT_TYPES, "ptyp_1"),
            (ConditionType.PRODUCT_TAGS, "ptag_2"),
            (ConditionType.PRODUCT_COLLECTIONS, "pcol_1"),
            (ConditionType.CUSTOMER_GROUPS, "cgrp_2"),
        ):
            known = furnished.read(lambda work, t=type, it=there: work.discounts.known_resources(t, [it, "no"]))
            assert known == {there}

    def test_tags_of_products(self, furnished: Shop) -> None:
        found = furnished.read(lambda work: work.discounts.tags_of(["prod_1", "prod_none"]))
        assert found == {"prod_1": frozenset({"ptag_1", "ptag_2"})}

    # What carts are told

    def test_terms_come_in_the_order_asked_for_with_what_matches(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.discounts.add(full.a_live_discount("disc_2", usage_limit=9)))

        second, first = furnished.read(
            lambda work: work.discounts.terms(["disc_2", "disc_none", "disc_1"], ["prod_1", "cgrp_9"], "cus_1", None)
        )

        assert (second.id, first.id) == ("disc_2", "disc_1")
        assert (second.code, second.usage_limit, second.value) == ("CODE_DISC_2", 9, 7)
        assert first.region_ids == {"reg_1"}
        products, groups = first.conditions
        assert isinstance(products, ConditionTerms)
        assert (products.type, products.matched) == (ConditionType.PRODUCTS, {"prod_1"})
        assert (groups.type, groups.matched) == (ConditionType.CUSTOMER_GROUPS, frozenset())

    def test_a_code_made_from_another_goes_by_its_regions_and_with_it(self, furnished: Shop) -> None:
        child = full.a_live_discount("disc_child", parent_discount_id="disc_1", region_ids=())
        furnished.save(lambda work: work.discounts.add(child))

        def look() -> list[frozenset[str]]:
            found = furnished.read(lambda work: work.discounts.terms(["disc_child"], [], None, None))
            return [terms.region_ids for terms in found]

        assert look() == [{"reg_1"}]
        with furnished.open() as work:
            work.discounts.get("disc_1").deleted_at = NOON
            work.commit()
        assert look() == []

    def test_a_changed_discount_makes_carts_stale(self, furnished: Shop) -> None:
        before = furnished.read(lambda work: work.versions.current("pricing"))
        with furnished.open() as work:
            work.discounts.get("disc_1").is_disabled = True
            work.commit()
        with furnished.open() as work:
            work.discounts.rule("dru_1").conditions.pop()
            work.commit()
        assert furnished.read(lambda work: work.versions.current("pricing")) >= before + 2

    # Counting

    def test_uses_are_counted_up_to_the_limit(self, furnished: Shop) -> None:
        self.offer(furnished, usage_limit=2)
        before = furnished.read(lambda work: work.versions.current("pricing"))

        assert [self.claim(furnished, a_use(n)) for n in range(3)] == [True, True, False]
        assert self.used(furnished) == 2
        assert furnished.read(lambda work: work.versions.current("pricing")) == before, "other carts are as they were"

    def test_a_buyer_uses_it_up_to_the_limit_by_account_or_address(self, furnished: Shop) -> None:
        self.offer(furnished, usage_limit_per_customer=1)

        assert self.claim(furnished, a_use(0))
        assert not self.claim(furnished, a_use(1))
        assert not self.claim(furnished, a_use(1, "cus_other"))
        assert not self.claim(furnished, a_use(1, email="other@example.test"))
        assert self.claim(furnished, a_use(1, "cus_other", "other@example.test"))
        (terms,) = furnished.read(lambda work: work.discounts.terms(["disc_use"], [], None, "ada@example.test"))
        assert (terms.used_by_buyer, self.used(furnished)) == (1, 2)

    def test_what_was_given_back_can_be_used_again(self, furnished: Shop) -> None:
        self.offer(furnished, usage_limit=1, usage_limit_per_customer=1)
        assert self.claim(furnished, a_use(0))

        for _ in range(2):
            with furnished.open() as work:
                work.discounts.give_back("order_use_0")
                work.commit()

        assert self.used(furnished) == 0
        assert self.claim(furnished, a_use(1))

    def test_a_change_by_staff_leaves_the_count_alone(self, furnished: Shop) -> None:
        self.offer(furnished)
        with furnished.open() as work:
            work.discounts.get("disc_use").is_disabled = True
            assert work.discounts.claim(a_use(0))
            work.commit()
        assert self.used(furnished) == 1

    def test_the_last_use_is_granted_once(self, furnished: Shop) -> None:
        self.offer(furnished, usage_limit=1)
        assert sorted(at_once(6, lambda n: self.claim(furnished, a_use(n, f"cus_{n}", f"{n}@example.test")))) == [
            *[False] * 5,
            True,
        ]
        assert self.used(furnished) == 1

    def test_the_last_use_of_a_buyer_is_granted_once(self, furnished: Shop) -> None:
        self.offer(furnished, usage_limit_per_customer=1)
        assert sorted(at_once(6, lambda n: self.claim(furnished, a_use(n)))) == [*[False] * 5, True]
        assert self.used(furnished) == 1
