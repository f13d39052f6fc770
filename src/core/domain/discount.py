"""Discounts: what a code takes off, where, when, for whom and how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from core.domain.durations import parse_duration
from core.domain.errors import Duplicate, Invalid, NotAllowed, NotFound
from core.domain.events import Event
from core.domain.product import Offer
from core.domain.values import Metadata

DiscountId = NewType("DiscountId", str)
CODE_MAX = 255


class DiscountNotFound(NotFound):
    pass


class ConditionNotFound(NotFound):
    pass


class RuleNotFound(NotFound):
    """The discount has another rule."""


class DiscountCodeTaken(Duplicate):
    code = "DISCOUNT_CODE_TAKEN"


class ConditionTaken(Duplicate):
    """A rule has one condition per type and operator at most."""


class DiscountInvalid(NotAllowed):
    """The code does not hold: not yet, no longer, or not for this buyer."""

    code = "DISCOUNT_INVALID"


class DiscountGone(DiscountInvalid):
    """It was deleted while it was in a cart."""


class DiscountLimitReached(DiscountInvalid):
    """It has been used as often as it may be, altogether or by this buyer."""

    code = "DISCOUNT_LIMIT_REACHED"


class DiscountNotHere(Invalid):
    """The code is for other regions."""

    code = "DISCOUNT_INVALID"


class DiscountType(StrEnum):
    FIXED = "fixed"
    PERCENTAGE = "percentage"
    FREE_SHIPPING = "free_shipping"


class Allocation(StrEnum):
    TOTAL = "total"
    ITEM = "item"


class ConditionType(StrEnum):
    PRODUCTS = "products"
    PRODUCT_TYPES = "product_types"
    PRODUCT_COLLECTIONS = "product_collections"
    PRODUCT_TAGS = "product_tags"
    CUSTOMER_GROUPS = "customer_groups"


class ConditionOperator(StrEnum):
    IN = "in"
    NOT_IN = "not_in"


def normalise_code(text: str) -> str:
    """The form in which codes are kept and compared. Raises Invalid for an empty one."""
    code = text.strip().upper()
    if not code:
        raise Invalid("code should not be empty")
    return code


@dataclass(slots=True, kw_only=True)
class DiscountCondition:
    """resource_ids: products, types, collections, tags or customer groups, as ``type`` says."""

    id: str
    type: ConditionType
    operator: ConditionOperator
    resource_ids: tuple[str, ...] = ()
    metadata: Metadata | None = None


@dataclass(slots=True, kw_only=True)
class DiscountRule:
    """Aggregate root of its own: a dynamic discount and all codes made from it share one rule.

    value: percent for a percentage, minor units for a fixed amount, meaningless for free shipping.
    """

    id: str
    type: DiscountType
    value: int
    allocation: Allocation | None = None
    description: str | None = None
    conditions: list[DiscountCondition] = field(default_factory=list)
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def check(self) -> None:
        """Raises Invalid."""
        if self.value < 0:
            raise Invalid("Discount value must not be less than 0")
        if self.type is DiscountType.PERCENTAGE and self.value > 100:
            raise Invalid("Discount value above 100 is not allowed when type is percentage")

    def add_condition(self, condition: DiscountCondition) -> None:
        """Raises ConditionTaken when there is one of this type and operator."""
        for known in self.conditions:
            if (known.type, known.operator) == (condition.type, condition.operator):
                raise ConditionTaken(
                    f"Discount Condition with operator '{condition.operator}' and type '{condition.type}'"
                    " already exist on a Discount Rule"
                )
        self.conditions.append(condition)

    def condition(self, id: str) -> DiscountCondition | None:
        return next((condition for condition in self.conditions if condition.id == id), None)


@dataclass(slots=True, kw_only=True)
class Discount:
    """Aggregate root. code: upper case, unique among live ones. parent_discount_id: the dynamic discount
    it was made from, whose regions count for it.

    usage_count is moved by ``Discounts.claim``, never through this object. usage_limit_per_customer: by
    one customer account or e-mail address.
    """

    id: DiscountId
    code: str
    rule_id: str
    is_dynamic: bool = False
    is_disabled: bool = False
    parent_discount_id: str | None = None
    region_ids: tuple[str, ...] = ()
    starts_at: datetime
    ends_at: datetime | None = None
    valid_duration: str | None = None
    usage_limit: int | None = None
    usage_limit_per_customer: int | None = None
    usage_count: int = 0
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def check(self, type: DiscountType) -> None:
        """Raises Invalid when it contradicts itself. type: its rule's. Its regions may have been
        taken from it one by one; it holds nowhere then, and can still be changed."""
        if self.parent_discount_id is None and type is DiscountType.FIXED and len(self.region_ids) > 1:
            raise Invalid("Fixed discounts can have one region")
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise Invalid('"ends_at" must be greater than "starts_at"')
        if self.valid_duration is not None and parse_duration(self.valid_duration) is None:
            raise Invalid('"valid_duration" must be a valid ISO 8601 duration')
        for name in ("usage_limit", "usage_limit_per_customer"):
            limit = getattr(self, name)
            if limit is not None and limit < 1:
                raise Invalid(f"{name} must be a positive number")

    def child(self, id: str, code: str, now: datetime, metadata: Metadata | None) -> Discount:
        """A code of its own that follows this one's rule. Raises NotAllowed unless this is dynamic."""
        if not self.is_dynamic or self.parent_discount_id is not None:
            raise NotAllowed("Discount must be set to dynamic")
        lasting = parse_duration(self.valid_duration) if self.valid_duration is not None else None
        return replace(
            self,
            id=DiscountId(id),
            code=normalise_code(code),
            parent_discount_id=self.id,
            region_ids=(),
            starts_at=now,
            ends_at=lasting.after(now) if lasting is not None else None,
            valid_duration=None,
            is_disabled=False,
            usage_count=0,
            metadata=metadata,
            version=0,
            events=[],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionTerms:
    """matched: those of the condition's resources that were asked about."""

    type: ConditionType
    operator: ConditionOperator
    matched: frozenset[str]

    def admits(self, resources: Iterable[str]) -> bool:
        found = not self.matched.isdisjoint(resources)
        return found if self.operator is ConditionOperator.IN else not found


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """For whom, where and when a discount is looked at. counted: it is for an order whose use of the discount
    counts already, and does not count against itself."""

    region_id: str
    now: datetime
    customer_id: str | None = None
    email: str | None = None
    group_ids: frozenset[str] = frozenset()
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountTerms:
    """A discount with its rule as a cart needs to know it; a read-only picture.

    region_ids: the parent's for a code made from one. used_by_buyer: counted only where that is limited.
    """

    id: str
    code: str
    type: DiscountType
    value: int
    allocation: Allocation | None
    conditions: tuple[ConditionTerms, ...]
    region_ids: frozenset[str]
    is_disabled: bool
    starts_at: datetime
    ends_at: datetime | None
    usage_limit: int | None
    usage_count: int
    usage_limit_per_customer: int | None = None
    used_by_buyer: int = 0

    @property
    def ships_free(self) -> bool:
        return self.type is DiscountType.FREE_SHIPPING

    def check(self, buyer: Buyer) -> None:
        """Raises DiscountLimitReached, DiscountInvalid, DiscountNotHere, in Medusa's order and words."""
        if self.usage_limit is not None and self.usage_count - buyer.counted >= self.usage_limit:
            raise DiscountLimitReached(f"Discount {self.code} has been used maximum allowed times")
        if self.starts_at > buyer.now:
            raise DiscountInvalid(f"Discount {self.code} is not valid yet")
        if self.ends_at is not None and self.ends_at <= buyer.now:
            raise DiscountInvalid(f"Discount {self.code} is expired")
        if self.is_disabled:
            raise DiscountInvalid(f"The discount code {self.code} is disabled")
        groups = [condition for condition in self.conditions if condition.type is ConditionType.CUSTOMER_GROUPS]
        if groups and buyer.customer_id is None:
            raise DiscountInvalid(f"Discount {self.code} is only valid for specific customer")
        if buyer.region_id not in self.region_ids:
            raise DiscountNotHere("The discount is not available in current region")
        if not all(condition.admits(buyer.group_ids) for condition in groups):
            raise DiscountInvalid(f"Discount {self.code} is not valid for customer")
        used = self.used_by_buyer - buyer.counted
        if self.usage_limit_per_customer is not None and used >= self.usage_limit_per_customer:
            raise DiscountLimitReached(f"Discount {self.code} has been used maximum allowed times by this customer")

    def covers(self, offer: Offer) -> bool:
        """Whether a product satisfies every condition on products. Those on customers do not count here."""
        return all(
            condition.admits(_belongings(offer, condition.type))
            for condition in self.conditions
            if condition.type is not ConditionType.CUSTOMER_GROUPS
        )

    def next_change(self, now: datetime) -> datetime | None:
        """When it ends, if it does."""
        return self.ends_at if self.ends_at is not None and self.ends_at > now else None


def _belongings(offer: Offer, type: ConditionType) -> frozenset[str]:
    held = {
        ConditionType.PRODUCTS: offer.product_id,
        ConditionType.PRODUCT_TYPES: offer.product_type_id,
        ConditionType.PRODUCT_COLLECTIONS: offer.collection_id,
    }
    if type is ConditionType.PRODUCT_TAGS:
        return offer.tag_ids
    one = held[type]
    return frozenset() if one is None else frozenset({one})


def resources_of(offers: Iterable[Offer], group_ids: Iterable[str]) -> frozenset[str]:
    """Everything that conditions may name, of these products and this customer."""
    belongings = (
        _belongings(offer, type)
        for offer in offers
        for type in ConditionType
        if type is not ConditionType.CUSTOMER_GROUPS
    )
    return frozenset(group_ids).union(*belongings)


def chosen(codes: Sequence[DiscountTerms]) -> list[DiscountTerms]:
    """Those that act together: the first that takes money off the lines, and the first of free shipping."""
    kept: dict[bool, DiscountTerms] = {}
    for terms in codes:
        kept.setdefault(terms.ships_free, terms)
    return [terms for terms in codes if kept[terms.ships_free] is terms]
