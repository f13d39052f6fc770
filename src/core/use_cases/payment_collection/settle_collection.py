"""Bring a payment collection in line with what a provider says of one of its payments."""

import logging

from core.domain.actor import SYSTEM
from core.domain.errors import ConcurrentUpdate, DomainError, Unavailable
from core.domain.order_edit import EditStatus
from core.domain.payment import ProviderPayment
from core.domain.payment_collection import CollectionStatus
from core.use_cases.order_edit.complete_order_edit import CompleteOrderEdit
from core.use_cases.order_edit.locking import lock_collection
from core.use_cases.payment_collection.recording import RecordCollectionPayment
from ports.unit_of_work import Begin

log = logging.getLogger("perseus.payments")


class SettleCollection:
    """For webhooks and the reconciler, in any order with what the buyer's browser does. A buyer who has paid
    the whole difference has agreed: the edit is completed though the browser never came back. Where that is
    not possible any more (the goods are gone), the money stays on the collection until staff decides.

    Answers whether anything moved; None for a payment that is no collection's.
    """

    def __init__(self, begin: Begin, record: RecordCollectionPayment, complete: CompleteOrderEdit) -> None:
        self._begin = begin
        self._record = record
        self._complete = complete

    def __call__(self, provider_id: str, told: ProviderPayment, *, declined: bool = False) -> bool | None:
        with self._begin(SYSTEM, "payment_collection.settle") as work:
            collection_id = work.payment_collections.by_payment(provider_id, told.reference) or told.collection_id
            if collection_id is None or work.payment_collections.order_of(collection_id) is None:
                return None
            order, edit, collection = lock_collection(work, SYSTEM, collection_id)
            session = collection.session_of(provider_id, told.reference)
            moved = self._record(work, order, edit, collection, session, provider_id, told, declined=declined)
            if moved:
                work.commit()
        if edit is None or edit.status is not EditStatus.REQUESTED:
            return moved
        if collection.status is not CollectionStatus.AUTHORIZED:
            return moved
        return self._finish(edit.id) or moved

    def _finish(self, edit_id: str) -> bool:
        try:
            self._complete(SYSTEM, edit_id)
        except (ConcurrentUpdate, Unavailable):
            raise
        except DomainError as refusal:
            log.warning("order edit %s is paid and cannot take effect: %s", edit_id, refusal.message)
            return False
        return True
