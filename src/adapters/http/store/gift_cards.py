"""/store/gift-cards"""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.budgets import CODES
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, by_default, context_of, equals
from core.domain.actor import Actor
from core.domain.gift_card import GiftCardNotFound, normalise_code
from ports.reads import Reads, Tree

# Fixed: whoever tries codes learns no more than this.
GIFT_CARD = Shown(shape="gift_card", one="gift_card", many="gift_cards", default="id,code,value,balance,*region")
gift_cards = Resource("store_gift_cards", __name__, "/store/gift-cards", STORE)


@gift_cards.on("GET", "/<code>", allow=PUBLIC, budgets=CODES)
@inject
def show_gift_card(actor: Actor, query: Query, code: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show what a gift card holds."""
    chosen = by_default(GIFT_CARD, query).chosen
    if chosen is None:
        raise TypeError("a default always chooses something")
    where = [equals("code", normalise_code(code))]
    found = reads.first(GIFT_CARD.shape, where, chosen.selection, context_of(actor, query))
    if found is None:
        raise GiftCardNotFound(f"Gift card with code: {code} was not found")
    return {"gift_card": found}
