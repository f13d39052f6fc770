"""Counting with the Prometheus client, in a registry of our own."""

from collections.abc import Callable, Iterator, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.domain.errors import Unavailable
from ports.metrics import Backlog, Waiting

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class PrometheusMetrics:
    """backlog: asked at each exposition; when it cannot be reached its figures are left out and
    ``perseus_database_up`` says 0."""

    def __init__(self, backlog: Backlog) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "perseus_http_request_seconds",
            "Time until a request was answered.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._webhooks = self._counter(
            "perseus_webhooks", "Webhooks that arrived: accepted, refused, failed.", ("provider", "status")
        )
        self._jobs = self._counter("perseus_jobs", "Jobs run: done, failed (tried again), dead.", ("kind", "outcome"))
        self._calls = self._counter(
            "perseus_provider_calls",
            "Calls of payment, mail, print and storage providers: ok, refused, unavailable, error.",
            ("provider", "method", "outcome"),
        )
        self._circuits = Gauge(
            "perseus_provider_circuit_open",
            "1 while a provider is left alone because it does not answer.",
            ("provider",),
            registry=self._registry,
        )
        self._registry.register(_BacklogCollector(backlog))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).observe(seconds)

    def webhook(self, provider: str, status: str) -> None:
        self._webhooks.labels(provider, status).inc()

    def job(self, kind: str, outcome: str) -> None:
        self._jobs.labels(kind, outcome).inc()

    def provider_call(self, provider: str, method: str, outcome: str) -> None:
        self._calls.labels(provider, method, outcome).inc()

    def circuit(self, provider: str, *, is_open: bool) -> None:
        self._circuits.labels(provider).set(int(is_open))

    def exposition(self) -> tuple[bytes, str]:
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def _counter(self, name: str, meaning: str, labels: Sequence[str]) -> Counter:
        return Counter(name, meaning, labels, registry=self._registry)


class _BacklogCollector(Collector):
    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # registering asks nothing of the database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("perseus_database_up", "Whether the database answers.")
        try:
            yield self._gauge("perseus_job_queue", "Jobs waiting or given up.", "kind", self._backlog.jobs)
            yield self._gauge(
                "perseus_webhook_queue",
                "Events waiting, parked or given up.",
                "provider",
                self._backlog.webhook_events,
            )
        except Unavailable:
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
        yield up

    @staticmethod
    def _gauge(name: str, meaning: str, label: str, counted: Callable[[], Sequence[Waiting]]) -> GaugeMetricFamily:
        gauge = GaugeMetricFamily(name, meaning, labels=(label, "state"))
        for waiting in counted():
            gauge.add_metric([waiting.name, waiting.state], waiting.count)
        return gauge
