"""``perseus demo``: a shop made for the occasion, a real server, the walk, and then the shop to play with."""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from adapters.db.migrate import migrate
from bootstrap.container import build_container
from bootstrap.demo.mailbox import Mailbox
from bootstrap.demo.server import running_server
from bootstrap.demo.story import DemoFailed, Story
from bootstrap.demo.walk import Walk
from bootstrap.seed import SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD, seed_shop
from bootstrap.sentences import CommandRefused, check_port
from bootstrap.settings import Settings


def run_demo(*, once: bool, port: int) -> None:
    """once: end after the walk. port: 0 is any free one. Raises CommandRefused when anything is amiss."""
    signal.signal(signal.SIGTERM, _stop)
    story = Story()
    port = check_port("127.0.0.1", port)
    folder = Path(tempfile.mkdtemp(prefix="perseus-demo-"))
    story.say("Perseus, from an empty folder to a refunded order. Everything below happens over HTTP.", "bold")
    story.say(f"The shop's data lies in {folder} and goes when this ends. Rate limits are off (RATE_LIMITS=off).")
    try:
        _run(story, folder, port, once=once)
    except DemoFailed as error:
        # The folder stays: whoever looks into it needs the log and the mails.
        raise CommandRefused(
            f"{error}\nThe demo stopped here. The server's log is {folder / 'server.log'}"
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _run(story: Story, folder: Path, port: int, *, once: bool) -> None:
    base = f"http://127.0.0.1:{port}"
    env = demo_environment(folder, base)
    _prepare(story, env)
    mailbox = Mailbox(folder / "mail")
    with running_server(story, base, port, env, folder / "server.log") as server:
        Walk(story, mailbox, base, SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD).run()
        story.say()
        story.say("Sold, delivered, refunded: everything was as it should be.", "bold green")
        if once:
            return
        story.say()
        story.show_all(
            {
                "API": base,
                "docs": f"{base}/docs",
                "admin": f"{SAMPLE_ADMIN_EMAIL} with password {SAMPLE_ADMIN_PASSWORD}",
                "mails": str(folder / "mail"),
            }
        )
        story.say("The shop keeps serving. Ctrl-C stops it.")
        try:
            ended = server.wait()
        except KeyboardInterrupt:
            return
        raise DemoFailed(f"The server has ended by itself (exit code {ended}).")


def _prepare(story: Story, env: Mapping[str, str]) -> None:
    settings = Settings.load(env)
    with story.waiting("Creating the database"):
        migrate(settings.database_url)
    with story.waiting("Filling a small shop"):
        made: list[str] = []
        seed_shop(build_container(settings), say=made.append)
    for line in made:
        story.say(f"      {line}", "dim")


def demo_environment(folder: Path, base: str) -> dict[str, str]:
    """The environment for a shop on embedded engines that keeps everything in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
    return kept | {
        "PERSEUS_ENV": "development",
        "DATABASE_URL": f"sqlite:///{folder / 'shop.db'}",
        "FILES_DIR": str(folder / "files"),
        "MAIL_DIR": str(folder / "mail"),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLIC_URL": base,
        "RATE_LIMITS": "off",
    }


def _stop(signal_number: int, frame: FrameType | None) -> None:
    """Let a polite request to end run the same clean-up as Ctrl-C."""
    raise KeyboardInterrupt
