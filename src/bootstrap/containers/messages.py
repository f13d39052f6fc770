"""What goes out by mail or to a printer, what providers tell, and what has to be asked of them."""

from dependency_injector.providers import Dict, Factory, Singleton

from adapters.db.unfinished import SqlUnfinished
from bootstrap.containers.foundation import Foundation
from bootstrap.containers.sales import Sales
from core.domain.dispute import DisputeReport
from core.domain.mail import MailKind, MailReport
from core.domain.payment import PaymentMoved, RefundsMoved
from core.domain.print_on_demand import PrintOrderMoved
from core.use_cases.mail.deliver_mail import DeliverMail
from core.use_cases.mail.mail_account_change import MailEmailChanged, MailPasswordChanged
from core.use_cases.mail.mail_downloads import MailDownloads
from core.use_cases.mail.mail_gift_cards import MailGiftCards
from core.use_cases.mail.mail_invite import MailInvite
from core.use_cases.mail.mail_order_news import MailOrderEdit, MailReturn, MailShipment, MailSwap
from core.use_cases.mail.mail_refund import MailRefund
from core.use_cases.mail.record_delivery import RecordDelivery
from core.use_cases.mail.resend_mail import ResendMail
from core.use_cases.mail.send_order_confirmation import SendOrderConfirmation
from core.use_cases.order.handle_dispute import HandleDispute
from core.use_cases.payment.follow_payment import FollowPayment
from core.use_cases.payment.follow_refunds import FollowRefunds
from core.use_cases.payment.settle_payment import SettlePayment
from core.use_cases.print_on_demand.poll_print_orders import PollPrintOrders
from core.use_cases.print_on_demand.record_print_status import RecordPrintStatus
from core.use_cases.print_on_demand.submit_print_order import SubmitPrintOrder
from core.use_cases.reconcile.finish_attempt import FinishAttempt
from core.use_cases.reconcile.reconcile import Reconcile
from core.use_cases.webhook.process_webhook import ProcessWebhook
from core.use_cases.webhook.receive_webhook import ReceiveWebhook
from core.use_cases.webhook.replay_webhook import ReplayWebhook

begin, look, clock, ids = Foundation.begin, Foundation.look, Foundation.clock, Foundation.ids


class Messages(Sales):
    """Use cases that tell somebody, or are told."""

    # Mail.
    mail_invite = Factory(MailInvite, begin, clock, ids)
    resend_mail = Factory(ResendMail, begin, clock, ids)
    mail_refund = Factory(MailRefund, begin, clock, ids)
    mail_shipment = Factory(MailShipment, begin, clock, ids)
    mail_return_requested = Factory(MailReturn, begin, clock, ids, MailKind.RETURN_REQUESTED)
    mail_return_received = Factory(MailReturn, begin, clock, ids, MailKind.RETURN_RECEIVED)
    mail_swap = Factory(MailSwap, begin, clock, ids)
    mail_order_edit_requested = Factory(MailOrderEdit, begin, clock, ids, MailKind.ORDER_EDIT_REQUESTED)
    mail_order_edit_confirmed = Factory(MailOrderEdit, begin, clock, ids, MailKind.ORDER_EDIT_CONFIRMED)
    mail_order_edit_declined = Factory(MailOrderEdit, begin, clock, ids, MailKind.ORDER_EDIT_DECLINED)
    mail_gift_cards = Factory(MailGiftCards, begin, clock, ids)
    mail_password_changed = Factory(MailPasswordChanged, begin, clock, ids)
    mail_email_changed = Factory(MailEmailChanged, begin, clock, ids)
    mail_downloads = Factory(MailDownloads, begin, clock, ids)
    send_order_confirmation = Factory(SendOrderConfirmation, begin, clock, ids)
    record_delivery = Factory(RecordDelivery, begin)
    deliver_mail = Factory(
        DeliverMail,
        begin,
        Foundation.mailer,
        Foundation.derived_tokens,
        clock,
        Foundation.mail_settings,
        Foundation.batch_mailer,
    )

    # Print on demand.
    submit_print_order = Factory(SubmitPrintOrder, begin, Foundation.print_services, clock, ids)
    record_print_status = Factory(RecordPrintStatus, begin, Foundation.print_services, clock, ids)
    poll_print_orders = Factory(
        PollPrintOrders, look, Foundation.print_services, submit_print_order, record_print_status, clock
    )

    # What providers tell.
    settle_payment = Factory(
        SettlePayment,
        begin,
        Foundation.payment_providers,
        Sales.place_order,
        Sales.session_sync,
        clock,
        ids,
        Foundation.downloads_policy,
        Sales.abandon_sessions,
        Sales.settle_collection,
    )
    follow_payment = Factory(FollowPayment, settle_payment)
    follow_refunds = Factory(FollowRefunds, begin, Foundation.payment_providers, Sales.handle_refund)
    handle_dispute = Factory(HandleDispute, begin, clock, ids, Foundation.downloads_policy)
    fact_handlers = Dict(
        {
            PaymentMoved: follow_payment,
            RefundsMoved: follow_refunds,
            DisputeReport: handle_dispute,
            MailReport: record_delivery,
            PrintOrderMoved: record_print_status,
        }
    )
    receive_webhook = Factory(ReceiveWebhook, begin, Foundation.webhook_sources, clock, ids)
    process_webhook = Factory(ProcessWebhook, begin, Foundation.webhook_sources, fact_handlers, clock)
    replay_webhook = Factory(ReplayWebhook, begin)
    unfinished = Singleton(SqlUnfinished, Foundation.read_engine)
    finish_attempt = Factory(FinishAttempt, begin, Sales.recover_checkout, Sales.refund_checkout, settle_payment)
    reconcile = Factory(
        Reconcile,
        begin,
        unfinished,
        settle_payment,
        finish_attempt,
        Sales.capture_payment,
        Sales.settle_refund,
        clock,
        follow_refunds,
        record_delivery,
        Foundation.mail_tracker,
    )
