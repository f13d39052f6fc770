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
    seen: what it was, at that moment. numbers: asks for those of the edition, where they tell by themselves whether
    anything of what was seen has changed."""

    look: Callable[[datetime], Any]
    asked: tuple[object, ...]
    seen: Any
    at: datetime
    numbers: Callable[[], tuple[int, int]] | None = None

    def anew(self, now: datetime) -> Ground:
        """As it is now. Itself, where it is known to be the same."""
        edition: Edition = self.seen if isinstance(self.seen, Edition) else self.seen.edition
        if self.numbers is None or now < self.at or edition.is_over(now):
            return replace(self, seen=self.look(now), at=now)
        number, all_products = self.numbers()
        if all_products != edition.all_products:
            return replace(self, seen=self.look(now), at=now)
        if number == edition.number:
            return self
        later = replace(edition, number=number)  # nothing but products was written
        return replace(self, seen=later if self.seen is edition else replace(self.seen, edition=later))


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
        numbers: Callable[[], tuple[int, int]] | None = None,
    ) -> Seen:
        """What ``how`` sees now, or saw for this request already. numbers: see Ground."""
        ahead = self.ahead
        if ahead is None or ahead.asked != asked:
            ahead = Ground(how, asked, how(now), now, numbers)
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
