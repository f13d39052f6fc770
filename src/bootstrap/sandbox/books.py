"""All that the sandbox remembers: objects by kind and id, as Stripe shows them, and the events they made."""

import copy
import secrets
import threading
import time
from collections.abc import Callable, Iterable

from bootstrap.sandbox.refusals import Refusal, Tree, missing

API_VERSION = "2026-10-28.endive"
PAGE = 10
PAGE_MAX = 100
PREFIXES = {
    "payment_intent": "pi",
    "charge": "ch",
    "refund": "re",
    "customer": "cus",
    "payment_method": "pm",
    "dispute": "dp",
    "event": "evt",
}


class Books:
    """One lock over everything: whoever changes or shows objects holds it.

    told: called with every new event, within the lock; it must not wait for anything.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.told: Callable[[Tree], None] = lambda event: None
        self._objects: dict[str, dict[str, Tree]] = {kind: {} for kind in PREFIXES}

    def clear(self) -> None:
        for things in self._objects.values():
            things.clear()

    def open(self, kind: str, **fields: object) -> Tree:
        """A new object, remembered."""
        thing: Tree = {
            "id": f"{PREFIXES[kind]}_{secrets.token_hex(12)}",
            "object": kind,
            "created": int(time.time()),
            "livemode": False,
            **fields,
        }
        self._objects[kind][thing["id"]] = thing
        return thing

    def get(self, kind: str, id: str, param: str = "id") -> Tree:
        found = self._objects[kind].get(id)
        if found is None:
            raise missing(kind, id, param)
        return found

    def all(self, kind: str, **wanted: object) -> list[Tree]:
        """Newest first; wanted values that are None do not count."""
        filters = {name: value for name, value in wanted.items() if value is not None}
        return [
            thing
            for thing in reversed(self._objects[kind].values())
            if all(thing.get(name) == value for name, value in filters.items())
        ]

    def happened(self, type: str, thing: Tree) -> None:
        """Note an event with the object as it is now."""
        event = self.open(
            "event",
            api_version=API_VERSION,
            type=type,
            data={"object": copy.deepcopy(thing)},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
        )
        self.told(copy.deepcopy(event))

    def shown(self, thing: Tree, expand: Iterable[str] = ()) -> Tree:
        """A copy to hand out, with ids replaced by objects where asked for."""
        copied = copy.deepcopy(thing)
        for name in expand:
            id = copied.get(name)
            kind = next((kind for kind, prefix in PREFIXES.items() if str(id).startswith(f"{prefix}_")), None)
            if name not in copied:
                raise Refusal(f"This property cannot be expanded ({name}).", param="expand")
            if kind is not None and id is not None:
                copied[name] = copy.deepcopy(self.get(kind, id))
        return copied

    def page(self, url: str, things: list[Tree], *, after: str | None, limit: int | None) -> Tree:
        """One page of a list that is newest first. after: the last id of the page before."""
        size = min(limit or PAGE, PAGE_MAX)
        ids = [thing["id"] for thing in things]
        if after is not None and after not in ids:
            raise missing("object", after, "starting_after")
        start = ids.index(after) + 1 if after is not None else 0
        return {
            "object": "list",
            "url": url,
            "data": [copy.deepcopy(thing) for thing in things[start : start + size]],
            "has_more": len(things) > start + size,
        }
