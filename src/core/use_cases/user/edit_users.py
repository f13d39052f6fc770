"""Change and remove people of the staff."""

from dataclasses import dataclass

from core.domain.actor import Actor, Role
from core.domain.customer import check_name
from core.domain.user import LastAdmin, User, UserNotFound
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanges:
    """None leaves things as they are, but for names among ``cleared``; of metadata, keys set to "" go."""

    first_name: str | None = None
    last_name: str | None = None
    role: Role | None = None
    metadata: Metadata | None = None
    cleared: frozenset[str] = frozenset()


class UpdateUser:
    """A changed role counts from the next request on. Raises UserNotFound, LastAdmin, Invalid."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, changes: UserChanges) -> None:
        check_name("first_name", changes.first_name)
        check_name("last_name", changes.last_name)
        with self._begin(actor, "user.update") as work:
            losing = changes.role is not None and changes.role is not Role.ADMIN
            user = _but_the_last_admin(work, id) if losing else work.users.get(id)
            user.first_name = _name(changes, "first_name", user.first_name)
            user.last_name = _name(changes, "last_name", user.last_name)
            user.role = changes.role or user.role
            user.metadata = merge_metadata(user.metadata, changes.metadata)
            work.commit()


class DeleteUser:
    """All logins and keys of theirs end. Repeatable, also for ids that never were. Raises LastAdmin."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "user.delete") as work:
            try:
                user = _but_the_last_admin(work, id)
            except UserNotFound:
                return
            now = self._clock.now()
            user.deleted_at = now
            work.sessions.end_others(user.id, None, now)
            work.commit()


def _name(changes: UserChanges, which: str, known: str | None) -> str | None:
    wanted: str | None = getattr(changes, which)
    return wanted if wanted is not None or which in changes.cleared else known


def _but_the_last_admin(work: UnitOfWork, id: str) -> User:
    """The admins are locked first, in one order, so that the last two cannot remove each other at once."""
    admins = work.users.admins()
    user = work.users.get(id)
    if user.role is Role.ADMIN and len(admins) == 1:
        raise LastAdmin("the last admin cannot be removed; make somebody else an admin first")
    return user
