"""A shop over HTTP with somebody from the staff at the counter."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bootstrap.app import create_app
from bootstrap.container import Container
from core.domain.actor import SYSTEM, Role
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD, a_customer, open_shop

EMAIL = "admin@shop.test"


def a_zip(content: bytes = b"a wallpaper", name: str = "sydney.jpg") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


class StaffedShop:
    def __init__(self, folder: Path, **more: str) -> None:
        self.container: Container = open_shop(folder, **more)
        self.app = create_app(self.container)
        self.client: FlaskClient = self.app.test_client(use_cookies=False)
        self.container.create_user()(SYSTEM, NewUser(email=EMAIL, password=PASSWORD, role=Role.ADMIN))
        self.staff = self._token("user", EMAIL)

    def customer(self, email: str = "ada@example.com") -> dict[str, str]:
        a_customer(self.container, email)
        return self._token("customer", email)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, headers=self.staff | more.pop("headers", {}), **more)

    def post(self, path: str, json: object = None, **more: Any) -> TestResponse:
        if json is not None:
            more["json"] = json
        return self.client.post(path, headers=self.staff | more.pop("headers", {}), **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.client.delete(path, headers=self.staff | more.pop("headers", {}), **more)

    def product(self, **body: Any) -> dict[str, Any]:
        answer = self.post("/admin/products", {"title": "Sydney Nights", **body})
        assert answer.status_code == 200, answer.text
        product: dict[str, Any] = answer.json["product"]  # type: ignore[index]
        return product

    def upload(
        self,
        product_id: str,
        content: bytes | None = None,
        *,
        filename: str | None = "sydney.zip",
        content_type: str = "application/zip",
        headers: dict[str, str] | None = None,
        **fields: str,
    ) -> TestResponse:
        file = (io.BytesIO(a_zip() if content is None else content), filename, content_type)
        data = {"file": file, **fields}
        return self.post(
            f"/admin/products/{product_id}/files",
            data=data,
            content_type="multipart/form-data",
            headers=headers or {},
        )

    def _token(self, kind: str, email: str) -> dict[str, str]:
        answer = self.client.post(f"/auth/{kind}/emailpass", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]
