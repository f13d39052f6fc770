"""Give a program a key of its own."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor, ActorKind, Role
from core.domain.api_key import PREFIX, ApiKey, ApiKeyId, checked_scopes, digest_of, redacted, title_of
from core.domain.errors import FieldProblem, Forbidden, Invalid
from core.domain.permissions import EVERYTHING, weaker
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin

# Of 80 random bits each: what the hash of them keeps is 256.
_IDS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """role: None is the caller's own. scopes: what it may act on. expires_at: None is never."""

    title: str
    role: Role | None = None
    scopes: tuple[str, ...] = (EVERYTHING,)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """token: shown this once; only its hash is kept."""

    id: ApiKeyId
    token: str


class CreateApiKey:
    """The key acts for the caller, within the caller's role. Keys cannot make keys.

    Raises Forbidden, Invalid.
    Source: https://docs.medusajs.com/api/admin#api-keys_postapikeys (v2).
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewApiKey) -> IssuedKey:
        if actor.kind is not ActorKind.USER or actor.id is None or actor.role is None:
            raise Forbidden("API keys are made by people, not by other keys")
        role = new.role or actor.role
        if weaker(role, actor.role) is not role:
            problem = f"your role is {actor.role}; a key of yours cannot be {role}"
            raise Invalid(problem, fields=[FieldProblem("role", problem)])
        if new.expires_at is not None and new.expires_at <= self._clock.now():
            raise Invalid("expires_at must lie ahead", fields=[FieldProblem("expires_at", "must lie ahead")])
        token = self._token()
        key = ApiKey(
            id=ApiKeyId(self._ids.new("apk")),
            title=title_of(new.title),
            token_hash=digest_of(token),
            redacted=redacted(token),
            user_id=actor.id,
            role=role,
            scopes=checked_scopes(new.scopes, role),
            expires_at=new.expires_at,
        )
        with self._begin(actor, "api_key.create") as work:
            work.api_keys.add(key)
            work.commit()
        return IssuedKey(id=key.id, token=token)

    def _token(self) -> str:
        drawn = "".join(self._ids.new("token") for _ in range(_IDS_PER_TOKEN))
        return PREFIX + hashlib.sha256(drawn.encode()).hexdigest()
