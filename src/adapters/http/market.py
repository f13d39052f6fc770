"""Where the catalogue is looked at: the context of prices and channels, from a request's parameters."""

from collections.abc import Sequence

from adapters.http.hooks import hooks
from adapters.http.query import Query
from adapters.http.shown import context_of
from core.domain.actor import Actor
from core.domain.cart import CartNotFound
from core.domain.region import RegionNotFound
from ports.glances import Edition, Glances
from ports.reads import ReadContext


def market_context(
    glances: Glances, actor: Actor, query: Query, *, channels: Sequence[str] | None = None
) -> ReadContext:
    """The market alone, for answers that nobody keeps. Raises as ``market_of``."""
    return market_of(glances, actor, query, channels=channels)[0]


def market_of(
    glances: Glances, actor: Actor, query: Query, *, channels: Sequence[str] | None = None
) -> tuple[ReadContext, Edition]:
    """Where it is looked at, and which state of the catalogue. cart_id beats region_id beats currency_code,
    as in Medusa v1; without a channel named, the shop's default channel counts. Raises CartNotFound,
    RegionNotFound: answering without prices would hide the mistake."""
    cart, region = query.get("cart_id"), query.get("region_id")
    seen = glances.market(cart, region, actor.customer_id, hooks().clock.now())
    if seen.region_id is None and cart is not None:
        raise CartNotFound(f"Cart with {cart} was not found")
    if seen.region_id is None and region is not None:
        raise RegionNotFound(f"Region with {region} was not found")
    currency = query.get("currency_code")
    chosen = channels or ([seen.channel_id] if seen.channel_id is not None else [])
    context = context_of(
        actor,
        query,
        region_id=seen.region_id,
        currency_code=seen.currency_code or (currency.lower() if currency else None),
        group_ids=seen.group_ids,
        channel_ids=frozenset(chosen),
        include_taxes=seen.automatic_taxes,
    )
    return context, seen.edition
