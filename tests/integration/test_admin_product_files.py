"""Every row of the files table, over HTTP."""

import hashlib
import io
import os
from pathlib import Path

import pytest

from adapters.memory.file_store import InMemoryFileStore
from adapters.storage.folder_file_store import FolderFileStore
from core.domain.actor import SYSTEM
from core.use_cases.product_file.versions import UploadSettings
from tests.integration.shops import run_jobs
from tests.integration.staffed_shop import StaffedShop, a_zip

FIELDS = {
    "id",
    "product_id",
    "variant_id",
    "name",
    "mime_type",
    "size",
    "sha256",
    "version",
    "state",
    "rejected_reason",
    "uploaded_by",
    "metadata",
    "created_at",
    "updated_at",
}


@pytest.fixture
def shop(tmp_path: Path) -> StaffedShop:
    return StaffedShop(tmp_path)


@pytest.fixture
def product_id(shop: StaffedShop) -> str:
    return str(shop.product(variants=[{"title": "4K"}])["id"])


def url(product_id: str, *rest: str) -> str:
    return "/".join((f"/admin/products/{product_id}/files", *rest))


def objects(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def refusal(answer, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.json["type"] == "error"
    assert answer.json["code"] == code
    assert answer.json["message"]
    return answer.json


def test_an_upload_answers_the_file(shop: StaffedShop, product_id: str) -> None:
    content = a_zip(b"bytes" * 1000)

    answer = shop.upload(product_id, content, metadata='{"shot": "2024"}')

    assert answer.status_code == 201, answer.text
    file = answer.json["file"]
    assert file.keys() == FIELDS
    assert (file["name"], file["state"], file["version"]) == ("sydney.zip", "ready", 1)
    assert (file["size"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (file["product_id"], file["variant_id"], file["metadata"]) == (product_id, None, {"shot": "2024"})
    assert file["id"].startswith("pfile_")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]


def test_name_variant_and_predecessor_can_be_given(shop: StaffedShop, product_id: str) -> None:
    variant_id = shop.get(f"/admin/products/{product_id}").json["product"]["variants"][0]["id"]
    first = shop.upload(product_id, variant_id=variant_id, name="Pack.zip").json["file"]
    second = shop.upload(product_id, replaces=first["id"]).json["file"]

    assert (first["name"], first["variant_id"]) == ("Pack.zip", variant_id)
    assert (second["version"], second["variant_id"]) == (2, variant_id)


def test_curls_default_type_is_taken(shop: StaffedShop, product_id: str) -> None:
    assert shop.upload(product_id, content_type="application/octet-stream").status_code == 201


def test_without_credentials_it_is_401(shop: StaffedShop, product_id: str) -> None:
    for method, path in (("POST", ()), ("GET", ()), ("DELETE", ("pfile_1",)), ("GET", ("pfile_1", "download"))):
        answer = shop.client.open(url(product_id, *path), method=method)
        refusal(answer, 401, "UNAUTHORIZED")


def test_customers_are_not_staff(shop: StaffedShop, product_id: str) -> None:
    refusal(shop.client.get(url(product_id), headers=shop.customer()), 401, "UNAUTHORIZED")


def test_json_is_not_a_form(shop: StaffedShop, product_id: str) -> None:
    refusal(shop.post(url(product_id), {"file": "x"}), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "data", [{}, {"name": "a.zip"}, {"file": "text instead"}, {"attachment": (io.BytesIO(b"x"), "a.zip")}]
)
def test_without_a_file_it_is_400(shop: StaffedShop, product_id: str, data: dict[str, object]) -> None:
    answer = shop.post(url(product_id), data=data, content_type="multipart/form-data")

    assert answer.status_code == 400
    assert answer.json["type"] == "error"


@pytest.mark.parametrize("names", [{"filename": ""}, {"name": ""}, {"name": "  "}])
def test_an_empty_name_is_400(shop: StaffedShop, product_id: str, names: dict[str, str]) -> None:
    refusal(shop.upload(product_id, **names), 400, "VALIDATION_ERROR")  # type: ignore[arg-type]


def test_unknown_fields_are_400(shop: StaffedShop, product_id: str) -> None:
    refusal(shop.upload(product_id, state="ready"), 400, "UNKNOWN_FIELD")


@pytest.mark.parametrize("text", ["{", "[]", '"x"', '{"a": 1, "a": 2}'])
def test_metadata_that_is_no_json_object_is_400(shop: StaffedShop, product_id: str, text: str) -> None:
    refusal(shop.upload(product_id, metadata=text), 400, "INVALID_JSON")


def test_an_unknown_product_is_404(shop: StaffedShop) -> None:
    refusal(shop.upload("prod_no"), 404, "NOT_FOUND")
    refusal(shop.get(url("prod_no")), 404, "NOT_FOUND")


def test_unknown_variant_and_predecessor_are_404(shop: StaffedShop, product_id: str) -> None:
    refusal(shop.upload(product_id, variant_id="variant_no"), 404, "NOT_FOUND")
    refusal(shop.upload(product_id, replaces="pfile_no"), 404, "NOT_FOUND")
    refusal(shop.upload(product_id, replaces="../x"), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "claims", [{"filename": "a.exe"}, {"name": "a.exe"}, {"content_type": "text/html"}, {"filename": "zip"}]
)
def test_other_types_are_415(shop: StaffedShop, product_id: str, claims: dict[str, str]) -> None:
    refusal(shop.upload(product_id, **claims), 415, "UNSUPPORTED_MEDIA_TYPE")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x90\x00 not an archive", "not_a_zip"),
        (b"", "empty"),
        (a_zip()[:-30], "corrupt"),
        (a_zip(name="../../etc/cron.d/x"), "traversal"),
        (b"GIF89a" + a_zip(), "foreign_data"),
        (a_zip(bytes(5 << 20)), "bomb"),
    ],
)
def test_content_that_is_not_what_it_claims_is_rejected_with_its_reason(
    shop: StaffedShop, product_id: str, tmp_path: Path, content: bytes, reason: str
) -> None:
    body = refusal(shop.upload(product_id, content), 400, "FILE_REJECTED")

    assert body["reason"] == reason
    assert shop.get(url(product_id)).json["count"] == 0
    assert objects(tmp_path) == []


def test_too_large_an_upload_is_413_before_it_is_read(shop: StaffedShop, product_id: str) -> None:
    largest = shop.container.http_settings().max_upload_bytes

    answer = shop.post(
        url(product_id),
        input_stream=io.BytesIO(b"--x\r\n"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(largest + 1)},
    )

    refusal(answer, 413, "FILE_TOO_LARGE")


def test_an_aborted_upload_leaves_nothing(shop: StaffedShop, product_id: str, tmp_path: Path) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    answer = shop.post(
        url(product_id),
        input_stream=io.BytesIO(head + a_zip()[:50]),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(len(head) + 5000)},
    )

    assert answer.status_code == 400
    assert shop.get(url(product_id)).json["count"] == 0
    assert objects(tmp_path) == []


def test_storage_that_is_down_is_503(shop: StaffedShop, product_id: str) -> None:
    down = InMemoryFileStore(shop.container.clock())
    down.available = False
    with shop.container.file_store.override(down):
        answer = shop.upload(product_id)

    refusal(answer, 503, "UPSTREAM_UNAVAILABLE")
    assert answer.headers["Retry-After"]
    assert shop.get(url(product_id)).json["count"] == 0


def test_a_large_file_is_checked_after_the_answer(shop: StaffedShop, product_id: str) -> None:
    with shop.container.upload_settings.override(UploadSettings(inspect_at_once=10)):
        good, bad = (
            shop.upload(product_id).json["file"],
            shop.upload(product_id, b"a text of some length").json["file"],
        )
        assert (good["state"], bad["state"]) == ("checking", "checking")
        run_jobs(shop.container)

    files = {file["id"]: file for file in shop.get(url(product_id)).json["files"]}
    assert files[good["id"]]["state"] == "ready"
    assert (files[bad["id"]]["state"], files[bad["id"]]["rejected_reason"]) == ("rejected", "not_a_zip")


def test_the_same_key_uploads_once(shop: StaffedShop, product_id: str) -> None:
    key = {"Idempotency-Key": "upload-1"}

    first, again = shop.upload(product_id, headers=key), shop.upload(product_id, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert shop.get(url(product_id)).json["count"] == 1


def test_the_same_key_for_another_file_is_refused(shop: StaffedShop, product_id: str) -> None:
    key = {"Idempotency-Key": "upload-1"}
    shop.upload(product_id, headers=key)

    refusal(shop.upload(product_id, a_zip(b"other"), headers=key), 409, "IDEMPOTENCY_KEY_REUSED")
    refusal(shop.upload(product_id, headers=key, name="other.zip"), 409, "IDEMPOTENCY_KEY_REUSED")


def test_files_are_listed_newest_first(shop: StaffedShop, product_id: str) -> None:
    first = shop.upload(product_id).json["file"]["id"]
    second = shop.upload(product_id, replaces=first).json["file"]["id"]

    answer = shop.get(url(product_id))

    assert answer.status_code == 200
    assert [file["id"] for file in answer.json["files"]] == [second, first]
    assert {"count": 2, "offset": 0, "limit": 50}.items() <= answer.json.items()
    assert answer.json["files"][0].keys() == FIELDS
    assert "no-store" not in answer.headers["Cache-Control"]
    page = shop.get(url(product_id), query_string={"limit": 1, "offset": 1}).json
    assert [file["id"] for file in page["files"]] == [first]


def test_deleted_files_are_listed_on_request_only(shop: StaffedShop, product_id: str, tmp_path: Path) -> None:
    kept, gone = (shop.upload(product_id).json["file"]["id"] for _ in range(2))

    answer = shop.delete(url(product_id, gone))

    assert answer.status_code == 200
    assert answer.json == {"id": gone, "object": "product_file", "deleted": True}
    assert [file["id"] for file in shop.get(url(product_id)).json["files"]] == [kept]
    listed = shop.get(url(product_id), query_string={"state": "deleted"}).json["files"]
    assert [(file["id"], file["state"]) for file in listed] == [(gone, "deleted")]
    run_jobs(shop.container)
    assert [path.stem for path in objects(tmp_path)] == [kept]
    assert shop.delete(url(product_id, gone)).status_code == 200


def test_unknown_files_are_404(shop: StaffedShop, product_id: str) -> None:
    other = shop.product(title="Other")["id"]
    id = shop.upload(product_id).json["file"]["id"]

    for path in (url(product_id, "pfile_no"), url(other, id)):
        refusal(shop.delete(path), 404, "NOT_FOUND")
        refusal(shop.get(f"{path}/download"), 404, "NOT_FOUND")


@pytest.mark.parametrize("query", ["state=sold", "limit=-1", "limit=x", "colour=red", "fields=storage_key"])
def test_unknown_list_parameters_are_400(shop: StaffedShop, product_id: str, query: str) -> None:
    assert shop.get(f"{url(product_id)}?{query}").status_code == 400


def test_the_storage_key_is_never_shown(shop: StaffedShop, product_id: str) -> None:
    id = shop.upload(product_id).json["file"]["id"]

    for answer in (shop.get(url(product_id)), shop.get(f"/admin/products/{product_id}")):
        assert f"{id}.zip" not in answer.text
        assert "storage_key" not in answer.text


def test_staff_can_download_for_a_test(shop: StaffedShop, product_id: str) -> None:
    content = a_zip(b"0123456789" * 100)
    id = shop.upload(product_id, content, name="Sydney Nächte.zip").json["file"]["id"]

    link = shop.get(url(product_id, id, "download"))

    assert link.status_code == 200
    assert link.json.keys() == {"url", "expires_at"}
    assert link.json["url"].startswith("http://shop.test/files/")
    got = shop.client.get(link.json["url"].removeprefix("http://shop.test"))
    assert (got.status_code, got.data) == (200, content)
    assert got.headers["Content-Type"] == "application/zip"
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''Sydney%20N%C3%A4chte.zip" in got.headers["Content-Disposition"]


def test_a_withdrawn_file_cannot_be_linked_to(shop: StaffedShop, product_id: str) -> None:
    id = shop.upload(product_id).json["file"]["id"]
    shop.delete(url(product_id, id), query_string={"force": "true"})

    refusal(shop.get(url(product_id, id, "download")), 410, "FILE_UNAVAILABLE")


def test_every_write_is_audited_once(shop: StaffedShop, product_id: str) -> None:
    def actions() -> list[str]:
        with shop.container.read_engine().connect() as connection:
            rows = connection.exec_driver_sql("SELECT action FROM audit_log ORDER BY id")
            return [row[0] for row in rows if row[0].startswith("product_file")]

    id = shop.upload(product_id).json["file"]["id"]
    shop.upload(product_id, b"no archive")
    shop.get(url(product_id, id, "download"))
    shop.delete(url(product_id, id))

    assert actions() == ["product_file.upload", "product_file.delete"]


def test_the_sweep_clears_what_a_crash_left(shop: StaffedShop, product_id: str, tmp_path: Path) -> None:
    id = shop.upload(product_id).json["file"]["id"]
    left = tmp_path / "files" / "products" / product_id / "pfile_x.zip.00ff.part"
    left.write_bytes(b"half an upload")
    for path in objects(tmp_path):
        age(path)

    swept = shop.container.sweep_orphan_files()(SYSTEM)

    assert swept == 1
    assert [path.stem for path in objects(tmp_path)] == [id]


def age(path: Path) -> None:
    os.utime(path, (1_000_000_000, 1_000_000_000))


def test_the_folder_engine_is_the_default(shop: StaffedShop) -> None:
    assert isinstance(shop.container.file_store(), FolderFileStore)


def test_the_description_names_the_upload(shop: StaffedShop) -> None:
    description = shop.client.get("/openapi/custom.json").json

    upload = description["paths"]["/admin/products/{product_id}/files"]["post"]
    (form,) = upload["requestBody"]["content"].items()
    assert form[0] == "multipart/form-data"
    schema = description["components"]["schemas"][form[1]["schema"]["$ref"].rsplit("/", 1)[-1]]
    assert schema["required"] == ["file"]
    assert schema["properties"].keys() == {"file", "name", "variant_id", "replaces", "metadata"}
    assert {"201", "400", "401", "404", "413", "415", "503"} <= upload["responses"].keys()
