"""The OpenAPI documents and the page that shows them."""

import json
import re

import pytest
from flask.testing import FlaskClient

from adapters.http.app import create_http
from adapters.http.resources import resources
from adapters.http.spec import SURFACES
from tests.integration.http_harness import Harness

Document = dict[str, dict[str, dict[str, dict[str, object]]]]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_http(Harness().app.extensions["perseus"], resources()).test_client()


@pytest.fixture(scope="module")
def documents(client: FlaskClient) -> dict[str, Document]:
    return {name: json.loads(client.get(f"/openapi/{name}.json").data) for name in SURFACES}


def _operations(document: Document) -> list[tuple[str, str, dict[str, object]]]:
    return [
        (path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    ]


def test_every_route_is_described_once(documents: dict[str, Document]) -> None:
    described = [(method, path) for document in documents.values() for path, method, _ in _operations(document)]
    served = {
        (route.method.lower(), re.sub(r"<(?:path:)?(\w+)>", r"{\1}", route.rule))
        for resource in resources()
        for route in resource.routes
    }

    assert sorted(described) == sorted(served)


def test_every_route_says_who_may_call_it(documents: dict[str, Document]) -> None:
    for document in documents.values():
        for path, method, operation in _operations(document):
            assert operation["x-actors"], f"{method} {path}"
            assert operation["summary"], f"{method} {path}"


def test_every_route_describes_its_refusals(documents: dict[str, Document]) -> None:
    for document in documents.values():
        for path, method, operation in _operations(document):
            responses = operation["responses"]
            assert isinstance(responses, dict)
            assert {"400", "429", "500", "503"} <= responses.keys(), f"{method} {path}"
            assert all(responses[status].get("content") for status in responses if status >= "400")


def test_every_reference_leads_somewhere(documents: dict[str, Document]) -> None:
    for document in documents.values():
        schemas = document["components"]["schemas"]
        for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)):
            assert name in schemas


def test_no_operation_shares_its_id(documents: dict[str, Document]) -> None:
    ids = [operation["operationId"] for each in documents.values() for _, _, operation in _operations(each)]

    assert len(ids) == len(set(ids))


def test_a_path_names_its_parameters(documents: dict[str, Document]) -> None:
    for document in documents.values():
        for path, operations in document["paths"].items():
            shared = operations.get("parameters", [])
            for method, operation in operations.items():
                if method == "parameters":
                    continue
                own = operation.get("parameters", [])
                assert isinstance(own, list)
                named = {each["name"] for each in [*shared, *own] if each["in"] == "path"}
                assert named == set(re.findall(r"{(\w+)}", path)), path


def test_the_page_works_without_a_network(client: FlaskClient) -> None:
    page = client.get("/docs")

    assert page.status_code == 200
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    for address in re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text):
        with client.get(address) as file:
            assert file.status_code == 200, address


def test_the_page_offers_every_surface(client: FlaskClient) -> None:
    start = client.get("/docs/start.js").text

    assert all(f"/openapi/{name}.json" in start for name in SURFACES)


def test_files_outside_of_the_page_are_not_served(client: FlaskClient) -> None:
    assert client.get("/docs/..%2f__init__.py").status_code == 404
    assert client.get("/openapi/nothing.json").status_code == 404


def test_every_admin_resource_is_shown_by_an_example(documents: dict[str, Document]) -> None:
    shown, all_of_them = set(), set()
    for name in ("admin", "custom", "auth"):
        for path, _, operation in _operations(documents[name]):
            if path.startswith("/admin"):
                resource = path.split("/")[2]
                all_of_them.add(resource)
                shown |= {resource} if '"example": {' in json.dumps(operation["responses"]) else set()

    assert all_of_them - shown == set()


def test_an_example_shows_what_is_sent_and_what_is_answered(documents: dict[str, Document]) -> None:
    created = documents["admin"]["paths"]["/admin/return-reasons"]["post"]

    sent: object = created["requestBody"]["content"]["application/json"]["example"]  # type: ignore[index, call-overload]
    answered: object = created["responses"]["200"]["content"]["application/json"]["example"]  # type: ignore[index, call-overload]
    assert sent == {"value": "wrong_size", "label": "Wrong size"}
    assert answered == {"return_reason": {"id": "rr_…", "value": "wrong_size", "label": "Wrong size"}}
