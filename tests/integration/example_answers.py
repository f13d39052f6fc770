"""Asks a prepared shop what ``src/adapters/http/examples.txt`` shows, one request after the other.

``make examples`` writes what is answered now into that file and into docs/admin.md: the requests and the keys that
are shown stay, the answers are new. ``test_example_answers.py`` fails where they have drifted apart.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from werkzeug.test import TestResponse

from adapters.http.examples import Example, read, text
from bootstrap.wallpapers import NIGHT, wallpaper_pack
from tests.integration.shops import run_jobs
from tests.integration.staffed_shop import StaffedShop

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "src/adapters/http/examples.txt"
PAGE = ROOT / "docs/admin.md"
_ID = re.compile(r"\b([a-z]+_)[0-9A-HJKMNP-TV-Z]{26}\b")
_SECRET = re.compile(r"^(sk_|eyJ)[^*]+$")
_REST = "…"
CHANCE = frozenset({"at", "code", "redacted"})
"""Entries whose value is another each time."""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa471"
    "0000000049454e44ae426082"
)


class ExampleShop(StaffedShop):
    """Seriphos sells prints and wallpapers. Order 1 is of three prints and waits for its money, order 2 of a
    download. known: by the beginnings of ids, the one that examples mean.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, PUBLIC_URL="http://shop.example")
        self.known: dict[str, str] = {}
        self._did("/admin/store", {"name": "Seriphos", "default_currency_code": "eur"})
        body = {"currency_code": "eur", "tax_rate": 19, "payment_providers": ["manual"]}
        region = self._did(
            "/admin/regions", {**body, "name": "Europe", "fulfillment_providers": ["manual"], "countries": ["de"]}
        )["region"]["id"]
        profiles = self.get("/admin/shipping-profiles").json["shipping_profiles"]  # type: ignore[index]
        sending = {"name": "Post", "region_id": region, "provider_id": "manual", "profile_id": profiles[0]["id"]}
        option = self._did(
            "/admin/shipping-options", {**sending, "data": {}, "price_type": "flat_rate", "amount": 490}
        )["shipping_option"]["id"]
        self.print = self._sells("Aegean print", "A4", 1_214)
        self.spare = self._sells("Frame", "A4", 2_000)
        self.pack = self._sells("Night over Seriphos", "ZIP", 800, requires_shipping=False, manage_inventory=False)
        pack = wallpaper_pack("Night over Seriphos", (NIGHT,))
        assert self.upload(self.pack["id"], pack, filename="seriphos.zip").status_code == 201
        run_jobs(self.container)
        self.order = self._bought(region, self.print, 3, option)
        self.download = self._bought(region, self.pack, 1)
        self.known |= {"item_": self.order["items"][0]["id"], "order_": self.order["id"]}

    def answer(self, example: Example) -> TestResponse:
        """To the request of an example, with everything filled in that it leaves open."""
        name = f"{example.method} {example.path}"
        self.known |= BEFORE[name](self) if name in BEFORE else {}
        path = self._filled(PATHS[name](self) if name in PATHS else example.path)
        if example.path == "/admin/uploads":
            sent = {"data": {"files": (io.BytesIO(PICTURE), "map.png", "image/png")}}
            answer = self.client.open(path, method=example.method, headers=self.staff, **sent)
        else:
            body = None if example.body is None else json.loads(self._filled(json.dumps(example.body)))
            url = path + self._filled(example.query)
            answer = self.client.open(url, method=example.method, headers=self.staff, json=body)
        run_jobs(self.container)
        if example.method == "POST":
            self._note(answer.text)
        return answer

    def _filled(self, written: str) -> str:
        """Ids in the place of those that are shortened."""
        return re.sub(rf"([a-z]+_)(?:{_REST}|\\u2026)", lambda found: self.known[found[1]], written)

    def _note(self, answered: str) -> None:
        """The first id of each kind that an answer shows is the one that is meant from then on."""
        for found in _ID.finditer(answered):
            if found[1] not in ("item_", "order_", "variant_"):
                self.known[found[1]] = found[0]

    def _did(self, path: str, body: object = None) -> Any:
        answer = self.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def _sells(self, title: str, format: str, amount: int, **more: Any) -> dict[str, Any]:
        prices = [{"currency_code": "eur", "amount": amount}]
        variant = {"title": format, "options": [{"value": format}], "inventory_quantity": 9, "prices": prices}
        return self.product(
            title=title, status="published", options=[{"title": "Format"}], variants=[{**variant, **more}]
        )

    def _bought(self, region: str, product: dict[str, Any], quantity: int, option: str | None = None) -> Any:
        cart = self._asked("/store/carts", {"region_id": region})["cart"]["id"]
        path = f"/store/carts/{cart}"
        address = {"first_name": "Ada", "last_name": "Lovelace", "address_1": "Am Markt 1", "city": "Bonn"}
        self._asked(f"{path}/line-items", {"variant_id": product["variants"][0]["id"], "quantity": quantity})
        self._asked(
            path,
            {
                "email": "ada@example.com",
                "shipping_address": {**address, "postal_code": "53111", "country_code": "de"},
            },
        )
        if option is not None:
            self._asked(f"{path}/shipping-methods", {"option_id": option})
        self._asked(f"{path}/payment-sessions")
        done = self._asked(f"{path}/complete")["data"]
        run_jobs(self.container)
        return done

    def _asked(self, path: str, body: object = None) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json


def _edited(shop: ExampleShop) -> Mapping[str, str]:
    """The edit is sent to the buyer, who is asked for the difference."""
    edit = shop._did(f"/admin/order-edits/{shop.known['oe_']}/request")["order_edit"]
    return {"paycol_": edit["payment_collection_id"]}


def _granted(shop: ExampleShop) -> Mapping[str, str]:
    (found,) = shop.get(f"/admin/orders/{shop.download['id']}/downloads").json["downloads"]  # type: ignore[index]
    return {"dl_": found["id"]}


def _paid(shop: ExampleShop) -> Mapping[str, str]:
    shown: Any = shop.get(f"/admin/orders/{shop.order['id']}").json
    return {"pay_": shown["order"]["payments"][0]["id"]}


def _targets(shop: ExampleShop) -> Mapping[str, str]:
    return {"variant_": shop.spare["variants"][0]["id"]}


BEFORE: Mapping[str, Callable[[ExampleShop], Mapping[str, str]]] = {
    "POST /admin/products/:id/variants/:variant_id/references": _targets,
    "GET /admin/payments/:id": _paid,
    "GET /admin/payment-collections/:id": _edited,
    "POST /admin/downloads/:id": _granted,
}
"""What happens first; ids that are meant from then on."""

_ORDER = "/admin/orders/:id"
PATHS: Mapping[str, Callable[[ExampleShop], str]] = {
    "GET /admin/products/:id/files": lambda shop: f"/admin/products/{shop.pack['id']}/files",
    "POST /admin/products/:id/variants/:variant_id/references": lambda shop: (
        f"/admin/products/{shop.print['id']}/variants/{shop.print['variants'][0]['id']}/references"
    ),
    "GET /admin/variants/:id": lambda shop: f"/admin/variants/{shop.spare['variants'][0]['id']}",
    **{
        f"POST {_ORDER}/{deed}": lambda shop, deed=deed: f"/admin/orders/{shop.order['id']}/{deed}"  # type: ignore[misc]
        for deed in ("capture", "refund", "fulfillment", "shipment", "return", "swaps")
    },
    "GET /admin/payments/:id": lambda shop: f"/admin/payments/{shop.known['pay_']}",
    "POST /admin/payments/:id/refund": lambda shop: f"/admin/payments/{shop.known['pay_']}/refund",
    "POST /admin/order-edits/:id/items": lambda shop: f"/admin/order-edits/{shop.known['oe_']}/items",
    "GET /admin/payment-collections/:id": lambda shop: f"/admin/payment-collections/{shop.known['paycol_']}",
    "GET /admin/orders/:id/downloads": lambda shop: f"/admin/orders/{shop.download['id']}/downloads",
    "POST /admin/downloads/:id": lambda shop: f"/admin/downloads/{shop.known['dl_']}",
}


def like(shown: Any, answered: Any) -> Any:
    """Of an answer what an example shows, with its ids and secrets shortened as there. Raises KeyError for an entry
    that is not answered."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        return {name: like(value, answered[name]) for name, value in shown.items()}
    if isinstance(shown, list) and isinstance(answered, list):
        return [like(one, other) for one, other in zip(shown, answered, strict=False)]
    if not isinstance(answered, str):
        return answered
    return _SECRET.sub(rf"\1{_REST}", _ID.sub(rf"\1{_REST}", answered))


def answers(folder: Path) -> Iterator[tuple[Example, int, Any]]:
    """Each example with status and answer of now, as much of it as is shown."""
    shop = ExampleShop(folder)
    for example in read(text()):
        answer = shop.answer(example)
        is_json = isinstance(example.answer, dict) and answer.is_json
        yield example, answer.status_code, like(example.answer, answer.json) if is_json else answer.text


def renew() -> None:
    """Written as the file is read, so that a second run changes nothing but what is made by chance."""
    before = FILE.read_text(encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        found = list(answers(Path(folder)))
    blocks = before.split("\n\n")
    for block, (example, status, answer) in zip(blocks, found, strict=True):
        if answer == example.answer or not isinstance(answer, dict):
            continue
        request = block.split("\n")[0]
        new = f"{request}\n{status} {json.dumps(answer, ensure_ascii=False)}"
        if block not in page:
            raise SystemExit(f"docs/admin.md does not show {request}")
        page = page.replace(block.rstrip("\n"), new)
        before = before.replace(block.rstrip("\n"), new)
    FILE.write_text(before, encoding="utf-8")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    renew()
