"""Making, changing and removing records without rules, whatever their kind."""

from collections.abc import Mapping

from core.domain.actor import Actor
from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.reference import RecordKind, require
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class CreateRecord:
    """Answers the record's id. values: by field names of the kind. Raises Invalid, and the kind's Duplicate."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(
        self, actor: Actor, kind: RecordKind, values: Mapping[str, object], metadata: Metadata | None = None
    ) -> str:
        _check(kind, values)
        stated = {name: value for name, value in values.items() if value is not None}
        with self._begin(actor, f"{kind.name}.create") as work:
            id = self._ids.new(kind.prefix)
            derived = kind.derive(stated, id)
            require(**{name: derived.get(name) for name in kind.fields})
            signed = {} if kind.author is None else {kind.author: actor.user_id}
            record = kind.entity(id=id, metadata=merge_metadata(None, metadata), **derived, **signed)
            record.events.append(kind.created(id=id))
            work.records.add(record)
            work.commit()
        return id


class UpdateRecord:
    """Changes what was sent. Raises Invalid, the kind's NotFound and its Duplicate."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(
        self,
        actor: Actor,
        kind: RecordKind,
        id: str,
        values: Mapping[str, object],
        metadata: Metadata | None = None,
    ) -> None:
        _check(kind, values)
        with self._begin(actor, f"{kind.name}.update") as work:
            record = work.records.get(kind.entity, id)
            for name, value in values.items():
                if value is not None:
                    setattr(record, name, value)
            record.metadata = merge_metadata(record.metadata, metadata)
            record.check()
            record.events.append(kind.updated(id=id))
            work.commit()


class RemoveRecord:
    """Hides a record. Removing what is not there is fine, as in Medusa, unless the kind is strict."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, kind: RecordKind, id: str) -> None:
        with self._begin(actor, f"{kind.name}.delete") as work:
            try:
                record = work.records.get(kind.entity, id)
            except NotFound:
                if kind.strict:
                    raise
                return
            record.deleted_at = self._clock.now()
            record.events.append(kind.removed(id=id))
            work.commit()


def _check(kind: RecordKind, values: Mapping[str, object]) -> None:
    unknown = sorted(values.keys() - kind.fields)
    if unknown:
        raise Invalid(f"{unknown[0]} cannot be set", fields=[FieldProblem(unknown[0], "cannot be set")])
