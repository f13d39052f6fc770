"""The whole shop on one page: which adapter stands behind which port."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Callable, Dict, Factory, Object, Singleton

from adapters.db.backlog import SqlBacklog
from adapters.db.books.sql_books import SqlOpenBooks
from adapters.db.engine import open_engines
from adapters.db.housekeeping import SqlDeadLetters, SqlOldRecords
from adapters.db.idempotency import SqlIdempotencyKeys
from adapters.db.identities import SqlIdentities
from adapters.db.jobs import SqlJobs
from adapters.db.reads.glances import SqlGlances
from adapters.db.reads.sql_reads import SqlReads
from adapters.db.search.product_search import SqlProductSearch
from adapters.db.unfinished import SqlUnfinished
from adapters.db.unit_of_work import SqlBegin
from adapters.storage.folder_file_store import FolderFileStore
from adapters.storage.folder_part_uploads import FolderPartUploads
from adapters.storage.links import LinkSigner, PartSigner
from adapters.system.access_tokens import JwtAccessTokens
from adapters.system.clock import SystemClock
from adapters.system.derived_tokens import HmacDerivedTokens
from adapters.system.ids import UlidIds
from adapters.system.metered import MeteredJobs
from adapters.system.passwords import Argon2Passwords
from adapters.system.prometheus_metrics import PrometheusMetrics
from adapters.system.taxes import InstalledTaxProviders
from bootstrap.engines import (
    batch_mailer,
    bucket,
    download_policy,
    file_store,
    fulfillment_providers,
    gelato,
    http_settings,
    mail_settings,
    mail_tracker,
    mailer,
    outside_tokens,
    part_uploads,
    payment_providers,
    print_services,
    public_files,
    rate_limits,
    session_life,
    storage_breaker,
    upload_settings,
    webhook_sources,
)
from bootstrap.handlers import job_handlers
from bootstrap.readiness import readiness
from bootstrap.settings import Settings
from core.domain.dispute import DisputeReport
from core.domain.mail import MailKind, MailReport
from core.domain.payment import PaymentMoved, RefundsMoved
from core.domain.print_on_demand import PrintOrderMoved
from core.use_cases.api_key.create_api_key import CreateApiKey
from core.use_cases.api_key.edit_api_keys import DeleteApiKey, RevokeApiKey, UpdateApiKey
from core.use_cases.api_key.identify_key import IdentifyKey
from core.use_cases.auth.authenticate import Authenticate
from core.use_cases.auth.identify_actor import IdentifyActor
from core.use_cases.auth.identify_outsider import IdentifyOutsider
from core.use_cases.auth.log_out import LogOut
from core.use_cases.auth.refresh_token import RefreshToken
from core.use_cases.auth.start_cookie_session import StartCookieSession
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.add_discount import AddDiscount
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.cart.create_cart import CreateCart
from core.use_cases.cart.find_variant import FindVariant
from core.use_cases.cart.list_shipping_options import ListShippingOptions
from core.use_cases.cart.open_payment import OpenPayment
from core.use_cases.cart.prepare_checkout import PrepareCheckout
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.refresh_cart import RefreshCart
from core.use_cases.cart.refresh_payment_session import RefreshPaymentSession
from core.use_cases.cart.remove_discount import RemoveDiscount
from core.use_cases.cart.remove_line import RemoveLine
from core.use_cases.cart.remove_payment import RemovePayment
from core.use_cases.cart.review_checkout import ReviewCheckout
from core.use_cases.cart.select_payment import SelectPayment
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.cart.start_payment import StartPayment
from core.use_cases.cart.update_cart import UpdateCart
from core.use_cases.cart.update_line import UpdateLine
from core.use_cases.cart.update_payment_session import UpdatePaymentSession
from core.use_cases.cart.view_cart import ViewCart
from core.use_cases.cart.work_out_taxes import WorkOutTaxes
from core.use_cases.category.create_category import CreateCategory
from core.use_cases.category.delete_category import DeleteCategory
from core.use_cases.category.update_category import UpdateCategory
from core.use_cases.check.check_shop import CheckShop
from core.use_cases.customer.add_address import AddAddress
from core.use_cases.customer.change_address import ChangeAddress
from core.use_cases.customer.confirm_order_claim import ConfirmOrderClaim
from core.use_cases.customer.edit_customer import EditCustomer
from core.use_cases.customer.issue_password_token import IssuePasswordToken
from core.use_cases.customer.list_saved_methods import ListSavedMethods
from core.use_cases.customer.register_customer import RegisterCustomer
from core.use_cases.customer.remove_address import RemoveAddress
from core.use_cases.customer.request_order_claim import RequestOrderClaim
from core.use_cases.customer.request_password_reset import RequestPasswordReset
from core.use_cases.customer.reset_password import ResetPassword
from core.use_cases.customer.update_customer import UpdateCustomer
from core.use_cases.customer.use_address_by_default import UseAddressByDefault
from core.use_cases.customer_group.change_members import ChangeGroupMembers
from core.use_cases.customer_group.edit_customer_groups import (
    CreateCustomerGroup,
    DeleteCustomerGroup,
    UpdateCustomerGroup,
)
from core.use_cases.discount.add_region import AddRegion
from core.use_cases.discount.change_condition import ChangeCondition
from core.use_cases.discount.create_condition import CreateCondition
from core.use_cases.discount.create_discount import CreateDiscount
from core.use_cases.discount.create_dynamic_code import CreateDynamicCode
from core.use_cases.discount.delete_condition import DeleteCondition
from core.use_cases.discount.delete_discount import DeleteDiscount
from core.use_cases.discount.delete_dynamic_code import DeleteDynamicCode
from core.use_cases.discount.remove_region import RemoveRegion
from core.use_cases.discount.update_discount import UpdateDiscount
from core.use_cases.download.change_download import ChangeDownload
from core.use_cases.download.grant_waiting_downloads import GrantWaitingDownloads
from core.use_cases.download.issue_download_token import IssueDownloadToken
from core.use_cases.download.open_download import OpenDownload
from core.use_cases.download.redeem_download import RedeemDownload
from core.use_cases.download.request_downloads import RequestDownloads
from core.use_cases.download.resend_downloads import ResendDownloads
from core.use_cases.fulfillment.cancel_fulfillment import CancelFulfillment
from core.use_cases.fulfillment.create_fulfillment import CreateFulfillment
from core.use_cases.fulfillment.create_shipment import CreateShipment
from core.use_cases.fulfillment.hand_over_fulfillment import HandOverFulfillment
from core.use_cases.gift_card.create_gift_card import CreateGiftCard
from core.use_cases.gift_card.delete_gift_card import DeleteGiftCard
from core.use_cases.gift_card.update_gift_card import UpdateGiftCard
from core.use_cases.invite.accept_invite import AcceptInvite
from core.use_cases.invite.create_invite import CreateInvite
from core.use_cases.invite.invite_user import InviteUser, JoinStaff
from core.use_cases.invite.look_up_invite import LookUpInvite
from core.use_cases.invite.resend_invite import ResendInvite
from core.use_cases.invite.revoke_invite import RevokeInvite
from core.use_cases.jobs.forget_idempotency_keys import ForgetIdempotencyKeys
from core.use_cases.jobs.forget_old_records import ForgetOldRecords
from core.use_cases.jobs.refresh_catalogue import RefreshCatalogue
from core.use_cases.jobs.run_reactions import RunReactions
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
from core.use_cases.media.delete_media import DeleteMedia
from core.use_cases.media.show_media import LinkMedia, ShowUpload
from core.use_cases.media.upload_media import UploadMedia
from core.use_cases.order.add_shipping_method import AddOrderShippingMethod
from core.use_cases.order.cancel_order import CancelOrder
from core.use_cases.order.capture_payment import CaptureDigitalOrder, CaptureDigitalSwap, CapturePayment
from core.use_cases.order.complete_order import ArchiveOrder, CompleteOrder
from core.use_cases.order.finish_checkout import FinishCheckout
from core.use_cases.order.handle_dispute import HandleDispute
from core.use_cases.order.handle_refund import HandleRefund
from core.use_cases.order.place_order import PlaceOrder
from core.use_cases.order.recover_checkout import RecoverCheckout
from core.use_cases.order.refund_checkout import RefundCheckout
from core.use_cases.order.refund_payment import RefundPayment
from core.use_cases.order.release_payments import ReleasePayments
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.order.update_order import UpdateOrder
from core.use_cases.order.view_order import ViewOrder
from core.use_cases.order_edit.complete_order_edit import CompleteOrderEdit
from core.use_cases.order_edit.confirm_order_edit import ConfirmOrderEdit
from core.use_cases.order_edit.create_order_edit import CreateOrderEdit
from core.use_cases.order_edit.edit_items import AddEditedItem, RemoveEditedItem, ResizeEditedItem, UndoItemChange
from core.use_cases.order_edit.give_up_order_edit import CancelOrderEdit, DeclineOrderEdit
from core.use_cases.order_edit.note_order_edit import DeleteOrderEdit, NoteOrderEdit
from core.use_cases.order_edit.request_order_edit import RequestOrderEdit
from core.use_cases.order_edit.view_order_edit import ViewOrderEdit
from core.use_cases.payment.capture_one import CaptureOnePayment
from core.use_cases.payment.follow_payment import FollowPayment
from core.use_cases.payment.follow_refunds import FollowRefunds
from core.use_cases.payment.refund_one import RefundOnePayment
from core.use_cases.payment.settle_payment import SettlePayment
from core.use_cases.payment_collection.authorize_sessions import (
    AuthorizeCollectionSession,
    AuthorizeCollectionSessions,
)
from core.use_cases.payment_collection.capture_collected import CaptureCollectedPayment
from core.use_cases.payment_collection.change_collection import (
    DeletePaymentCollection,
    MarkCollectionAuthorized,
    UpdatePaymentCollection,
)
from core.use_cases.payment_collection.recording import RecordCollectionPayment
from core.use_cases.payment_collection.releasing import ReleaseCollection
from core.use_cases.payment_collection.session_opener import CollectionSessionOpener
from core.use_cases.payment_collection.set_sessions import (
    RefreshCollectionSession,
    SetCollectionSession,
    SetCollectionSessions,
)
from core.use_cases.payment_collection.settle_collection import SettleCollection
from core.use_cases.price_list.create_price_list import CreatePriceList
from core.use_cases.price_list.update_price_list import DeletePriceList, DropPrices, PutPrices, UpdatePriceList
from core.use_cases.print_on_demand.poll_print_orders import PollPrintOrders
from core.use_cases.print_on_demand.record_print_status import RecordPrintStatus
from core.use_cases.print_on_demand.submit_print_order import SubmitPrintOrder
from core.use_cases.product.collect_products import CategorizeProducts, CollectProducts, ReleaseProducts
from core.use_cases.product.create_product import CreateProduct
from core.use_cases.product.delete_product import DeleteProduct
from core.use_cases.product.edit_options import AddOption, RemoveOption, RenameOption
from core.use_cases.product.edit_variants import AddVariant, ChangeVariant, RemoveVariant
from core.use_cases.product.update_product import UpdateProduct
from core.use_cases.product_file.cancel_upload import CancelUpload
from core.use_cases.product_file.check_product_file import CheckProductFile
from core.use_cases.product_file.complete_upload import CompleteUpload
from core.use_cases.product_file.discard_product_file import DiscardProductFile
from core.use_cases.product_file.link_parts import LinkParts
from core.use_cases.product_file.link_product_file import LinkProductFile
from core.use_cases.product_file.remove_product_file import RemoveProductFile
from core.use_cases.product_file.start_upload import StartUpload
from core.use_cases.product_file.sweep_orphan_files import SweepOrphanFiles
from core.use_cases.product_file.sweep_uploads import SweepUploads
from core.use_cases.product_file.upload_product_file import UploadProductFile
from core.use_cases.publishable_key.change_channels import ChangeKeyChannels, LinkKeyChannels
from core.use_cases.publishable_key.edit_publishable_keys import (
    CreatePublishableKey,
    DeletePublishableKey,
    RenamePublishableKey,
    RevokePublishableKey,
)
from core.use_cases.reactions import REACTIONS
from core.use_cases.reconcile.finish_attempt import FinishAttempt
from core.use_cases.reconcile.reconcile import Reconcile
from core.use_cases.reference.edit_records import CreateRecord, RemoveRecord, UpdateRecord
from core.use_cases.region.create_region import CreateRegion
from core.use_cases.region.delete_region import DeleteRegion
from core.use_cases.region.list_fulfillment_options import ListFulfillmentOptions
from core.use_cases.region.parts import RegionParts
from core.use_cases.region.update_region import AddToRegion, TakeFromRegion, UpdateRegion
from core.use_cases.return_reason.create_return_reason import CreateReturnReason
from core.use_cases.return_reason.delete_return_reason import DeleteReturnReason
from core.use_cases.return_reason.update_return_reason import UpdateReturnReason
from core.use_cases.returning.cancel_return import CancelReturn
from core.use_cases.returning.receive_return import ReceiveReturn
from core.use_cases.returning.request_return import RequestReturn
from core.use_cases.returning.send_return import SendReturn
from core.use_cases.returning.view_return import ViewReturn
from core.use_cases.sales_channel.change_products import ChangeChannelProducts
from core.use_cases.sales_channel.edit_sales_channels import (
    CreateSalesChannel,
    DeleteSalesChannel,
    UpdateSalesChannel,
)
from core.use_cases.shipping.create_shipping_option import CreateShippingOption
from core.use_cases.shipping.delete_shipping_option import DeleteShippingOption
from core.use_cases.shipping.edit_profiles import (
    CreateShippingProfile,
    DeleteShippingProfile,
    UpdateShippingProfile,
)
from core.use_cases.shipping.update_shipping_option import UpdateShippingOption
from core.use_cases.store.edit_store import AddCurrency, PriceCurrency, RemoveCurrency, UpdateStore
from core.use_cases.swap.cancel_swap import CancelSwap
from core.use_cases.swap.fulfill_swap import CancelSwapFulfillment, FulfillSwap, HandOverSwap, ShipSwap
from core.use_cases.swap.process_swap_payment import ProcessSwapPayment
from core.use_cases.swap.request_swap import RequestSwap
from core.use_cases.swap.view_swap import ViewSwap
from core.use_cases.tax_rate.edit_tax_rates import CreateTaxRate, DeleteTaxRate, LinkTaxRate, UpdateTaxRate
from core.use_cases.user.create_user import CreateUser
from core.use_cases.user.edit_users import DeleteUser, UpdateUser
from core.use_cases.user.mail_user_password_changed import MailUserPasswordChanged
from core.use_cases.user.reset_user_password import (
    IssueUserPasswordToken,
    RequestUserPasswordReset,
    ResetUserPassword,
)
from core.use_cases.variant_reference.add_variant_reference import AddVariantReference
from core.use_cases.variant_reference.move_variant_reference import MoveVariantReference
from core.use_cases.variant_reference.remove_variant_reference import RemoveVariantReference
from core.use_cases.webhook.process_webhook import ProcessWebhook
from core.use_cases.webhook.receive_webhook import ReceiveWebhook
from core.use_cases.webhook.replay_webhook import ReplayWebhook


class Container(DeclarativeContainer):
    """``settings`` has to be provided; ``build_container`` does. Tests override providers."""

    settings: Object[Settings] = Object(None)

    # One per process.
    clock = Singleton(SystemClock)
    ids = Singleton(UlidIds)
    engines = Singleton(open_engines, settings.provided.database_url)
    write_engine = engines.provided.write
    read_engine = engines.provided.read
    backlog = Singleton(SqlBacklog, read_engine)
    metrics = Singleton(PrometheusMetrics, backlog)
    passwords = Singleton(Argon2Passwords)
    access_tokens = Singleton(JwtAccessTokens, settings.provided.secrets, clock)
    outside_tokens = Singleton(outside_tokens, settings, clock)
    derived_tokens = Singleton(HmacDerivedTokens, settings.provided.secrets)
    webhook_sources = Singleton(webhook_sources, settings, clock)
    rate_limits = Singleton(rate_limits, settings, clock)
    payment_providers = Singleton(payment_providers, settings, metrics)
    gelato = Singleton(gelato, settings, metrics)
    fulfillment_providers = Singleton(fulfillment_providers, gelato)
    print_services = Singleton(print_services, gelato)
    tax_providers = Singleton(InstalledTaxProviders)
    http_settings = Singleton(http_settings, settings)
    mail_settings = Singleton(mail_settings, settings)
    mailer = Singleton(mailer, settings, clock, metrics)
    batch_mailer = Callable(batch_mailer, mailer, settings)
    mail_tracker = Callable(mail_tracker, mailer, settings)
    link_signer = Singleton(LinkSigner, settings.provided.secrets)
    # Serves bytes with every engine: links made before a move to another one still work.
    local_files = Singleton(
        FolderFileStore, settings.provided.files_dir, http_settings.provided.public_url, link_signer, clock
    )
    bucket = Singleton(bucket, settings)
    storage_breaker = Singleton(storage_breaker, metrics)
    file_store = Singleton(file_store, bucket, local_files, clock, metrics, storage_breaker)
    public_files = Singleton(public_files, settings)
    part_signer = Singleton(PartSigner, settings.provided.secrets)
    local_parts = Singleton(
        FolderPartUploads,
        settings.provided.files_dir,
        http_settings.provided.public_url,
        local_files,
        part_signer,
        clock,
    )
    part_uploads = Singleton(part_uploads, bucket, local_parts, storage_breaker)
    upload_settings = Singleton(upload_settings, settings)
    session_life = Singleton(session_life, settings)
    downloads_policy = Singleton(download_policy, settings)
    reads = Singleton(SqlReads, read_engine)
    product_search = Singleton(SqlProductSearch, engines, reads)
    glances = Singleton(SqlGlances, read_engine)
    identities = Singleton(SqlIdentities, read_engine)
    stored_jobs = Singleton(SqlJobs, engines, clock)
    jobs = Singleton(MeteredJobs, stored_jobs, metrics)
    idempotency_keys = Singleton(SqlIdempotencyKeys, write_engine, clock, ids)
    readiness = Callable(readiness, read_engine)

    # Opens units of work; ``look`` is for use cases that only look, and takes no lock.
    begin = Singleton(SqlBegin, write_engine, clock, ids, REACTIONS)
    look = Singleton(SqlBegin, read_engine, clock, ids, REACTIONS)

    # Logging in.
    authenticate = Factory(Authenticate, begin, passwords, access_tokens, clock, ids, settings.provided.rate_limits)
    identify_actor = Factory(IdentifyActor, identities, clock)
    refresh_token = Factory(RefreshToken, begin, access_tokens, clock)
    start_cookie_session = Factory(StartCookieSession, begin, clock, ids)
    log_out = Factory(LogOut, begin, clock)
    register_customer = Factory(RegisterCustomer, begin, passwords, ids)
    update_customer = Factory(UpdateCustomer, begin, passwords, clock, ids)
    add_address = Factory(AddAddress, begin, ids)
    use_address_by_default = Factory(UseAddressByDefault, begin)
    change_address = Factory(ChangeAddress, begin, ids)
    remove_address = Factory(RemoveAddress, begin)
    request_password_reset = Factory(RequestPasswordReset, begin, ids)
    issue_password_token = Factory(IssuePasswordToken, begin, clock, ids)
    reset_password = Factory(ResetPassword, begin, derived_tokens, passwords, clock, ids)
    request_order_claim = Factory(RequestOrderClaim, begin, clock, ids)
    confirm_order_claim = Factory(ConfirmOrderClaim, begin, derived_tokens, clock)
    list_saved_methods = Factory(ListSavedMethods, look, payment_providers)
    edit_customer = Factory(EditCustomer, begin, passwords, clock, ids)
    create_user = Factory(CreateUser, begin, passwords, ids)
    update_user = Factory(UpdateUser, begin)
    delete_user = Factory(DeleteUser, begin, clock)
    request_user_password_reset = Factory(RequestUserPasswordReset, begin, ids)
    issue_user_password_token = Factory(IssueUserPasswordToken, begin, clock, ids)
    reset_user_password = Factory(ResetUserPassword, begin, derived_tokens, passwords, clock, ids)
    mail_user_password_changed = Factory(MailUserPasswordChanged, begin, clock, ids)

    # Keys.
    identify_outsider = Factory(IdentifyOutsider, begin, outside_tokens, identities, ids)
    identify_key = Factory(IdentifyKey, begin, identities, clock)
    create_api_key = Factory(CreateApiKey, begin, clock, ids)
    update_api_key = Factory(UpdateApiKey, begin)
    revoke_api_key = Factory(RevokeApiKey, begin, clock)
    delete_api_key = Factory(DeleteApiKey, begin, clock)

    # Carts.
    cart_pricing = Factory(CartPricing, tax_providers, clock, ids)
    abandon_sessions = Factory(AbandonSessions, clock, ids)
    checkout_budgets = Factory(CheckoutBudgets, rate_limits)
    session_opener = Factory(SessionOpener, begin, payment_providers, abandon_sessions, ids, checkout_budgets)
    session_sync = Factory(SessionSync, begin, session_opener, abandon_sessions)
    create_cart = Factory(CreateCart, begin, cart_pricing, ids)
    update_cart = Factory(UpdateCart, begin, cart_pricing, session_sync, abandon_sessions, clock, ids)
    add_line = Factory(AddLine, begin, cart_pricing, session_sync)
    update_line = Factory(UpdateLine, begin, cart_pricing, session_sync)
    add_discount = Factory(AddDiscount, begin, cart_pricing, session_sync)
    remove_discount = Factory(RemoveDiscount, begin, cart_pricing, session_sync)
    remove_line = Factory(RemoveLine, begin, cart_pricing, session_sync)
    choose_shipping = Factory(ChooseShipping, begin, fulfillment_providers, cart_pricing, session_sync, ids)
    list_shipping_options = Factory(ListShippingOptions, look)
    refresh_cart = Factory(RefreshCart, begin, cart_pricing, session_sync)
    view_cart = Factory(ViewCart, glances, refresh_cart, clock)
    start_payment = Factory(
        StartPayment, begin, payment_providers, cart_pricing, session_opener, abandon_sessions, ids
    )
    select_payment = Factory(SelectPayment, begin, session_opener, abandon_sessions, ids)
    open_payment = Factory(OpenPayment, begin, payment_providers, cart_pricing, session_opener, abandon_sessions, ids)
    prepare_checkout = Factory(PrepareCheckout, look, update_cart, choose_shipping, open_payment)
    review_checkout = Factory(ReviewCheckout, look)
    find_variant = Factory(FindVariant, look)
    remove_payment = Factory(RemovePayment, begin, abandon_sessions)
    update_payment_session = Factory(UpdatePaymentSession, begin, select_payment, payment_providers)
    refresh_payment_session = Factory(
        RefreshPaymentSession, begin, payment_providers, cart_pricing, session_opener, abandon_sessions, ids
    )
    work_out_taxes = Factory(WorkOutTaxes, begin, cart_pricing)

    # Orders.
    place_order = Factory(
        PlaceOrder, begin, payment_providers, cart_pricing, clock, ids, downloads_policy, checkout_budgets
    )
    finish_checkout = Factory(FinishCheckout, begin, prepare_checkout, place_order)
    recover_checkout = Factory(RecoverCheckout, begin, place_order)
    capture_payment = Factory(CapturePayment, begin, payment_providers, clock, ids, downloads_policy)
    capture_digital_order = Factory(CaptureDigitalOrder, look, capture_payment)
    capture_digital_swap = Factory(CaptureDigitalSwap, look, capture_payment)
    handle_refund = Factory(HandleRefund, begin, clock, ids, downloads_policy)
    settle_refund = Factory(SettleRefund, begin, payment_providers, handle_refund)
    refund_payment = Factory(RefundPayment, begin, settle_refund, clock, ids)
    capture_collected_payment = Factory(CaptureCollectedPayment, begin, payment_providers, clock)
    capture_one_payment = Factory(CaptureOnePayment, look, capture_payment, capture_collected_payment)
    refund_one_payment = Factory(RefundOnePayment, look, refund_payment)
    refund_checkout = Factory(RefundCheckout, begin, payment_providers, clock, ids)
    view_order = Factory(ViewOrder, glances)
    hand_over_fulfillment = Factory(HandOverFulfillment, begin, fulfillment_providers, clock)
    update_order = Factory(UpdateOrder, begin, ids)
    add_order_shipping_method = Factory(AddOrderShippingMethod, begin, fulfillment_providers, tax_providers, ids)
    create_fulfillment = Factory(CreateFulfillment, begin, hand_over_fulfillment, clock, ids)
    create_shipment = Factory(CreateShipment, begin, clock, ids)
    cancel_fulfillment = Factory(CancelFulfillment, begin, fulfillment_providers, clock)
    release_payments = Factory(ReleasePayments, begin, payment_providers, settle_refund, clock, ids)
    cancel_order = Factory(
        CancelOrder, begin, cancel_fulfillment, print_services, settle_refund, release_payments, clock, ids
    )
    complete_order = Factory(CompleteOrder, begin)
    archive_order = Factory(ArchiveOrder, begin)

    # Gift cards.
    create_gift_card = Factory(CreateGiftCard, begin, ids)
    update_gift_card = Factory(UpdateGiftCard, begin, clock, ids)
    delete_gift_card = Factory(DeleteGiftCard, begin, clock)

    # What comes back.
    create_return_reason = Factory(CreateReturnReason, begin, ids)
    update_return_reason = Factory(UpdateReturnReason, begin)
    delete_return_reason = Factory(DeleteReturnReason, begin, clock)
    send_return = Factory(SendReturn, begin, fulfillment_providers)
    request_return = Factory(RequestReturn, begin, tax_providers, send_return, clock, ids)
    receive_return = Factory(ReceiveReturn, begin, settle_refund, clock, ids)
    cancel_return = Factory(CancelReturn, begin)
    view_return = Factory(ViewReturn, look)
    request_swap = Factory(RequestSwap, begin, cart_pricing, tax_providers, send_return, clock, ids)
    view_swap = Factory(ViewSwap, look)

    # The shop, where it sells and how it ships.
    update_store = Factory(UpdateStore, begin)
    add_currency = Factory(AddCurrency, begin)
    remove_currency = Factory(RemoveCurrency, begin)
    price_currency = Factory(PriceCurrency, begin)
    region_parts = Factory(RegionParts, payment_providers, fulfillment_providers, tax_providers)
    create_region = Factory(CreateRegion, begin, region_parts, ids)
    update_region = Factory(UpdateRegion, begin, region_parts)
    add_to_region = Factory(AddToRegion, begin, region_parts)
    take_from_region = Factory(TakeFromRegion, begin)
    delete_region = Factory(DeleteRegion, begin, clock)
    list_fulfillment_options = Factory(ListFulfillmentOptions, look, fulfillment_providers)
    create_shipping_option = Factory(CreateShippingOption, begin, fulfillment_providers, ids)
    update_shipping_option = Factory(UpdateShippingOption, begin, ids)
    delete_shipping_option = Factory(DeleteShippingOption, begin, clock)
    create_shipping_profile = Factory(CreateShippingProfile, begin, ids)
    update_shipping_profile = Factory(UpdateShippingProfile, begin)
    delete_shipping_profile = Factory(DeleteShippingProfile, begin, clock)

    hand_over_swap = Factory(HandOverSwap, begin, fulfillment_providers, clock)
    fulfill_swap = Factory(FulfillSwap, begin, hand_over_swap, clock, ids)
    ship_swap = Factory(ShipSwap, begin, clock, ids)
    cancel_swap_fulfillment = Factory(CancelSwapFulfillment, begin, fulfillment_providers, clock)
    process_swap_payment = Factory(ProcessSwapPayment, begin, capture_payment, settle_refund, clock, ids)
    cancel_swap = Factory(CancelSwap, begin, settle_refund, release_payments, clock, ids)
    # Price lists and special tax rates.
    create_price_list = Factory(CreatePriceList, begin, ids)
    update_price_list = Factory(UpdatePriceList, begin, ids)
    delete_price_list = Factory(DeletePriceList, begin, clock)
    put_prices = Factory(PutPrices, begin, ids)
    drop_prices = Factory(DropPrices, begin)
    create_tax_rate = Factory(CreateTaxRate, begin, ids)
    update_tax_rate = Factory(UpdateTaxRate, begin)
    link_tax_rate = Factory(LinkTaxRate, begin)
    delete_tax_rate = Factory(DeleteTaxRate, begin, clock)

    # Where things are sold, by which storefronts, and to whom.
    create_sales_channel = Factory(CreateSalesChannel, begin, ids)
    update_sales_channel = Factory(UpdateSalesChannel, begin)
    delete_sales_channel = Factory(DeleteSalesChannel, begin, clock)
    change_channel_products = Factory(ChangeChannelProducts, begin)
    create_publishable_key = Factory(CreatePublishableKey, begin, ids)
    link_key_channels = Factory(LinkKeyChannels, begin)
    rename_publishable_key = Factory(RenamePublishableKey, begin)
    revoke_publishable_key = Factory(RevokePublishableKey, begin, clock)
    delete_publishable_key = Factory(DeletePublishableKey, begin, clock)
    change_key_channels = Factory(ChangeKeyChannels, begin)
    create_customer_group = Factory(CreateCustomerGroup, begin, ids)
    update_customer_group = Factory(UpdateCustomerGroup, begin)
    delete_customer_group = Factory(DeleteCustomerGroup, begin, clock)
    change_group_members = Factory(ChangeGroupMembers, begin)

    # Products and their files.
    create_product = Factory(CreateProduct, begin, ids)
    update_product = Factory(UpdateProduct, begin, clock, ids)
    delete_product = Factory(DeleteProduct, begin, clock)
    add_variant = Factory(AddVariant, begin, ids)
    change_variant = Factory(ChangeVariant, begin, ids)
    remove_variant = Factory(RemoveVariant, begin, clock)
    add_variant_reference = Factory(AddVariantReference, begin, ids)
    move_variant_reference = Factory(MoveVariantReference, begin)
    remove_variant_reference = Factory(RemoveVariantReference, begin, clock)
    add_option = Factory(AddOption, begin, ids)
    rename_option = Factory(RenameOption, begin)
    remove_option = Factory(RemoveOption, begin)

    # What products are sorted by.
    create_category = Factory(CreateCategory, begin, ids)
    update_category = Factory(UpdateCategory, begin)
    delete_category = Factory(DeleteCategory, begin, clock)
    categorize_products = Factory(CategorizeProducts, begin)
    collect_products = Factory(CollectProducts, begin)
    release_products = Factory(ReleaseProducts, begin)
    create_record = Factory(CreateRecord, begin, ids)
    update_record = Factory(UpdateRecord, begin)
    remove_record = Factory(RemoveRecord, begin, clock)

    # Files.
    upload_media = Factory(UploadMedia, begin, file_store, ids)
    show_upload = Factory(ShowUpload, look, file_store, public_files)
    link_media = Factory(LinkMedia, look, file_store)
    delete_media = Factory(DeleteMedia, begin, file_store, clock)
    upload_product_file = Factory(UploadProductFile, begin, file_store, clock, ids, upload_settings)
    check_product_file = Factory(CheckProductFile, begin, file_store, upload_settings)
    discard_product_file = Factory(DiscardProductFile, begin, file_store)
    remove_product_file = Factory(RemoveProductFile, begin, clock)
    link_product_file = Factory(LinkProductFile, look, file_store)
    start_upload = Factory(StartUpload, begin, part_uploads, clock, ids, upload_settings)
    link_parts = Factory(LinkParts, look, part_uploads, clock)
    complete_upload = Factory(CompleteUpload, begin, part_uploads, file_store, clock, upload_settings)
    cancel_upload = Factory(CancelUpload, begin, part_uploads, file_store, clock)
    sweep_uploads = Factory(SweepUploads, begin, part_uploads, clock)
    sweep_orphan_files = Factory(SweepOrphanFiles, look, file_store, clock)

    # Downloads.
    issue_download_token = Factory(IssueDownloadToken, begin, clock)
    grant_waiting_downloads = Factory(GrantWaitingDownloads, begin, clock, ids, downloads_policy)
    open_download = Factory(OpenDownload, begin, file_store, derived_tokens, clock, ids, session_life)
    redeem_download = Factory(RedeemDownload, begin, derived_tokens, clock, ids, session_life)
    resend_downloads = Factory(ResendDownloads, begin, clock, ids)
    request_downloads = Factory(RequestDownloads, begin, clock, ids)
    change_download = Factory(ChangeDownload, begin)

    # Discounts.
    create_discount = Factory(CreateDiscount, begin, clock, ids)
    update_discount = Factory(UpdateDiscount, begin, ids)
    delete_discount = Factory(DeleteDiscount, begin, clock)
    create_dynamic_code = Factory(CreateDynamicCode, begin, clock, ids)
    delete_dynamic_code = Factory(DeleteDynamicCode, begin, clock)
    add_discount_region = Factory(AddRegion, begin)
    remove_discount_region = Factory(RemoveRegion, begin)
    create_discount_condition = Factory(CreateCondition, begin, ids)
    change_discount_condition = Factory(ChangeCondition, begin)
    delete_discount_condition = Factory(DeleteCondition, begin)

    # Invitations.
    create_invite = Factory(CreateInvite, begin, clock, ids, settings.provided.invite_days)
    invite_user = Factory(InviteUser, begin, clock, ids)
    join_staff = Factory(JoinStaff, begin, derived_tokens, passwords, clock, ids)
    look_up_invite = Factory(LookUpInvite, look, derived_tokens, clock)
    accept_invite = Factory(AcceptInvite, begin, derived_tokens, passwords, access_tokens, clock, ids)
    revoke_invite = Factory(RevokeInvite, begin, clock)
    resend_invite = Factory(ResendInvite, begin, clock, settings.provided.invite_days)

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
    deliver_mail = Factory(DeliverMail, begin, mailer, derived_tokens, clock, mail_settings, batch_mailer)

    # Print on demand.
    submit_print_order = Factory(SubmitPrintOrder, begin, print_services, clock, ids)
    record_print_status = Factory(RecordPrintStatus, begin, print_services, clock, ids)
    poll_print_orders = Factory(PollPrintOrders, look, print_services, submit_print_order, record_print_status, clock)

    # Changing orders, and collecting what that costs.
    create_order_edit = Factory(CreateOrderEdit, begin, ids)
    add_edited_item = Factory(AddEditedItem, begin, cart_pricing, ids)
    resize_edited_item = Factory(ResizeEditedItem, begin, ids)
    remove_edited_item = Factory(RemoveEditedItem, begin, ids)
    undo_item_change = Factory(UndoItemChange, begin, ids)
    note_order_edit = Factory(NoteOrderEdit, begin)
    delete_order_edit = Factory(DeleteOrderEdit, begin, clock)
    request_order_edit = Factory(RequestOrderEdit, begin, clock, ids)
    confirm_order_edit = Factory(ConfirmOrderEdit, begin, clock, ids, downloads_policy)
    complete_order_edit = Factory(CompleteOrderEdit, begin, clock, ids, downloads_policy)
    release_collection = Factory(ReleaseCollection, clock, ids)
    decline_order_edit = Factory(DeclineOrderEdit, begin, release_collection, clock)
    cancel_order_edit = Factory(CancelOrderEdit, begin, release_collection, clock)
    view_order_edit = Factory(ViewOrderEdit, glances)
    collection_opener = Factory(CollectionSessionOpener, begin, payment_providers)
    set_collection_session = Factory(
        SetCollectionSession, begin, payment_providers, collection_opener, release_collection, ids
    )
    set_collection_sessions = Factory(
        SetCollectionSessions, begin, payment_providers, collection_opener, release_collection, ids
    )
    refresh_collection_session = Factory(RefreshCollectionSession, begin, collection_opener, release_collection, ids)
    record_collection_payment = Factory(RecordCollectionPayment, release_collection, clock, ids, downloads_policy)
    authorize_collection_sessions = Factory(
        AuthorizeCollectionSessions, begin, payment_providers, record_collection_payment
    )
    authorize_collection_session = Factory(AuthorizeCollectionSession, begin, authorize_collection_sessions)
    update_payment_collection = Factory(UpdatePaymentCollection, begin)
    delete_payment_collection = Factory(DeletePaymentCollection, begin, release_collection, clock)
    mark_collection_authorized = Factory(
        MarkCollectionAuthorized, begin, release_collection, clock, ids, downloads_policy
    )
    settle_collection = Factory(SettleCollection, begin, record_collection_payment, complete_order_edit)

    # What providers tell.
    settle_payment = Factory(
        SettlePayment,
        begin,
        payment_providers,
        place_order,
        session_sync,
        clock,
        ids,
        downloads_policy,
        abandon_sessions,
        settle_collection,
    )
    follow_payment = Factory(FollowPayment, settle_payment)
    follow_refunds = Factory(FollowRefunds, begin, payment_providers, handle_refund)
    handle_dispute = Factory(HandleDispute, begin, clock, ids, downloads_policy)
    fact_handlers = Dict(
        {
            PaymentMoved: follow_payment,
            RefundsMoved: follow_refunds,
            DisputeReport: handle_dispute,
            MailReport: record_delivery,
            PrintOrderMoved: record_print_status,
        }
    )
    receive_webhook = Factory(ReceiveWebhook, begin, webhook_sources, clock, ids)
    process_webhook = Factory(ProcessWebhook, begin, webhook_sources, fact_handlers, clock)
    replay_webhook = Factory(ReplayWebhook, begin)
    unfinished = Singleton(SqlUnfinished, read_engine)
    finish_attempt = Factory(FinishAttempt, begin, recover_checkout, refund_checkout, settle_payment)
    reconcile = Factory(
        Reconcile,
        begin,
        unfinished,
        settle_payment,
        finish_attempt,
        capture_payment,
        settle_refund,
        clock,
        follow_refunds,
        record_delivery,
        mail_tracker,
    )

    # Looking whether everything adds up.
    open_books = Singleton(SqlOpenBooks, read_engine, REACTIONS)
    check_shop = Factory(CheckShop, open_books, file_store, clock, REACTIONS)

    # What runs after commits.
    forget_idempotency_keys = Factory(ForgetIdempotencyKeys, idempotency_keys, clock)
    refresh_catalogue = Factory(RefreshCatalogue, begin)
    old_records = Singleton(SqlOldRecords, engines)
    dead_letters = Singleton(SqlDeadLetters, engines, clock)
    forget_old_records = Factory(ForgetOldRecords, old_records, clock, settings.provided.keeping)
    use_cases_by_kind = Dict(
        capture_digital_order=capture_digital_order,
        capture_digital_swap=capture_digital_swap,
        send_order_confirmation=send_order_confirmation,
        issue_download_token=issue_download_token,
        mail_downloads=mail_downloads,
        mail_refund=mail_refund,
        mail_shipment=mail_shipment,
        mail_return_requested=mail_return_requested,
        mail_return_received=mail_return_received,
        mail_swap=mail_swap,
        mail_order_edit_requested=mail_order_edit_requested,
        mail_order_edit_confirmed=mail_order_edit_confirmed,
        mail_order_edit_declined=mail_order_edit_declined,
        mail_gift_cards=mail_gift_cards,
        refund_checkout=refund_checkout,
        release_payments=release_payments,
        hand_over_swap=hand_over_swap,
        mail_invite=mail_invite,
        mail_password_changed=mail_password_changed,
        mail_email_changed=mail_email_changed,
        issue_password_token=issue_password_token,
        issue_user_password_token=issue_user_password_token,
        mail_user_password_changed=mail_user_password_changed,
        deliver_mail=deliver_mail,
        check_product_file=check_product_file,
        grant_waiting_downloads=grant_waiting_downloads,
        discard_product_file=discard_product_file,
        recover_checkout=recover_checkout,
        settle_refund=settle_refund,
        process_webhook=process_webhook,
        hand_over_fulfillment=hand_over_fulfillment,
        send_return=send_return,
        submit_print_order=submit_print_order,
        poll_print_orders=poll_print_orders,
        reconcile=reconcile,
        sweep_orphan_files=sweep_orphan_files,
        sweep_uploads=sweep_uploads,
        forget_idempotency_keys=forget_idempotency_keys,
        forget_old_records=forget_old_records,
        refresh_catalogue=refresh_catalogue,
    )
    handlers = Callable(job_handlers, use_cases_by_kind)
    run_reactions = Factory(RunReactions, jobs, handlers, clock)


def build_container(settings: Settings) -> Container:
    """The production wiring for these settings; nothing is opened before it is used."""
    return Container(settings=Object(settings))
