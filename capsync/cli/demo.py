"""``capsync demo``: a space and a vault on this machine, to try.

Everything is in one temporary folder, the memory included, and gone
afterwards. Nothing leaves the machine.
"""

from __future__ import annotations

import os
import shlex
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import click

from capsync.cli.app import App, pass_app
from capsync.cli.init import connect_folder
from capsync.cli.sync import sync_and_tell
from capsync.clock import SystemClock
from capsync.config import API_URL, TOKEN
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options as Switches
from capsync.sandbox.seed import seed_content
from capsync.sandbox.server import running
from capsync.state.place import VARIABLE
from capsync.sync.report import Options


@dataclass(frozen=True, slots=True)
class Stage:
    """A sandbox that runs, and a vault connected to it."""

    sandbox: Sandbox
    app: App
    vault: Path
    exports: dict[str, str]
    """The environment another shell needs to join in."""


@click.command()
@click.option("--once", is_flag=True, help="Run the guided tour by itself, then end.")
@click.option("--keep", is_flag=True, help="Leave the folder in place at the end.")
@pass_app
def demo(app: App, *, once: bool, keep: bool) -> None:
    """Try capsync on this machine, without an account.

    Starts the sandbox with some content and a vault in a temporary folder,
    syncs them, and says what to try. Stop with Ctrl-C. Your own vaults and
    token are never touched, nothing leaves the machine, and the folder is gone
    at the end.

    \b
    Examples:
      capsync demo
      capsync demo --once
    """
    with temporary_folder(keep=keep) as folder, staged(app, folder) as stage:
        if once:
            from capsync.cli.tour import tour  # noqa: PLC0415  (it builds on this module)

            tour(stage)
            return
        _invite(stage)
        _until_interrupted()


@contextmanager
def temporary_folder(*, keep: bool) -> Iterator[Path]:
    """Make a folder that is gone afterwards, unless it is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="capsync-demo-"))
    try:
        yield folder
    finally:
        if keep:
            click.echo(f"The folder is left at {folder}", err=True)
        else:
            rmtree(folder, ignore_errors=True)


@contextmanager
def staged(app: App, folder: Path) -> Iterator[Stage]:
    """Run a seeded sandbox and connect a new vault in *folder* to it."""
    switches = Switches(quota_scale=1000.0)  # not 0, which would say nothing of a limit
    vault = folder / "Workshop"
    with Sandbox(switches, clock=SystemClock()) as sandbox:
        seed_content(sandbox)
        with running(sandbox) as url:
            exports = {
                API_URL: url,
                TOKEN: switches.token,
                VARIABLE: str(folder / "state"),
                "CAPSYNC_VAULT": str(vault),
            }
            environ = {**app.environ, **exports}
            here = App(vault, environ, app.clock, app.client, app.engine)
            connect_folder(here, vault)
            yield Stage(sandbox, here, vault, exports)


def _until_interrupted() -> None:
    never = threading.Event()
    with suppress(KeyboardInterrupt):
        while not never.wait(1.0):  # in steps, because Windows hears Ctrl-C only between them
            pass


def _invite(stage: Stage) -> None:
    report = sync_and_tell(stage.app, Options())
    exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in stage.exports.items())
    note = next(iter(sorted(stage.vault.glob("Pages/The bench*.md"))), stage.vault)
    click.echo(
        f"\nThe vault is {stage.vault}. In another shell:\n\n"
        f"    export {exports}\n\n"
        "Then try:\n\n"
        f"    {os.environ.get('EDITOR', 'nano')} {shlex.quote(str(note))}   # change a line\n"
        "    capsync sync --dry-run   # what would be done\n"
        "    capsync sync             # do it\n"
        "    capsync status           # how things stand\n"
    )
    if report.exit_code:
        click.echo("Some notes of the sandbox cannot be files; see above.", err=True)
    click.echo("The sandbox runs until Ctrl-C.", err=True)
