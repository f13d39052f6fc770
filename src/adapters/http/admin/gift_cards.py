"""/admin/gift-cards"""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Body, Bool, Int, Metadata, Moment, Str
from adapters.http.query import Query
from adapters.http.query_fields import Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.use_cases.gift_card.create_gift_card import CreateGiftCard, NewGiftCard
from core.use_cases.gift_card.delete_gift_card import DeleteGiftCard
from core.use_cases.gift_card.update_gift_card import GiftCardChanges, UpdateGiftCard
from ports.reads import Reads, Tree

GIFT_CARDS = "gift_cards"
GIFT_CARD = Shown(shape="gift_card", one="gift_card", many="gift_cards", default="*,*region,*order")
gift_cards = Resource("admin_gift_cards", __name__, "/admin/gift-cards", ADMIN)


class NewGiftCardBody(Body):
    value = Int(required=True, min=0)
    is_disabled = Bool()
    ends_at = Moment()
    region_id = Str(required=True, max=255)
    metadata = Metadata()


class GiftCardBody(Body):
    balance = Int()
    is_disabled = Bool()
    ends_at = Moment()
    region_id = Str(max=255)
    metadata = Metadata()


class GiftCardFilters(Schema):
    q = Search()


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(GIFT_CARD, reads, actor, query, result)


@gift_cards.on("GET", "", allow=admin(GIFT_CARDS), lists=GIFT_CARD, query=GiftCardFilters)
@inject
def list_gift_cards(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List gift cards; ``q`` looks in codes and numbers of the orders that bought them."""
    return listing(GIFT_CARD, reads, actor, query)


@gift_cards.on("POST", "", allow=admin(GIFT_CARDS), shows=GIFT_CARD, body=NewGiftCardBody, answers=show_written)
@inject
def create(actor: Actor, body: dict[str, Any], create_card: CreateGiftCard = Provide["create_gift_card"]) -> str:
    """Make a gift card."""
    given = {name: value for name, value in body.items() if value is not None}
    return create_card(actor, NewGiftCard(**given))


@gift_cards.on("GET", "/<gift_card_id>", allow=admin(GIFT_CARDS), shows=GIFT_CARD)
@inject
def show(actor: Actor, query: Query, gift_card_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a gift card. ``expand=transactions`` adds its ledger."""
    return detail(GIFT_CARD, reads, actor, query, gift_card_id)


@gift_cards.on(
    "POST", "/<gift_card_id>", allow=admin(GIFT_CARDS), shows=GIFT_CARD, body=GiftCardBody, answers=show_written
)
@inject
def update(
    actor: Actor,
    gift_card_id: str,
    body: dict[str, Any],
    update_card: UpdateGiftCard = Provide["update_gift_card"],
) -> str:
    """Change a gift card."""
    clear_end = "ends_at" in body and body["ends_at"] is None
    update_card(actor, gift_card_id, GiftCardChanges(**body, clear_end=clear_end))
    return gift_card_id


@gift_cards.on("DELETE", "/<gift_card_id>", allow=admin(GIFT_CARDS), repeatable=True)
@inject
def delete(actor: Actor, gift_card_id: str, delete_card: DeleteGiftCard = Provide["delete_gift_card"]) -> Tree:
    """Delete a gift card."""
    delete_card(actor, gift_card_id)
    return {"id": gift_card_id, "object": "gift-card", "deleted": True}
