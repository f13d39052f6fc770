"""Discounts, their rules and their uses, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.memory.shelf import Overlay, Shelf
from core.domain.customer_group import CustomerGroup
from core.domain.discount import (
    ConditionTerms,
    ConditionType,
    Discount,
    DiscountNotFound,
    DiscountRule,
    DiscountTerms,
)
from core.domain.product import Product, ProductTag, ProductType
from core.domain.reference import ProductCollection
from ports.discounts import DiscountUse


class InMemoryDiscounts(Shelf[Discount]):
    missing = DiscountNotFound
    label = "Discount"

    def __init__(
        self,
        rows: Overlay[Discount],
        rules: Overlay[DiscountRule],
        uses: Overlay[DiscountUse | None],
        *,
        products: Overlay[Product],
        types: Overlay[ProductType],
        tags: Overlay[ProductTag],
        collections: Overlay[ProductCollection],
        groups: Overlay[CustomerGroup],
    ) -> None:
        super().__init__(rows)
        self.rules: Shelf[DiscountRule] = Shelf(rules)
        self._rule_rows, self._uses = rules, uses
        self._products, self._types, self._tags = products, types, tags
        self._collections, self._groups = collections, groups

    def get(self, id: str) -> Discount:
        found = self.known(id)
        if found is None:
            raise DiscountNotFound(f"Discount with id {id} was not found")
        return found

    def known(self, id: str) -> Discount | None:
        try:
            return super().get(id)
        except DiscountNotFound:
            return None

    def by_code(self, code: str) -> Discount | None:
        return self.find_first(lambda discount: discount.code == code)

    def rule(self, id: str) -> DiscountRule:
        return self.rules.get(id)

    def add_rule(self, rule: DiscountRule) -> None:
        self.rules.add(rule)

    def rule_of_condition(self, condition_id: str) -> str | None:
        holding = (rule.id for rule in self._rule_rows.values() if rule.condition(condition_id) is not None)
        return next(holding, None)

    def known_resources(self, type: ConditionType, ids: Iterable[str]) -> set[str]:
        live: Mapping[ConditionType, Iterable[str]] = {
            ConditionType.PRODUCTS: _live(self._products),
            ConditionType.PRODUCT_TYPES: _live(self._types),
            ConditionType.PRODUCT_TAGS: _live(self._tags),
            ConditionType.PRODUCT_COLLECTIONS: _live(self._collections),
            ConditionType.CUSTOMER_GROUPS: _live(self._groups),
        }
        return set(live[type]) & set(ids)

    # For carts

    def ids_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        wanted = set(codes)
        return {row.code: row.id for row in self._rows.values() if row.code in wanted and row.deleted_at is None}

    def terms(
        self, ids: Sequence[str], resources: Iterable[str], customer_id: str | None, email: str | None
    ) -> list[DiscountTerms]:
        asked = frozenset(resources)
        pictures = (self._picture(id, asked, customer_id, email) for id in ids)
        return [picture for picture in pictures if picture is not None]

    def _picture(
        self, id: str, asked: frozenset[str], customer_id: str | None, email: str | None
    ) -> DiscountTerms | None:
        discount = self._rows.get(id)
        if discount is None:
            return None
        home = self._rows.get(discount.parent_discount_id) if discount.parent_discount_id else discount
        rule = self._rule_rows.get(discount.rule_id)
        if home is None or rule is None or home.deleted_at is not None or discount.deleted_at is not None:
            return None
        own = [use for use in self._uses.values() if use is not None and use.discount_id == id]
        return DiscountTerms(
            id=discount.id,
            code=discount.code,
            type=rule.type,
            value=rule.value,
            allocation=rule.allocation,
            conditions=tuple(
                ConditionTerms(
                    type=condition.type,
                    operator=condition.operator,
                    matched=asked.intersection(condition.resource_ids),
                )
                for condition in rule.conditions
            ),
            region_ids=frozenset(home.region_ids),
            is_disabled=discount.is_disabled,
            starts_at=discount.starts_at,
            ends_at=discount.ends_at,
            usage_limit=discount.usage_limit,
            usage_count=discount.usage_count,
            usage_limit_per_customer=discount.usage_limit_per_customer,
            used_by_buyer=0
            if discount.usage_limit_per_customer is None
            else sum(use.customer_id == customer_id or use.email == email for use in own),
        )

    def tags_of(self, product_ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        wanted = set(product_ids)
        return {row.id: frozenset(row.tag_ids) for row in self._products.values() if row.id in wanted and row.tag_ids}

    # Counting

    def claim(self, use: DiscountUse) -> bool:
        discount = self._rows.get(use.discount_id)
        if discount is None:
            return False
        if discount.usage_limit is not None and discount.usage_count >= discount.usage_limit:
            return False
        others = [
            other
            for other in self._uses.values()
            if other is not None
            and other.discount_id == use.discount_id
            and (other.customer_id == use.customer_id or other.email == use.email)
        ]
        limit = discount.usage_limit_per_customer
        if limit is not None and len(others) >= limit:
            return False
        self._rows.set(discount.id, replace(discount, usage_count=discount.usage_count + 1))
        self._uses.set(f"{use.discount_id}:{use.order_id}", use)
        return True

    def give_back(self, order_id: str) -> None:
        for use in list(self._uses.values()):
            if use is not None and use.order_id == order_id:
                self._uses.set(f"{use.discount_id}:{order_id}", None)
                discount = self._rows.get(use.discount_id)
                if discount is not None:
                    self._rows.set(discount.id, replace(discount, usage_count=discount.usage_count - 1))

    def keep_counters(self, before: Discount, current: Discount, kept: Discount) -> None:
        kept.usage_count = current.usage_count


def _live(rows: Overlay[Any]) -> set[str]:
    return {row.id for row in rows.values() if row.deleted_at is None}
