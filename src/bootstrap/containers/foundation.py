"""What every part of the shop stands on: adapters behind ports, one of each per process."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Callable, Object, Singleton

from adapters.db.backlog import SqlBacklog
from adapters.db.engine import open_engines
from adapters.db.idempotency import SqlIdempotencyKeys
from adapters.db.identities import SqlIdentities
from adapters.db.jobs import SqlJobs
from adapters.db.reads.glances import SqlGlances
from adapters.db.reads.sql_reads import SqlReads
from adapters.db.search.product_search import SqlProductSearch
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
from bootstrap.readiness import readiness
from bootstrap.settings import Settings
from core.use_cases.reactions import REACTIONS


class Foundation(DeclarativeContainer):
    """``settings`` has to be provided. The parts that derive from it share its providers."""

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
