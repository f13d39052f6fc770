"""Shops on real engines for tests: migrated once, copied for each test."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from dependency_injector.providers import Singleton
from sqlalchemy import Engine

from adapters.db.migrate import migrate
from adapters.db.reads.glances import SqlGlances
from adapters.db.reads.sql_reads import SqlReads
from adapters.system.passwords import Argon2Passwords
from bootstrap.container import Container, build_container
from bootstrap.settings import Settings
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Role
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.product_file import FileState, ProductFile, ProductFileId
from core.domain.region import Region, RegionId
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.customer.register_customer import NewCustomer
from ports.unit_of_work import UnitOfWork
from tests.integration.kept_statements import open_kept, reader

ADMIN = Actor(kind=ActorKind.USER, id="usr_01F0YES82DA12W88KQ90EY6W4C", role=Role.ADMIN)
REGION, PRODUCT, VARIANT = "reg_test", "prod_test", "variant_test"
PASSWORD = "a long enough one"
SECRET = "b7f0c1d29e834f6a8c5d7e1f2a3b4c5d6e7f8091"


@cache
def migrated_template() -> Path:
    """A migrated, empty shop; made once per test process."""
    folder = Path(tempfile.mkdtemp(prefix="perseus_template_"))
    path = folder / "shop.db"
    migrate(f"sqlite:///{path}")
    return path


def migrated(database: Path | Engine) -> None:
    """Make a shop of this file that is not there yet, or of what an engine of ``sqlite://`` holds:
    a copy of the template."""
    if isinstance(database, Path):
        shutil.copy(migrated_template(), database)
        return
    with closing(sqlite3.connect(migrated_template())) as source, database.connect() as connection:
        target = connection.connection.driver_connection
        assert isinstance(target, sqlite3.Connection)
        source.backup(target)


def variables(folder: Path) -> dict[str, str]:
    """Settings of a shop of its own in ``folder``, whose database is a copy of the template, or the
    one that ``keep_at`` named."""
    database = folder / "shop.db"
    named = folder / "database_url"
    if not database.exists() and not named.exists():
        migrated(database)
    return {
        "PERSEUS_ENV": "test",
        "PERSEUS_DATA_DIR": str(folder),
        "DATABASE_URL": named.read_text() if named.exists() else f"sqlite:///{database}",
        "SECRET_KEY": SECRET,
        "RATE_LIMITS": "off",
        "PUBLIC_URL": "http://shop.test",
    }


def keep_at(folder: Path, url: str) -> None:
    """Let the shop in this folder, in whatever process, have its database elsewhere."""
    (folder / "database_url").write_text(url)


def open_shop(folder: Path, **more: str) -> Container:
    """The production wiring, with password hashing made cheap and statements compiled once.
    more: further settings."""
    container = build_container(Settings.load({**variables(folder), **more}))
    container.passwords.override(Argon2Passwords(memory_kib=8, time_cost=1))
    container.engines.override(Singleton(open_kept, container.settings().database_url))
    container.reads.override(Singleton(reader, SqlReads, container.read_engine))
    container.glances.override(Singleton(reader, SqlGlances, container.read_engine))
    return container


def fill(work: UnitOfWork, *, stock: int | None = None, price: int = 1_000) -> None:
    """A region with 10 % tax and one digital product with a file that is ready."""
    work.regions.add(
        Region(
            id=RegionId(REGION),
            name="EU",
            currency_code="eur",
            tax_rate=Decimal(10),
            country_codes=("de", "fr"),
        )
    )
    work.products.add(
        Product(
            id=ProductId(PRODUCT),
            title="Sydney Nights",
            handle="sydney-nights",
            profile_id=work.shop.default_profile().id,
            status=ProductStatus.PUBLISHED,
            sales_channel_ids=(work.shop.store().default_sales_channel_id,),
            variants=[
                Variant(
                    id=VariantId(VARIANT),
                    title="4K",
                    requires_shipping=False,
                    manage_inventory=stock is not None,
                    inventory_quantity=stock or 0,
                    prices=(MoneyAmount(id="ma_test", currency_code="eur", amount=price),),
                )
            ],
        )
    )


@dataclass(frozen=True)
class Sale:
    cart_id: str
    customer: Actor


def stock_shop(container: Container, *, stock: int | None = None) -> None:
    begin = container.begin()
    with begin(SYSTEM, "test.fill") as work:
        fill(work, stock=stock)
        work.commit()
    key = f"products/{PRODUCT}/pfile_test.zip"
    stored = container.file_store().put(key, [b"the bytes of a wallpaper"])
    with begin(SYSTEM, "test.fill") as work:
        work.files.add(
            ProductFile(
                id=ProductFileId("pfile_test"),
                product_id=PRODUCT,
                variant_id=None,
                chain_id="pfile_test",
                name="sydney.zip",
                mime_type="application/zip",
                size=stored.size,
                sha256=stored.sha256,
                file_version=1,
                state=FileState.READY,
                storage_key=key,
                uploaded_by=None,
                created_at=container.clock().now(),
            )
        )
        work.commit()


def a_customer(container: Container, email: str = "ada@example.com") -> Actor:
    id = container.register_customer()(ANONYMOUS, NewCustomer(email=email, password=PASSWORD))
    return Actor(kind=ActorKind.CUSTOMER, id=id)


def ready_to_pay(container: Container, customer: Actor, quantity: int = 1) -> str:
    """A cart of one line with its payment session; its id."""
    cart_id: str = container.create_cart()(customer, NewCart(region_id=REGION))
    container.add_line()(customer, cart_id, VARIANT, quantity)
    container.update_cart()(customer, cart_id, CartChanges(email="guest@example.com"))
    container.start_payment()(customer, cart_id)
    return cart_id


def run_jobs(container: Container) -> None:
    """Work off everything that is due."""
    while container.run_reactions().run_once("test"):
        pass
