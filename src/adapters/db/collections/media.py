"""Uploaded pictures and papers, as rows."""

from __future__ import annotations

from sqlalchemy import bindparam

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Mapper
from adapters.db.tables import media_files
from core.domain.media import MediaFile, MediaNotFound

MEDIA_FILE = Mapper(MediaFile, media_files)
_BY_KEY = roots(MEDIA_FILE, media_files.c.storage_key == bindparam("storage_key"))
_OF_BATCH = roots(MEDIA_FILE, media_files.c.batch_id == bindparam("batch_id")).order_by(media_files.c.id)


class SqlMediaFiles(SqlCollection[MediaFile]):
    mapper = MEDIA_FILE
    missing = MediaNotFound
    label = "File"

    def by_key(self, storage_key: str) -> MediaFile | None:
        return self._first(_BY_KEY, {"storage_key": storage_key})

    def of_batch(self, batch_id: str) -> list[MediaFile]:
        return self._find(_OF_BATCH, {"batch_id": batch_id})
