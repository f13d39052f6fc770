"""The whole shop: which adapter stands behind which port, and which use case gets what."""

from dependency_injector.providers import Callable, Dict, Factory, Object, Singleton

from adapters.db.books.sql_books import SqlOpenBooks
from adapters.db.housekeeping import SqlDeadLetters, SqlOldRecords
from bootstrap.containers.catalogue import Catalogue
from bootstrap.containers.foundation import Foundation
from bootstrap.containers.messages import Messages
from bootstrap.containers.people import People
from bootstrap.containers.sales import Sales
from bootstrap.handlers import job_handlers
from bootstrap.settings import Settings
from core.use_cases.check.check_shop import CheckShop
from core.use_cases.jobs.forget_idempotency_keys import ForgetIdempotencyKeys
from core.use_cases.jobs.forget_old_records import ForgetOldRecords
from core.use_cases.jobs.refresh_catalogue import RefreshCatalogue
from core.use_cases.jobs.run_reactions import RunReactions
from core.use_cases.reactions import REACTIONS

begin, clock = Foundation.begin, Foundation.clock


class Container(People, Catalogue, Messages):
    """``settings`` has to be provided; ``build_container`` does. Tests override providers."""

    # Looking whether everything adds up.
    open_books = Singleton(SqlOpenBooks, Foundation.read_engine, REACTIONS)
    check_shop = Factory(CheckShop, open_books, Foundation.file_store, clock, REACTIONS)

    # What runs after commits.
    forget_idempotency_keys = Factory(ForgetIdempotencyKeys, Foundation.idempotency_keys, clock)
    refresh_catalogue = Factory(RefreshCatalogue, begin)
    old_records = Singleton(SqlOldRecords, Foundation.engines)
    dead_letters = Singleton(SqlDeadLetters, Foundation.engines, clock)
    forget_old_records = Factory(ForgetOldRecords, old_records, clock, Foundation.settings.provided.keeping)
    use_cases_by_kind = Dict(
        capture_digital_order=Sales.capture_digital_order,
        capture_digital_swap=Sales.capture_digital_swap,
        send_order_confirmation=Messages.send_order_confirmation,
        issue_download_token=Sales.issue_download_token,
        mail_downloads=Messages.mail_downloads,
        mail_refund=Messages.mail_refund,
        mail_shipment=Messages.mail_shipment,
        mail_return_requested=Messages.mail_return_requested,
        mail_return_received=Messages.mail_return_received,
        mail_swap=Messages.mail_swap,
        mail_order_edit_requested=Messages.mail_order_edit_requested,
        mail_order_edit_confirmed=Messages.mail_order_edit_confirmed,
        mail_order_edit_declined=Messages.mail_order_edit_declined,
        mail_gift_cards=Messages.mail_gift_cards,
        refund_checkout=Sales.refund_checkout,
        release_payments=Sales.release_payments,
        hand_over_swap=Sales.hand_over_swap,
        mail_invite=Messages.mail_invite,
        mail_password_changed=Messages.mail_password_changed,
        mail_email_changed=Messages.mail_email_changed,
        issue_password_token=People.issue_password_token,
        issue_user_password_token=People.issue_user_password_token,
        mail_user_password_changed=People.mail_user_password_changed,
        deliver_mail=Messages.deliver_mail,
        check_product_file=Catalogue.check_product_file,
        grant_waiting_downloads=Sales.grant_waiting_downloads,
        discard_product_file=Catalogue.discard_product_file,
        recover_checkout=Sales.recover_checkout,
        settle_refund=Sales.settle_refund,
        process_webhook=Messages.process_webhook,
        hand_over_fulfillment=Sales.hand_over_fulfillment,
        send_return=Sales.send_return,
        submit_print_order=Messages.submit_print_order,
        poll_print_orders=Messages.poll_print_orders,
        reconcile=Messages.reconcile,
        sweep_orphan_files=Catalogue.sweep_orphan_files,
        sweep_uploads=Catalogue.sweep_uploads,
        forget_idempotency_keys=forget_idempotency_keys,
        forget_old_records=forget_old_records,
        refresh_catalogue=refresh_catalogue,
    )
    handlers = Callable(job_handlers, use_cases_by_kind)
    run_reactions = Factory(RunReactions, Foundation.jobs, handlers, clock)


def build_container(settings: Settings) -> Container:
    """The production wiring for these settings; nothing is opened before it is used."""
    return Container(settings=Object(settings))
