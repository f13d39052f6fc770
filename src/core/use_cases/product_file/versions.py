"""What every way of putting a file into the shop has in common: its claims, and its place in a chain."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.archive import ArchiveLimits
from core.domain.errors import FieldProblem, Invalid
from core.domain.product_file import (
    FileState,
    FileTooLarge,
    FileTypeNotAllowed,
    ProductFile,
    ProductFileId,
    ProductFileNotFound,
    clean_name,
)
from core.domain.values import Metadata, merge_metadata
from ports.clock import Clock
from ports.unit_of_work import UnitOfWork

ZIP = "application/zip"
# What browsers and command-line clients declare for a ZIP file. The content decides in the end.
DECLARED_TYPES = frozenset(
    {
        "",
        ZIP,
        "application/x-zip",
        "application/x-zip-compressed",
        "application/x-compressed",
        "application/octet-stream",
        "binary/octet-stream",
        "multipart/x-zip",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSettings:
    """inspect_at_once: bytes up to which a form's file is inspected before it is answered.

    inspect_stored_at_once: the same for one that was sent to the storage and has to be fetched from it.
    """

    limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    inspect_at_once: int = 100 << 20
    inspect_stored_at_once: int = 25 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a sender says of a file. mime_type: empty if nothing was declared. size in bytes.

    variant_id: the file belongs to that variant only. replaces: id of a file of which this is the next
    version.
    """

    product_id: str
    name: str
    size: int
    mime_type: str
    variant_id: str | None
    replaces: str | None

    def check(self, limits: ArchiveLimits) -> str:
        """What can be refused without looking inside; the cleaned name. Raises Invalid, FileTypeNotAllowed,
        FileTooLarge."""
        name = clean_name(self.name)
        declared = self.mime_type.partition(";")[0].strip().lower()
        if not name.lower().endswith(".zip") or declared not in DECLARED_TYPES:
            raise FileTypeNotAllowed("only ZIP archives can be uploaded")
        if self.size > limits.archive_size:
            raise FileTooLarge(f"a file may have at most {limits.archive_size} bytes")
        return name

    def predecessor(self, work: UnitOfWork) -> ProductFile | None:
        """The file that this one replaces, once all it refers to is known to exist and fit together.

        Fetching the product also locks it, so two next versions of one file are numbered one after the
        other. Raises ProductNotFound, VariantNotFound, ProductFileNotFound, Invalid.
        """
        product = work.products.get(self.product_id)
        if self.variant_id is not None:
            product.variant(self.variant_id)
        if self.replaces is None:
            return None
        older = next((file for file in work.files.of_product(product.id) if file.id == self.replaces), None)
        if older is None:
            raise ProductFileNotFound(f"Product file with id: {self.replaces} was not found")
        if self.variant_id not in (None, older.variant_id):
            problem = "a new version belongs to the same variant as the file it replaces"
            raise Invalid(problem, fields=[FieldProblem("variant_id", problem)])
        return older


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Bytes in the storage. sha256: empty while nobody has measured it."""

    storage_key: str
    size: int
    sha256: str


def next_version(
    work: UnitOfWork,
    actor: Actor,
    clock: Clock,
    id: str,
    claims: Claims,
    name: str,
    content: Content,
    metadata: Metadata | None = None,
) -> ProductFile:
    """The pending file, added to the unit of work. Raises what ``Claims.predecessor`` raises."""
    older = claims.predecessor(work)
    file = ProductFile(
        id=ProductFileId(id),
        product_id=claims.product_id,
        variant_id=older.variant_id if older else claims.variant_id,
        chain_id=older.chain_id if older else id,
        name=name,
        mime_type=ZIP,
        size=content.size,
        sha256=content.sha256,
        file_version=_version_after(work, older),
        state=FileState.PENDING,
        storage_key=content.storage_key,
        uploaded_by=actor.user_id,
        replaces_id=older.id if older else None,
        metadata=merge_metadata(None, metadata),
        created_at=clock.now(),
    )
    work.files.add(file)
    return file


def _version_after(work: UnitOfWork, older: ProductFile | None) -> int:
    if older is None:
        return 1
    chain = (file for file in work.files.of_product(older.product_id) if file.chain_id == older.chain_id)
    return 1 + max(file.file_version for file in chain)
