"""Uploads: what is stored, what is refused, and that a refusal leaves nothing behind."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.file_store import InMemoryFileStore
from adapters.memory.store import CHANNEL_ID, PROFILE_ID
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.archive import ArchiveLimits
from core.domain.download import DownloadId, DownloadState, Entitlement, FileUnavailable
from core.domain.errors import Invalid
from core.domain.product import Product, ProductId, ProductNotFound, Variant, VariantId, VariantNotFound
from core.domain.product_file import (
    FileRejected,
    FileState,
    FileTooLarge,
    FileTypeNotAllowed,
    ProductFile,
    ProductFileNotFound,
)
from core.use_cases.product_file.check_product_file import CheckProductFile
from core.use_cases.product_file.discard_product_file import DiscardProductFile
from core.use_cases.product_file.link_product_file import LinkProductFile
from core.use_cases.product_file.remove_product_file import RemoveProductFile
from core.use_cases.product_file.sweep_orphan_files import SweepOrphanFiles
from core.use_cases.product_file.upload_product_file import NewFile, UploadProductFile
from core.use_cases.product_file.versions import UploadSettings
from core.use_cases.reactions import REACTIONS
from ports.file_store import ObjectMissing, StorageUnavailable

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")


def a_zip(content: bytes = b"a wallpaper") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("sydney.jpg", content)
    return target.getvalue()


def a_product(id: str = "prod_1", handle: str = "sydney") -> Product:
    variants = [Variant(id=VariantId(f"{id}_variant"), title="4K")]
    return Product(
        id=ProductId(id),
        title="Sydney",
        handle=handle,
        profile_id=PROFILE_ID,
        sales_channel_ids=(CHANNEL_ID,),
        variants=variants,
    )


class Shop:
    def __init__(self, *, inspect_at_once: int = 100 << 20, largest: int = 1 << 20) -> None:
        self.memory, self.clock, self.ids = Memory(), FrozenClock(), CountingIds()
        self.files = InMemoryFileStore(self.clock)
        self.begin = InMemoryBegin(self.memory, self.clock, self.ids, REACTIONS)
        settings = UploadSettings(limits=ArchiveLimits(archive_size=largest), inspect_at_once=inspect_at_once)
        self.upload = UploadProductFile(self.begin, self.files, self.clock, self.ids, settings)
        self.check = CheckProductFile(self.begin, self.files, settings)
        self.discard = DiscardProductFile(self.begin, self.files)
        self.remove = RemoveProductFile(self.begin, self.clock)
        self.link = LinkProductFile(self.begin, self.files)
        self.sweep = SweepOrphanFiles(self.begin, self.files, self.clock)
        with self.begin(SYSTEM, "test") as work:
            work.products.add(a_product())
            work.products.add(a_product("prod_2", "melbourne"))
            work.commit()

    def put(self, content: bytes | None = None, **more: object) -> str:
        data = a_zip() if content is None else content
        new = NewFile(product_id="prod_1", name="Sydney.zip", stream=io.BytesIO(data), size=len(data))
        return self.upload(ADMIN, replace(new, **more))  # type: ignore[arg-type]

    def file(self, id: str) -> ProductFile:
        return self.memory.files[id]

    def objects(self) -> list[str]:
        return list(self.files.keys("", older_than=self.clock.now() + timedelta(days=365)))

    def sell(self, file_id: str) -> None:
        with self.begin(SYSTEM, "test") as work:
            work.downloads.add(
                Entitlement(
                    id=DownloadId("dl_1"),
                    order_id="order_1",
                    line_item_id="item_1",
                    customer_id=None,
                    product_id="prod_1",
                    variant_id=None,
                    file_id=file_id,
                    chain_id=file_id,
                    granted_at=self.clock.now(),
                )
            )
            work.commit()

    def jobs(self, kind: str) -> list[object]:
        return [job.payload for job in self.memory.jobs.values() if job.kind == kind]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_uploaded_archive_is_ready_and_measured(shop: Shop):
    id = shop.put(a_zip(b"abc"))

    file = shop.file(id)
    assert (file.state, file.file_version, file.chain_id) == (FileState.READY, 1, id)
    assert (file.name, file.mime_type, file.uploaded_by) == ("Sydney.zip", "application/zip", "usr_1")
    assert file.size == len(a_zip(b"abc")) == shop.files.size(file.storage_key)
    assert shop.jobs("grant_waiting_downloads") == [{"file_id": id}]


def test_an_upload_is_one_audited_commit(shop: Shop):
    id = shop.put()

    assert [(entry.action, entry.targets) for entry in shop.memory.audit_log] == [("product_file.upload", (id,))]


def test_the_key_tells_nothing_of_the_clients_name(shop: Shop):
    file = shop.file(shop.put(name="../../etc/Ünïcode name.zip"))

    assert file.name == "Ünïcode name.zip"
    assert file.storage_key == f"products/prod_1/{file.id}.zip"


@pytest.mark.parametrize(
    ("name", "type"), [("a.exe", ""), ("zip", ""), ("a.zip.html", ""), ("a.zip", "text/html"), ("a.zip", "image/png")]
)
def test_other_types_are_refused_unread(shop: Shop, name: str, type: str):
    with pytest.raises(FileTypeNotAllowed):
        shop.put(name=name, mime_type=type)


@pytest.mark.parametrize("type", ["", "application/zip", "Application/ZIP; x=y", "application/octet-stream"])
def test_what_clients_declare_for_archives_is_taken(shop: Shop, type: str):
    assert shop.file(shop.put(mime_type=type, name="PACK.ZIP")).mime_type == "application/zip"


@pytest.mark.parametrize("name", ["", "   ", "\x00\x1f", "x" * 300 + ".zip", "folder/"])
def test_a_file_needs_a_usable_name(shop: Shop, name: str):
    with pytest.raises(Invalid):
        shop.put(name=name)


def refusals() -> list[tuple[type[Exception], Callable[[Shop], object]]]:
    return [
        (FileRejected, lambda shop: shop.put(b"no archive")),
        (FileTooLarge, lambda shop: shop.put(size=(1 << 20) + 1)),
        (ProductNotFound, lambda shop: shop.put(product_id="prod_9")),
        (VariantNotFound, lambda shop: shop.put(variant_id="prod_2_variant")),
        (ProductFileNotFound, lambda shop: shop.put(replaces="pfile_9")),
        (ProductFileNotFound, lambda shop: shop.put(replaces=shop.put(product_id="prod_2"))),
    ]


@pytest.mark.parametrize(("error", "upload"), refusals())
def test_a_refused_upload_leaves_neither_row_nor_object(
    shop: Shop, error: type[Exception], upload: Callable[[Shop], object]
):
    with pytest.raises(error):
        upload(shop)

    assert [file for file in shop.memory.files.values() if file.product_id == "prod_1"] == []
    assert [key for key in shop.objects() if key.startswith("products/prod_1/")] == []


def test_a_store_that_is_down_leaves_no_row(shop: Shop):
    shop.files.available = False

    with pytest.raises(StorageUnavailable):
        shop.put()

    assert shop.memory.files == {}


def test_a_product_deleted_meanwhile_takes_the_object_along(shop: Shop):
    class Deleting(io.BytesIO):
        """Somebody deletes the product while the bytes are being stored."""

        def read(self, size: int | None = -1) -> bytes:
            shop.memory.products["prod_1"].deleted_at = shop.clock.now()
            return super().read(size)

    with pytest.raises(ProductNotFound):
        shop.put(stream=Deleting(a_zip()))

    assert shop.objects() == []
    assert shop.memory.files == {}


def test_next_versions_join_the_chain(shop: Shop):
    first = shop.put()
    second = shop.put(replaces=first)
    third = shop.put(replaces=first)

    assert [shop.file(id).file_version for id in (first, second, third)] == [1, 2, 3]
    assert {shop.file(id).chain_id for id in (first, second, third)} == {first}
    assert shop.file(third).replaces_id == first


def test_a_next_version_stays_with_its_variant(shop: Shop):
    first = shop.put(variant_id="prod_1_variant")

    assert shop.file(shop.put(replaces=first)).variant_id == "prod_1_variant"
    with pytest.raises(Invalid):
        shop.put(replaces=shop.put(), variant_id="prod_1_variant")


def test_a_large_upload_is_inspected_later():
    shop = Shop(inspect_at_once=10)
    id = shop.put()

    assert shop.file(id).state is FileState.CHECKING
    assert shop.jobs("check_product_file") == [{"file_id": id}]

    shop.check(SYSTEM, id)
    shop.check(SYSTEM, id)

    assert shop.file(id).state is FileState.READY
    assert shop.jobs("grant_waiting_downloads") == [{"file_id": id}]


def test_a_large_upload_that_is_no_archive_is_rejected_and_discarded():
    shop = Shop(inspect_at_once=10)
    id = shop.put(b"a long text that is no archive")

    shop.check(SYSTEM, id)
    shop.check(SYSTEM, id)

    assert (shop.file(id).state, shop.file(id).rejected_reason) == (FileState.REJECTED, "not_a_zip")
    assert shop.jobs("discard_product_file") == [{"file_id": id}]
    shop.discard(SYSTEM, id)
    shop.discard(SYSTEM, id)
    assert shop.objects() == []


def test_a_checking_file_whose_object_is_lost_is_rejected():
    shop = Shop(inspect_at_once=10)
    id = shop.put()
    shop.files.delete(shop.file(id).storage_key)

    shop.check(SYSTEM, id)

    assert shop.file(id).rejected_reason == "corrupt"


def test_checking_waits_for_a_store_that_is_down():
    shop = Shop(inspect_at_once=10)
    id = shop.put()
    shop.files.available = False

    with pytest.raises(StorageUnavailable):
        shop.check(SYSTEM, id)

    assert shop.file(id).state is FileState.CHECKING


def test_a_removed_file_is_gone_for_good(shop: Shop):
    id = shop.put()

    shop.remove(ADMIN, "prod_1", id, False)
    shop.discard(SYSTEM, id)

    assert shop.file(id).state is FileState.DELETED
    assert shop.objects() == []
    with pytest.raises(FileUnavailable):
        shop.link(ADMIN, "prod_1", id)


def test_a_sold_file_is_kept_for_its_buyers_unless_forced(shop: Shop):
    id = shop.put()
    shop.sell(id)

    shop.remove(ADMIN, "prod_1", id, False)
    shop.discard(SYSTEM, id)
    assert shop.file(id).deliverable
    assert len(shop.objects()) == 1

    shop.remove(ADMIN, "prod_1", id, True)
    shop.discard(SYSTEM, id)
    assert not shop.file(id).deliverable
    assert shop.objects() == []


def test_a_file_whose_buyers_lost_access_is_not_kept(shop: Shop):
    id = shop.put()
    shop.sell(id)
    shop.memory.downloads["dl_1"].state = DownloadState.REVOKED

    shop.remove(ADMIN, "prod_1", id, False)

    assert not shop.file(id).deliverable


@pytest.mark.parametrize(("product", "file"), [("prod_1", "pfile_9"), ("prod_2", None)])
def test_files_are_found_under_their_own_product_only(shop: Shop, product: str, file: str | None):
    id = shop.put()

    with pytest.raises(ProductFileNotFound):
        shop.remove(ADMIN, product, file or id, False)
    with pytest.raises(ProductFileNotFound):
        shop.link(ADMIN, product, file or id)


def test_discarding_never_touches_what_is_on_sale(shop: Shop):
    id = shop.put()

    shop.discard(SYSTEM, id)

    assert shop.files.size(shop.file(id).storage_key) > 0


def test_staff_get_a_link(shop: Shop):
    id = shop.put()

    link = shop.link(ADMIN, "prod_1", id)

    assert link.expires_at == shop.clock.now() + timedelta(seconds=900)
    assert "Sydney.zip" in link.url


def test_the_sweep_takes_old_orphans_only(shop: Shop):
    sold, removed = shop.put(), shop.put()
    shop.sell(sold)
    for id in (sold, removed):
        shop.remove(ADMIN, "prod_1", id, False)
    on_sale = shop.put()
    shop.files.put("products/prod_1/left.zip.part", [b"x"])
    shop.files.put("exports/other.csv", [b"x"])
    shop.clock.advance(timedelta(hours=25))
    shop.files.put("products/prod_1/young.zip", [b"x"])

    assert shop.sweep(SYSTEM) == 2

    assert set(shop.objects()) == {
        shop.file(sold).storage_key,
        shop.file(on_sale).storage_key,
        "exports/other.csv",
        "products/prod_1/young.zip",
    }
    with pytest.raises(ObjectMissing):
        shop.files.size(shop.file(removed).storage_key)
