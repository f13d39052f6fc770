"""Carts, orders and everything that comes after them."""

from dependency_injector.providers import Factory

from bootstrap.containers.foundation import Foundation
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
from core.use_cases.order.add_shipping_method import AddOrderShippingMethod
from core.use_cases.order.cancel_order import CancelOrder
from core.use_cases.order.capture_payment import CaptureDigitalOrder, CaptureDigitalSwap, CapturePayment
from core.use_cases.order.complete_order import ArchiveOrder, CompleteOrder
from core.use_cases.order.finish_checkout import FinishCheckout
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
from core.use_cases.payment.refund_one import RefundOnePayment
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
from core.use_cases.return_reason.create_return_reason import CreateReturnReason
from core.use_cases.return_reason.delete_return_reason import DeleteReturnReason
from core.use_cases.return_reason.update_return_reason import UpdateReturnReason
from core.use_cases.returning.cancel_return import CancelReturn
from core.use_cases.returning.receive_return import ReceiveReturn
from core.use_cases.returning.request_return import RequestReturn
from core.use_cases.returning.send_return import SendReturn
from core.use_cases.returning.view_return import ViewReturn
from core.use_cases.swap.cancel_swap import CancelSwap
from core.use_cases.swap.fulfill_swap import CancelSwapFulfillment, FulfillSwap, HandOverSwap, ShipSwap
from core.use_cases.swap.process_swap_payment import ProcessSwapPayment
from core.use_cases.swap.request_swap import RequestSwap
from core.use_cases.swap.view_swap import ViewSwap

begin, look, clock, ids = Foundation.begin, Foundation.look, Foundation.clock, Foundation.ids


class Sales(Foundation):
    """Use cases from the first line in a cart to the last refund."""

    # Carts.
    cart_pricing = Factory(CartPricing, Foundation.tax_providers, clock, ids)
    abandon_sessions = Factory(AbandonSessions, clock, ids)
    checkout_budgets = Factory(CheckoutBudgets, Foundation.rate_limits)
    session_opener = Factory(
        SessionOpener, begin, Foundation.payment_providers, abandon_sessions, ids, checkout_budgets
    )
    session_sync = Factory(SessionSync, begin, session_opener, abandon_sessions)
    create_cart = Factory(CreateCart, begin, cart_pricing, ids)
    update_cart = Factory(UpdateCart, begin, cart_pricing, session_sync, abandon_sessions, clock, ids)
    add_line = Factory(AddLine, begin, cart_pricing, session_sync)
    update_line = Factory(UpdateLine, begin, cart_pricing, session_sync)
    add_discount = Factory(AddDiscount, begin, cart_pricing, session_sync)
    remove_discount = Factory(RemoveDiscount, begin, cart_pricing, session_sync)
    remove_line = Factory(RemoveLine, begin, cart_pricing, session_sync)
    choose_shipping = Factory(
        ChooseShipping, begin, Foundation.fulfillment_providers, cart_pricing, session_sync, ids
    )
    list_shipping_options = Factory(ListShippingOptions, look)
    refresh_cart = Factory(RefreshCart, begin, cart_pricing, session_sync)
    view_cart = Factory(ViewCart, Foundation.glances, refresh_cart, clock)
    start_payment = Factory(
        StartPayment, begin, Foundation.payment_providers, cart_pricing, session_opener, abandon_sessions, ids
    )
    select_payment = Factory(SelectPayment, begin, session_opener, abandon_sessions, ids)
    open_payment = Factory(
        OpenPayment, begin, Foundation.payment_providers, cart_pricing, session_opener, abandon_sessions, ids
    )
    prepare_checkout = Factory(PrepareCheckout, look, update_cart, choose_shipping, open_payment)
    review_checkout = Factory(ReviewCheckout, look)
    find_variant = Factory(FindVariant, look)
    remove_payment = Factory(RemovePayment, begin, abandon_sessions)
    update_payment_session = Factory(UpdatePaymentSession, begin, select_payment, Foundation.payment_providers)
    refresh_payment_session = Factory(
        RefreshPaymentSession,
        begin,
        Foundation.payment_providers,
        cart_pricing,
        session_opener,
        abandon_sessions,
        ids,
    )
    work_out_taxes = Factory(WorkOutTaxes, begin, cart_pricing)

    # Orders.
    place_order = Factory(
        PlaceOrder,
        begin,
        Foundation.payment_providers,
        cart_pricing,
        clock,
        ids,
        Foundation.downloads_policy,
        checkout_budgets,
    )
    finish_checkout = Factory(FinishCheckout, begin, prepare_checkout, place_order)
    recover_checkout = Factory(RecoverCheckout, begin, place_order)
    capture_payment = Factory(
        CapturePayment, begin, Foundation.payment_providers, clock, ids, Foundation.downloads_policy
    )
    capture_digital_order = Factory(CaptureDigitalOrder, look, capture_payment)
    capture_digital_swap = Factory(CaptureDigitalSwap, look, capture_payment)
    handle_refund = Factory(HandleRefund, begin, clock, ids, Foundation.downloads_policy)
    settle_refund = Factory(SettleRefund, begin, Foundation.payment_providers, handle_refund)
    refund_payment = Factory(RefundPayment, begin, settle_refund, clock, ids)
    capture_collected_payment = Factory(CaptureCollectedPayment, begin, Foundation.payment_providers, clock)
    capture_one_payment = Factory(CaptureOnePayment, look, capture_payment, capture_collected_payment)
    refund_one_payment = Factory(RefundOnePayment, look, refund_payment)
    refund_checkout = Factory(RefundCheckout, begin, Foundation.payment_providers, clock, ids)
    view_order = Factory(ViewOrder, Foundation.glances)
    hand_over_fulfillment = Factory(HandOverFulfillment, begin, Foundation.fulfillment_providers, clock)
    update_order = Factory(UpdateOrder, begin, ids)
    add_order_shipping_method = Factory(
        AddOrderShippingMethod, begin, Foundation.fulfillment_providers, Foundation.tax_providers, ids
    )
    create_fulfillment = Factory(CreateFulfillment, begin, hand_over_fulfillment, clock, ids)
    create_shipment = Factory(CreateShipment, begin, clock, ids)
    cancel_fulfillment = Factory(CancelFulfillment, begin, Foundation.fulfillment_providers, clock)
    release_payments = Factory(ReleasePayments, begin, Foundation.payment_providers, settle_refund, clock, ids)
    cancel_order = Factory(
        CancelOrder, begin, cancel_fulfillment, Foundation.print_services, settle_refund, release_payments, clock, ids
    )
    complete_order = Factory(CompleteOrder, begin)
    archive_order = Factory(ArchiveOrder, begin)

    # What comes back.
    create_return_reason = Factory(CreateReturnReason, begin, ids)
    update_return_reason = Factory(UpdateReturnReason, begin)
    delete_return_reason = Factory(DeleteReturnReason, begin, clock)
    send_return = Factory(SendReturn, begin, Foundation.fulfillment_providers)
    request_return = Factory(RequestReturn, begin, Foundation.tax_providers, send_return, clock, ids)
    receive_return = Factory(ReceiveReturn, begin, settle_refund, clock, ids)
    cancel_return = Factory(CancelReturn, begin, clock, ids, Foundation.downloads_policy)
    view_return = Factory(ViewReturn, look)
    request_swap = Factory(RequestSwap, begin, cart_pricing, Foundation.tax_providers, send_return, clock, ids)
    view_swap = Factory(ViewSwap, look)

    # Exchanging what was sold.
    hand_over_swap = Factory(HandOverSwap, begin, Foundation.fulfillment_providers, clock)
    fulfill_swap = Factory(FulfillSwap, begin, hand_over_swap, clock, ids)
    ship_swap = Factory(ShipSwap, begin, clock, ids)
    cancel_swap_fulfillment = Factory(CancelSwapFulfillment, begin, Foundation.fulfillment_providers, clock)
    process_swap_payment = Factory(ProcessSwapPayment, begin, capture_payment, settle_refund, clock, ids)
    cancel_swap = Factory(CancelSwap, begin, settle_refund, release_payments, clock, ids)

    # Downloads.
    issue_download_token = Factory(IssueDownloadToken, begin, clock)
    grant_waiting_downloads = Factory(GrantWaitingDownloads, begin, clock, ids, Foundation.downloads_policy)
    open_download = Factory(
        OpenDownload, begin, Foundation.file_store, Foundation.derived_tokens, clock, ids, Foundation.session_life
    )
    redeem_download = Factory(RedeemDownload, begin, Foundation.derived_tokens, clock, ids, Foundation.session_life)
    resend_downloads = Factory(ResendDownloads, begin, clock, ids)
    request_downloads = Factory(RequestDownloads, begin, clock, ids)
    change_download = Factory(ChangeDownload, begin)

    # Changing orders, and collecting what that costs.
    create_order_edit = Factory(CreateOrderEdit, begin, ids)
    add_edited_item = Factory(AddEditedItem, begin, cart_pricing, ids)
    resize_edited_item = Factory(ResizeEditedItem, begin, ids)
    remove_edited_item = Factory(RemoveEditedItem, begin, ids)
    undo_item_change = Factory(UndoItemChange, begin, ids)
    note_order_edit = Factory(NoteOrderEdit, begin)
    delete_order_edit = Factory(DeleteOrderEdit, begin, clock)
    request_order_edit = Factory(RequestOrderEdit, begin, clock, ids)
    confirm_order_edit = Factory(ConfirmOrderEdit, begin, clock, ids, Foundation.downloads_policy)
    complete_order_edit = Factory(CompleteOrderEdit, begin, clock, ids, Foundation.downloads_policy)
    release_collection = Factory(ReleaseCollection, clock, ids)
    decline_order_edit = Factory(DeclineOrderEdit, begin, release_collection, clock)
    cancel_order_edit = Factory(CancelOrderEdit, begin, release_collection, clock)
    view_order_edit = Factory(ViewOrderEdit, Foundation.glances)
    collection_opener = Factory(CollectionSessionOpener, begin, Foundation.payment_providers)
    set_collection_session = Factory(
        SetCollectionSession, begin, Foundation.payment_providers, collection_opener, release_collection, ids
    )
    set_collection_sessions = Factory(
        SetCollectionSessions, begin, Foundation.payment_providers, collection_opener, release_collection, ids
    )
    refresh_collection_session = Factory(RefreshCollectionSession, begin, collection_opener, release_collection, ids)
    record_collection_payment = Factory(
        RecordCollectionPayment, release_collection, clock, ids, Foundation.downloads_policy
    )
    authorize_collection_sessions = Factory(
        AuthorizeCollectionSessions, begin, Foundation.payment_providers, record_collection_payment
    )
    authorize_collection_session = Factory(AuthorizeCollectionSession, begin, authorize_collection_sessions)
    update_payment_collection = Factory(UpdatePaymentCollection, begin)
    delete_payment_collection = Factory(DeletePaymentCollection, begin, release_collection, clock)
    mark_collection_authorized = Factory(
        MarkCollectionAuthorized, begin, release_collection, clock, ids, Foundation.downloads_policy
    )
    settle_collection = Factory(SettleCollection, begin, record_collection_payment, complete_order_edit)
