"""Writing products: defaults, full lists, prices, and what is refused."""

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.store import CHANNEL_ID, GIFT_CARD_PROFILE_ID, PROFILE_ID
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.errors import Invalid
from core.domain.product import HandleTaken, Product, ProductNotFound, SkuTaken, Variant, VariantNotFound
from core.domain.region import Region, RegionId, RegionNotFound
from core.use_cases.product.create_product import CreateProduct, NewProduct
from core.use_cases.product.delete_product import DeleteProduct
from core.use_cases.product.prices import PriceInput, PriceNotFound
from core.use_cases.product.surroundings import CollectionNotFound
from core.use_cases.product.update_product import ProductChanges, UpdateProduct
from core.use_cases.product.variants import OptionChoice, OptionNotFound, VariantInput

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")


class Shop:
    def __init__(self) -> None:
        self.memory, self.clock, self.ids = Memory(), FrozenClock(), CountingIds()
        self.begin = InMemoryBegin(self.memory, self.clock, self.ids)
        self._create = CreateProduct(self.begin, self.ids)
        self._update = UpdateProduct(self.begin, self.clock, self.ids)
        self.delete = DeleteProduct(self.begin, self.clock)
        with self.begin(SYSTEM, "test") as work:
            work.regions.add(Region(id=RegionId("reg_eu"), name="EU", currency_code="eur", country_codes=("de",)))
            work.commit()

    def create(self, title: str = "Sydney Nights", **more: object) -> Product:
        return self.product(self._create(ADMIN, NewProduct(title=title, **more)))  # type: ignore[arg-type]

    def update(self, product: Product, **changes: object) -> Product:
        self._update(ADMIN, product.id, ProductChanges(**changes))  # type: ignore[arg-type]
        return self.product(product.id)

    def product(self, id: str) -> Product:
        return self.memory.products[id]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def a_variant(title: str = "4K", *choices: str, **more: object) -> VariantInput:
    values = {"title": title, **more.pop("values", {})}  # type: ignore[dict-item]
    options = tuple(OptionChoice(value=choice) for choice in choices)
    return VariantInput(values=values, options=options or None, **more)  # type: ignore[arg-type]


def eur(amount: int, **more: object) -> PriceInput:
    return PriceInput(amount=amount, currency_code="EUR", **more)  # type: ignore[arg-type]


def only_variant(product: Product) -> Variant:
    (variant,) = product.live_variants
    return variant


def test_a_title_is_all_it_takes(shop: Shop):
    product = shop.create()

    assert (product.handle, product.status, product.discountable) == ("sydney-nights", "draft", True)
    assert product.sales_channel_ids == (CHANNEL_ID,)
    assert product.profile_id == PROFILE_ID
    assert [entry.action for entry in shop.memory.audit_log] == ["product.create"]


def test_a_title_without_latin_letters_still_has_a_handle(shop: Shop):
    assert shop.create("東京の夜").handle.startswith("prod-")


@pytest.mark.parametrize("handle", [None, ""])
def test_an_empty_handle_is_no_handle(shop: Shop, handle: str | None):
    assert shop.create(values={"handle": handle}).handle == "sydney-nights"


def test_a_handle_belongs_to_one_live_product(shop: Shop):
    first = shop.create()
    with pytest.raises(HandleTaken):
        shop.create()
    shop.delete(ADMIN, first.id)

    assert shop.create().handle == "sydney-nights"


def test_the_first_image_is_the_thumbnail_unless_one_is_given(shop: Shop):
    images = ("https://x/1.jpg", "https://x/2.jpg")

    assert shop.create("A", images=images).thumbnail == images[0]
    assert shop.create("B", images=images, values={"thumbnail": "https://x/t.jpg"}).thumbnail == "https://x/t.jpg"


def test_a_gift_card_is_never_discounted_and_ships_by_its_own_profile(shop: Shop):
    card = shop.create("Card", is_giftcard=True, values={"discountable": True})

    assert (card.discountable, card.profile_id) == (False, GIFT_CARD_PROFILE_ID)


def test_types_and_tags_are_shared_by_value(shop: Shop):
    first = shop.create("A", type="pack", tags=("city", "night", "city"))
    second = shop.create("B", type="pack", tags=("night",))

    assert first.type_id == second.type_id
    assert len(first.tag_ids) == 2
    assert second.tag_ids == (first.tag_ids[1],)


def test_variants_take_their_options_by_position(shop: Shop):
    variants = (a_variant("4K blue", "4K", "blue"), a_variant("8K blue", "8K", "blue"))
    product = shop.create(options=("Size", "Colour"), variants=variants)

    size, colour = product.options
    first, second = product.variants
    assert [(v.option_id, v.value) for v in first.options] == [(size.id, "4K"), (colour.id, "blue")]
    assert (first.variant_rank, second.variant_rank) == (0, 1)


@pytest.mark.parametrize("choices", [(), ("4K",), ("4K", "blue", "matt")])
def test_a_variant_must_choose_for_every_option(shop: Shop, choices: tuple[str, ...]):
    with pytest.raises(Invalid, match="Product options length does not match"):
        shop.create(options=("Size", "Colour"), variants=(a_variant("4K", *choices),))


def test_two_variants_may_not_be_the_same_choice(shop: Shop):
    with pytest.raises(Invalid, match="combination"):
        shop.create(options=("Size",), variants=(a_variant("a", "4K"), a_variant("b", "4K")))


def test_a_variant_is_digital_when_it_says_so(shop: Shop):
    product = shop.create(variants=(a_variant("a", values={"requires_shipping": False}), a_variant("b")))

    assert [variant.requires_shipping for variant in product.variants] == [False, True]


def test_null_leaves_a_new_thing_its_default(shop: Shop):
    variant = a_variant(values={"manage_inventory": None, "inventory_quantity": None, "sku": None})
    product = shop.create(values={"status": None, "discountable": None}, variants=(variant,))

    assert only_variant(product).manage_inventory
    assert product.discountable


def test_emptied_codes_do_not_clash(shop: Shop):
    product = shop.create(variants=(a_variant("a", values={"sku": ""}), a_variant("b", values={"sku": ""})))

    assert [variant.sku for variant in product.variants] == [None, None]


def test_a_code_belongs_to_one_live_variant(shop: Shop):
    shop.create("A", variants=(a_variant(values={"sku": "S-1"}),))

    with pytest.raises(SkuTaken):
        shop.create("B", variants=(a_variant(values={"sku": "S-1"}),))


def test_a_price_of_a_region_is_in_its_currency(shop: Shop):
    prices = (eur(1000), PriceInput(amount=900, region_id="reg_eu"))
    product = shop.create(variants=(a_variant(prices=prices),))

    found = only_variant(product).prices
    assert [(p.currency_code, p.region_id, p.amount) for p in found] == [("eur", None, 1000), ("eur", "reg_eu", 900)]


def test_of_two_prices_for_the_same_the_later_counts(shop: Shop):
    product = shop.create(variants=(a_variant(prices=(eur(1), eur(2), eur(3, min_quantity=10))),))

    assert [price.amount for price in only_variant(product).prices] == [2, 3]


@pytest.mark.parametrize(
    ("price", "error"),
    [
        (PriceInput(amount=1), Invalid),
        (PriceInput(amount=1, currency_code="eur", region_id="reg_eu"), Invalid),
        (PriceInput(amount=1, currency_code="zzz"), Invalid),
        (PriceInput(amount=1, region_id="reg_no"), RegionNotFound),
        (PriceInput(amount=1, id="ma_no", currency_code="eur"), PriceNotFound),
        (PriceInput(amount=-1, currency_code="eur"), Invalid),
        (PriceInput(amount=1, currency_code="eur", min_quantity=5, max_quantity=4), Invalid),
    ],
)
def test_prices_that_cannot_be_are_refused(shop: Shop, price: PriceInput, error: type[Exception]):
    with pytest.raises(error):
        shop.create(variants=(a_variant(prices=(price,)),))

    assert shop.memory.products == {}


def test_unknown_surroundings_are_refused(shop: Shop):
    with pytest.raises(CollectionNotFound):
        shop.create(values={"collection_id": "pcol_no"})
    with pytest.raises(Invalid) as refused:
        shop.create(sales_channel_ids=(CHANNEL_ID, "sc_no"))
    assert refused.value.extra == {"errors": ["Sales Channels sc_no do not exist"]}


def test_download_terms_are_checked_when_they_are_written(shop: Shop):
    shop.create("A", metadata={"download": {"limit": 3, "days": None, "versions": "bought"}})

    for terms in ({"limit": 0}, {"limit": "3"}, {"versions": "newest"}, {"x": 1}, "5"):
        with pytest.raises(Invalid):
            shop.create("B", metadata={"download": terms})


def test_names_that_cannot_be_set_are_refused(shop: Shop):
    with pytest.raises(Invalid):
        shop.create(values={"version": 3})
    with pytest.raises(Invalid):
        shop.create(variants=(a_variant(values={"id": "variant_mine"}),))


def test_only_what_is_sent_changes(shop: Shop):
    product = shop.create(values={"subtitle": "old", "description": "kept"}, images=("https://x/1.jpg",))

    changed = shop.update(product, values={"subtitle": "new"})

    assert (changed.subtitle, changed.description, changed.title) == ("new", "kept", "Sydney Nights")
    assert changed.images == product.images


def test_null_clears_what_may_be_empty_and_nothing_else(shop: Shop):
    product = shop.create(values={"subtitle": "old"})

    assert shop.update(product, values={"subtitle": None}).subtitle is None
    for name in ("title", "handle", "status", "discountable"):
        with pytest.raises(Invalid):
            shop.update(product, values={name: None})


def test_metadata_is_merged_and_emptied_keys_vanish(shop: Shop):
    product = shop.create(metadata={"a": 1, "b": 2})

    assert shop.update(product, metadata={"b": "", "c": 3}).metadata == {"a": 1, "c": 3}


@pytest.mark.parametrize("more", [{"more": 1}, {"k1": "v" * 70_000}])
def test_metadata_does_not_grow_without_end_and_can_always_be_taken_away(shop: Shop, more: dict[str, object]):
    product = shop.create(metadata={f"k{number}": 1 for number in range(100)})

    with pytest.raises(Invalid, match="at most 100 keys and 64 KiB"):
        shop.update(product, metadata=more)
    assert len(shop.update(product, metadata={"k1": "", "k2": ""}).metadata) == 98
    assert len(shop.update(product, metadata={"k3": 2, "more": 1}).metadata) == 99


def test_images_tags_and_channels_replace_what_there_was(shop: Shop):
    product = shop.create(images=("https://x/1.jpg", "https://x/2.jpg"), tags=("a", "b"))

    changed = shop.update(product, images=("https://x/2.jpg", "https://x/3.jpg"), tags=("b",), sales_channel_ids=())

    assert [image.url for image in changed.images] == ["https://x/2.jpg", "https://x/3.jpg"]
    assert changed.images[0].id == product.images[1].id
    assert changed.tag_ids == (product.tag_ids[1],)
    assert changed.sales_channel_ids == ()


def test_variants_given_are_the_full_list(shop: Shop):
    product = shop.create(variants=(a_variant("a"), a_variant("b"), a_variant("c")))
    a, b, c = product.variants

    given = (VariantInput(id=c.id), VariantInput(id=a.id, values={"title": "A"}), a_variant("d"))
    changed = shop.update(product, variants=given)

    assert [(v.title, v.variant_rank) for v in changed.live_variants] == [("c", 0), ("A", 1), ("d", 2)]
    assert [v.id for v in changed.variants if v.deleted_at is not None] == [b.id]


@pytest.mark.parametrize("title", ["", "  "])
def test_a_variant_does_not_lose_its_title(shop: Shop, title: str):
    product = shop.create(variants=(a_variant("a"),))
    changed = VariantInput(id=only_variant(product).id, values={"title": title})

    with pytest.raises(Invalid, match="needs a title"):
        shop.update(product, variants=(changed,))


def test_a_variant_keeps_what_was_not_sent(shop: Shop):
    product = shop.create(
        options=("Size",), variants=(a_variant("a", "4K", prices=(eur(5),), values={"sku": "S"}, metadata={"k": 1}),)
    )
    before = only_variant(product)

    after = only_variant(shop.update(product, variants=(VariantInput(id=before.id, values={"barcode": "B"}),)))

    assert (after.sku, after.barcode, after.prices, after.options) == ("S", "B", before.prices, before.options)
    assert after.metadata == {"k": 1}


def test_options_of_a_variant_are_changed_by_name(shop: Shop):
    product = shop.create(options=("Size", "Colour"), variants=(a_variant("a", "4K", "blue"),))
    before = only_variant(product)
    colour = product.options[1]

    red = VariantInput(id=before.id, options=(OptionChoice(value="red", option_id=colour.id),))
    after = only_variant(shop.update(product, variants=(red,)))

    assert [value.value for value in after.options] == ["4K", "red"]
    assert [value.id for value in after.options] == [value.id for value in before.options]
    with pytest.raises(OptionNotFound):
        shop.update(
            product, variants=(VariantInput(id=before.id, options=(OptionChoice(value="x", option_id="o"),)),)
        )


def test_prices_given_are_the_full_list_and_keep_their_ids(shop: Shop):
    product = shop.create(variants=(a_variant(prices=(eur(10), PriceInput(amount=20, currency_code="usd"))),))
    variant = only_variant(product)
    in_eur, in_usd = variant.prices

    def reprice(*prices: PriceInput) -> list[tuple[str, str, int]]:
        shop.update(product, variants=(VariantInput(id=variant.id, prices=prices),))
        found = only_variant(shop.product(product.id)).prices
        return [(price.id, price.currency_code, price.amount) for price in found]

    assert reprice(eur(11), PriceInput(id=in_usd.id, amount=21)) == [
        (in_eur.id, "eur", 11),
        (in_usd.id, "usd", 21),
    ]
    assert reprice(PriceInput(id=in_eur.id, amount=12)) == [(in_eur.id, "eur", 12)]
    assert reprice() == []


def test_a_price_may_move_while_another_takes_its_place(shop: Shop):
    product = shop.create(variants=(a_variant(prices=(eur(10),)),))
    variant = only_variant(product)
    (old,) = variant.prices

    moved = PriceInput(id=old.id, amount=10, currency_code="usd")
    prices = only_variant(
        shop.update(product, variants=(VariantInput(id=variant.id, prices=(moved, eur(7))),))
    ).prices

    assert [(p.currency_code, p.amount) for p in prices] == [("usd", 10), ("eur", 7)]
    assert prices[0].id == old.id != prices[1].id


def test_variants_of_other_products_cannot_be_changed(shop: Shop):
    product, other = shop.create("A", variants=(a_variant(),)), shop.create("B", variants=(a_variant(),))

    with pytest.raises(VariantNotFound):
        shop.update(product, variants=(VariantInput(id=other.variants[0].id),))
    with pytest.raises(Invalid):
        shop.update(product, variants=(VariantInput(id=product.variants[0].id),) * 2)


def test_what_carts_are_worked_out_from_moves_the_pricing_epoch(shop: Shop):
    product = shop.create(variants=(a_variant(),))
    epoch = shop.memory.versions.get("pricing", 0)

    shop.update(product, values={"subtitle": "x"})
    assert shop.memory.versions.get("pricing", 0) == epoch
    shop.update(product, values={"discountable": False})
    assert shop.memory.versions["pricing"] == epoch + 1


def test_a_deleted_product_is_gone_with_its_variants(shop: Shop):
    product = shop.create(variants=(a_variant(),))

    shop.delete(ADMIN, product.id)
    shop.delete(ADMIN, product.id)
    shop.delete(ADMIN, "prod_never")

    assert shop.product(product.id).live_variants == []
    with pytest.raises(ProductNotFound):
        shop.update(product, values={"subtitle": "x"})
