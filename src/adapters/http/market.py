"""Where the catalogue is looked at: the context of prices and channels, from a request's parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request

from adapters.http.course import course
from adapters.http.hooks import hooks
from adapters.http.query import Query
from adapters.http.shown import context_of
from core.domain.actor import Actor
from core.domain.cart import CartNotFound
from core.domain.errors import NotFound
from core.domain.publishable_key import OutOfScope, PublishableKeyRevoked, check_scope
from core.domain.region import RegionNotFound
from ports.glances import Edition, Glances, Market
from ports.reads import Audience, ReadContext, Tree

KEY_HEADER = "x-publishable-api-key"
_KEY_MAX = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What somebody sees of the catalogue from where they stand. confined: to the channels of a key."""

    context: ReadContext
    edition: Edition
    confined: bool

    def one(self, kind: str, id: str, find: Callable[[], Tree]) -> Tree:
        """What ``find`` finds. Raises OutOfScope, as Medusa does, for what the storefront's key does not show."""
        try:
            return find()
        except NotFound:
            if not self.confined:
                raise
            raise OutOfScope(
                f"{kind} with id: {id} is not associated with sales channels defined by the Publishable API Key"
                " passed in the header of the request."
            ) from None


def publishable_key() -> str | None:
    """The storefront's key as it was sent, which may be an unknown one."""
    sent = request.headers.get(KEY_HEADER)
    return sent[:_KEY_MAX] if sent and "\0" not in sent else None


def market_context(
    glances: Glances, actor: Actor, query: Query, *, channels: Sequence[str] | None = None
) -> ReadContext:
    """The market alone, for answers that nobody keeps. Raises as ``outlook``."""
    return outlook(glances, actor, query, channels=channels).context


def market_of(
    glances: Glances, actor: Actor, query: Query, *, channels: Sequence[str] | None = None
) -> tuple[ReadContext, Edition]:
    """The market and the state of the catalogue. Raises as ``outlook``."""
    seen = outlook(glances, actor, query, channels=channels)
    return seen.context, seen.edition


def outlook(glances: Glances, actor: Actor, query: Query, *, channels: Sequence[str] | None = None) -> Outlook:
    """Where it is looked at, and which state of the catalogue, in one statement.

    cart_id beats region_id beats currency_code, as in Medusa v1. Channels that are named beat those of the
    publishable key, to which they must belong; then come the cart's and the shop's default channel.
    Raises CartNotFound, RegionNotFound (answering without prices would hide the mistake),
    PublishableKeyRevoked, OutOfScope.
    """
    cart, region = query.get("cart_id"), query.get("region_id")
    customer, key = actor.customer_id, publishable_key()

    def look(now: datetime) -> Market:
        return glances.market(cart, region, customer, now, key)

    # Carts move to other regions, and no edition says so.
    numbers = glances.numbers if cart is None else None
    seen = course().look(look, (cart, region, customer, key), hooks().clock.now(), numbers)
    if seen.region_id is None and cart is not None:
        raise CartNotFound(f"Cart with {cart} was not found")
    if seen.region_id is None and region is not None:
        raise RegionNotFound(f"Region with {region} was not found")
    currency = query.get("currency_code")
    scope = _scope(seen)
    check_scope(scope, channels or ())
    chosen = channels or scope or ([seen.channel_id] if seen.channel_id is not None else [])
    context = context_of(
        actor,
        query,
        region_id=seen.region_id,
        currency_code=seen.currency_code or (currency.lower() if currency else None),
        group_ids=seen.group_ids,
        channel_ids=frozenset(chosen) - seen.closed_channel_ids,
        include_taxes=seen.automatic_taxes,
        # Stock may run ahead of the edition by a second: staff are told what there is.
        edition=seen.edition.number if query.audience is Audience.STORE else None,
    )
    return Outlook(context=context, edition=seen.edition, confined=bool(scope))


def edition_of(glances: Glances) -> Edition:
    """The state of the catalogue alone, for what looks the same from everywhere."""
    return course().look(glances.edition, (), hooks().clock.now(), glances.numbers)


def _scope(seen: Market) -> frozenset[str]:
    if seen.storefront is None:
        return frozenset()
    if seen.storefront.revoked:
        raise PublishableKeyRevoked("this publishable key has been revoked")
    return seen.storefront.channel_ids
