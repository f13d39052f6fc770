"""Which engine the settings choose, and the settings of each part cut from the whole."""

from datetime import timedelta
from typing import cast

from adapters.email.folder_mailer import FolderMailer
from adapters.email.resend_events import ResendEvents
from adapters.email.resend_mailer import ResendMailer
from adapters.email.smtp_mailer import SmtpMailer
from adapters.fulfillment.gelato import GelatoFulfillment
from adapters.fulfillment.gelato_events import GelatoEvents
from adapters.fulfillment.registry import InstalledFulfillmentProviders
from adapters.http.settings import HttpSettings
from adapters.payments.registry import InstalledPaymentProviders
from adapters.payments.stripe_events import StripeEvents
from adapters.storage.folder_file_store import FolderFileStore
from adapters.storage.folder_part_uploads import FolderPartUploads
from adapters.storage.public_addresses import PublicAddresses
from adapters.storage.s3_bucket import S3Access, S3Bucket
from adapters.storage.s3_file_store import S3FileStore
from adapters.storage.s3_part_uploads import S3PartUploads
from adapters.system.breaker import Breaker, GuardedPaymentProviders, guarded
from adapters.system.key_sets import FileKeys, UrlKeys
from adapters.system.metered import MeteredPaymentProviders, metered
from adapters.system.outside_tokens import Issuer, JwtOutsideTokens
from adapters.system.rate_limits import LimitsRateLimits, UnlimitedRateLimits
from adapters.system.webhook_sources import InstalledWebhookSources
from bootstrap.settings import Settings
from bootstrap.sso_settings import IssuerSettings
from core.domain.archive import ArchiveLimits
from core.domain.mail import MailerUnavailable
from core.domain.print_on_demand import PrintUnavailable
from core.domain.product import DownloadPolicy
from core.use_cases.mail.settings import MailSettings
from core.use_cases.product_file.versions import UploadSettings
from ports.clock import Clock
from ports.file_store import FileStore, StorageUnavailable
from ports.fulfillments import FulfillmentProviders
from ports.mailer import BatchMailer, Mailer, MailTracker
from ports.metrics import Metrics
from ports.outside_logins import OutsideTokens, PublicKeys
from ports.part_uploads import PartUploads
from ports.payments import PaymentProviders
from ports.print_on_demand import PrintServices
from ports.public_files import PublicFiles
from ports.rate_limits import RateLimits
from ports.webhooks import WebhookSources

MAIL_CALLS = ("send", "send_batch", "ask")
PRINT_CALLS = ("submit", "find", "status", "cancel")
STORE_CALLS = ("put", "size", "delete")
PART_CALLS = ("start_parts", "stored_parts", "complete_parts", "abort_parts")
"""The methods of each port that ask a provider; its breaker stands before these."""

LOCAL = "http://localhost:9000"


def http_settings(settings: Settings) -> HttpSettings:
    return HttpSettings(
        public_url=settings.public_url or LOCAL,
        cookie_secret=settings.secrets[0],
        old_cookie_secrets=settings.secrets[1:],
        cors_origins=settings.cors_origins,
        trusted_proxies=settings.trusted_proxies,
        trusted_storefronts=settings.trusted_storefronts,
        production=settings.is_production,
        secure_cookies=settings.is_production,
        rate_limits_on=settings.rate_limits,
        account_lookup=settings.account_lookup,
        max_upload_bytes=settings.max_upload_bytes,
        catalogue_bytes=settings.catalogue_memory_mib * 1024 * 1024,
        metrics_token=settings.metrics_token,
        gateway_currencies=settings.gateway.currencies,
        gateway_locales=settings.gateway.locales,
        return_origins=settings.gateway.return_origins,
    )


def mail_settings(settings: Settings) -> MailSettings:
    return MailSettings(
        storefront_url=settings.storefront_url,
        invite_path=settings.invite_path,
        download_path=settings.download_path,
        reset_path=settings.reset_path,
        claim_path=settings.claim_path,
        swap_path=settings.swap_path,
        order_edit_path=settings.order_edit_path,
        admin_url=settings.admin_url,
        shop_name=settings.shop_name,
    )


def upload_settings(settings: Settings) -> UploadSettings:
    return UploadSettings(
        limits=ArchiveLimits(archive_size=min(settings.max_upload_bytes, ArchiveLimits().archive_size))
    )


def download_policy(settings: Settings) -> DownloadPolicy:
    return DownloadPolicy(limit=settings.download_limit, days=settings.download_days)


def session_life(settings: Settings) -> timedelta:
    return timedelta(seconds=settings.download_session_seconds)


def webhook_sources(settings: Settings, clock: Clock) -> WebhookSources:
    live = None if settings.stripe is None else settings.stripe.is_live
    return InstalledWebhookSources(
        StripeEvents(settings.stripe_webhook_secrets, clock, livemode=live),
        ResendEvents(settings.resend_webhook_secrets, clock),
        GelatoEvents(settings.gelato_webhook_secrets, settings.gelato_webhook_header),
    )


def gelato(settings: Settings, metrics: Metrics) -> GelatoFulfillment | None:
    if settings.gelato is None:
        return None
    asked = metered(GelatoFulfillment(settings.gelato.api_key, api_base=settings.gelato.api_base), "gelato", metrics)
    return guarded(asked, Breaker("gelato", metrics), PrintUnavailable, PRINT_CALLS)


def fulfillment_providers(gelato: GelatoFulfillment | None) -> FulfillmentProviders:
    return InstalledFulfillmentProviders(*([gelato] if gelato is not None else []))


def print_services(gelato: GelatoFulfillment | None) -> PrintServices:
    return {gelato.id: gelato} if gelato is not None else {}


def mailer(settings: Settings, clock: Clock, metrics: Metrics) -> Mailer:
    engine = settings.mail_engine
    asked = metered(_mailer(settings, clock), engine, metrics)
    return asked if engine == "folder" else guarded(asked, Breaker(engine, metrics), MailerUnavailable, MAIL_CALLS)


def mail_tracker(mailer: Mailer, settings: Settings) -> MailTracker | None:
    """The mailer again, where its service can be asked what became of a mail."""
    return cast(MailTracker, mailer) if settings.resend is not None else None


def batch_mailer(mailer: Mailer, settings: Settings) -> BatchMailer | None:
    """The mailer again, where its service takes several mails at once."""
    return cast(BatchMailer, mailer) if settings.resend is not None else None


def _mailer(settings: Settings, clock: Clock) -> Mailer:
    if settings.smtp is not None:
        smtp = settings.smtp
        return SmtpMailer(
            smtp.host,
            smtp.port,
            settings.mail_from,
            clock,
            username=smtp.username,
            password=smtp.password,
            security=smtp.security,
        )
    if settings.resend is not None:
        resend = settings.resend
        return ResendMailer(resend.api_key, settings.mail_from, api_base=resend.api_base, rate=resend.rate)
    return FolderMailer(settings.mail_dir, settings.mail_from, clock)


def bucket(settings: Settings) -> S3Bucket | None:
    """The bucket of the s3 engine; None with any other."""
    s3 = settings.s3
    if s3 is None:
        return None
    return S3Bucket(
        S3Access(
            endpoint=s3.endpoint,
            bucket=s3.bucket,
            access_key_id=s3.access_key_id,
            secret_access_key=s3.secret_access_key,
            region=s3.region,
        )
    )


def storage_breaker(metrics: Metrics) -> Breaker:
    """One for objects and parts: they lie in the same bucket."""
    return Breaker("s3", metrics)


def file_store(
    bucket: S3Bucket | None, folder: FolderFileStore, clock: Clock, metrics: Metrics, breaker: Breaker
) -> FileStore:
    if bucket is None:
        return folder
    asked = metered(S3FileStore(bucket, clock), "s3", metrics)
    return guarded(asked, breaker, StorageUnavailable, STORE_CALLS, checks=("link", "open"))


def public_files(settings: Settings) -> PublicFiles:
    """At the address the settings name, else through this server."""
    return PublicAddresses(settings.public_files_url or f"{settings.public_url or LOCAL}/files")


def payment_providers(settings: Settings, metrics: Metrics) -> PaymentProviders:
    asked = MeteredPaymentProviders(_payment_providers(settings), metrics)
    return GuardedPaymentProviders(asked, {id: Breaker(id, metrics) for id in asked.ids() if id != "manual"})


def _payment_providers(settings: Settings) -> PaymentProviders:
    """``manual`` is installed always, so that what it began can be finished; PAYMENTS adds to it."""
    if settings.stripe is None:
        return InstalledPaymentProviders()
    # Stripe's library is large; a shop without it should not wait for it at every start.
    from adapters.payments.stripe_payments import API_BASE, CaptureMethod, StripePayments

    stripe = settings.stripe
    capture_method: CaptureMethod = "manual" if stripe.capture_method == "manual" else "automatic"
    return InstalledPaymentProviders(
        StripePayments(stripe.api_key, api_base=stripe.api_base or API_BASE, capture_method=capture_method)
    )


def part_uploads(bucket: S3Bucket | None, folder: FolderPartUploads, breaker: Breaker) -> PartUploads:
    if bucket is None:
        return folder
    return guarded(S3PartUploads(bucket), breaker, StorageUnavailable, PART_CALLS, checks=("part_url",))


def rate_limits(settings: Settings, clock: Clock) -> RateLimits:
    if not settings.rate_limits:
        return UnlimitedRateLimits()
    if settings.redis_url is None:
        return LimitsRateLimits(clock)
    # An extra: shops of one process do not have it installed.
    from adapters.system.shared_rate_limits import SharedRateLimits

    return SharedRateLimits(settings.redis_url, clock)


def outside_tokens(settings: Settings, clock: Clock) -> OutsideTokens:
    """Those of the sign-in services in the settings."""
    return JwtOutsideTokens([_issuer(each, clock) for each in settings.sso_issuers], clock)


def _issuer(settings: IssuerSettings, clock: Clock) -> Issuer:
    return Issuer(
        issuer=settings.issuer,
        audience=settings.audience,
        algorithms=settings.algorithms,
        secret=settings.secret,
        keys=public_keys(settings, clock),
        claims=settings.claims,
        trusted=settings.trusted,
        leeway=timedelta(seconds=settings.leeway),
    )


def public_keys(settings: IssuerSettings, clock: Clock) -> PublicKeys | None:
    """None: this issuer shares a secret with the shop."""
    if settings.jwks_file is not None:
        return FileKeys(settings.jwks_file)
    return UrlKeys(settings.jwks_url, clock) if settings.jwks_url is not None else None
