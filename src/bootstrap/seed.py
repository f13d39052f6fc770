"""A small shop to look at: two regions, three wallpaper packs, a poster that ships, an admin.

Everything goes through the use cases, or through a unit of work where there is none yet. Safe to repeat:
what is there already, by country, handle or address, stays as it is.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bootstrap.container import Container
from bootstrap.wallpapers import DAWN, NIGHT, NOON, Palette, wallpaper_pack
from core.domain.actor import SYSTEM, Role
from core.domain.product import ProductStatus
from core.domain.region import Region, RegionId
from core.domain.shop import ShippingOption
from core.use_cases.product.create_product import NewProduct
from core.use_cases.product.prices import PriceInput
from core.use_cases.product.variants import OptionChoice, VariantInput
from core.use_cases.product_file.upload_product_file import NewFile
from core.use_cases.user.create_user import NewUser
from ports.reads import Audience, Condition, Operator, ReadContext, Selection
from ports.unit_of_work import UnitOfWork

SAMPLE_ADMIN_EMAIL = "admin@shop.test"
SAMPLE_ADMIN_PASSWORD = "perseus-demo"  # noqa: S105 - printed on screen, for shops made for trying out
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class SampleRegion:
    """tax_rate: percent. shipping: (name, minor units) of its options."""

    name: str
    currency: str
    tax_rate: str
    countries: tuple[str, ...]
    shipping: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SamplePack:
    """prices in minor units of EUR and USD."""

    title: str
    description: str
    eur: int
    usd: int
    palettes: tuple[Palette, ...]


REGIONS = (
    SampleRegion(
        name="Europe",
        currency="eur",
        tax_rate="19",
        countries=("de", "fr", "nl", "it", "es"),
        shipping=(("Standard", 490), ("Express", 1290)),
    ),
    SampleRegion(
        name="United States",
        currency="usd",
        tax_rate="8.875",
        countries=("us",),
        shipping=(("Standard", 690), ("Express", 1990)),
    ),
)
PACKS = (
    SamplePack("Sydney Dawn", "Three hills before sunrise, in full HD.", 990, 1090, (DAWN, NOON)),
    SamplePack("Aegean Noon", "Clear sky over the water, in full HD.", 1290, 1390, (NOON, DAWN, NIGHT)),
    SamplePack("Night over Seriphos", "The hour of the shooting stars, in full HD.", 1490, 1590, (NIGHT, DAWN)),
)
POSTER = "Perseus Poster"


def seed_shop(container: Container, *, say: Say) -> bool:
    """Make what is missing, telling each thing made; whether there was any."""
    made = [_add_region(container, region, say) for region in REGIONS]
    made += [_add_pack(container, pack, say) for pack in PACKS]
    made += [_add_poster(container, say), _add_sample_admin(container, say)]
    return any(made)


def add_admin(container: Container, *, email: str, password: str) -> str:
    """A user with the role admin; their id. Raises UserExists, Invalid."""
    return container.create_user()(SYSTEM, NewUser(email=email, password=password, role=Role.ADMIN))


def _add_region(container: Container, sample: SampleRegion, say: Say) -> bool:
    """A region with its shipping options, unless one sells to its first country already."""
    with container.begin()(SYSTEM, "seed.region") as work:
        if work.regions.of_country(sample.countries[0]) is not None:
            return False
        region = Region(
            id=RegionId(container.ids().new("reg")),
            name=sample.name,
            currency_code=sample.currency,
            tax_rate=Decimal(sample.tax_rate),
            country_codes=sample.countries,
            payment_provider_ids=container.settings().payments,
        )
        work.regions.add(region)
        _sell_in(work, sample.currency)
        profile_id = work.shop.default_profile().id
        for name, amount in sample.shipping:
            work.shop.add_shipping_option(
                ShippingOption(
                    id=container.ids().new("so"),
                    name=name,
                    region_id=region.id,
                    profile_id=profile_id,
                    provider_id="manual",
                    amount=amount,
                    data={"id": "manual-fulfillment"},
                )
            )
        work.versions.bump("pricing")
        work.commit()
    say(f"Region {sample.name}: {sample.currency.upper()}, {sample.tax_rate} % tax, {', '.join(sample.countries)}")
    return True


def _sell_in(work: UnitOfWork, currency: str) -> None:
    store = work.shop.store()
    if currency not in store.currency_codes:
        store.currency_codes = (*store.currency_codes, currency)


def _add_pack(container: Container, pack: SamplePack, say: Say) -> bool:
    """A pack with its file. A run that was interrupted between the two is completed."""
    product_id = _product_with_handle(container, _handle(pack.title))
    new = product_id is None
    if product_id is None:
        product_id = container.create_product()(
            SYSTEM,
            NewProduct(
                title=pack.title,
                values={"status": ProductStatus.PUBLISHED, "description": pack.description},
                type="Wallpapers",
                options=("Format",),
                variants=(
                    _variant("ZIP", _prices(pack.eur, pack.usd), requires_shipping=False, sku=_sku(pack.title)),
                ),
            ),
        )
    if not new and _has_file(container, product_id):
        return False
    data = wallpaper_pack(pack.title, pack.palettes)
    name = f"{_handle(pack.title)}.zip"
    container.upload_product_file()(
        SYSTEM, NewFile(product_id=product_id, name=name, stream=io.BytesIO(data), size=len(data))
    )
    say(f"Wallpapers {pack.title}: EUR {Decimal(pack.eur).scaleb(-2)}, {name} of {len(data) // 1024} KB")
    return True


def _add_poster(container: Container, say: Say) -> bool:
    if _product_with_handle(container, _handle(POSTER)) is not None:
        return False
    sizes = (("A3", _prices(1900, 2100), 250), ("A2", _prices(2900, 3200), 480))
    container.create_product()(
        SYSTEM,
        NewProduct(
            title=POSTER,
            values={"status": ProductStatus.PUBLISHED, "description": "Printed on heavy paper, shipped in a tube."},
            type="Posters",
            options=("Size",),
            variants=tuple(
                _variant(
                    size,
                    prices,
                    requires_shipping=True,
                    inventory_quantity=100,
                    weight=weight,
                    sku=_sku(POSTER, size),
                )
                for size, prices, weight in sizes
            ),
        ),
    )
    say(f"Poster {POSTER}: sizes {' and '.join(size for size, _, _ in sizes)}, 100 of each, shipped")
    return True


def _add_sample_admin(container: Container, say: Say) -> bool:
    with container.begin()(SYSTEM, "seed.admin") as work:
        if work.users.by_email(SAMPLE_ADMIN_EMAIL) is not None:
            return False
    add_admin(container, email=SAMPLE_ADMIN_EMAIL, password=SAMPLE_ADMIN_PASSWORD)
    say(f"Admin {SAMPLE_ADMIN_EMAIL}")
    return True


def _variant(title: str, prices: tuple[PriceInput, ...], **values: object) -> VariantInput:
    stock = {} if values["requires_shipping"] else {"manage_inventory": False}
    return VariantInput(
        values={"title": title, **stock, **values}, prices=prices, options=(OptionChoice(value=title),)
    )


def _prices(eur: int, usd: int) -> tuple[PriceInput, ...]:
    return PriceInput(currency_code="eur", amount=eur), PriceInput(currency_code="usd", amount=usd)


def _sku(*words: str) -> str:
    """``NIGHT-OVER-SERIPHOS``."""
    return _handle(" ".join(words)).upper()


def _handle(title: str) -> str:
    return "-".join(title.lower().split())


def _product_with_handle(container: Container, handle: str) -> str | None:
    context = ReadContext(audience=Audience.ADMIN, now=container.clock().now(), role=Role.ADMIN)
    where: Sequence[Condition] = [Condition("handle", Operator.EQ, handle)]
    found = container.reads().first("product", where, Selection(columns=frozenset({"id"})), context)
    return None if found is None else str(found["id"])


def _has_file(container: Container, product_id: str) -> bool:
    with container.begin()(SYSTEM, "seed.file") as work:
        return bool(work.files.of_product(product_id))
