"""Make, rename, revoke and delete the keys that name storefronts."""

from core.domain.actor import Actor
from core.domain.errors import NotAllowed
from core.domain.events import PublishableKeyCreated, PublishableKeyRevoked
from core.domain.publishable_key import PublishableKey
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class CreatePublishableKey:
    """Answers the key, which is its own id. It confines nothing until it has sales channels. Raises Invalid.

    Source: https://docs.medusajs.com/v1/api/admin#publishable-api-keys.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, title: str) -> str:
        with self._begin(actor, "publishable_key.create") as work:
            key = PublishableKey(id=self._ids.new("pk"), title=title, created_by=actor.user_id)
            key.events.append(PublishableKeyCreated(id=key.id))
            work.publishable_keys.add(key)
            work.commit()
        return key.id


class RenamePublishableKey:
    """None leaves the title as it is. Raises PublishableKeyNotFound, Invalid."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, title: str | None) -> None:
        with self._begin(actor, "publishable_key.update") as work:
            key = work.publishable_keys.get(id)
            if title is not None:
                key.title = title
            key.check()
            work.commit()


class RevokePublishableKey:
    """For good. Raises PublishableKeyNotFound, NotAllowed the second time."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "publishable_key.revoke") as work:
            key = work.publishable_keys.get(id)
            key.revoke(actor.user_id, self._clock.now())
            key.events.append(PublishableKeyRevoked(id=id))
            work.commit()


class DeletePublishableKey:
    """Whoever still sends it counts as somebody without a key. ``revoked_only``: Medusa v2's rule; v1 deletes
    any. Raises PublishableKeyNotFound, NotAllowed."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str, *, revoked_only: bool = False) -> None:
        with self._begin(actor, "publishable_key.delete") as work:
            key = work.publishable_keys.get(id)
            if revoked_only and key.revoked_at is None:
                raise NotAllowed("Cannot delete API keys that are not revoked.")
            key.deleted_at = self._clock.now()
            work.commit()
