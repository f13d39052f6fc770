"""Give buyers the files that were still being checked when they paid."""

from core.domain.actor import Actor
from core.domain.product import DownloadPolicy
from core.domain.product_file import ProductFileNotFound
from core.use_cases.download.granting import grant_downloads
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class GrantWaitingDownloads:
    """Reaction to a file becoming ready; one transaction per order. Repeatable.

    downloads: the shop's policy. A file that is gone or no longer on sale grants nothing.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, downloads: DownloadPolicy) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    def __call__(self, actor: Actor, file_id: str) -> None:
        for order_id in self._waiting(actor, file_id):
            self._grant(actor, order_id)

    def _waiting(self, actor: Actor, file_id: str) -> list[str]:
        with self._begin(actor, "download.find_waiting") as work:
            try:
                file = work.files.get(file_id)
            except ProductFileNotFound:
                return []
            if not file.on_sale:
                return []
            versions = [other for other in work.files.of_product(file.product_id) if other.chain_id == file.chain_id]
            since = min(version.created_at for version in versions)
            return work.orders.waiting_for_file(file.product_id, file.variant_id, file.chain_id, since)

    @replayed
    def _grant(self, actor: Actor, order_id: str) -> None:
        with self._begin(actor, "download.grant") as work:
            order = work.orders.get(order_id)
            if grant_downloads(work, order, self._downloads, self._clock.now(), self._ids):
                work.commit()
