import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import ClassVar

import pytest

from bootstrap.secret_file import kept_secret
from bootstrap.settings import Settings, SettingsError
from bootstrap.sso_settings import IssuerSettings

ROOT = Path(__file__).resolve().parents[2]
GOOD = "qA8wV0c1Zk5mT3xR7yB2nJ6dL9sF4gHu"
OTHER = "Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0Pp"


class Spy(dict[str, str]):
    """Environment variables that remember which names were asked for."""

    def __init__(self, **variables: str) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.asked.add(key)
        return super().get(key, default)  # type: ignore[arg-type]


@pytest.fixture
def data_dir(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def problems(**variables: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refusal:
        Settings.load({"SECRET_KEY": GOOD, **variables})
    return refusal.value.problems


class TestNothingSet:
    def test_development_starts_with_nothing_set(self, data_dir: str) -> None:
        settings = Settings.load({"PERSEUS_DATA_DIR": data_dir})

        assert not settings.is_production
        assert settings.database_url == f"sqlite:///{data_dir}/shop.db"
        assert (settings.mail_dir, settings.files_dir) == (Path(data_dir, "mail"), Path(data_dir, "files"))
        assert (settings.download_limit, settings.download_days, settings.invite_days) == (5, 30, 7)
        assert settings.rate_limits
        assert settings.cautions == ()

    def test_secret_is_made_once_and_only_its_owner_may_read_it(self, data_dir: str) -> None:
        first = Settings.load({"PERSEUS_DATA_DIR": data_dir})
        second = Settings.load({"PERSEUS_DATA_DIR": data_dir})

        assert first.secrets == second.secrets
        assert len(first.secrets[0]) >= 32
        assert stat.S_IMODE(Path(data_dir, "secret_key").stat().st_mode) == 0o600

    def test_processes_that_start_together_agree_on_the_secret(self, tmp_path: Path) -> None:
        gate = Barrier(8)

        def start(folder: Path) -> str:
            gate.wait(10)
            return kept_secret(folder)

        with ThreadPoolExecutor(8) as crowd:
            for number in range(25):
                folder = tmp_path / str(number)
                assert len(set(crowd.map(start, [folder] * 8))) == 1
                assert [file.name for file in folder.iterdir()] == ["secret_key"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_folder_that_cannot_be_written_gets_a_sentence(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)

        with pytest.raises(SettingsError, match="PERSEUS_DATA_DIR"):
            Settings.load({"PERSEUS_DATA_DIR": str(tmp_path / "data")})

    def test_file_in_place_of_the_folder_gets_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("not a folder")

        with pytest.raises(SettingsError, match="none could be kept"):
            Settings.load({"PERSEUS_DATA_DIR": str(tmp_path / "data")})

    def test_empty_variables_count_as_not_set(self, data_dir: str) -> None:
        settings = Settings.load({"PERSEUS_DATA_DIR": data_dir, "DOWNLOAD_LIMIT": "", "PUBLIC_URL": " "})

        assert settings.download_limit == 5
        assert settings.public_url is None


class TestProduction:
    def load(self, **variables: str) -> Settings:
        return Settings.load({"PERSEUS_ENV": "production", **variables})

    def test_good_secret_is_enough(self) -> None:
        settings = self.load(SECRET_KEY=GOOD)

        assert settings.is_production
        assert settings.secrets == (GOOD,)

    @pytest.mark.parametrize(
        "secret",
        ["", "short", GOOD[:31], "a" * 64, "changeme-changeme-changeme-changeme", "supersecret" * 4, "abcabc" * 10],
    )
    def test_missing_short_and_example_secrets_are_refused(self, secret: str) -> None:
        with pytest.raises(SettingsError, match="SECRET_KEY"):
            self.load(SECRET_KEY=secret)

    def test_secret_of_the_example_file_is_refused(self) -> None:
        example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))

        with pytest.raises(SettingsError) as refusal:
            Settings.load({**example, "SMTP_PASSWORD": "x"})

        assert [problem.split()[0] for problem in refusal.value.problems] == ["SECRET_KEY"]

    def test_nothing_is_written_when_the_secret_is_missing(self, data_dir: str) -> None:
        with pytest.raises(SettingsError):
            self.load(PERSEUS_DATA_DIR=data_dir)

        assert not Path(data_dir).exists()

    def test_two_secrets_are_active_during_rotation(self) -> None:
        assert self.load(SECRET_KEY=GOOD, SECRET_KEY_PREVIOUS=OTHER).secrets == (GOOD, OTHER)

    def test_defaults_that_only_suit_a_trial_are_pointed_out(self) -> None:
        cautions = " ".join(self.load(SECRET_KEY=GOOD, RATE_LIMITS="off").cautions)

        for name in ("PUBLIC_URL", "STOREFRONT_URL", "MAIL_FROM", "RATE_LIMITS"):
            assert name in cautions


class TestProblems:
    def test_all_are_named_at_once_in_a_sentence_each(self) -> None:
        found = problems(
            PERSEUS_ENV="live", DATABASE_URL="mysql://x", DOWNLOAD_LIMIT="0", CORS_ORIGINS="*", LOG_LEVEL="loud"
        )

        assert {sentence.split()[0] for sentence in found} == {
            "PERSEUS_ENV",
            "DATABASE_URL",
            "DOWNLOAD_LIMIT",
            "CORS_ORIGINS",
            "LOG_LEVEL",
        }
        assert all(sentence.endswith(".") for sentence in found)

    def test_workers_of_their_own_need_a_store_that_carries_messages(self) -> None:
        (missing,) = problems(JOBS_ENGINE="dramatiq")
        (odd,) = problems(JOBS_ENGINE="dramatiq", REDIS_URL="http://127.0.0.1")

        assert missing.startswith("REDIS_URL is missing")
        assert odd.startswith("REDIS_URL must look like redis://")

    def test_the_stores_password_is_not_shown(self, data_dir: str) -> None:
        url = "rediss://:hush-hush@redis.internal:6379/1"
        settings = Settings.load({"PERSEUS_DATA_DIR": data_dir, "JOBS_ENGINE": "dramatiq", "REDIS_URL": url})

        assert (settings.jobs_engine, settings.redis_url) == ("dramatiq", url)
        assert "hush" not in repr(settings)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("TRUSTED_PROXIES", "-1"),
            ("TRUSTED_PROXIES", "1.5"),
            ("TRUSTED_STOREFRONTS", "10.0.0.0/24, shop.example"),
            ("TRUSTED_STOREFRONTS", "0.0.0.0/0"),
            ("INVITE_DAYS", "31"),
            ("DOWNLOAD_SESSION_SECONDS", "1"),
            ("MAX_UPLOAD_BYTES", "\u0661"),
            ("CATALOGUE_MEMORY_MIB", "-1"),
            ("RATE_LIMITS", "maybe"),
            ("PUBLIC_URL", "shop.example"),
            ("PUBLIC_URL", "ftp://shop.example"),
            ("PUBLIC_URL", "https://[broken"),
            ("STOREFRONT_URL", "javascript:alert(1)"),
            ("CORS_ORIGINS", "https://shop.example/path"),
            ("DOWNLOAD_PATH", "/downloads"),
            ("INVITE_PATH", "invites/{token}"),
            ("INVITE_PATH", "/invites/{token}/{other}"),
            ("MAIL_FROM", "nobody"),
            ("SHOP_NAME", "two\nlines"),
            ("PAYMENTS", "barter"),
            ("STRIPE_CAPTURE_METHOD", "later"),
            ("STRIPE_API_BASE", "localhost"),
            ("SECRET_KEY_PREVIOUS", "short"),
        ],
    )
    def test_value_that_does_not_fit_is_refused(self, name: str, value: str) -> None:
        (sentence,) = problems(**{name: value})

        assert sentence.startswith(name)

    def test_key_is_needed_for_stripe(self) -> None:
        (sentence,) = problems(PAYMENTS="manual,stripe")

        assert "STRIPE_API_KEY" in sentence

    @pytest.mark.parametrize("key", ["pk_live_mistaken", "sk live", "whsec_mistaken"])
    def test_publishable_keys_and_other_secrets_are_no_key_of_stripe(self, key: str) -> None:
        (sentence,) = problems(PAYMENTS="stripe", STRIPE_API_KEY=key)

        assert "STRIPE_API_KEY" in sentence
        assert key not in sentence

    def test_stripe_is_chosen_by_settings_and_its_key_is_not_shown(self, data_dir: str) -> None:
        key = "sk_live_51Hx"
        settings = Settings.load({"PERSEUS_DATA_DIR": data_dir, "PAYMENTS": "stripe", "STRIPE_API_KEY": key})

        assert settings.payments == ("stripe",)
        assert settings.stripe is not None
        assert (settings.stripe.api_base, settings.stripe.capture_method) == (None, "automatic")
        assert key not in repr(settings)

    @pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
    def test_postgresql_is_a_database(self, scheme: str) -> None:
        url = "://shop:secret@db.internal:5433/shop?sslmode=require"
        settings = Settings.load({"SECRET_KEY": GOOD, "DATABASE_URL": scheme + url})

        assert settings.database_url == "postgresql+psycopg" + url

    def test_postgresql_needs_its_driver(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        (sentence,) = problems(DATABASE_URL="postgresql://shop@db/shop")

        assert "pip install 'perseus-commerce[postgres]'" in sentence

    def test_postgresql_needs_the_name_of_a_database(self) -> None:
        (sentence,) = problems(DATABASE_URL="postgresql://shop@db")

        assert "names no database" in sentence

    def test_key_is_needed_for_mail_through_resend(self) -> None:
        (sentence,) = problems(MAIL_ENGINE="resend")

        assert "RESEND_API_KEY" in sentence

    @pytest.mark.parametrize(
        ("name", "value"),
        [("RESEND_WEBHOOK_SECRET", "whsec_not base64"), ("GELATO_WEBHOOK_HEADER", "x header")],
    )
    def test_webhook_settings_that_cannot_hold_are_refused(self, name: str, value: str) -> None:
        (sentence,) = problems(**{name: value})

        assert sentence.startswith(name)

    def test_production_insists_on_the_secrets_of_webhooks(self) -> None:
        chosen = {"MAIL_ENGINE": "resend", "RESEND_API_KEY": "re_1", "GELATO_API_KEY": "key"}

        found = problems(PERSEUS_ENV="production", **chosen)
        assert [sentence.split()[0] for sentence in found] == ["RESEND_WEBHOOK_SECRET", "GELATO_WEBHOOK_SECRET"]

    def test_key_of_resend_is_not_shown(self) -> None:
        settings = Settings.load({"SECRET_KEY": GOOD, "MAIL_ENGINE": "resend", "RESEND_API_KEY": "re_hidden"})

        assert settings.resend is not None
        assert "re_hidden" not in repr(settings)

    def test_mail_server_is_needed_for_mail_through_one(self) -> None:
        (sentence,) = problems(MAIL_ENGINE="smtp")

        assert "SMTP_HOST" in sentence

    def test_mail_log_in_needs_both_halves(self) -> None:
        (sentence,) = problems(MAIL_ENGINE="smtp", SMTP_HOST="mail.test", SMTP_USERNAME="shop")

        assert "SMTP_PASSWORD" in sentence


class TestValues:
    def test_mail_server_is_read(self, data_dir: str) -> None:
        settings = Settings.load(
            {
                "SECRET_KEY": GOOD,
                "MAIL_ENGINE": "smtp",
                "SMTP_HOST": "mail.test",
                "SMTP_PORT": "465",
                "SMTP_SECURITY": "tls",
                "SMTP_USERNAME": "shop",
                "SMTP_PASSWORD": "pass word ",
            }
        )

        assert settings.smtp is not None
        assert (settings.smtp.port, settings.smtp.security, settings.smtp.password) == (465, "tls", "pass word ")

    def test_no_bound_is_said_as_none(self) -> None:
        settings = Settings.load({"SECRET_KEY": GOOD, "DOWNLOAD_LIMIT": "none", "DOWNLOAD_DAYS": "unlimited"})

        assert (settings.download_limit, settings.download_days) == (None, None)

    def test_addresses_lose_their_trailing_slash(self) -> None:
        settings = Settings.load(
            {
                "SECRET_KEY": GOOD,
                "PUBLIC_URL": "https://api.test/",
                "STOREFRONT_URL": "http://localhost:3000/shop/",
                "CORS_ORIGINS": "https://a.test/, http://b.test:8000",
            }
        )

        assert settings.public_url == "https://api.test"
        assert settings.storefront_url == "http://localhost:3000/shop"
        assert settings.cors_origins == ("https://a.test", "http://b.test:8000")

    def test_secrets_are_not_shown(self) -> None:
        settings = Settings.load(
            {
                "SECRET_KEY": GOOD,
                "MAIL_ENGINE": "smtp",
                "SMTP_HOST": "mail.test",
                "SMTP_USERNAME": "shop",
                "SMTP_PASSWORD": "pass",
            }
        )

        assert GOOD not in repr(settings)
        assert "'pass'" not in repr(settings)


class TestSignInServices:
    SERVICE: ClassVar[dict[str, object]] = {
        "issuer": "https://id.test/",
        "audience": "shop",
        "jwks_url": "https://id.test/keys",
    }
    SHARED: ClassVar[dict[str, object]] = {"issuer": "b", "audience": "shop", "secret": "s" * 32}

    def load(self, *services: object) -> tuple[IssuerSettings, ...]:
        return Settings.load({"SECRET_KEY": GOOD, "SSO_ISSUERS": json.dumps(services)}).sso_issuers

    def test_several_are_read_and_their_secrets_not_shown(self) -> None:
        first, second = self.load(
            {**self.SERVICE, "trusted": True, "claims": {"customer_id": "sub"}, "leeway": 5}, self.SHARED
        )

        assert (first.algorithms, first.trusted, first.leeway) == (("RS256",), True, 5)
        assert (first.claims.customer_id, first.claims.email) == ("sub", "email")
        assert (second.algorithms, second.trusted, second.jwks_url) == (("HS256",), False, None)
        assert "ssss" not in repr(second)

    def test_they_may_lie_in_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "services.json"
        path.write_text(json.dumps([{**self.SERVICE, "jwks_url": "", "jwks_file": "/keys.json"}]))

        (found,) = Settings.load({"SECRET_KEY": GOOD, "SSO_ISSUERS": str(path)}).sso_issuers
        assert found.jwks_file == Path("/keys.json")

    @pytest.mark.parametrize(
        "change",
        [
            {"issuer": ""},
            {"audience": None},
            {"colour": "red"},
            {"algorithms": ["none"]},
            {"algorithms": ["HS256"]},
            {"algorithms": []},
            {"algorithms": "RS256"},
            {"secret": "s" * 32},
            {"jwks_url": None},
            {"jwks_url": "http://id.test/keys"},
            {"jwks_url": "https://user@id.test/keys"},
            {"jwks_url": None, "secret": "short"},
            {"jwks_url": None, "secret": "s" * 32, "algorithms": ["RS256"]},
            {"claims": {"name": "x"}},
            {"claims": {"email": 7}},
            {"trusted": "yes"},
            {"leeway": 301},
            {"leeway": True},
        ],
    )
    def test_what_cannot_hold_is_refused(self, change: dict[str, object]) -> None:
        (sentence,) = problems(SSO_ISSUERS=json.dumps([{**self.SERVICE, **change}]))

        assert sentence.startswith("SSO_ISSUERS ")
        assert "ssss" not in sentence

    @pytest.mark.parametrize("text", ["{}", "[7]", "[", "/nowhere/at/all.json"])
    def test_what_is_no_list_of_services_is_refused(self, text: str) -> None:
        (sentence,) = problems(SSO_ISSUERS=text)

        assert sentence.startswith("SSO_ISSUERS ")

    def test_one_issuer_is_named_once(self) -> None:
        assert "twice" in problems(SSO_ISSUERS=json.dumps([self.SERVICE, self.SERVICE]))[0]


class TestBucket:
    KEYS: ClassVar[dict[str, str]] = {
        "S3_ENDPOINT": "https://account.r2.example/",
        "S3_BUCKET": "files",
        "S3_ACCESS_KEY_ID": "key",
        "S3_SECRET_ACCESS_KEY": "the pair's secret",
    }

    def test_bucket_is_used_when_it_is_chosen(self) -> None:
        settings = Settings.load({"SECRET_KEY": GOOD, "STORAGE_ENGINE": "s3", **self.KEYS})

        assert settings.s3 is not None
        assert (settings.storage_engine, settings.s3.region) == ("s3", "auto")
        assert settings.s3.endpoint == "https://account.r2.example"
        assert "the pair's secret" not in repr(settings)

    def test_bucket_that_is_not_chosen_is_not_used(self) -> None:
        assert Settings.load({"SECRET_KEY": GOOD, **self.KEYS}).s3 is None

    @pytest.mark.parametrize("mode", ["development", "production"])
    def test_chosen_bucket_needs_all_of_its_settings(self, mode: str) -> None:
        found = problems(PERSEUS_ENV=mode, STORAGE_ENGINE="s3")

        assert {sentence.split()[0] for sentence in found} == set(self.KEYS)


class TestPaper:
    def test_documentation_names_exactly_the_settings_that_are_read(self) -> None:
        spy = Spy(SECRET_KEY=GOOD)
        Settings.load(spy)

        assert set(documented()) == spy.asked | set(command_line())

    def test_example_file_sets_only_names_that_exist(self) -> None:
        names = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

        assert set(names) <= set(documented())


def documented() -> Iterator[str]:
    for row in (ROOT / "docs" / "settings.md").read_text().splitlines():
        if row.startswith("| `"):
            yield from re.findall(r"`([A-Z0-9_]+)`", row.split("|")[1])


def command_line() -> Iterator[str]:
    from bootstrap.cli import cli

    for command in cli.commands.values():
        for parameter in command.params:
            if isinstance(parameter.envvar, str):
                yield parameter.envvar
