"""``perseus`` as an operator meets it: a process with arguments, an environment and an exit code."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REFUSED, WRONG_USAGE = 1, 2


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A shop of its own, in a folder with a blank in its name."""
    data = tmp_path / "a shop"
    return {
        "PATH": os.environ["PATH"],
        "PERSEUS_DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'shop.db'}",
        "SECRET_KEY": "a secret that only this test has, 2026",
    }


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def perseus(
    *arguments: str, env: dict[str, str], cwd: Path, input: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it as a module: the installed command is the same function."""
    source = Path(__file__).resolve().parents[2] / "src"
    return subprocess.run(
        [sys.executable, "-m", "bootstrap.cli", *arguments],
        env=env | {"PYTHONPATH": str(source)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=110,
        input=input or "",
    )


def test_a_shop_is_set_up_without_questions_from_any_directory(environment: dict[str, str], tmp_path: Path) -> None:
    early = perseus("serve", "--port", "0", env=environment, cwd=tmp_path)
    migrated = perseus("migrate", env=environment, cwd=tmp_path)
    again = perseus("migrate", env=environment, cwd=tmp_path)
    made = perseus(
        "create-admin", "--email", "a@shop.test", "--password", "winged sandals", env=environment, cwd=tmp_path
    )
    twice = perseus(
        "create-admin", "--email", "a@shop.test", "--password", "winged sandals", env=environment, cwd=tmp_path
    )

    assert (early.returncode, early.stderr) == (
        REFUSED,
        "perseus: The database is not up to date. Run: perseus migrate\n",
    )
    assert (migrated.returncode, migrated.stdout) == (0, "The database has been brought up to date.\n")
    assert (again.returncode, again.stdout) == (0, "The database is up to date.\n")
    assert made.returncode == 0
    assert "a@shop.test may now log in as admin" in made.stdout
    assert (twice.returncode, twice.stderr.count("\n")) == (REFUSED, 1)


def test_the_sample_shop_is_made_once(environment: dict[str, str], tmp_path: Path) -> None:
    perseus("migrate", env=environment, cwd=tmp_path)

    first = perseus("seed", env=environment, cwd=tmp_path)
    second = perseus("seed", env=environment, cwd=tmp_path)

    assert first.returncode == second.returncode == 0
    assert first.stdout.count("Wallpapers ") == 3
    assert second.stdout.startswith("The sample shop was there already; nothing to do.\n")


def test_the_sample_shop_is_refused_in_production(environment: dict[str, str], tmp_path: Path) -> None:
    done = perseus("seed", env=environment | {"PERSEUS_ENV": "production"}, cwd=tmp_path)

    assert done.returncode == REFUSED
    assert "not for production" in done.stderr


def test_routes_are_listed_without_settings(tmp_path: Path) -> None:
    broken = {"PATH": os.environ["PATH"], "DATABASE_URL": "nonsense", "PERSEUS_ENV": "nonsense"}

    done = perseus("routes", "--json", env=broken, cwd=tmp_path)

    assert done.returncode == 0
    rows = json.loads(done.stdout)
    assert all(row.keys() == {"method", "path", "actors"} and row["actors"] for row in rows)
    assert {"method": "GET", "path": "/store/downloads/:token", "actors": ["customer"]} in rows


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"PERSEUS_ENV": "production", "SECRET_KEY": ""}, "SECRET_KEY"),
        ({"RATE_LIMITS": "perhaps"}, "RATE_LIMITS"),
    ],
)
def test_wrong_settings_are_one_sentence(
    environment: dict[str, str], tmp_path: Path, setting: dict[str, str], part: str
) -> None:
    done = perseus("migrate", env=environment | setting, cwd=tmp_path)

    assert done.returncode == WRONG_USAGE
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_sentence(environment: dict[str, str], tmp_path: Path, taken_port: int) -> None:
    perseus("migrate", env=environment, cwd=tmp_path)

    done = perseus("serve", "--port", str(taken_port), env=environment, cwd=tmp_path)

    assert done.returncode == REFUSED
    assert (
        done.stderr
        == f"perseus: Port {taken_port} is taken. Stop what is using it, or choose another: --port {taken_port + 1}\n"
    )


def test_a_folder_that_cannot_be_made_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    perseus("migrate", env=environment, cwd=tmp_path)
    (tmp_path / "file").write_text("in the way")

    done = perseus(
        "serve", "--port", "0", env=environment | {"FILES_DIR": str(tmp_path / "file/below")}, cwd=tmp_path
    )

    assert done.returncode == REFUSED
    assert done.stderr.startswith("perseus: The folder ")
    assert "Traceback" not in done.stderr


def test_a_database_in_the_way_of_a_file_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    done = perseus("migrate", env=environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/file/shop.db"}, cwd=tmp_path)

    assert done.returncode == REFUSED
    assert "Traceback" not in done.stderr


def test_a_terminal_without_utf8_is_no_obstacle(environment: dict[str, str], tmp_path: Path) -> None:
    plain = environment | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    perseus("migrate", env=plain, cwd=tmp_path)

    seeded = perseus("seed", env=plain, cwd=tmp_path)
    unreadable = perseus(
        "create-admin", "--email", "\xe4@shop.test", "--password", "winged sandals", env=plain, cwd=tmp_path
    )

    assert seeded.returncode == 0
    assert "Traceback" not in unreadable.stderr


def test_a_password_is_not_asked_for_where_nobody_can_answer(environment: dict[str, str], tmp_path: Path) -> None:
    done = perseus("create-admin", "--email", "a@shop.test", env=environment, cwd=tmp_path)

    assert done.returncode == WRONG_USAGE
    assert "--password" in done.stderr


def test_every_command_explains_itself(tmp_path: Path) -> None:
    overview = perseus("--help", env={"PATH": os.environ["PATH"]}, cwd=tmp_path)
    unknown = perseus("sell", env={"PATH": os.environ["PATH"]}, cwd=tmp_path)

    assert overview.returncode == 0
    for command in ("serve", "migrate", "seed", "create-admin", "worker", "reconcile", "check", "routes", "demo"):
        assert f"  {command} " in overview.stdout
    assert unknown.returncode == WRONG_USAGE


def test_the_whole_sale_goes_through_over_http(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "DATABASE_URL": "nonsense"}

    done = perseus("demo", "--once", env=env, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "everything was as it should be" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_words_can_be_gathered_anew(environment: dict[str, str], tmp_path: Path) -> None:
    assert perseus("migrate", env=environment, cwd=tmp_path).returncode == 0

    done = perseus("reindex", env=environment, cwd=tmp_path)

    assert (done.returncode, done.stdout.strip()) == (0, "0 products can be searched.")


def test_nothing_to_reconcile_is_said(environment: dict[str, str], tmp_path: Path) -> None:
    unready = perseus("reconcile", env=environment, cwd=tmp_path)
    perseus("migrate", env=environment, cwd=tmp_path)
    done = perseus("reconcile", env=environment, cwd=tmp_path)

    assert (unready.returncode, "perseus migrate" in unready.stderr) == (REFUSED, True)
    assert (done.returncode, done.stdout) == (0, "Nothing was left to do.\n")
