"""The shop in which the cart machine buys: three regions that tax differently, goods, codes and gift cards."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from core.domain.actor import SYSTEM, Actor, ActorKind, Role
from core.domain.discount import Allocation, DiscountType
from core.domain.gift_card import GiftCard, GiftCardId
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.region import Region, RegionId
from core.domain.shop import ShippingOption
from core.domain.tax_rate import LinkedTaxRate
from core.use_cases.discount.create_discount import CreateDiscount, NewDiscount, NewRule
from core.use_cases.discount.parts import ConditionInput
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork
from tests.machines.cart_model import Code, Place, ShopModel, Voucher
from tests.machines.sale import a_file

ADMIN = Actor(kind=ActorKind.USER, id="usr_1", role=Role.ADMIN)
EU, JP, KW = "reg_eu", "reg_jp", "reg_kw"
COUNTRIES = {EU: ("de", "fr"), JP: ("jp",), KW: ("kw",)}
PROVIDERS = ("manual", "other")
SCARCE = "book"
STOCK = 5
POSTAGE = 6
VARIANTS = ("mug", "pack", "book", "local")


def a_model() -> ShopModel:
    """The whole shop in one place; ``open_shop`` builds the real one from it."""
    return ShopModel(
        places={
            EU: Place(currency="eur", rate=Fraction(19)),
            JP: Place(
                currency="jpy",
                rate=Fraction(10),
                taxes_cards=False,
                inclusive=frozenset({"mug", "book"}),
                ships_inclusive=True,
            ),
            KW: Place(currency="kwd", rate=Fraction(5), shows_taxes=False),
        },
        prices={
            **{(name, EU): price for name, price in zip(VARIANTS, (13, 7, 30, 4), strict=True)},
            **{(name, JP): price for name, price in zip(VARIANTS, (14, 8, 33), strict=False)},
            **{(name, KW): price for name, price in zip(VARIANTS, (15, 9, 31), strict=False)},
        },
        rates={("book", EU): (Fraction(5), Fraction("2.5"))},
        codes={
            "PERCENT": Code(kind="percentage", value=15, places=(EU, JP, KW), last_day=3),
            "TWICE": Code(kind="total", value=20, places=(EU,), limit=2),
            "EACH": Code(kind="item", value=2, places=(EU,), per_buyer=1),
            "ONCE": Code(kind="percentage", value=100, places=(EU, JP), limit=1),
            "MUGS": Code(kind="total", value=9, places=(JP,), only=frozenset({"mug"})),
            "SHIP": Code(kind="ships", value=0, places=(EU, JP, KW)),
        },
        vouchers={
            "A": Voucher(id="gift_a", value=25, place=EU, rate=Fraction(19)),
            "B": Voucher(id="gift_b", value=40, place=EU, rate=Fraction(19), last_day=2),
            "C": Voucher(id="gift_c", value=30, place=JP, rate=Fraction(0)),
            "D": Voucher(id="gift_d", value=20, place=KW, rate=Fraction(5)),
        },
        fixed_price=frozenset({"book"}),
        shipped=frozenset({"mug", "book"}),
        postage=POSTAGE,
        stock=STOCK,
    )


def open_shop(begin: Begin, model: ShopModel, clock: Clock, ids: Ids) -> None:
    start = clock.now()
    with begin(SYSTEM, "test.shop") as work:
        for id, place in model.places.items():
            work.regions.add(_region(id, place))
        for name in VARIANTS:
            work.products.add(_product(work, model, name))
        for id, place in model.places.items():
            work.shop.add_shipping_option(
                ShippingOption(
                    id=f"so_{id}",
                    name="Post",
                    region_id=id,
                    profile_id=work.shop.default_profile().id,
                    provider_id="manual",
                    amount=model.postage,
                    includes_tax=place.ships_inclusive,
                )
            )
        work.commit()
    with begin(SYSTEM, "test.more") as work:
        for name in ("pack", "local"):
            work.files.add(a_file(f"pfile_{name}", f"prod_{name}"))
        for number, ((name, id), rates) in enumerate(model.rates.items()):
            for step, rate in enumerate(rates):
                work.tax_rates.add(
                    LinkedTaxRate(
                        id=f"txr_{number}{step}",
                        region_id=id,
                        name=f"Reduced {step}",
                        rate=_decimal(rate),
                        product_ids=(f"prod_{name}",),
                    )
                )
        for code, voucher in model.vouchers.items():
            work.gift_cards.add(_card(code, voucher, start))
        work.commit()
    create = CreateDiscount(begin, clock, ids)
    for name, code in model.codes.items():
        create(ADMIN, _discount(name, code, start))


def voucher_code(name: str) -> str:
    return f"{name * 4}-0000-0000-0000"


def _decimal(rate: Fraction) -> Decimal:
    return Decimal(rate.numerator) / Decimal(rate.denominator)


def _region(id: str, place: Place) -> Region:
    return Region(
        id=RegionId(id),
        name=id,
        currency_code=place.currency,
        tax_rate=_decimal(place.rate),
        gift_cards_taxable=place.taxes_cards,
        automatic_taxes=place.shows_taxes,
        includes_tax=bool(place.inclusive),
        country_codes=COUNTRIES[id],
        payment_provider_ids=PROVIDERS,
    )


def _product(work: UnitOfWork, model: ShopModel, name: str) -> Product:
    prices = tuple(
        MoneyAmount(
            id=f"ma_{name}_{id}",
            currency_code=place.currency,
            amount=model.prices[name, id],
            region_id=id if name in place.inclusive else None,
        )
        for id, place in model.places.items()
        if (name, id) in model.prices
    )
    return Product(
        id=ProductId(f"prod_{name}"),
        title=name,
        handle=name,
        profile_id=work.shop.default_profile().id,
        status=ProductStatus.PUBLISHED,
        discountable=name not in model.fixed_price,
        sales_channel_ids=(work.shop.store().default_sales_channel_id,),
        variants=[
            Variant(
                id=VariantId(name),
                title=name,
                requires_shipping=name in model.shipped,
                manage_inventory=name == SCARCE,
                inventory_quantity=model.stock if name == SCARCE else 0,
                prices=prices,
            )
        ],
    )


def _card(name: str, voucher: Voucher, start: datetime) -> GiftCard:
    return GiftCard(
        id=GiftCardId(voucher.id),
        code=voucher_code(name),
        value=voucher.value,
        region_id=voucher.place,
        ends_at=None if voucher.last_day is None else start + timedelta(days=voucher.last_day),
        tax_rate=_decimal(voucher.rate) if voucher.rate else None,
    )


def _discount(name: str, code: Code, start: datetime) -> NewDiscount:
    type = {"percentage": DiscountType.PERCENTAGE, "ships": DiscountType.FREE_SHIPPING}
    conditions = (
        ()
        if code.only is None
        else (ConditionInput(operator="in", resources={"products": [f"prod_{n}" for n in sorted(code.only)]}),)
    )
    return NewDiscount(
        code=name,
        rule=NewRule(
            type=type.get(code.kind, DiscountType.FIXED),
            value=code.value,
            allocation=Allocation.ITEM if code.kind == "item" else Allocation.TOTAL,
            conditions=conditions,
        ),
        region_ids=code.places,
        usage_limit=code.limit,
        usage_limit_per_customer=code.per_buyer,
        ends_at=None if code.last_day is None else start + timedelta(days=code.last_day),
    )
