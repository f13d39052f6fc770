"""Taking money and giving it back."""

from typing import Protocol

from core.domain.money import Money
from core.domain.payment import ProviderPayment, RefundReport, SavedMethod
from core.domain.values import Metadata


class PaymentProvider(Protocol):
    """One payment provider, e.g. ``manual`` or ``stripe``.

    Shapes   amounts are Money in minor units. ``data`` is the provider's own JSON, kept with the
             payment session and shown to the buyer's browser (Stripe: the intent's id and client
             secret); it never holds a secret of the shop.
    Units    one call is one provider request, up to 20 s. Never call it inside a unit of work.
    Replays  ``idempotency_key`` makes a repeated call return the first answer.
    Errors   PaymentDeclined for a definite no; PaymentProviderUnavailable when the outcome is
             unknown. No exception of the provider's library crosses this line.
    Source   https://docs.stripe.com/api/payment_intents, https://docs.stripe.com/api/refunds.
    """

    @property
    def id(self) -> str: ...

    def initiate(self, amount: Money, context: Metadata, *, idempotency_key: str) -> ProviderPayment:
        """Open a payment for a cart or a payment collection. context: cart_id or payment_collection_id,
        session_id, email, customer_id, account_email (of a registered customer, for whom a way to pay may be
        kept; None for guests), return_url and cancel_url (where the buyer is sent by a provider that takes
        the payment on pages of its own; None if nobody has said). Such a provider puts the address of its
        page into the data as ``redirect_url``."""
        ...

    def update(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        """Change the amount of a payment that is not authorised yet."""
        ...

    def update_data(self, data: Metadata, changes: Metadata, *, idempotency_key: str) -> ProviderPayment:
        """Merge what the buyer's browser has to say into a payment that is not authorised yet.

        Never trusted: what the provider itself keeps there (amount, status, ids) stays as it is, and each
        provider says what else it takes. Raises Invalid for what it does not.
        """
        ...

    def retrieve(self, data: Metadata) -> ProviderPayment:
        """What has become of it. Changes nothing. ``{"id": reference}`` is enough to ask."""
        ...

    def authorize(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        """Make sure of the money, or say what is missing (status pending, requires_more, error)."""
        ...

    def capture(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        """Take authorised money."""
        ...

    def refund(self, data: Metadata, amount: Money, *, refund_id: str, idempotency_key: str) -> str:
        """Give captured money back; the provider's refund id. ``refund_id`` goes into its metadata."""
        ...

    def cancel(self, data: Metadata, *, idempotency_key: str) -> None:
        """Release a payment that was not captured. Cancelling twice is fine."""
        ...

    def refunds(self, data: Metadata) -> list[RefundReport]:
        """Every refund of a payment that the provider knows, whoever made it, oldest first.

        ``{"id": reference}`` is enough to ask. A provider without books of its own answers nothing.
        """
        ...

    def saved_methods(self, customer: Metadata) -> list[SavedMethod]:
        """The ways to pay a registered customer has left here. customer: id, email."""
        ...


class PaymentProviders(Protocol):
    """The installed providers. ``manual`` is always there.

    ``get`` raises PaymentProviderNotFound.
    """

    def get(self, id: str) -> PaymentProvider: ...

    def ids(self) -> list[str]: ...
