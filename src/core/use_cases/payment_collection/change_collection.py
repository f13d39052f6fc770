"""What staff does to payment collections.

Source: https://docs.medusajs.com/api/admin#payment-collections (v1).
"""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.order_edit import EditStatus
from core.domain.product import DownloadPolicy
from core.domain.values import Metadata
from core.use_cases.order_edit.confirming import follow_money, take_over
from core.use_cases.order_edit.locking import lock_collection
from core.use_cases.payment_collection.releasing import ReleaseCollection
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionChanges:
    """Only what is ``given`` changes."""

    given: frozenset[str]
    description: str | None = None
    metadata: Metadata | None = None


class UpdatePaymentCollection:
    """Raises PaymentCollectionNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, collection_id: str, changes: CollectionChanges) -> None:
        with self._begin(actor, "payment_collection.update") as work:
            _, _, collection = lock_collection(work, actor, collection_id)
            if "description" in changes.given:
                collection.description = changes.description
            if "metadata" in changes.given:
                collection.metadata = changes.metadata
            collection.updated()
            work.commit()


class DeletePaymentCollection:
    """Its edit then has nothing to be paid. Raises PaymentCollectionNotFound, CollectionClosed."""

    def __init__(self, begin: Begin, release: ReleaseCollection, clock: Clock) -> None:
        self._begin = begin
        self._release = release
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, collection_id: str) -> None:
        with self._begin(actor, "payment_collection.delete") as work:
            order, edit, collection = lock_collection(work, actor, collection_id)
            collection.delete(self._clock.now())
            self._release(work, order, collection, "COLLECTION_DELETED")
            if edit is not None:
                edit.payment_collection_id = None
            work.commit()


class MarkCollectionAuthorized:
    """Staff has the money by other means. What is missing stands as a payment by hand, which is captured
    with the order's others; sessions that are still open end. Raises PaymentCollectionNotFound,
    CollectionClosed."""

    def __init__(
        self, begin: Begin, release: ReleaseCollection, clock: Clock, ids: Ids, downloads: DownloadPolicy
    ) -> None:
        self._begin = begin
        self._release = release
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    @replayed
    def __call__(self, actor: Actor, collection_id: str) -> None:
        with self._begin(actor, "payment_collection.authorize") as work:
            order, edit, collection = lock_collection(work, actor, collection_id)
            if collection.mark_authorized(self._ids.new("pay")) is None:
                return
            open_ = list(collection.payment_sessions)
            self._release.sessions(work, order, collection, open_, "PAID_OTHERWISE")
            if edit is not None and edit.status is EditStatus.CONFIRMED:
                take_over(work, order, collection)
                follow_money(work, order, collection.id, self._clock.now(), self._ids, self._downloads)
            work.commit()
