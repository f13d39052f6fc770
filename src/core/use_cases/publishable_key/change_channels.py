"""Say in which sales channels a storefront sells."""

from collections.abc import Sequence

from core.domain.actor import Actor
from core.use_cases.product.surroundings import check_channels
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class ChangeKeyChannels:
    """Raises PublishableKeyNotFound; Invalid for channels to be added that do not exist. Those to be taken
    away that it does not sell in are passed over."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, channel_ids: Sequence[str], *, member: bool) -> None:
        verb = "add_channels" if member else "remove_channels"
        with self._begin(actor, f"publishable_key.{verb}") as work:
            key = work.publishable_keys.get(id)
            if member:
                key.allow(check_channels(work, channel_ids))
            else:
                key.withdraw(frozenset(channel_ids))
            work.commit()


class LinkKeyChannels:
    """Both at once, as Medusa v2 asks for it. Raises as ChangeKeyChannels does."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, add: Sequence[str], remove: Sequence[str]) -> None:
        with self._begin(actor, "publishable_key.link_channels") as work:
            key = work.publishable_keys.get(id)
            key.allow(check_channels(work, add))
            key.withdraw(frozenset(remove))
            work.commit()
