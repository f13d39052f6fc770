"""What is known of one request while it takes its course: for the log, the counts, and whatever surrounds views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import request

from adapters.http.route import Route
from core.domain.actor import Actor
from core.domain.errors import DomainError
from ports.glances import Edition

KEY = "perseus.course"
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer rests on. look: asks for it at a moment, in one statement; asked: what that asks for;
    seen: what it was, at that moment. number: asks for the edition's number, where that of what was seen says
    whether anything of it has changed."""

    look: Callable[[datetime], Any]
    asked: tuple[object, ...]
    seen: Any
    at: datetime
    number: Callable[[], int] | None = None

    def anew(self, now: datetime) -> Ground:
        """As it is now. Itself, where it is known to be the same."""
        if self.number is not None:
            edition: Edition = self.seen if isinstance(self.seen, Edition) else self.seen.edition
            lasts = self.at <= now and (edition.until is None or now < edition.until)
            if lasts and self.number() == edition.number:
                return self
        return replace(self, seen=self.look(now), at=now)


@dataclass(slots=True, kw_only=True)
class Course:
    """request_id: the caller's own, or made up. route, actor: None until they are known, or for good.

    refusal: what was answered instead. path: what varies in the URL. ahead: a look that was taken before
    routing. looks: what was asked about the market
    and the catalogue's edition. ground: the one look on which alone an answer rests that anybody may have.
    status, seconds: of the answer.
    """

    method: str
    request_id: str
    route: Route | None = None
    path: Mapping[str, str] | None = None
    actor: Actor | None = None
    refusal: DomainError | None = None
    ahead: Ground | None = None
    looks: list[Ground] = field(default_factory=list)
    ground: Ground | None = None
    status: int = 0
    seconds: float = 0.0

    def look(
        self,
        how: Callable[[datetime], Seen],
        asked: tuple[object, ...],
        now: datetime,
        number: Callable[[], int] | None = None,
    ) -> Seen:
        """What ``how`` sees now, or saw for this request already. number: see Ground."""
        ahead = self.ahead
        if ahead is None or ahead.asked != asked:
            ahead = Ground(how, asked, how(now), now, number)
        self.looks.append(ahead)
        seen: Seen = ahead.seen
        return seen

    def served(self) -> Route:
        """The route, where there is no doubt that there is one."""
        if self.route is None:
            raise TypeError("only views know that their route is known")
        return self.route


def course() -> Course:
    """The current request's."""
    return cast("Course", request.environ[KEY])
