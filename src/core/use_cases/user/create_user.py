"""Give somebody access to the admin side."""

from dataclasses import dataclass

from core.domain.actor import Actor, Role
from core.domain.customer import check_password
from core.domain.user import User, UserExists, UserId
from core.domain.values import normalise_email
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.passwords import Passwords
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    email: str
    password: str
    role: Role = Role.MEMBER
    first_name: str | None = None
    last_name: str | None = None


class CreateUser:
    """Answers the new user's id. Raises UserExists, Invalid."""

    def __init__(self, begin: Begin, passwords: Passwords, ids: Ids) -> None:
        self._begin = begin
        self._passwords = passwords
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewUser) -> UserId:
        email = normalise_email(new.email)
        check_password(new.password)
        user = User(
            id=UserId(self._ids.new("usr")),
            email=email,
            role=new.role,
            password_hash=self._passwords.hash(new.password),
            first_name=new.first_name,
            last_name=new.last_name,
        )
        with self._begin(actor, "user.create") as work:
            if work.users.by_email(email) is not None:
                raise UserExists("a user with this e-mail address exists already")
            work.users.add(user)
            work.commit()
        return user.id
