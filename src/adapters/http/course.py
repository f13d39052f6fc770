"""What is known of one request while it takes its course: for the log, the counts, and whatever surrounds views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import request

from core.domain.actor import Actor
from core.domain.errors import DomainError

if TYPE_CHECKING:
    from adapters.http.route import Route  # routes name their refusals' dialect, and refusals the request

KEY = "perseus.course"


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer rests on. look: asks for it at a moment, in one statement; seen: what it was."""

    look: Callable[[datetime], object]
    seen: object


@dataclass(slots=True, kw_only=True)
class Course:
    """request_id: the caller's own, or made up. route, actor: None until they are known, or for good.

    refusal: what was answered instead. path: what varies in the URL. looks: what was asked about the market
    and the catalogue's edition. ground: the one look on which alone an answer rests that anybody may have.
    status, seconds: of the answer.
    """

    method: str
    request_id: str
    route: Route | None = None
    path: Mapping[str, str] | None = None
    actor: Actor | None = None
    refusal: DomainError | None = None
    looks: list[Ground] = field(default_factory=list)
    ground: Ground | None = None
    status: int = 0
    seconds: float = 0.0

    def served(self) -> Route:
        """The route, where there is no doubt that there is one."""
        if self.route is None:
            raise TypeError("only views know that their route is known")
        return self.route


def course() -> Course:
    """The current request's."""
    return cast("Course", request.environ[KEY])
