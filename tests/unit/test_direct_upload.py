"""Files sent past the shop: announced, sent in parts, completed, given up, forgotten."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.part_uploads import InMemoryPartUploads
from core.domain.actor import SYSTEM
from core.domain.errors import Invalid
from core.domain.file_upload import (
    UPLOAD_LIFE,
    FileUpload,
    Part,
    StoredPart,
    UploadClosed,
    UploadCompleted,
    UploadId,
    UploadNotFound,
    UploadState,
    part_size_for,
)
from core.domain.product import ProductNotFound, VariantNotFound
from core.domain.product_file import FileState, FileTooLarge, FileTypeNotAllowed, ProductFileNotFound
from core.use_cases.product_file.cancel_upload import CancelUpload
from core.use_cases.product_file.complete_upload import CompleteUpload
from core.use_cases.product_file.link_parts import LinkParts
from core.use_cases.product_file.start_upload import NewUpload, StartUpload
from core.use_cases.product_file.sweep_uploads import SweepUploads
from core.use_cases.product_file.versions import UploadSettings
from ports.file_store import StorageUnavailable
from tests.unit.test_upload_product_file import ADMIN, Shop, a_zip

MEBIBYTE = 1 << 20


def a_large_zip() -> bytes:
    """Two parts and a bit."""
    return a_zip(random.Random(1).randbytes(17 * MEBIBYTE))


class DirectShop(Shop):
    def __init__(self, *, inspect_stored_at_once: int = 25 * MEBIBYTE) -> None:
        super().__init__(largest=100 * MEBIBYTE)
        self.parts = InMemoryPartUploads(self.files, self.clock)
        settings = UploadSettings(inspect_stored_at_once=inspect_stored_at_once)
        self.start = StartUpload(self.begin, self.parts, self.clock, self.ids, settings)
        self.link_parts = LinkParts(self.begin, self.parts, self.clock)
        self.complete = CompleteUpload(self.begin, self.parts, self.files, self.clock, settings)
        self.cancel = CancelUpload(self.begin, self.parts, self.files, self.clock)
        self.sweep_uploads = SweepUploads(self.begin, self.parts, self.clock)

    def announce(self, content: bytes, **more: Any) -> str:
        new = NewUpload(product_id="prod_1", name="Sydney.zip", size=len(content), mime_type="application/zip")
        return self.start(ADMIN, replace(new, **more))

    def send(self, id: str, content: bytes) -> list[Part]:
        ticket = self.link_parts(ADMIN, "prod_1", id)
        pieces = [content[at : at + ticket.part_size] for at in range(0, len(content), ticket.part_size)]
        return [
            Part(number=number, etag=self.parts.send(url, piece))
            for number, (url, piece) in enumerate(zip(ticket.urls, pieces, strict=True), start=1)
        ]

    def sent(self, content: bytes, **more: Any) -> tuple[str, list[Part]]:
        id = self.announce(content, **more)
        return id, self.send(id, content)

    def finish(self, id: str, parts: list[Part]) -> str:
        return self.complete(ADMIN, "prod_1", id, parts)

    def unfinished(self) -> int:
        return len(list(self.parts.unfinished("", older_than=self.clock.now() + timedelta(days=365))))

    def state(self, id: str) -> UploadState:
        return self.memory.uploads[id].state


@pytest.fixture
def shop() -> DirectShop:
    return DirectShop()


def test_a_completed_upload_is_a_ready_file_measured_by_the_shop(shop: DirectShop) -> None:
    content = a_large_zip()
    id, parts = shop.sent(content)
    assert len(parts) == 3

    file = shop.file(shop.finish(id, parts))

    assert (file.state, file.file_version, file.chain_id) == (FileState.READY, 1, file.id)
    assert (file.name, file.mime_type, file.uploaded_by) == ("Sydney.zip", "application/zip", "usr_1")
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert shop.objects() == [file.storage_key]
    assert shop.jobs("grant_waiting_downloads") == [{"file_id": file.id}]
    assert (shop.unfinished(), shop.state(id)) == (0, UploadState.COMPLETED)


def test_each_step_is_one_audited_commit(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())
    file_id = shop.finish(id, parts)

    assert [(row.action, row.targets) for row in shop.memory.audit_log] == [
        ("product_file.start_upload", (id,)),
        ("product_file.complete_upload", (file_id, id)),
    ]


def test_nothing_is_a_file_before_it_is_complete(shop: DirectShop) -> None:
    shop.sent(a_zip())

    assert shop.memory.files == {}
    assert shop.objects() == []


def test_completing_again_answers_the_same_file(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())
    first = shop.finish(id, parts)

    assert shop.finish(id, parts) == first
    assert shop.finish(id, []) == first
    assert len(shop.memory.files) == 1


def test_a_completion_that_died_half_way_is_finished_by_the_next(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())
    upload = shop.memory.uploads[id]
    shop.parts.complete_parts(upload.storage_key, upload.storage_ref, parts)

    file = shop.file(shop.finish(id, parts))

    assert file.state is FileState.READY


def test_a_large_file_is_measured_and_inspected_by_a_job() -> None:
    shop = DirectShop(inspect_stored_at_once=10)
    content = a_zip()
    id, parts = shop.sent(content, sha256=hashlib.sha256(content).hexdigest())

    file_id = shop.finish(id, parts)

    assert (shop.file(file_id).state, shop.file(file_id).sha256) == (FileState.CHECKING, "")
    assert shop.jobs("check_product_file") == [{"file_id": file_id}]
    shop.check(SYSTEM, file_id)
    assert shop.file(file_id).state is FileState.READY
    assert shop.file(file_id).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("at_once", [0, 25 * MEBIBYTE])
@pytest.mark.parametrize(
    ("content", "more", "reason"),
    [
        (b"no archive at all", {}, "not_a_zip"),
        (a_zip() + b"\0" * 9, {}, "foreign_data"),
        (a_zip(), {"sha256": "0" * 64}, "corrupt"),
    ],
)
def test_what_is_not_as_announced_is_rejected_and_thrown_away(
    at_once: int, content: bytes, more: dict[str, Any], reason: str
) -> None:
    shop = DirectShop(inspect_stored_at_once=at_once)
    id, parts = shop.sent(content, **more)

    file_id = shop.finish(id, parts)
    shop.check(SYSTEM, file_id)

    file = shop.file(file_id)
    assert (file.state, file.rejected_reason) == (FileState.REJECTED, reason)
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert shop.jobs("discard_product_file") == [{"file_id": file_id}]
    shop.discard(SYSTEM, file_id)
    assert shop.objects() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda parts: [],
        lambda parts: parts[:2],
        lambda parts: parts[::-1],
        lambda parts: [*parts, parts[-1]],
        lambda parts: [parts[0], parts[0], parts[2]],
        lambda parts: [parts[0], replace(parts[1], etag=parts[0].etag), parts[2]],
    ],
)
def test_parts_that_are_not_those_sent_are_refused_and_can_be_named_again(
    shop: DirectShop, spoil: Callable[[list[Part]], list[Part]]
) -> None:
    id, parts = shop.sent(a_large_zip())

    with pytest.raises(Invalid):
        shop.finish(id, spoil(parts))

    assert shop.memory.files == {}
    assert shop.file(shop.finish(id, parts)).state is FileState.READY


def test_a_part_of_the_wrong_length_is_named_and_can_be_sent_again(shop: DirectShop) -> None:
    content = a_large_zip()
    id, parts = shop.sent(content)
    second = shop.link_parts(ADMIN, "prod_1", id).urls[1]
    short = Part(number=2, etag=shop.parts.send(second, b"short"))

    with pytest.raises(Invalid) as refusal:
        shop.finish(id, [parts[0], short, parts[2]])

    assert [problem.field for problem in refusal.value.fields] == ["parts.1"]
    assert shop.file(shop.finish(id, shop.send(id, content))).state is FileState.READY


def test_a_part_that_was_not_sent_is_named(shop: DirectShop) -> None:
    id = shop.announce(a_zip())

    with pytest.raises(Invalid) as refusal:
        shop.finish(id, [Part(number=1, etag="x")])

    assert refusal.value.fields[0].field == "parts.0"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"name": "sydney.exe"}, FileTypeNotAllowed),
        ({"mime_type": "image/png"}, FileTypeNotAllowed),
        ({"name": " "}, Invalid),
        ({"size": 0}, Invalid),
        ({"size": (500 << 20) + 1}, FileTooLarge),
        ({"product_id": "prod_9"}, ProductNotFound),
        ({"variant_id": "variant_9"}, VariantNotFound),
        ({"replaces": "pfile_9"}, ProductFileNotFound),
    ],
)
def test_what_cannot_become_a_file_is_refused_at_once(
    shop: DirectShop, more: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        shop.announce(a_zip(), **more)

    assert shop.memory.uploads == {}
    assert shop.unfinished() == 0


def test_a_next_version_belongs_to_the_chain_of_the_one_before(shop: DirectShop) -> None:
    first = shop.put()
    id, parts = shop.sent(a_zip(b"better"), replaces=first)

    file = shop.file(shop.finish(id, parts))

    assert (file.chain_id, file.file_version, file.replaces_id) == (first, 2, first)


def test_an_upload_of_another_product_is_unknown(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())

    for call in (
        lambda: shop.link_parts(ADMIN, "prod_2", id),
        lambda: shop.complete(ADMIN, "prod_2", id, parts),
        lambda: shop.cancel(ADMIN, "prod_2", id),
        lambda: shop.cancel(ADMIN, "prod_1", "upload_9"),
    ):
        with pytest.raises(UploadNotFound):
            call()


def test_a_canceled_upload_is_over(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())

    shop.cancel(ADMIN, "prod_1", id)
    shop.cancel(ADMIN, "prod_1", id)

    assert (shop.unfinished(), shop.state(id)) == (0, UploadState.CANCELED)
    with pytest.raises(UploadClosed):
        shop.finish(id, parts)
    with pytest.raises(UploadClosed):
        shop.link_parts(ADMIN, "prod_1", id)


def test_a_completed_upload_cannot_be_canceled(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())
    file_id = shop.finish(id, parts)

    with pytest.raises(UploadCompleted):
        shop.cancel(ADMIN, "prod_1", id)

    assert shop.objects() == [shop.file(file_id).storage_key]


def test_an_upload_canceled_while_it_is_completed_leaves_nothing(shop: DirectShop) -> None:
    class Meddling(InMemoryPartUploads):
        def complete_parts(self, key: str, ref: str, parts: Any) -> None:
            super().complete_parts(key, ref, parts)
            shop.cancel(ADMIN, "prod_1", id)
            shop.files.put(key, [a_zip()])  # as if the storage had been slower than the canceling

    shop.parts = Meddling(shop.files, shop.clock)
    settings = UploadSettings()
    shop.start = StartUpload(shop.begin, shop.parts, shop.clock, shop.ids, settings)
    shop.link_parts = LinkParts(shop.begin, shop.parts, shop.clock)
    shop.complete = CompleteUpload(shop.begin, shop.parts, shop.files, shop.clock, settings)
    id, parts = shop.sent(a_zip())

    with pytest.raises(UploadClosed):
        shop.finish(id, parts)

    assert (shop.objects(), shop.memory.files) == ([], {})


def test_an_upload_that_nobody_completes_runs_out_and_is_swept(shop: DirectShop) -> None:
    content = a_zip()
    id, parts = shop.sent(content)
    shop.clock.advance(UPLOAD_LIFE - timedelta(seconds=1))
    assert shop.sweep_uploads(SYSTEM) == 0
    shop.clock.advance(timedelta(seconds=1))

    with pytest.raises(UploadClosed):
        shop.finish(id, parts)
    assert shop.sweep_uploads(SYSTEM) == 1

    assert (shop.unfinished(), shop.state(id)) == (0, UploadState.CANCELED)
    assert shop.sweep_uploads(SYSTEM) == 0


def test_parts_that_belong_to_no_upload_are_swept_after_a_day(shop: DirectShop) -> None:
    shop.parts.start_parts("products/prod_1/pfile_lost.zip")
    shop.clock.advance(timedelta(hours=24))
    assert shop.sweep_uploads(SYSTEM) == 0

    shop.clock.advance(timedelta(seconds=1))

    assert shop.sweep_uploads(SYSTEM) == 1
    assert shop.unfinished() == 0


def test_a_completed_upload_is_not_swept(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())
    file = shop.file(shop.finish(id, parts))
    shop.clock.advance(timedelta(days=2))

    shop.sweep_uploads(SYSTEM)
    shop.sweep(SYSTEM)

    assert shop.objects() == [file.storage_key]
    assert shop.state(id) is UploadState.COMPLETED


def test_nothing_changes_while_the_storage_is_down(shop: DirectShop) -> None:
    id, parts = shop.sent(a_zip())
    shop.files.available = False

    for call in (lambda: shop.announce(a_zip()), lambda: shop.finish(id, parts)):
        with pytest.raises(StorageUnavailable):
            call()
    assert (list(shop.memory.uploads), shop.memory.files) == ([id], {})
    shop.files.available = True

    assert shop.file(shop.finish(id, parts)).state is FileState.READY


def test_an_upload_that_cannot_be_recorded_leaves_no_parts(shop: DirectShop) -> None:
    with pytest.raises(RuntimeError):
        StartUpload(Breaking(shop), shop.parts, shop.clock, shop.ids, UploadSettings())(
            ADMIN, NewUpload(product_id="prod_1", name="a.zip", size=9, mime_type="application/zip")
        )

    assert shop.unfinished() == 0


class Breaking:
    """Opens units of work of which the second does not open."""

    def __init__(self, shop: DirectShop) -> None:
        self._begin = shop.begin
        self._left = 1

    def __call__(self, actor: Any, action: str) -> Any:
        if not self._left:
            raise RuntimeError("the database went away")
        self._left -= 1
        return self._begin(actor, action)


@given(st.integers(min_value=1, max_value=1 << 40))
def test_parts_suit_every_storage(size: int) -> None:
    part_size = part_size_for(size)
    count = -(-size // part_size)

    assert 5 * MEBIBYTE <= part_size <= 5 << 30
    assert count <= 1_000


@given(st.integers(min_value=1, max_value=200), st.integers(min_value=1, max_value=50))
def test_parts_add_up_to_the_size(size: int, part_size: int) -> None:
    upload = FileUpload(
        id=UploadId("upload_1"),
        product_id="prod_1",
        variant_id=None,
        replaces_id=None,
        file_id="pfile_1",
        name="a.zip",
        mime_type="",
        size=size,
        sha256=None,
        part_size=part_size,
        storage_key="k",
        storage_ref="r",
        started_by=None,
        expires_at=DirectShop().clock.now(),
    )
    lengths = [upload.part_bytes(number) for number in range(1, upload.part_count + 1)]

    assert sum(lengths) == size
    assert all(length == part_size for length in lengths[:-1])
    assert 0 < lengths[-1] <= part_size
    named = [Part(number=number, etag=str(number)) for number in range(1, upload.part_count + 1)]
    upload.check_parts(
        named, [StoredPart(number=p.number, etag=p.etag, size=s) for p, s in zip(named, lengths, strict=True)]
    )
