"""Tables of people: customers and their addresses, admin users, logins, keys, proofs of mailboxes, invitations."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, text

from adapters.db.tables.columns import (
    LIVE,
    at_least_one,
    count,
    flag,
    json,
    key,
    live_index,
    meta,
    metadata,
    moment,
    newest_first,
    not_negative,
    optional,
    position,
    reference,
    required,
    soft_timestamps,
    timestamps,
    version,
    version_added,
)

PENDING = text("state = 'pending'")

# is_saved: in the customer's address book; carts and orders keep their addresses here as well.
addresses = Table(
    "addresses",
    metadata,
    key(),
    reference("customer_id", "customers.id", null=True),
    optional("company"),
    optional("first_name"),
    optional("last_name"),
    optional("address_1"),
    optional("address_2"),
    optional("city"),
    optional("country_code"),
    optional("province"),
    optional("postal_code"),
    optional("phone"),
    meta(),
    *soft_timestamps(),
    Column("is_saved", Boolean, nullable=False),
    Column("position", count("position").type, nullable=True),
    Index(None, "customer_id"),
)

customers = Table(
    "customers",
    metadata,
    key(),
    required("email"),
    flag("has_account"),
    optional("password_hash"),
    optional("first_name"),
    optional("last_name"),
    optional("phone"),
    reference("billing_address_id", "addresses.id", null=True, closes_circle=True),
    optional("default_shipping_address_id"),
    meta(),
    *soft_timestamps(),
    version(),
    Index(
        "uq_customers_email_has_account",
        "email",
        "has_account",
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    ),
    *(live_index("customers", sort, "id") for sort in ("created_at", "updated_at")),
    live_index("customers", "has_account", "created_at", "id"),
)

linked_logins = Table(
    "linked_logins",
    metadata,
    key(),
    required("issuer"),
    required("subject"),
    reference("customer_id", "customers.id"),
    *timestamps(),
    version(),
    Index("uq_linked_logins_issuer_subject", "issuer", "subject", unique=True),
    Index(None, "customer_id"),
)

customer_groups = Table(
    "customer_groups",
    metadata,
    key(),
    required("name"),
    meta(),
    *soft_timestamps(),
    version_added(),
    Index("uq_customer_groups_name", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
)

customer_group_members = Table(
    "customer_group_members",
    metadata,
    reference("customer_id", "customers.id", primary_key=True),
    reference("customer_group_id", "customer_groups.id", primary_key=True),
    position(),
    Index(None, "customer_group_id", "customer_id"),
)

users = Table(
    "users",
    metadata,
    key(),
    required("email"),
    required("role"),
    optional("password_hash"),
    optional("first_name"),
    optional("last_name"),
    Column("reset_revision", Integer, nullable=False, server_default=text("0")),
    moment("reset_expires_at"),
    meta(),
    *soft_timestamps(),
    version(),
    Index("uq_users_email", "email", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    newest_first("users"),
)

sessions = Table(
    "sessions",
    metadata,
    key(),
    required("carrier"),
    moment("expires_at", null=False),
    reference("user_id", "users.id", null=True),
    reference("customer_id", "customers.id", null=True),
    moment("revoked_at"),
    *timestamps(),
    version(),
    Index(None, "user_id"),
    Index(None, "customer_id"),
    Index(None, "expires_at"),
)

invites = Table(
    "invites",
    metadata,
    key(),
    required("kind"),
    required("email"),
    moment("expires_at", null=False),
    optional("first_name"),
    optional("last_name"),
    optional("role"),
    json("customer_group_ids"),
    required("state"),
    count("revision"),
    optional("invited_by"),
    moment("accepted_at"),
    moment("revoked_at"),
    reference("customer_id", "customers.id", null=True),
    meta(),
    *soft_timestamps(),
    version(),
    at_least_one("revision"),
    Index("uq_invites_pending", "kind", "email", unique=True, sqlite_where=PENDING, postgresql_where=PENDING),
    newest_first("invites"),
)

# Nothing here opens anything: the tokens themselves are not kept.
api_keys = Table(
    "api_keys",
    metadata,
    key(),
    required("title"),
    required("token_hash"),
    required("redacted"),
    reference("user_id", "users.id"),
    required("role"),
    json("scopes"),
    moment("expires_at"),
    moment("last_used_at"),
    moment("revoked_at"),
    optional("revoked_by"),
    *soft_timestamps(),
    version(),
    Index("uq_api_keys_token_hash", "token_hash", unique=True),
    Index(None, "user_id"),
)

mailbox_proofs = Table(
    "mailbox_proofs",
    metadata,
    key(),
    required("purpose"),
    reference("customer_id", "customers.id"),
    required("email"),
    json("order_ids"),
    moment("expires_at", null=False),
    moment("used_at"),
    moment("voided_at"),
    *timestamps(),
    version(),
    Index(None, "customer_id"),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    key("key"),
    count("failures"),
    moment("last_failed_at"),
    moment("blocked_until"),
    *not_negative("failures"),
)
