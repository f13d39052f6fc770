"""The shape of the files behind digital products. Where their bytes lie is nobody's business."""

from __future__ import annotations

from adapters.db import tables
from adapters.db.reads.filters import by, each
from adapters.db.reads.shape import Shape, columns, everything
from core.domain.product_file import FileState, ProductFileNotFound

PRODUCT_FILE = Shape(
    name="product_file",
    table=tables.product_files,
    columns=columns(
        "id",
        "product_id",
        "variant_id",
        "name",
        "mime_type",
        "size",
        "sha256",
        "state",
        "rejected_reason",
        "uploaded_by",
        "metadata",
        "created_at",
        "updated_at",
        version="file_version",
    ),
    hidden=columns(_chain_id="chain_id", _replaces_id="replaces_id"),
    filters={
        **each("id", "product_id", "variant_id", "state", "name", "sha256", "created_at", "updated_at"),
        "version": by("file_version"),
    },
    defaults={"state": lambda file: file.c.state != FileState.DELETED.value},
    visible=everything,
    missing=(ProductFileNotFound, "File with id: {} was not found"),
)
