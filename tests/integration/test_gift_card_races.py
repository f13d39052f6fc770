"""One gift card on many carts that are completed at once: it pays for as much as it holds."""

from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from adapters.db.tables import gift_card_transactions, gift_cards, orders
from bootstrap.container import Container
from core.domain.actor import ANONYMOUS
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.gift_card.create_gift_card import NewGiftCard
from tests.integration.shops import ADMIN, REGION, VARIANT, open_shop, stock_shop
from tests.integration.test_races import _complete_own, _count, _crowd

PRICE = 1_000


def _carts_with_one_card(shop: Container, count: int, value: int) -> list[str]:
    card_id = shop.create_gift_card()(ADMIN, NewGiftCard(value=value, region_id=REGION))
    with shop.read_engine().connect() as connection:
        code = connection.scalar(select(gift_cards.c.code).where(gift_cards.c.id == card_id))
    carts = []
    for _ in range(count):
        cart_id: str = shop.create_cart()(ANONYMOUS, NewCart(region_id=REGION))
        shop.add_line()(ANONYMOUS, cart_id, VARIANT, 1)
        changes = CartChanges(email="guest@example.com", gift_card_codes=(code,))
        shop.update_cart()(ANONYMOUS, cart_id, changes)
        carts.append(cart_id)
    return carts


def _race(folder: Path, value: int) -> tuple[Counter[str], Container]:
    shop = open_shop(folder)
    stock_shop(shop)
    carts = _carts_with_one_card(shop, 16, value)
    return _crowd(folder, _complete_own, " ".join(carts), 16), shop


def _spent(shop: Container) -> int:
    with shop.read_engine().connect() as connection:
        return int(connection.scalar(select(func.sum(gift_card_transactions.c.amount))) or 0)


def test_a_card_that_pays_for_one_of_sixteen_carts_pays_for_one(folder: Path) -> None:
    said, shop = _race(folder, PRICE)

    assert said == {"order": 1, "GIFT_CARD_INSUFFICIENT": 15}
    assert (_count(shop, orders), _spent(shop)) == (1, PRICE)
    assert shop.check_shop()(ANONYMOUS) == []


def test_a_card_that_pays_for_five_of_sixteen_carts_pays_for_five(folder: Path) -> None:
    said, shop = _race(folder, 5 * PRICE + 1)

    assert said == {"order": 5, "GIFT_CARD_INSUFFICIENT": 11}
    assert (_count(shop, orders), _spent(shop)) == (5, 5 * PRICE)
    with shop.read_engine().connect() as connection:
        assert connection.scalar(select(gift_cards.c.balance)) == 1
    assert shop.check_shop()(ANONYMOUS) == []
