"""Idempotency keys. Source: https://docs.stripe.com/api/idempotent_requests."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.sandbox.refusals import Refusal

KEY_MAX = 255


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    replayed: bool = False


class Replays:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[str, object] = {}
        self._answers: dict[str, Answer] = {}
        self._running: set[str] = set()

    def busy(self, key: str) -> bool:
        """Whether a request with this key is running."""
        with self._lock:
            return key in self._running

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()
            self._answers.clear()

    def once(self, key: str | None, request: object, act: Callable[[], Answer]) -> Answer:
        """The answer to this key's request, acting the first time only. request: comparable."""
        if key is None:
            return act()
        if len(key) > KEY_MAX:
            raise Refusal(f"Idempotency keys are at most {KEY_MAX} characters.", type="idempotency_error")
        with self._lock:
            if self._requests.setdefault(key, request) != request:
                raise Refusal(
                    "Keys for idempotent requests can only be used with the same parameters they were first used "
                    "with.",
                    type="idempotency_error",
                )
            known = self._answers.get(key)
            if known is not None:
                return Answer(known.status, known.body, replayed=True)
            if key in self._running:
                raise Refusal(
                    "There is currently another in-progress request using this Idempotent Key.",
                    status=409,
                    type="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._running.add(key)
        try:
            answer = act()
            with self._lock:
                self._answers[key] = answer
            return answer
        finally:
            with self._lock:
                self._running.discard(key)
