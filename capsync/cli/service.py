"""``capsync service``: have the system keep ``capsync watch`` running for a vault."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.config import TOKEN, find_token, given_token
from capsync.errors import AuthError, RunError
from capsync.service.job import Job, job_for
from capsync.service.manage import (
    KINDS,
    Installed,
    install as put_in_place,
    is_outdated,
    kind_here,
    manager_here,
    manager_of,
    remedy,
    run_here,
    uninstall as take_away,
)
from capsync.service.manager import Manager, NoManager, State
from capsync.times import stamp, when
from capsync.vault.vault import VaultConfig, find_vault, read_config

NOT_SEEN = (
    f"the token is only in {TOKEN}, which a service does not see;"
    " keep it for this vault first: capsync login"
)


@click.group()
def service() -> None:
    """Have the system keep capsync watch running.

    It then starts when you log in, and again after a crash. It is a unit of
    systemd's user manager, a launch agent of macOS, or a scheduled task of
    Windows. Each vault has its own.

    \b
    Examples:
      capsync service install
      capsync service install --print
      capsync service status
    """


@service.command()
@click.option("--print", "show", is_flag=True, help="Print the file; install nothing.")
@click.option("--for", "kind", type=click.Choice(KINDS), help="With --print: for which system.")
@pass_app
def install(app: App, *, show: bool, kind: str | None) -> None:
    """Write the service's file, start it, and start it at every login.

    Once more does no harm: a file that is as it should be stays, and a service
    that runs from it goes on running.
    """
    if kind and not show:
        raise click.UsageError("--for goes with --print")
    config, job = _job(app)
    if show:
        _print(manager_of(kind or kind_here(), app.environ), job)
        return
    _check_token(config, app)
    manager = manager_here(app.environ, run_here)
    done = put_in_place(manager, job, run_here)
    for name in job.left_out:
        click.echo(f"capsync: {name} holds a secret, so the service will not have it", err=True)
    click.echo(f"{'Wrote' if done.changed else 'Already there:'} {shown(str(done.file))}")
    _check_started(done, manager, job)
    click.echo(f"capsync keeps {shown(str(job.root))} in sync, now and whenever you log in.")
    if manager.kind == "systemd":
        click.echo("To keep it running after you log out, too: loginctl enable-linger")
    click.echo(f"Its log: {manager.log(job)}")


@service.command()
@pass_app
def uninstall(app: App) -> None:
    """Stop the service and remove its file; notes, memory and token stay."""
    _, job = _job(app)
    manager = manager_here(app.environ, run_here)
    if take_away(manager, job, run_here):
        click.echo(f"Stopped, and removed {shown(str(manager.file(job)))}")
    else:
        click.echo("There is no service for this vault.")


@service.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def status(app: App, *, as_json: bool) -> None:
    """Show whether the service is installed and runs, and what to do if not."""
    _, job = _job(app)
    try:
        manager = manager_here(app.environ, run_here)
    except NoManager as exc:
        if not as_json:
            raise
        click.echo(json.dumps({"kind": kind_here(), "installed": False, "remedy": str(exc)}))
        return
    state = manager.state(job, run_here)
    outdated = is_outdated(manager, job)
    advice = remedy(state, outdated=outdated, log=manager.log(job))
    if as_json:
        click.echo(json.dumps(_as_json(manager, job, state, advice) | {"outdated": outdated}))
    else:
        click.echo(_as_text(manager, job, state, advice))


def _job(app: App) -> tuple[VaultConfig, Job]:
    root = find_vault(app.place)
    config = read_config(root)
    return config, job_for(root, config, app.environ)


def _check_token(config: VaultConfig, app: App) -> None:
    """Make sure that the service will find a token, too."""
    without = {name: value for name, value in app.environ.items() if name != TOKEN}
    try:
        find_token(config, without)
    except AuthError as exc:
        if given_token(app.environ):
            raise AuthError(NOT_SEEN) from exc
        raise


def _check_started(done: Installed, manager: Manager, job: Job) -> None:
    if not done.said:
        return
    ended = f" ({done.state.ended})" if done.state.ended else ""
    advice = remedy(done.state, outdated=False, log=manager.log(job))
    raise RunError(f"the service is installed but does not run{ended}: {advice or done.said}")


def _print(manager: Manager, job: Job) -> None:
    """Print the file as it is; Windows' is shown in the encoding of the terminal."""
    content = manager.content(job)
    sys.stdout.flush()
    if manager.kind == "windows":
        click.echo(content.decode("utf-16"), nl=False)
    else:
        click.echo(content, nl=False)


def _as_json(manager: Manager, job: Job, state: State, advice: str) -> dict[str, Any]:
    about = {"kind": manager.kind, "name": job.name, "file": str(manager.file(job))}
    since = stamp(state.since) if state.since else None
    return about | asdict(state) | {"since": since, "log": manager.log(job), "remedy": advice}


def _as_text(manager: Manager, job: Job, state: State, advice: str) -> str:
    since = f" since {when(state.since)}" if state.since else ""
    pid = f" (pid {state.pid})" if state.pid else ""
    running = f"yes{since}{pid}" if state.running else "not yet" if state.starting else "no"
    times = "once" if state.restarts == 1 else f"{state.restarts} times"
    lines = [
        f"installed  {shown(str(manager.file(job))) if state.installed else 'no'}",
        f"running    {running}",
        *([f"says       {shown(state.says)}"] if state.says else ()),
        *([f"last exit  {state.ended}"] if state.ended and not state.running else ()),
        *([f"restarted  {times}"] if state.restarts else ()),
        *([f"log        {manager.log(job)}"] if state.installed else ()),
        *([f"to do      {advice}"] if advice else ()),
    ]
    return "\n".join(lines)
