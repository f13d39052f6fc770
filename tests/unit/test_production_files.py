"""The image, the shop in containers and the page that explains them say nothing that is not so."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from adapters.payments.stripe_events import _DISPUTE_TYPES, _PAYMENT_TYPES, _REFUND_TYPES
from bootstrap.cli import cli

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SETTING_ROW = re.compile(r"^\| (`[A-Z0-9_`, ]+`)", re.MULTILINE)
CONTAINERS_OWN = {"API_DOMAIN", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "PERSEUS_VERSION"}
"""Names that compose.yaml itself reads from .env."""


def settings() -> set[str]:
    table = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    return {name for row in SETTING_ROW.findall(table) for name in re.findall(r"[A-Z][A-Z0-9_]+", row)}


def lint(tool: str, *arguments: str) -> str:
    found = shutil.which(tool, path=str(BIN))
    if found is None:
        pytest.skip(f"{tool} has no build for this machine")
    result = subprocess.run([found, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return "" if result.returncode == 0 else result.stdout + result.stderr


def test_linter_of_dockerfiles_finds_nothing() -> None:
    assert lint("hadolint", "--failure-threshold", "info", "Dockerfile") == ""


def test_linter_of_compose_files_finds_nothing_grave() -> None:
    assert lint("compose-lint", "check", "compose.yaml") == ""


def test_every_setting_the_operators_page_names_exists() -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b", OPERATIONS))
    named |= set(re.findall(r"^\s*([A-Z][A-Z0-9_]+)=", OPERATIONS, re.MULTILINE))

    assert named - settings() - CONTAINERS_OWN == set()
    assert len(named) > 30


def test_every_command_the_operators_page_names_exists() -> None:
    assert set(re.findall(r"perseus ([a-z][a-z-]+)", OPERATIONS)) <= set(cli.commands)


def test_events_to_tick_at_stripe_are_those_the_shop_understands() -> None:
    named = set(re.findall(r"`((?:payment_intent|charge|refund)\.[a-z_.]+)`", OPERATIONS))

    assert named == _PAYMENT_TYPES | _REFUND_TYPES | _DISPUTE_TYPES


def test_image_names_pinned_bases_and_runs_as_nobody_in_particular() -> None:
    stages = re.findall(r"^FROM (\S+) AS (\w+)", DOCKERFILE, re.MULTILINE)
    runtime = DOCKERFILE.rsplit("FROM ", 1)[1]

    assert [name for _, name in stages] == ["build", "runtime"]
    assert all(re.search(r":\d+\.\d+\.\d+-", image) for image, _ in stages)
    assert re.search(r"^USER 10001:10001$", runtime, re.MULTILINE)
    assert "\nHEALTHCHECK " in runtime
    assert "pip install" not in runtime


def test_image_knows_only_settings_that_exist_and_no_secret() -> None:
    names = set(re.findall(r"\b([A-Z][A-Z0-9_]+)=", DOCKERFILE))

    assert {name for name in names if name.startswith("PERSEUS_")} <= settings()
    assert not [name for name in names if re.search("SECRET|PASSWORD|TOKEN|KEY", name)]


def test_image_is_built_from_named_files_only() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert rules[1] == "*"
    assert {rule for rule in rules if rule.startswith("!")} == {
        "!pyproject.toml",
        "!constraints.txt",
        "!README.md",
        "!LICENSE",
        "!src",
    }


@pytest.mark.parametrize("service", COMPOSE["services"].values(), ids=COMPOSE["services"])
def test_container_is_confined(service: dict[str, object]) -> None:
    image = str(service["image"])

    assert ":" in image
    assert not image.endswith(":latest")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in service
    assert "healthcheck" in service or "build" in service
    assert not service.get("privileged")


def test_secrets_of_the_containers_come_from_outside() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"\w*(?:PASSWORD|SECRET|KEY|TOKEN)\w*(?=:)", text):
        value = re.search(rf"{name}:\s*(\S+)", text)
        assert value is not None
        assert value.group(1).startswith("${") or value.group(1).startswith("?"), name


def test_containers_get_only_settings_that_exist_and_commands_that_exist() -> None:
    for service in COMPOSE["services"].values():
        if "build" in service:
            assert set(service["environment"]) <= settings()
            assert set(service.get("command", ["serve"])[:1]) <= set(cli.commands)


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
