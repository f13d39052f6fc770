"""``perseus check`` on the terminal: progress, findings, the exit status."""

import json
from collections.abc import Callable
from dataclasses import asdict

import click

from bootstrap.container import Container
from bootstrap.engines import public_keys
from core.domain.actor import SYSTEM
from core.use_cases.check.check_shop import Looked
from core.use_cases.check.violation import Violation, violation
from ports.outside_logins import KeysUnavailable

CLEAN, WRONG = 0, 1


def run_check(container: Container, *, as_json: bool) -> int:
    """Print what is wrong; the exit status. as_json: one JSON object on standard output, and the
    progress on standard error."""
    parts: dict[str, int] = {}

    def tell(looked: Looked) -> None:
        if looked.done:
            parts[looked.part] = looked.seen
        click.echo(_progress(looked), err=as_json)

    found = container.check_shop()(SYSTEM, tell)
    found += _sign_in_services(container, tell)
    if as_json:
        click.echo(json.dumps({"seen": parts, "violations": [asdict(each) for each in found]}, indent=1))
    else:
        _print(found)
    return WRONG if found else CLEAN


def _sign_in_services(container: Container, tell: Callable[[Looked], None]) -> list[Violation]:
    """Whether the keys of each can be had now: without them nobody who uses it can sign in."""
    issuers, found = container.settings().sso_issuers, []
    for issuer in issuers:
        keys = public_keys(issuer, container.clock())
        try:
            if keys is not None:
                keys.find(None)
        except KeysUnavailable as error:
            found.append(violation("sign_in_keys", issuer.issuer, f"{issuer.issuer}: {error.message}"))
    if issuers:
        tell(Looked(part="sign-in services", seen=len(issuers), found=len(found), done=True))
    return found


def _progress(looked: Looked) -> str:
    if not looked.done:
        return f"{looked.part}: {looked.seen} so far"
    return f"{looked.part}: {looked.seen} seen, {looked.found} wrong"


def _print(found: list[Violation]) -> None:
    for each in found:
        click.echo(f"[{each.rule}] {each.sentence}")
    click.echo(f"{len(found)} things are wrong." if found else "Everything adds up.")
