"""The second step of re-pricing: what the cart's discounts take off its lines and its shipping."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.cart import Cart, LineItem
from core.domain.discount import (
    Buyer,
    DiscountGone,
    DiscountInvalid,
    DiscountTerms,
    chosen,
    normalise_code,
    resources_of,
)
from core.domain.discounting import Reduced, share_out
from core.domain.errors import DomainError, NotFound
from core.domain.lines import Adjustment
from core.domain.product import Offer
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


def buyer_of(cart: Cart, groups: frozenset[str], now: datetime, *, counted: bool = False) -> Buyer:
    """counted: the cart stands for an order that has claimed its discounts."""
    return Buyer(
        region_id=cart.region_id,
        now=now,
        customer_id=cart.customer_id,
        email=cart.email,
        group_ids=groups,
        counted=counted,
    )


def enter_codes(work: UnitOfWork, cart: Cart, codes: Sequence[str], buyer: Buyer) -> None:
    """Replace the cart's discounts by those of these codes; re-price it afterwards.

    Of several the first that reduces lines and the first of free shipping are kept. Raises NotFound when
    one is unknown, DiscountInvalid, DiscountLimitReached, DiscountNotHere; the cart then stays as it was.
    """
    wanted = list(dict.fromkeys(normalise_code(code) for code in codes))
    known = work.discounts.ids_of(wanted)
    terms = _terms(work, cart, [known[code] for code in wanted if code in known], buyer.group_ids)
    if len(terms) < len(wanted):
        raise NotFound(f"Discounts with code [{', '.join(wanted)}] was not found")
    for entry in terms:
        entry.check(buyer)
    cart.discount_ids = [entry.id for entry in chosen(terms)]


def enter_one_more(work: UnitOfWork, cart: Cart, code: str, buyer: Buyer) -> None:
    """Add the discount of this code, which wins over one it cannot act together with; re-price the cart
    afterwards. Raises DiscountInvalid, DiscountLimitReached, DiscountNotHere; the cart then stays as it was.
    """
    wanted = normalise_code(code)
    id = work.discounts.ids_of([wanted]).get(wanted)
    terms = (
        _terms(work, cart, [id, *(kept for kept in cart.discount_ids if kept != id)], buyer.group_ids) if id else []
    )
    if not terms or terms[0].id != id:
        raise DiscountInvalid("there is no such code")
    terms[0].check(buyer)
    cart.discount_ids = [entry.id for entry in chosen(terms)]


def apply_discounts(
    work: UnitOfWork, cart: Cart, offers: Mapping[str, Offer], buyer: Buyer, ids: Ids
) -> datetime | None:
    """Write each line's share and waive the shipping; discounts that hold no longer leave the cart.

    Lines keep adjustments that come from no discount. Answers when a discount next ends.
    """
    terms: list[DiscountTerms] = []
    if cart.discount_ids:
        offers = _tagged(work, offers)
        asked = _terms(work, cart, cart.discount_ids, resources_of(offers.values(), buyer.group_ids))
        terms = [entry for entry in asked if _refusal(entry, buyer) is None]
        cart.discount_ids = [entry.id for entry in terms]
    shares = _shares(cart, offers, terms)
    for item in cart.items:
        if item.is_return:  # what its order took off stays
            continue
        item.adjustments = _adjusted(item, shares.get(item.id, ()), ids)
    free = any(entry.ships_free for entry in terms)
    for method in cart.shipping_methods:
        method.ship_free(free)
    ends = [entry.next_change(buyer.now) for entry in terms]
    return min((moment for moment in ends if moment is not None), default=None)


def discount_obstacle(work: UnitOfWork, cart: Cart, buyer: Buyer) -> DomainError | None:
    """Why one of the cart's discounts cannot be used any more; None when all hold."""
    terms = _terms(work, cart, cart.discount_ids, buyer.group_ids)
    if len(terms) < len(cart.discount_ids):
        return DiscountGone("a discount of the cart does not exist any more")
    return next((refusal for entry in terms if (refusal := _refusal(entry, buyer)) is not None), None)


def _terms(work: UnitOfWork, cart: Cart, ids: Sequence[str], resources: Iterable[str]) -> list[DiscountTerms]:
    return work.discounts.terms(ids, resources, cart.customer_id, cart.email)


def _refusal(terms: DiscountTerms, buyer: Buyer) -> DomainError | None:
    try:
        terms.check(buyer)
    except DomainError as refusal:
        return refusal
    return None


def _tagged(work: UnitOfWork, offers: Mapping[str, Offer]) -> Mapping[str, Offer]:
    tags = work.discounts.tags_of({offer.product_id for offer in offers.values()})
    return {id: replace(offer, tag_ids=tags.get(offer.product_id, frozenset())) for id, offer in offers.items()}


def _shares(
    cart: Cart, offers: Mapping[str, Offer], terms: Sequence[DiscountTerms]
) -> dict[str, list[tuple[str, int]]]:
    """By line: which discount takes how much off it."""
    shares: dict[str, list[tuple[str, int]]] = {}
    for entry in terms:
        lines = [item for item in cart.items if _reducible(item, offers, entry)]
        reduced = [Reduced(item.net, item.quantity) for item in lines]
        off = share_out(entry.type, entry.value, entry.allocation, reduced)
        for item, share in zip(lines, off, strict=True):
            if share:
                shares.setdefault(item.id, []).append((entry.id, share))
    return shares


def _reducible(item: LineItem, offers: Mapping[str, Offer], terms: DiscountTerms) -> bool:
    if not item.allow_discounts or item.is_return:
        return False
    offer = offers.get(item.variant_id or "")
    return terms.covers(offer) if offer is not None else not terms.conditions


def _adjusted(item: LineItem, shares: Iterable[tuple[str, int]], ids: Ids) -> tuple[Adjustment, ...]:
    """What was there already keeps its id."""
    manual = [adjustment for adjustment in item.adjustments if adjustment.discount_id is None]
    there = {(kept.discount_id, kept.amount): kept for kept in item.adjustments}
    of_discounts = [
        there.get((discount_id, amount))
        or Adjustment(id=ids.new("lia"), description="discount", amount=amount, discount_id=discount_id)
        for discount_id, amount in shares
    ]
    return (*manual, *of_discounts)
