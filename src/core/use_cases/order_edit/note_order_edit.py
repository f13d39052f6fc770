"""Staff's own words on an edit, and throwing it away before anybody was asked."""

from core.domain.actor import Actor
from core.use_cases.order_edit.locking import lock_edit
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class NoteOrderEdit:
    """Raises OrderEditNotFound. Source: https://docs.medusajs.com/api/admin#order-edits (v1)."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, edit_id: str, internal_note: str | None) -> None:
        with self._begin(actor, "order_edit.update") as work:
            _, edit = lock_edit(work, actor, edit_id)
            edit.internal_note = internal_note
            edit.updated()
            work.commit()


class DeleteOrderEdit:
    """Raises OrderEditNotFound, OrderEditClosed unless it is still being made."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, edit_id: str) -> None:
        with self._begin(actor, "order_edit.delete") as work:
            _, edit = lock_edit(work, actor, edit_id)
            edit.delete(self._clock.now())
            work.commit()
