"""Everything the shop can be told from outside, read once from environment variables and checked.

The table with all names, defaults and meanings is docs/settings.md; a test holds both to the same names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from bootstrap.environment import Environment
from bootstrap.gateway_settings import GatewaySettings, gateway
from bootstrap.gelato_settings import GelatoSettings, gelato, gelato_webhook_header
from bootstrap.resend_settings import ResendSettings, resend, resend_webhook_secrets
from bootstrap.secret_file import kept_secret
from bootstrap.sso_settings import IssuerSettings, issuers
from core.use_cases.jobs.forget_old_records import Keeping

SECRET_MIN = 32
METRICS_TOKEN_MIN = 16
# Secrets that stand in documentation and examples, ours and others', are known to everybody.
EXAMPLES = (
    "changeme",
    "change-me",
    "change_me",
    "supersecret",
    "example",
    "your-secret",
    "insecure",
    "0123456789abcdef",
)
DISTINCT_MIN = 8  # characters; fewer is a key pressed down

INSTALL_POSTGRES = "pip install 'perseus-commerce[postgres]'"
_UPLOAD_MAX = 512 * 1024 * 1024
_GIB = 1024 * 1024 * 1024


class SettingsError(Exception):
    """What is wrong with the settings, one sentence per problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Mode(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """security: starttls, tls or none. username None: no log-in."""

    host: str
    port: int = 587
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security: str = "starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """endpoint: URL of the server, without the bucket. region: ``auto`` on Cloudflare R2."""

    endpoint: str
    bucket: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSettings:
    """api_key: the secret or a restricted key. api_base None: Stripe itself. captures: with the buyer's
    consent (``automatic``), or when an admin or a digital order asks for it (``manual``)."""

    api_key: str = field(repr=False)
    api_base: str | None = None
    capture_method: str = "automatic"

    @property
    def is_live(self) -> bool | None:
        """Whether money is real, as far as the key tells."""
        mode = self.api_key.split("_")[1] if self.api_key.count("_") > 1 else ""
        return {"live": True, "test": False}.get(mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """secrets: at least one, the current one first; never shown.

    public_url, storefront_url: without trailing slash; public_url None: nobody has said, use the
    address the server listens on. download_limit, download_days: None is no bound. trusted_proxies:
    how many of them append to X-Forwarded-For. trusted_storefronts: from where that header names buyers.
    public_files_url: serves public objects by their keys; None: the shop does it itself. cautions: sentences
    worth logging at the start.
    """

    mode: Mode = Mode.DEVELOPMENT
    data_dir: Path
    database_url: str = field(repr=False)  # may hold a password
    secrets: tuple[str, ...] = field(repr=False)
    rate_limits: bool = True
    storage_engine: str = "folder"
    files_dir: Path
    s3: S3Settings | None = None
    payments: tuple[str, ...] = ("manual",)
    stripe: StripeSettings | None = None
    stripe_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    mail_engine: str = "folder"
    mail_dir: Path
    mail_from: str
    smtp: SmtpSettings | None = None
    resend: ResendSettings | None = None
    resend_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    gelato: GelatoSettings | None = None
    gelato_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    gelato_webhook_header: str = "x-gelato-webhook-secret"
    jobs_engine: str = "embedded"
    redis_url: str | None = field(default=None, repr=False)  # may hold a password
    storefront_url: str
    invite_path: str = "/invites/{token}"
    download_path: str = "/downloads/{token}"
    reset_path: str = "/password-reset?token={token}"
    admin_url: str = "http://localhost:7001"
    claim_path: str = "/orders/claim?token={token}"
    swap_path: str = "/swaps/{token}"
    order_edit_path: str = "/order-edits/{token}"
    account_lookup: bool = True
    public_url: str | None = None
    public_files_url: str | None = None
    cors_origins: tuple[str, ...] = ()
    gateway: GatewaySettings
    trusted_proxies: int = 0
    trusted_storefronts: tuple[IPv4Network | IPv6Network, ...] = ()
    download_limit: int | None = 5
    download_days: int | None = 30
    download_session_seconds: int = 900
    invite_days: int = 7
    shop_name: str | None = None
    keeping: Keeping = field(default_factory=Keeping)
    log_level: str = "info"
    metrics_token: str | None = field(default=None, repr=False)
    max_upload_bytes: int = _UPLOAD_MAX
    catalogue_memory_mib: int = 96
    sso_issuers: tuple[IssuerSettings, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @classmethod
    def load(cls, variables: Mapping[str, str]) -> "Settings":
        """The settings these environment variables say. Raises SettingsError with every problem at once.

        Outside production a missing SECRET_KEY is made and kept in the data directory.
        """
        read = Environment(variables)
        settings = _read(read)
        if read.problems:
            raise SettingsError(read.problems)
        return settings


def _read(read: Environment) -> Settings:
    mode = Mode(read.choice("PERSEUS_ENV", [mode.value for mode in Mode], Mode.DEVELOPMENT))
    data_dir = Path(read.text("PERSEUS_DATA_DIR", str(_home()))).expanduser().absolute()
    storage_engine = read.choice("STORAGE_ENGINE", ["folder", "s3"], "folder")
    jobs_engine = read.choice("JOBS_ENGINE", ["embedded", "dramatiq"], "embedded")
    mail_engine = read.choice("MAIL_ENGINE", ["folder", "smtp", "resend"], "folder")
    payments = _payments(read)
    public_url = read.url("PUBLIC_URL")
    storefront_url = read.url("STOREFRONT_URL", "http://localhost:8000")
    rate_limits = read.flag("RATE_LIMITS", default=True)
    return Settings(
        mode=mode,
        data_dir=data_dir,
        database_url=_database(read, data_dir),
        secrets=_secrets(read, mode, data_dir),
        rate_limits=rate_limits,
        storage_engine=storage_engine,
        files_dir=_folder(read, "FILES_DIR", data_dir / "files"),
        s3=_s3(read, used=storage_engine == "s3"),
        payments=payments,
        stripe=_stripe(read, used="stripe" in payments),
        stripe_webhook_secrets=_stripe_webhook_secrets(read, mode, used="stripe" in payments),
        mail_engine=mail_engine,
        mail_dir=_folder(read, "MAIL_DIR", data_dir / "mail"),
        mail_from=_mail_from(read),
        smtp=_smtp(read, used=mail_engine == "smtp"),
        resend=resend(read, used=mail_engine == "resend"),
        resend_webhook_secrets=resend_webhook_secrets(
            read, production=mode is Mode.PRODUCTION, used=mail_engine == "resend"
        ),
        gelato=gelato(read, production=mode is Mode.PRODUCTION),
        gelato_webhook_secrets=read.secrets("GELATO_WEBHOOK_SECRET"),
        gelato_webhook_header=gelato_webhook_header(read),
        storefront_url=storefront_url,
        invite_path=read.path_with_token("INVITE_PATH", "/invites/{token}"),
        download_path=read.path_with_token("DOWNLOAD_PATH", "/downloads/{token}"),
        reset_path=read.path_with_token("PASSWORD_RESET_PATH", "/password-reset?token={token}"),
        admin_url=read.url("ADMIN_URL", "http://localhost:7001"),
        claim_path=read.path_with_token("ORDER_CLAIM_PATH", "/orders/claim?token={token}"),
        swap_path=read.path_with_token("SWAP_PATH", "/swaps/{token}"),
        order_edit_path=read.path_with_token("ORDER_EDIT_PATH", "/order-edits/{token}"),
        account_lookup=read.flag("ACCOUNT_LOOKUP", default=True),
        public_url=public_url or None,
        public_files_url=read.url("PUBLIC_FILES_URL") or None,
        cors_origins=read.origins("CORS_ORIGINS"),
        gateway=gateway(read, storefront_url, production=mode is Mode.PRODUCTION),
        trusted_proxies=read.whole("TRUSTED_PROXIES", 0, 0, 10),
        trusted_storefronts=read.networks("TRUSTED_STOREFRONTS"),
        download_limit=read.whole_or_none("DOWNLOAD_LIMIT", 5, 1, 100_000),
        download_days=read.whole_or_none("DOWNLOAD_DAYS", 30, 1, 100_000),
        download_session_seconds=read.whole("DOWNLOAD_SESSION_SECONDS", 900, 60, 86_400),
        invite_days=read.whole("INVITE_DAYS", 7, 1, 30),
        shop_name=read.text("SHOP_NAME") or None,
        keeping=_keeping(read),
        jobs_engine=jobs_engine,
        redis_url=_redis_url(read, used=jobs_engine == "dramatiq"),
        log_level=read.choice("LOG_LEVEL", ["debug", "info", "warning", "error"], "info"),
        metrics_token=_metrics_token(read),
        max_upload_bytes=read.whole("MAX_UPLOAD_BYTES", _UPLOAD_MAX, 1, 5 * _GIB),
        catalogue_memory_mib=read.whole("CATALOGUE_MEMORY_MIB", 96, 0, 65_536),
        sso_issuers=issuers(read),
        cautions=_cautions(read, mode, public_url, rate_limits=rate_limits),
    )


def _home() -> Path:
    """``var`` beside the source in a checkout, else in the current directory: there, every command
    finds the same shop from whatever directory it is called."""
    checkout = Path(__file__).resolve().parents[2]
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / "var"


def _folder(read: Environment, name: str, default: Path) -> Path:
    return Path(read.text(name, str(default))).expanduser().absolute()


def _database(read: Environment, data_dir: Path) -> str:
    url = read.text("DATABASE_URL", f"sqlite:///{data_dir / 'shop.db'}")
    scheme, _, rest = url.partition("://")
    if scheme in ("postgresql", "postgresql+psycopg", "postgres"):
        url = f"postgresql+psycopg://{rest}"
        if find_spec("psycopg") is None:
            read.problem(f"DATABASE_URL names PostgreSQL, whose driver is missing: {INSTALL_POSTGRES} brings it.")
        if not rest.partition("?")[0].partition("/")[2]:
            read.problem("DATABASE_URL names no database; it looks like postgresql://user:password@host/database.")
    elif not url.startswith("sqlite:///"):
        read.problem(
            "DATABASE_URL must look like sqlite:////full/path/to/shop.db or postgresql://user:password@host/database."
        )
    return url


def _secrets(read: Environment, mode: Mode, data_dir: Path) -> tuple[str, ...]:
    """The current secret and, while one is being rotated out, the previous."""
    current, previous = read.secret("SECRET_KEY"), read.secret("SECRET_KEY_PREVIOUS")
    for name, secret in (("SECRET_KEY", current), ("SECRET_KEY_PREVIOUS", previous)):
        problem = _weakness(secret, mode) if secret else None
        if problem:
            read.problem(f"{name} {problem}")
    if not current and mode is Mode.PRODUCTION:
        read.problem(f"SECRET_KEY is missing; production needs one of at least {SECRET_MIN} random characters.")
    if not current and not read.problems:
        try:
            current = kept_secret(data_dir)
        except OSError as error:
            read.problem(
                f"SECRET_KEY is not set and none could be kept in {data_dir} ({error.strerror}); "
                "set SECRET_KEY, or PERSEUS_DATA_DIR to a folder that can be written."
            )
    return tuple(secret for secret in (current, previous) if secret)


def _weakness(secret: str, mode: Mode) -> str | None:
    if len(secret) < SECRET_MIN:
        return f"is too short: it needs at least {SECRET_MIN} characters."
    known = any(example in secret.lower() for example in EXAMPLES) or len(set(secret)) < DISTINCT_MIN
    if known and mode is Mode.PRODUCTION:
        return "is an example that everybody knows; make a random one (openssl rand -base64 48)."
    return None


def _payments(read: Environment) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in read.text("PAYMENTS", "manual").split(",")))
    for name in names:
        if name not in ("manual", "stripe"):
            read.problem(f"PAYMENTS takes manual and stripe, comma-separated, not {name!r}.")
    return names


def _stripe(read: Environment, *, used: bool) -> StripeSettings | None:
    settings = StripeSettings(
        api_key=read.secret("STRIPE_API_KEY"),
        api_base=read.url("STRIPE_API_BASE") or None,
        capture_method=read.choice("STRIPE_CAPTURE_METHOD", ["automatic", "manual"], "automatic"),
    )
    if not used:
        return None
    if not settings.api_key:
        read.problem("STRIPE_API_KEY is missing; PAYMENTS with stripe needs the account's secret key.")
    elif not re.fullmatch(r"(?:sk|rk)_[A-Za-z0-9_]+", settings.api_key):
        read.problem("STRIPE_API_KEY must be a secret key (sk_...) or a restricted key (rk_...).")
    return settings


def _mail_from(read: Environment) -> str:
    address = read.text("MAIL_FROM", "no-reply@localhost")
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        read.problem(f"MAIL_FROM must be an e-mail address, optionally as Name <address>, not {address!r}.")
    return address


def _s3(read: Environment, *, used: bool) -> S3Settings | None:
    settings = S3Settings(
        endpoint=read.url("S3_ENDPOINT"),
        bucket=read.text("S3_BUCKET"),
        access_key_id=read.text("S3_ACCESS_KEY_ID"),
        secret_access_key=read.secret("S3_SECRET_ACCESS_KEY"),
        region=read.text("S3_REGION", "auto"),
    )
    if not used:
        return None
    needed = {
        "S3_ENDPOINT": (settings.endpoint, "the URL of the storage server"),
        "S3_BUCKET": (settings.bucket, "the name of a bucket"),
        "S3_ACCESS_KEY_ID": (settings.access_key_id, "a key pair that may read, write and list it"),
        "S3_SECRET_ACCESS_KEY": (settings.secret_access_key, "the key pair's secret"),
    }
    for name, (value, meaning) in needed.items():
        if not value:
            read.problem(f"{name} is missing; STORAGE_ENGINE=s3 needs {meaning}.")
    return settings


def _stripe_webhook_secrets(read: Environment, mode: Mode, *, used: bool) -> tuple[str, ...]:
    secrets = read.secrets("STRIPE_WEBHOOK_SECRET")
    if used and not secrets and mode is Mode.PRODUCTION:
        read.problem("STRIPE_WEBHOOK_SECRET is missing; PAYMENTS with stripe needs the webhook endpoint's secret.")
    return secrets


def _smtp(read: Environment, *, used: bool) -> SmtpSettings | None:
    host = read.text("SMTP_HOST")
    settings = SmtpSettings(
        host=host,
        port=read.whole("SMTP_PORT", 587, 1, 65_535),
        username=read.text("SMTP_USERNAME") or None,
        password=read.secret("SMTP_PASSWORD") or None,
        security=read.choice("SMTP_SECURITY", ["starttls", "tls", "none"], "starttls"),
    )
    if not used:
        return None
    if not host:
        read.problem("SMTP_HOST is missing; MAIL_ENGINE=smtp needs the name of a mail server.")
    if (settings.username is None) != (settings.password is None):
        read.problem("SMTP_USERNAME and SMTP_PASSWORD belong together; set both or neither.")
    return settings


def _redis_url(read: Environment, *, used: bool) -> str | None:
    url = read.secret("REDIS_URL").strip()
    if url and not url.startswith(("redis://", "rediss://")):
        read.problem("REDIS_URL must look like redis://host:6379/0, or rediss:// with TLS.")
    if used and not url:
        read.problem("REDIS_URL is missing; JOBS_ENGINE=dramatiq needs a Valkey or Redis server.")
    if (url or used) and (find_spec("redis") is None or find_spec("dramatiq") is None):
        read.problem("REDIS_URL needs more packages: pip install 'perseus-commerce[workers]'.")
    return url or None


def _keeping(read: Environment) -> Keeping:
    return Keeping(
        jobs=read.whole_or_none("KEEP_JOBS_DAYS", 30, 7, 100_000),
        webhook_events=read.whole_or_none("KEEP_WEBHOOK_EVENTS_DAYS", 90, 30, 100_000),
        sessions=read.whole_or_none("KEEP_SESSIONS_DAYS", 30, 1, 100_000),
        download_log=read.whole_or_none("KEEP_DOWNLOAD_LOG_DAYS", 365, 30, 100_000),
    )


def _metrics_token(read: Environment) -> str | None:
    token = read.secret("METRICS_TOKEN")
    if token and len(token) < METRICS_TOKEN_MIN:
        read.problem(f"METRICS_TOKEN is too short: it needs at least {METRICS_TOKEN_MIN} characters.")
    return token or None


def _cautions(read: Environment, mode: Mode, public_url: str, *, rate_limits: bool) -> tuple[str, ...]:
    if mode is not Mode.PRODUCTION:
        return ()
    cautions = []
    if not public_url:
        cautions.append("PUBLIC_URL is not set: links to files name the address this server listens on.")
    if not read.text("STOREFRONT_URL"):
        cautions.append("STOREFRONT_URL is not set: links in mails lead to http://localhost:8000.")
    if not read.text("MAIL_FROM"):
        cautions.append("MAIL_FROM is not set: mails come from no-reply@localhost.")
    if read.text("STRIPE_API_BASE"):
        cautions.append("STRIPE_API_BASE is set: payments go there instead of to Stripe.")
    if read.secret("STRIPE_API_KEY").startswith(("sk_test_", "rk_test_")):
        cautions.append("STRIPE_API_KEY is a test key: no money is taken.")
    if not rate_limits:
        cautions.append("RATE_LIMITS is off: nothing slows down somebody who guesses passwords.")
    return tuple(cautions)
