"""Uploaded pictures and papers, in memory."""

from __future__ import annotations

from adapters.memory.shelf import Shelf
from core.domain.media import MediaFile, MediaNotFound


class InMemoryMediaFiles(Shelf[MediaFile]):
    missing = MediaNotFound
    label = "File"

    def by_key(self, storage_key: str) -> MediaFile | None:
        return self.find_first(lambda file: file.storage_key == storage_key)

    def of_batch(self, batch_id: str) -> list[MediaFile]:
        return sorted(self.find(lambda file: file.batch_id == batch_id), key=lambda file: file.id)
