"""Tables the shop runs on: mail, outbox, jobs, audit, idempotency, counters."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, String, Table

from adapters.db.tables.columns import (
    count,
    json,
    key,
    metadata,
    moment,
    not_negative,
    optional,
    required,
    timestamps,
    version,
)

mails = Table(
    "mails",
    metadata,
    key(),
    required("kind"),
    required("subject_id"),
    required("revision"),
    required("to"),
    required("status"),
    optional("provider_message_id"),
    optional("batch_id"),
    optional("parent_id"),
    optional("error"),
    moment("queued_at", null=False),
    moment("sent_at"),
    *timestamps(),
    version(),
    Index("uq_mails_subject", "kind", "subject_id", "revision", unique=True),
    Index(None, "status", "queued_at"),
    Index(None, "provider_message_id"),
    Index(None, "batch_id"),
    Index(None, "subject_id"),
    Index(None, "parent_id"),
    Index("ix_mails_newest", "created_at", "id"),
)

# seq: the order of commits, which ids alone cannot tell within one millisecond.
events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    required("name"),
    json("payload"),
    moment("at", null=False),
)

jobs = Table(
    "jobs",
    metadata,
    key(),
    required("kind"),
    json("payload"),
    Column("dedupe_key", String, nullable=False, unique=True),
    required("state"),
    moment("run_at", null=False),
    moment("lease_until"),
    optional("lease_by"),
    count("attempts"),
    count("max_attempts"),
    optional("last_error"),
    moment("created_at", null=False),
    moment("finished_at"),
    CheckConstraint("state IN ('ready', 'done', 'dead')", name="state_known"),
    *not_negative("attempts"),
    Index(None, "state", "run_at", "id"),
)

# Append-only: triggers refuse updates and deletes.
audit_log = Table(
    "audit_log",
    metadata,
    key(),
    required("actor_kind"),
    optional("actor_id"),
    required("action"),
    json("targets"),
    required("before_digest"),
    required("after_digest"),
    optional("network"),
    optional("request_id"),
    moment("at", null=False),
    Index(None, "at", "id"),
    Index(None, "actor_id", "at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    key(),
    required("key"),
    required("scope"),
    required("request_hash"),
    required("state"),
    moment("claimed_at", null=False),
    moment("lease_until", null=False),
    optional("result_id"),
    optional("status", Integer),
    optional("body", LargeBinary),
    Index("uq_idempotency_keys_scope", "key", "scope", unique=True),
    Index(None, "claimed_at"),
)

versions = Table("versions", metadata, key("name"), Column("value", BigInteger, nullable=False))
sequences = Table("sequences", metadata, key("name"), Column("value", BigInteger, nullable=False))
