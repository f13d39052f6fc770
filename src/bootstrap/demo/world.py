"""The servers around a shop in production, each on a port of its own of 127.0.0.1."""

from __future__ import annotations

import base64
import secrets
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from bootstrap.demo.perseus import START_SECONDS, Perseus, is_ready, kept_environment, stop_told
from bootstrap.demo.story import Story
from bootstrap.peers import postgres, s3, valkey
from bootstrap.peers.process import EXTRA, PeerMissing, free_port
from bootstrap.peers.resend import API_KEY, ResendServer
from bootstrap.peers.resend_reports import ResendReports
from bootstrap.sandbox.sandbox import KEY

RESEND_RATE = 10  # requests per second: Resend raises an account's limit on request
Server = postgres.PostgresServer | valkey.ValkeyServer | s3.S3Server


def check_installed() -> None:
    """Raises PeerMissing with one sentence per thing that is not there."""
    missing = []
    for program in (postgres.programs, s3.program, valkey.program):
        try:
            program()
        except PeerMissing as reason:
            missing.append(str(reason))
    if find_spec("dramatiq") is None or find_spec("redis") is None:
        missing.append(f"The library of the workers is missing. This brings it: {EXTRA}")
    if missing:
        raise PeerMissing(
            "\n".join([*missing, "In a checkout, make setup installs all that exists for your machine."])
        )


class World:
    """The servers around the shop. running: stops them, latest first."""

    def __init__(self, story: Story, folder: Path, running: ExitStack) -> None:
        self._story = story
        self._folder = folder
        self._running = running
        self._database = postgres.PostgresServer(folder / "postgres.log")
        self._valkey = valkey.ValkeyServer(folder / "valkey.log")
        self.storage = s3.S3Server(folder / "s3.log")
        self.resend = ResendServer()
        self.stripe_port = free_port()
        self.stripe_url = f"http://127.0.0.1:{self.stripe_port}"

    def start(self, base: str) -> dict[str, str]:
        """Start them; the settings of a shop that uses them."""
        self._story.step("The world around the shop starts, from wheels.")
        self._start("PostgreSQL", self._database.port, "makes a database cluster first", self._database)
        url = self._database.create_database("shop")
        self._start("Valkey", self._valkey.port, "for jobs on their way, and rate limits", self._valkey)
        self._start("S3 server", self.storage.port, "rclone, objects in memory", self.storage)
        bucket = self.storage.bucket().name
        self._running.enter_context(self.resend)
        port = self.resend.server_address[1]
        self._story.say(f"    Resend is played on port {port}, by this process (posts signed webhooks too)")
        env = self._settings(base, url, bucket)
        reports = ResendReports(f"{base}/webhooks/resend", env["RESEND_WEBHOOK_SECRET"])
        self.resend.on_taken = reports.delivered
        self._start_stripe(base, env)
        return env

    def _start(self, name: str, port: int, what: str, server: Server) -> None:
        self._running.callback(self._stop, name, server)
        with self._story.waiting(f"{name} on port {port} ({what})"):
            server.start()

    def _stop(self, name: str, server: Server) -> None:
        try:
            if server.process is not None:
                self._story.say(f"    {name} (pid {server.process.pid}) stops", "dim")
        finally:  # whoever listened may have gone
            server.stop()

    def _start_stripe(self, base: str, env: dict[str, str]) -> None:
        arguments = ["--port", str(self.stripe_port), "--webhook-url", f"{base}/webhooks/stripe"]
        arguments += ["--webhook-secret", env["STRIPE_WEBHOOK_SECRET"]]
        sandbox = Perseus(self._story, self._folder, kept_environment()).start(
            "sandbox-stripe", "sandbox-stripe", *arguments
        )
        self._running.callback(stop_told, self._story, sandbox)
        with self._story.waiting(f"perseus sandbox-stripe on port {self.stripe_port} (posts signed webhooks)"):
            sandbox.wait_until(lambda: is_ready(f"{self.stripe_url}/_sandbox/health"), START_SECONDS)

    def _settings(self, base: str, database: str, bucket: str) -> dict[str, str]:
        shown = {
            "PERSEUS_ENV": "production",
            "PUBLIC_URL": base,
            "DATABASE_URL": database,
            "STORAGE_ENGINE": "s3",
            "S3_ENDPOINT": self.storage.url,
            "S3_BUCKET": bucket,
            "PAYMENTS": "stripe",
            "STRIPE_API_BASE": self.stripe_url,
            "MAIL_ENGINE": "resend",
            "RESEND_API_BASE": self.resend.base,
            "RESEND_RATE": str(RESEND_RATE),
            "MAIL_FROM": "Perseus demo <shop@shop.test>",
            "STOREFRONT_URL": "http://localhost:8000",
            "JOBS_ENGINE": "dramatiq",
            "REDIS_URL": self._valkey.url,
        }
        self._story.step("The shop is told by its environment, and by nothing else, what to use.")
        for name, value in shown.items():
            self._story.say(f"      {name}={value}", "dim")
        self._story.say("      and secrets: SECRET_KEY, METRICS_TOKEN and what each provider knows it by", "dim")
        return (
            kept_environment()
            | shown
            | {
                "PERSEUS_DATA_DIR": str(self._folder),
                "SECRET_KEY": secrets.token_urlsafe(48),
                "METRICS_TOKEN": secrets.token_urlsafe(24),
                "S3_ACCESS_KEY_ID": s3.KEY_ID,
                "S3_SECRET_ACCESS_KEY": s3.SECRET,
                "STRIPE_API_KEY": KEY,
                "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
                "RESEND_API_KEY": API_KEY,
                "RESEND_WEBHOOK_SECRET": f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}",
            }
        )
