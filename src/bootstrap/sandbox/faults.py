"""Trouble on demand: what the next matching requests run into."""

import threading
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    ERROR_500 = "500"  # nothing happened
    ERROR_429 = "429"  # nothing happened; Retry-After says when to come again
    DROP_BEFORE = "drop_before"  # the connection ends before anything happened
    DROP_AFTER = "drop_after"  # it happened, but the answer is lost
    SLOW = "slow"  # it happens, and takes ``seconds``


@dataclass(slots=True)
class Fault:
    """method, path: what it is for, with ``*`` (``/v1/payment_intents/*/confirm``). times: how often."""

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    times: int = 1
    seconds: float = 1.0


class Faults:
    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()

    def plan(self, fault: Fault) -> None:
        with self._lock:
            self._planned.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """The first planned fault for this request; it counts down."""
        with self._lock:
            for fault in self._planned:
                if fnmatchcase(method, fault.method) and fnmatchcase(path, fault.path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._planned.remove(fault)
                    return fault
        return None
