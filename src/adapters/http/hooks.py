"""What the foundation itself needs of the shop, handed over once when the app is created.

Views get their use cases by injection; these few are needed around every view, before one is chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast

from flask import current_app

from adapters.http.card_shelf import CardShelf
from adapters.http.kept_answers import KeptAnswers
from adapters.http.settings import HttpSettings
from core.domain.actor import Actor
from ports.clock import Clock, Ids
from ports.idempotency import IdempotencyKeys
from ports.metrics import Metrics
from ports.rate_limits import RateLimits
from ports.reads import Reads
from ports.tokens import AccessClaims, AccessTokens

EXTENSION = "perseus"


class IdentifyActor(Protocol):
    """Who is behind credentials that were already verified. Both raise Unauthenticated, or
    SessionOver when the login has ended."""

    def __call__(self, claims: AccessClaims) -> Actor: ...

    def by_session(self, session_id: str) -> Sequence[Actor]: ...


class IdentifyKey(Protocol):
    """Whose API key this is. Raises Unauthenticated."""

    def __call__(self, token: str) -> Actor: ...


class IdentifyOutsider(Protocol):
    """Which customer signed in outside of the shop; None for what is no such token. Raises Unauthenticated,
    SessionOver, Unavailable."""

    def __call__(self, token: str) -> Actor | None: ...


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """metrics None: requests are not counted. catalogue: this process's store of catalogue answers;
    cards: of single products in them."""

    settings: HttpSettings
    clock: Clock
    ids: Ids
    tokens: AccessTokens
    identify_actor: IdentifyActor
    identify_key: IdentifyKey
    rate_limits: RateLimits
    idempotency: IdempotencyKeys
    reads: Reads
    metrics: Metrics | None = None
    identify_outsider: IdentifyOutsider | None = None

    @cached_property
    def catalogue(self) -> KeptAnswers:
        return KeptAnswers(self.settings.shelf_bytes)

    @cached_property
    def cards(self) -> CardShelf:
        return CardShelf(self.settings.shelf_bytes)


def hooks() -> Hooks:
    """The running app's."""
    return cast("Hooks", current_app.extensions[EXTENSION])
