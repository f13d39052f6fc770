"""Discounts within a unit of work: aggregates, the picture carts need, and the counting of uses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.discount import ConditionType, Discount, DiscountRule, DiscountTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountUse:
    """customer_id, email: whose use it is; the limit per customer holds for either."""

    discount_id: str
    order_id: str
    customer_id: str
    email: str
    at: datetime


class Discounts(Protocol):
    """Unique: code among live ones (DiscountCodeTaken); (type, operator) within a rule."""

    def get(self, id: str) -> Discount: ...

    def add(self, discount: Discount) -> None: ...

    def by_code(self, code: str) -> Discount | None: ...

    def known(self, id: str) -> Discount | None:
        """Like ``get``, for who does not mind when it is not there."""
        ...

    def rule(self, id: str) -> DiscountRule: ...

    def add_rule(self, rule: DiscountRule) -> None: ...

    def rule_of_condition(self, condition_id: str) -> str | None:
        """The id of the rule that has this condition."""
        ...

    def known_resources(self, type: ConditionType, ids: Iterable[str]) -> set[str]:
        """Which of these ids belong to live products, types, collections, tags or customer groups."""
        ...

    # For carts

    def ids_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        """Ids of live discounts by code."""
        ...

    def terms(
        self, ids: Sequence[str], resources: Iterable[str], customer_id: str | None, email: str | None
    ) -> list[DiscountTerms]:
        """Pictures of the live ones in the order asked for, made from a constant number of statements;
        their conditions know the resources asked about only. Codes made from a deleted discount are
        as good as deleted."""
        ...

    def tags_of(self, product_ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Ids of products' tags."""
        ...

    # Counting: the database decides

    def claim(self, use: DiscountUse) -> bool:
        """Count one use. False: a limit is reached. Whoever is refused must not commit."""
        ...

    def give_back(self, order_id: str) -> None:
        """Take back the uses of an order. Repeatable."""
        ...
