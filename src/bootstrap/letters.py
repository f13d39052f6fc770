"""``perseus jobs``: what was given up, for the person who looks into it."""

import click

from bootstrap.sentences import CommandRefused
from ports.housekeeping import DeadLetters

SHOWN = 1_000


def show_letters(
    letters: DeadLetters, *, retried: tuple[str, ...], retry_all: bool, dropped: tuple[str, ...]
) -> None:
    """Raises CommandRefused when something named is no dead job; the others were seen to."""
    if not (retried or retry_all or dropped):
        _list(letters)
        return
    ids = [job.id for job in letters.all(SHOWN)] if retry_all else list(retried)
    strangers = [id for id in dropped if not letters.drop(id)]
    strangers += [id for id in ids if id not in dropped and not letters.revive(id)]
    click.echo(f"{len(ids) + len(dropped) - len(strangers)} seen to; those to be tried again run in a moment.")
    if strangers:
        raise CommandRefused(f"No such dead job: {', '.join(strangers)}.")


def _list(letters: DeadLetters) -> None:
    found = letters.all(SHOWN)
    for job in found:
        about = ", ".join(f"{name}={value}" for name, value in job.payload.items())
        died = "" if job.died_at is None else f" on {job.died_at:%Y-%m-%d %H:%M}"
        click.echo(f"{job.id} {job.kind} ({about}): given up{died} after {job.attempts} tries: {job.error}")
    if not found:
        click.echo("No job was given up.")
