"""``/metrics``: for whoever has the token, about everything, and about nobody."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from adapters.memory.clock import FrozenClock
from adapters.memory.jobs import InMemoryJobs
from adapters.memory.store import Memory
from adapters.system.metered import MeteredJobs, metered
from adapters.system.prometheus_metrics import PrometheusMetrics
from bootstrap.app import create_app
from bootstrap.container import Container, build_container
from bootstrap.settings import Settings, SettingsError
from core.domain.errors import Invalid, Unavailable
from ports.jobs import HANDED_BACK, Job
from ports.metrics import Waiting
from tests.integration.shops import a_customer, open_shop, ready_to_pay, run_jobs, stock_shop, variables

TOKEN = "a token for the scraper"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Quiet:
    """A backlog with one dead job."""

    away = False

    def jobs(self) -> Sequence[Waiting]:
        if self.away:
            raise Unavailable("the database is away")
        return [Waiting(name="deliver_mail", state="dead", count=1)]

    def webhook_events(self) -> Sequence[Waiting]:
        return []


@pytest.fixture
def shop(tmp_path: Path) -> Container:
    open_shop(tmp_path)  # makes the database
    container = build_container(Settings.load(variables(tmp_path) | {"METRICS_TOKEN": TOKEN}))
    stock_shop(container)
    return container


@pytest.fixture
def client(shop: Container) -> FlaskClient:
    return create_app(shop).test_client()


def scraped(client: FlaskClient) -> str:
    response = client.get("/metrics", headers=BEARER)
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain")
    return response.get_data(as_text=True)


def text(metrics: PrometheusMetrics) -> str:
    return metrics.exposition()[0].decode()


def test_without_a_token_in_the_settings_there_is_no_such_page(tmp_path: Path) -> None:
    client = create_app(open_shop(tmp_path)).test_client()

    assert client.get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN}],
)
def test_it_is_for_whoever_has_the_token(client: FlaskClient, headers: dict[str, str]) -> None:
    refused = client.get("/metrics", headers=headers)

    assert refused.status_code == 401
    assert b"perseus_" not in refused.data


def test_requests_are_counted_by_pattern_and_status(client: FlaskClient) -> None:
    client.get("/store/regions")
    client.get("/store/carts/cart_somebodys")
    client.get("/store/carts/cart_anybodys")
    client.get("/no/such/page?email=ada@example.com")
    client.open("/store/regions", method="BREW")

    told = scraped(client)
    count = "perseus_http_request_seconds_count"
    assert f'{count}{{method="GET",route="/store/regions",status="200"}} 1.0' in told
    assert f'{count}{{method="GET",route="/store/carts/<cart_id>",status="404"}} 2.0' in told
    assert f'{count}{{method="GET",route="unmatched",status="404"}} 1.0' in told
    assert 'method="other"' in told
    for secret in ("somebodys", "ada@example.com", "no/such", "BREW"):
        assert secret not in told


def test_a_sale_shows_in_jobs_queue_and_provider_calls(shop: Container, client: FlaskClient) -> None:
    customer = a_customer(shop)
    shop.place_order()(customer, ready_to_pay(shop, customer))
    assert 'perseus_job_queue{kind="capture_digital_order",state="ready"} 1.0' in scraped(client)
    run_jobs(shop)

    told = scraped(client)
    assert 'perseus_jobs_total{kind="capture_digital_order",outcome="done"} 1.0' in told
    assert 'perseus_job_queue{kind="capture_digital_order",state="ready"}' not in told
    assert 'perseus_provider_calls_total{method="initiate",outcome="ok",provider="manual"} 1.0' in told
    assert 'perseus_provider_calls_total{method="send",outcome="ok",provider="folder"} 1.0' in told
    assert "perseus_database_up 1.0" in told
    assert "ada@example.com" not in told
    assert "cus_" not in told


def test_webhooks_are_counted_by_provider(client: FlaskClient) -> None:
    client.post("/webhooks/stripe", data=b"{}", headers={"Stripe-Signature": "t=1,v1=00"})

    assert 'perseus_webhooks_total{provider="stripe",status="refused"} 1.0' in scraped(client)


def test_jobs_are_counted_by_how_they_went() -> None:
    metrics = PrometheusMetrics(Quiet())
    clock = FrozenClock()

    class Agreeing(InMemoryJobs):
        def finish(self, job: Job, worker: str) -> bool:
            return worker == "me"

        retry = bury = lambda self, *given: True

    jobs = MeteredJobs(Agreeing(Memory(), clock), metrics)
    job = Job(id="job_1", kind="work", payload={}, attempt=1, max_attempts=10)
    jobs.finish(job, "me")
    jobs.finish(job, "late")
    jobs.retry(job, "me", clock.now(), "Unavailable: not now")
    jobs.retry(job, "me", clock.now(), HANDED_BACK)
    jobs.bury(job, "me", "hopeless")

    told = text(metrics)
    assert jobs.claim("me", 1, clock.now() - clock.now()) == []
    assert jobs.next_due() is None
    for outcome in ("done", "failed", "dead"):
        assert f'perseus_jobs_total{{kind="work",outcome="{outcome}"}} 1.0' in told


def test_calls_are_counted_by_how_they_ended() -> None:
    class Provider:
        name = "plain attributes pass"

        def act(self, error: Exception | None) -> str:
            if error is not None:
                raise error
            return "done"

    metrics = PrometheusMetrics(Quiet())
    provider = metered(Provider(), "acme", metrics)
    assert provider.act(None) == "done"
    assert provider.name == "plain attributes pass"
    for error in (Unavailable("away"), Invalid("no"), ValueError("a defect")):
        with pytest.raises(type(error)):
            provider.act(error)

    told = text(metrics)
    for outcome in ("ok", "unavailable", "refused", "error"):
        assert f'perseus_provider_calls_total{{method="act",outcome="{outcome}",provider="acme"}} 1.0' in told


def test_a_database_that_is_away_is_told_and_hides_nothing_else() -> None:
    backlog = Quiet()
    metrics = PrometheusMetrics(backlog)
    assert 'perseus_job_queue{kind="deliver_mail",state="dead"} 1.0' in text(metrics)
    metrics.webhook("stripe", "accepted")
    backlog.away = True

    told = text(metrics)
    assert "perseus_database_up 0.0" in told
    assert 'perseus_webhooks_total{provider="stripe",status="accepted"} 1.0' in told


def test_a_short_token_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="METRICS_TOKEN is too short"):
        Settings.load(variables(tmp_path) | {"METRICS_TOKEN": "short"})
