"""Every resource of the API, named one by one: what is not listed here is not served.

A resource whose routes are spread over a package is listed with the modules that add to it.
"""

from __future__ import annotations

from adapters.http.admin.api_keys import api_keys as admin_api_keys
from adapters.http.admin.audit_log import audit_log as admin_audit_log
from adapters.http.admin.auth import auth as admin_auth
from adapters.http.admin.batch_jobs import batch_jobs as admin_batch_jobs
from adapters.http.admin.collections import collections as admin_collections
from adapters.http.admin.currencies import currencies as admin_currencies
from adapters.http.admin.customer_groups import customer_groups as admin_customer_groups
from adapters.http.admin.customers import customers as admin_customers
from adapters.http.admin.discounts import conditions as admin_discount_conditions
from adapters.http.admin.discounts.resource import discounts as admin_discounts
from adapters.http.admin.downloads import downloads as admin_downloads
from adapters.http.admin.gift_cards import gift_cards as admin_gift_cards
from adapters.http.admin.invites import invites as admin_invites
from adapters.http.admin.notes import notes as admin_notes
from adapters.http.admin.notifications import notifications as admin_notifications
from adapters.http.admin.order_edits import order_edits as admin_order_edits
from adapters.http.admin.orders import changes as admin_order_changes
from adapters.http.admin.orders import ending as admin_order_ending
from adapters.http.admin.orders import fulfillments as admin_order_fulfillments
from adapters.http.admin.orders import money as admin_order_money
from adapters.http.admin.orders import returns as admin_order_returns
from adapters.http.admin.orders import swaps as admin_order_swaps
from adapters.http.admin.orders.downloads import order_downloads as admin_order_downloads
from adapters.http.admin.orders.resource import orders as admin_orders
from adapters.http.admin.payment_collections import payment_collections as admin_payment_collections
from adapters.http.admin.payments import payments as admin_payments
from adapters.http.admin.price_lists import price_lists as admin_price_lists
from adapters.http.admin.product_categories import product_categories as admin_product_categories
from adapters.http.admin.product_tags import product_tags as admin_product_tags
from adapters.http.admin.product_types import product_types as admin_product_types
from adapters.http.admin.products import details as admin_product_details
from adapters.http.admin.products import files as admin_product_files
from adapters.http.admin.products import references as admin_product_references
from adapters.http.admin.products import uploads as admin_product_uploads
from adapters.http.admin.products import variants as admin_product_variants
from adapters.http.admin.products.resource import products as admin_products
from adapters.http.admin.publishable_api_keys import publishable_api_keys as admin_publishable_api_keys
from adapters.http.admin.regions import regions as admin_regions
from adapters.http.admin.return_reasons import return_reasons as admin_return_reasons
from adapters.http.admin.returns import returns as admin_returns
from adapters.http.admin.sales_channels import sales_channels as admin_sales_channels
from adapters.http.admin.shipping_options import shipping_options as admin_shipping_options
from adapters.http.admin.shipping_profiles import shipping_profiles as admin_shipping_profiles
from adapters.http.admin.store import store as admin_store
from adapters.http.admin.swaps import swaps as admin_swaps
from adapters.http.admin.tax_rates import tax_rates as admin_tax_rates
from adapters.http.admin.uploads import uploads as admin_uploads
from adapters.http.admin.users import users as admin_users
from adapters.http.admin.variants import variants as admin_variants
from adapters.http.admin.webhook_events import webhook_events as admin_webhook_events
from adapters.http.auth.customer import customer as auth_customer
from adapters.http.auth.session import session as auth_session
from adapters.http.auth.token import token as auth_token
from adapters.http.auth.user import user as auth_user
from adapters.http.docs import docs
from adapters.http.files import files
from adapters.http.gateway.carts import carts as gateway_carts
from adapters.http.gateway.checkout import checkout as gateway_checkout
from adapters.http.gateway.customers import addresses as gateway_addresses
from adapters.http.gateway.orders import orders as gateway_orders
from adapters.http.gateway.payments import payments as gateway_payments
from adapters.http.gateway.products import products as gateway_products
from adapters.http.health import health
from adapters.http.metrics import metrics
from adapters.http.openapi import openapi
from adapters.http.routing import Resource
from adapters.http.store.auth import auth as store_auth
from adapters.http.store.carts import carts
from adapters.http.store.collections import collections
from adapters.http.store.customers import addresses as store_customer_addresses
from adapters.http.store.customers import orders as store_customer_orders
from adapters.http.store.customers import passwords as store_customer_passwords
from adapters.http.store.customers.resource import customers
from adapters.http.store.downloads import downloads
from adapters.http.store.gift_cards import gift_cards
from adapters.http.store.invites import invites
from adapters.http.store.order_edits import order_edits
from adapters.http.store.orders import orders
from adapters.http.store.payment_collections import payment_collections
from adapters.http.store.product_categories import product_categories
from adapters.http.store.product_tags import product_tags
from adapters.http.store.product_types import product_types
from adapters.http.store.products import products
from adapters.http.store.regions import regions
from adapters.http.store.return_reasons import return_reasons
from adapters.http.store.returns import returns
from adapters.http.store.shipping_options import shipping_options
from adapters.http.store.swaps import swaps
from adapters.http.store.variants import variants
from adapters.http.webhooks.gelato import gelato as gelato_webhooks
from adapters.http.webhooks.resend import resend as resend_webhooks
from adapters.http.webhooks.stripe import stripe as stripe_webhooks

SPREAD = (
    admin_discount_conditions,
    admin_order_ending,
    admin_order_changes,
    admin_order_fulfillments,
    admin_order_money,
    admin_order_returns,
    admin_order_swaps,
    admin_product_files,
    admin_product_uploads,
    admin_product_details,
    admin_product_variants,
    admin_product_references,
    store_customer_addresses,
    store_customer_orders,
    store_customer_passwords,
)


def resources() -> list[Resource]:
    """In the order of the documentation."""
    return [
        auth_user,
        auth_customer,
        auth_token,
        auth_session,
        store_auth,
        regions,
        products,
        variants,
        collections,
        product_categories,
        product_tags,
        product_types,
        carts,
        shipping_options,
        orders,
        order_edits,
        payment_collections,
        return_reasons,
        returns,
        swaps,
        customers,
        downloads,
        gift_cards,
        invites,
        admin_auth,
        admin_store,
        admin_currencies,
        admin_regions,
        admin_shipping_profiles,
        admin_shipping_options,
        admin_customers,
        admin_notes,
        admin_uploads,
        admin_api_keys,
        admin_users,
        admin_audit_log,
        admin_products,
        admin_variants,
        admin_collections,
        admin_product_categories,
        admin_product_tags,
        admin_product_types,
        admin_orders,
        admin_order_downloads,
        admin_order_edits,
        admin_payment_collections,
        admin_payments,
        admin_returns,
        admin_swaps,
        admin_return_reasons,
        admin_discounts,
        admin_downloads,
        admin_gift_cards,
        admin_invites,
        admin_notifications,
        admin_batch_jobs,
        admin_price_lists,
        admin_tax_rates,
        admin_sales_channels,
        admin_publishable_api_keys,
        admin_customer_groups,
        admin_webhook_events,
        gateway_products,
        gateway_orders,
        gateway_carts,
        gateway_checkout,
        gateway_addresses,
        gateway_payments,
        stripe_webhooks,
        gelato_webhooks,
        resend_webhooks,
        files,
        health,
        metrics,
        openapi,
        docs,
    ]
