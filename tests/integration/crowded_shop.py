"""A shop at which several requests knock at the same moment, for the tests of races."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier
from time import sleep
from typing import Any

from sqlalchemy import Engine, event

from tests.integration.goods_shop import GoodsShop
from tests.integration.shops import REGION

Body = dict[str, Any]
Request = tuple[str, str, Body | None]
RULE = {"type": "percentage", "value": 10, "allocation": "total"}
REGION_BODY = {
    "currency_code": "eur",
    "tax_rate": 0,
    "payment_providers": ["manual"],
    "fulfillment_providers": ["manual"],
}
__all__ = ["REGION", "REGION_BODY", "RULE", "Body", "CrowdedShop", "Request"]


class CrowdedShop(GoodsShop):
    def __init__(self, folder: Path, **more: str) -> None:
        super().__init__(folder, **more)
        self._numbers = count(1)

    def at_once(self, requests: Sequence[Request]) -> list[Any]:
        """The answers to requests that are sent together, in their order."""
        gate = Barrier(len(requests))

        def send(request: Request) -> Any:
            gate.wait(timeout=10)
            return self.send(request)

        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(send, requests))

    def send(self, request: Request) -> Any:
        method, path, body = request
        return self.app.test_client(use_cookies=False).open(path, method=method, headers=self.staff, json=body)

    def made(self, path: str, one: str, **body: Any) -> str:
        answer: Any = self.post(f"/admin/{path}", body)
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json[one]["id"])

    def seen(self, path: str) -> Any:
        """What is answered, or the status where nothing is."""
        answer: Any = self.get(path)
        return answer.json if answer.status_code == 200 else answer.status_code

    def new(self, word: str) -> str:
        """A name that nothing has yet."""
        return f"{word}-{next(self._numbers)}"


def slow_down_commits(engine: Engine, seconds: float = 0.01) -> None:
    """What one transaction has looked at grows old before it is written: others get time to look at it too."""

    @event.listens_for(engine, "commit")
    def _wait(_: object) -> None:
        sleep(seconds)
