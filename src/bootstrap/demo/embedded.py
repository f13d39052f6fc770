"""A shop on engines that need nothing installed: SQLite, folders, manual payments, jobs in the server."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.demo.mailbox import mail_folder
from bootstrap.demo.perseus import Perseus, kept_environment
from bootstrap.demo.stage import Stage
from bootstrap.demo.story import Story
from bootstrap.demo.walk import Walk
from bootstrap.seed import SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD


@contextmanager
def embedded_stage(story: Story, folder: Path, port: int) -> Iterator[Stage]:
    """A filled shop that serves; everything of it lies in ``folder``. Raises DemoFailed, PeerFailed."""
    base = f"http://127.0.0.1:{port}"
    story.say("Perseus, from an empty folder to a refunded order. Everything below happens over HTTP.", "bold")
    story.say(f"The shop's data lies in {folder} and goes when this ends. Rate limits are off (RATE_LIMITS=off).")
    perseus = Perseus(story, folder, _environment(folder, base))
    perseus.prepare()
    walk = Walk(
        story=story,
        mailbox=mail_folder(folder / "mail"),
        base=base,
        admin_email=SAMPLE_ADMIN_EMAIL,
        admin_password=SAMPLE_ADMIN_PASSWORD,
    )
    with perseus.serving(base, port) as server:
        yield Stage(
            walk=walk.run,
            shown={
                "API": base,
                "docs": f"{base}/docs",
                "admin": f"{SAMPLE_ADMIN_EMAIL} with password {SAMPLE_ADMIN_PASSWORD}",
                "mails": str(folder / "mail"),
            },
            keep=lambda: f"The server has ended by itself (exit code {server.wait_for_end()}).",
        )


def _environment(folder: Path, base: str) -> dict[str, str]:
    return kept_environment() | {
        "PERSEUS_ENV": "development",
        "DATABASE_URL": f"sqlite:///{folder / 'shop.db'}",
        "FILES_DIR": str(folder / "files"),
        "MAIL_DIR": str(folder / "mail"),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLIC_URL": base,
        "RATE_LIMITS": "off",
    }
