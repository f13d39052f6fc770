"""What follows from what: event -> jobs, one table.

A commit stores each event with one job per reaction. A job's payload is the event's fields, and its
handler a use case called with the system as actor and the payload as keyword arguments. Reactions run
at least once, so each of them must be repeatable (docs/jobs.md).
"""

from collections.abc import Mapping

from core.domain import events
from ports.jobs import STOCK_MOVED

REACTIONS: Mapping[str, tuple[str, ...]] = {
    events.OrderPlaced.NAME: ("capture_digital_order", "send_order_confirmation", "submit_print_order"),
    events.PaymentCaptured.NAME: ("submit_print_order",),
    events.DownloadsGranted.NAME: ("issue_download_token",),
    events.DownloadsResent.NAME: ("mail_downloads",),
    events.OrderRefunded.NAME: ("mail_refund",),
    events.ShipmentCreated.NAME: ("mail_shipment",),
    events.ReturnRequested.NAME: ("mail_return_requested",),
    events.ItemsReturned.NAME: ("mail_return_received",),
    events.SwapCreated.NAME: ("mail_swap",),
    events.SwapPaymentCompleted.NAME: ("capture_digital_swap",),
    events.SwapShipmentCreated.NAME: ("mail_swap",),
    events.OrderEditRequested.NAME: ("mail_order_edit_requested",),
    events.OrderEditConfirmed.NAME: ("mail_order_edit_confirmed",),
    events.OrderEditDeclined.NAME: ("mail_order_edit_declined",),
    events.OrderCanceled.NAME: ("release_payments",),
    events.CheckoutRefundDue.NAME: ("refund_checkout",),
    events.GiftCardsIssued.NAME: ("mail_gift_cards",),
    events.PasswordChanged.NAME: ("mail_password_changed",),
    events.UserPasswordChanged.NAME: ("mail_user_password_changed",),
    events.EmailChanged.NAME: ("mail_email_changed",),
    events.InviteIssued.NAME: ("mail_invite",),
    events.MailQueued.NAME: ("deliver_mail",),
    events.ProductFileUploaded.NAME: ("check_product_file",),
    events.ProductFileReady.NAME: ("grant_waiting_downloads",),
    events.ProductFileDiscarded.NAME: ("discard_product_file",),
    STOCK_MOVED: ("refresh_catalogue",),
}

RECOVER_CHECKOUT = "recover_checkout"
PERIODIC: Mapping[str, int] = {
    "reconcile": 60,
    "sweep_orphan_files": 3600,
    "sweep_uploads": 3600,
    "forget_idempotency_keys": 3600,
    "forget_old_records": 3600,
    "poll_print_orders": 600,
}
"""Kinds that run once per so many seconds, whatever the number of workers."""
