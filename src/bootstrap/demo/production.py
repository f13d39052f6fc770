"""A shop on the engines of production, each a process of its own on 127.0.0.1.

PostgreSQL, an S3 server and Valkey are real; Stripe is ``perseus sandbox-stripe``, Resend answers here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep

from bootstrap.demo.mailbox import Mailbox, resend_mails
from bootstrap.demo.perseus import START_SECONDS, Perseus, stop_told
from bootstrap.demo.production_walk import ProductionWalk, Surroundings
from bootstrap.demo.stage import Stage
from bootstrap.demo.story import Story
from bootstrap.demo.world import World, check_installed
from bootstrap.peers.process import PeerProcess
from bootstrap.sandbox.sandbox import KEY, PUBLISHABLE_KEY
from bootstrap.seed import SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD

SERVER_PROCESSES = 2
WORKERS = 2
WORKER_SAYS = "Working off jobs"
GLANCE = 0.5


@contextmanager
def production_stage(story: Story, folder: Path, port: int) -> Iterator[Stage]:
    """Everything started and filled; all of it stopped at the end, each process by its own id, whatever
    happened. Raises DemoFailed, PeerFailed, PeerMissing (before anything is started)."""
    check_installed()
    base = f"http://127.0.0.1:{port}"
    story.say("Perseus on the engines of production, from an empty folder to a refunded order.", "bold")
    story.say(f"Logs lie in {folder} and go, with all data, when this ends. Nothing leaves this machine.")
    with ExitStack() as running:
        running.callback(story.say, "    All of it has been stopped.", "dim")
        world = World(story, folder, running)
        env = world.start(base)
        perseus = Perseus(story, folder, env)
        story.step("The shop is made with two commands.")
        perseus.prepare()
        crew = Crew(story, perseus, running)
        story.step("It runs in processes of two kinds, which share nothing but the servers above.")
        crew.hire()
        server = running.enter_context(perseus.serving(base, port, "--workers", str(SERVER_PROCESSES)))
        story.show("server", f"{base}, {SERVER_PROCESSES} processes below pid {server.pid}")
        mailbox = resend_mails(world.resend)
        walk = ProductionWalk(
            story=story,
            mailbox=mailbox,
            base=base,
            admin_email=SAMPLE_ADMIN_EMAIL,
            admin_password=SAMPLE_ADMIN_PASSWORD,
            around=Surroundings(
                stripe=world.stripe_url,
                stripe_key=KEY,
                publishable_key=PUBLISHABLE_KEY,
                storage=world.storage.url,
                lose_workers=crew.lose,
                hire_workers=crew.hire,
                run=perseus.run,
            ),
        )
        try:
            yield Stage(
                walk=walk.run,
                shown=_to_play_with(base, env) | {"logs": f"{folder}/*.log"},
                keep=lambda: _keep(story, mailbox, server),
            )
        finally:
            story.step("Everything stops, what was started last first.")


def _to_play_with(base: str, env: Mapping[str, str]) -> dict[str, str]:
    stripe = env["STRIPE_API_BASE"]
    keys = f"{env['S3_ACCESS_KEY_ID']} and {env['S3_SECRET_ACCESS_KEY']}"
    return {
        "API": base,
        "docs": f"{base}/docs",
        "admin": f"{SAMPLE_ADMIN_EMAIL} with password {SAMPLE_ADMIN_PASSWORD}",
        "metrics": f"curl -H 'Authorization: Bearer {env['METRICS_TOKEN']}' {base}/metrics",
        "pay as a browser": f"curl {stripe}/v1/payment_intents/$INTENT/confirm -u {PUBLISHABLE_KEY}: "
        "-d client_secret=$CLIENT_SECRET -d payment_method=pm_card_visa",
        "webhooks sent": f"{stripe}/_sandbox/deliveries",
        "database": f"psql {env['DATABASE_URL']}",
        "storage": f"{env['S3_ENDPOINT']}, bucket {env['S3_BUCKET']}, keys {keys}",
        "mails": "are told here as they arrive",
    }


class Crew:
    """The processes that work off jobs."""

    def __init__(self, story: Story, perseus: Perseus, running: ExitStack) -> None:
        self._story = story
        self._perseus = perseus
        self._running = running
        self._present: list[PeerProcess] = []
        self._hired = 0

    def hire(self) -> None:
        """Start as many as belong there, and wait until all of them work."""
        names = [f"worker {self._hired + number}" for number in range(1, WORKERS + 1)]
        self._hired += WORKERS
        for name in names:
            worker = self._perseus.start(name, "worker")
            self._running.callback(stop_told, self._story, worker)
            self._present.append(worker)
        with self._story.waiting(f"{WORKERS} times perseus worker"):
            for worker in self._present:
                worker.wait_until(self._says_so(worker.name), START_SECONDS)
        for worker in self._present:
            self._story.show(worker.name, f"pid {worker.pid}")

    def lose(self) -> None:
        """All of them at once, without a word."""
        for worker in self._present:
            worker.kill()
            self._story.show(worker.name, f"pid {worker.pid} was killed (SIGKILL)")
        self._present.clear()

    def _says_so(self, name: str) -> Callable[[], bool]:
        log = self._perseus.log(name)
        return lambda: WORKER_SAYS in log.read_text(encoding="utf-8", errors="replace")


def _keep(story: Story, mailbox: Mailbox, server: PeerProcess) -> str:
    mailbox.unread()
    while server.exit_code is None:
        for letter in mailbox.unread():
            story.say(f"    mail to {letter.to}: {letter.subject}")
            for link in letter.links():
                story.show("link", link, whole=True)
        sleep(GLANCE)
    return f"The server has ended by itself (exit code {server.exit_code})."
