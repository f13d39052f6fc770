"""Make, change and delete sales channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.errors import NotAllowed
from core.domain.events import SalesChannelCreated, SalesChannelDeleted, SalesChannelUpdated
from core.domain.shop import SalesChannel, SalesChannelNotFound
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin

_MAY_BE_NONE = frozenset({"description"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSalesChannel:
    name: str
    description: str | None = None
    is_disabled: bool = False
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesChannelChanges:
    """values: what was sent of name, description and is_disabled."""

    values: Mapping[str, object] = field(default_factory=dict)
    metadata: Metadata | None = None


class CreateSalesChannel:
    """Answers its id. Raises Invalid. Source: https://docs.medusajs.com/v1/api/admin#sales-channels."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewSalesChannel) -> str:
        with self._begin(actor, "sales_channel.create") as work:
            channel = SalesChannel(
                id=self._ids.new("sc"),
                name=new.name,
                description=new.description,
                is_disabled=new.is_disabled,
                metadata=merge_metadata(None, new.metadata),
            )
            channel.check()
            channel.events.append(SalesChannelCreated(id=channel.id))
            work.shop.add_sales_channel(channel)
            work.commit()
        return channel.id


class UpdateSalesChannel:
    """Changes what was sent. Nothing is sold in a disabled channel. Raises SalesChannelNotFound, Invalid."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, changes: SalesChannelChanges) -> None:
        with self._begin(actor, "sales_channel.update") as work:
            channel = work.shop.sales_channel(id)
            for name in ("name", "description", "is_disabled"):
                value = changes.values.get(name)
                if name in changes.values and (value is not None or name in _MAY_BE_NONE):
                    setattr(channel, name, value)
            channel.metadata = merge_metadata(channel.metadata, changes.metadata)
            channel.check()
            channel.events.append(SalesChannelUpdated(id=id))
            work.commit()


class DeleteSalesChannel:
    """Hides a channel; deleting what is not there is fine. Raises NotAllowed for the shop's default channel."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "sales_channel.delete") as work:
            if work.shop.store().default_sales_channel_id == id:
                raise NotAllowed("You cannot delete the default sales channel")
            try:
                channel = work.shop.sales_channel(id)
            except SalesChannelNotFound:
                return
            channel.deleted_at = self._clock.now()
            channel.events.append(SalesChannelDeleted(id=id))
            work.commit()
