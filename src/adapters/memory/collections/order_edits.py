"""Order edits and payment collections, in memory."""

from __future__ import annotations

from adapters.memory.shelf import Shelf
from core.domain.order_edit import OrderEdit, OrderEditNotFound
from core.domain.payment_collection import PaymentCollection, PaymentCollectionNotFound


class InMemoryOrderEdits(Shelf[OrderEdit]):
    missing = OrderEditNotFound
    label = "Order edit"

    def order_of(self, id: str) -> str | None:
        edit = self._rows.get(id)
        return edit.order_id if edit is not None else None

    def of_line(self, line_id: str) -> str | None:
        edit = self.find_first(lambda edit: any(item.id == line_id for item in edit.items))
        return edit.id if edit is not None else None

    def active_of(self, order_id: str) -> OrderEdit | None:
        return self.find_first(lambda edit: edit.order_id == order_id and edit.active)

    def of_collection(self, collection_id: str) -> OrderEdit | None:
        return self.find_first(lambda edit: edit.payment_collection_id == collection_id)


class InMemoryPaymentCollections(Shelf[PaymentCollection]):
    missing = PaymentCollectionNotFound
    label = "Payment collection"

    def order_of(self, id: str) -> str | None:
        collection = self._rows.get(id)
        return collection.order_id if collection is not None else None

    def by_payment(self, provider_id: str, reference: str) -> str | None:
        found = self.find_first(lambda collection: collection.session_of(provider_id, reference) is not None)
        return found.id if found is not None else None

    def of_payment(self, payment_id: str) -> str | None:
        found = self.find_first(lambda collection: any(one.id == payment_id for one in collection.payments))
        return found.id if found is not None else None
