from pathlib import Path

from sqlalchemy import select

from adapters.db.installed import note_installed
from adapters.db.tables import payment_providers
from bootstrap.container import build_container
from bootstrap.seed import seed_shop
from bootstrap.settings import Settings
from bootstrap.working import note_providers
from core.domain.actor import SYSTEM
from tests.integration.shops import open_shop, variables


def test_database_shows_what_the_settings_install(tmp_path: Path) -> None:
    container = open_shop(tmp_path)
    engine = container.write_engine()

    for ids in (["manual", "stripe"], ["manual"], ["manual"]):
        note_installed(engine, payment=ids, fulfillment=["manual"], tax=["system"])
        with engine.connect() as connection:
            rows = {row.id: row.is_installed for row in connection.execute(select(payment_providers))}
        assert rows == {"manual": True, "stripe": "stripe" in ids}


def test_sample_regions_offer_the_chosen_providers(tmp_path: Path) -> None:
    stripe = {"PAYMENTS": "stripe,manual", "STRIPE_API_KEY": "sk_test_sandbox"}
    container = build_container(Settings.load({**variables(tmp_path), **stripe}))
    note_providers(container)
    seed_shop(container, say=lambda sentence: None)

    with container.begin()(SYSTEM, "test.look") as work:
        region = work.regions.of_country("de")
    assert region is not None
    assert region.payment_provider_ids == ("stripe", "manual")
