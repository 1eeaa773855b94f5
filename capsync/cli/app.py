"""The command group: options before the command, and errors as text and exit codes.

Commands are modules of their own, loaded only when one is run, so that
``capsync --help`` is quick: the table below has all it needs. Errors that
capsync raises on purpose become one line here and nowhere else; bugs keep
their traceback.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capsync import __version__
from capsync.clock import Clock, SystemClock
from capsync.errors import CapsyncError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from capsync.capacities.client import Client
    from capsync.sync.sides import Syncs

INTERRUPTED = 130
BROKEN_PIPE = 141

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("capsync.cli.init:init", "Connect a folder to a Capacities space."),
    "sync": ("capsync.cli.sync:sync", "Bring the vault and the space into agreement, once."),
    "watch": ("capsync.cli.watch:watch", "Keep the vault and the space the same until stopped."),
    "status": (
        "capsync.cli.status:status",
        "Show what is in sync, waiting, set aside and in conflict.",
    ),
    "why": ("capsync.cli.why:why", "Explain how a note stands, and what a sync would do."),
    "log": ("capsync.cli.log:log", "Show what happened, or what happens right now."),
    "web": ("capsync.cli.web:web", "Open a page of this machine that shows all of it."),
    "conflicts": (
        "capsync.cli.conflicts:conflicts",
        "List what both sides changed and nobody has settled.",
    ),
    "resolve": ("capsync.cli.resolve:resolve", "Settle conflicts, then sync their notes."),
    "diff": ("capsync.cli.diff:diff", "Show what a sync would change, or what a version was."),
    "history": ("capsync.cli.history:history", "List the earlier versions of a note."),
    "restore": ("capsync.cli.restore:restore", "Bring a version, or a deleted note, back."),
    "undo": ("capsync.cli.undo:undo", "Take back the last run, on both sides."),
    "verify": ("capsync.cli.verify:verify", "Read both sides again and check that they agree."),
    "service": (
        "capsync.cli.service:service",
        "Have the system keep capsync watch running.",
    ),
    "doctor": ("capsync.cli.doctor:doctor", "Look for what is wrong, and say what helps."),
    "login": ("capsync.cli.login:login", "Keep a token for this vault, after checking it."),
    "logout": ("capsync.cli.logout:logout", "Remove this vault's token from this machine."),
    "completion": (
        "capsync.cli.completion:completion",
        "Print the script that completes commands and notes.",
    ),
    "convert": (
        "capsync.cli.convert:convert",
        "Turn Markdown into blocks and back, without network or vault.",
    ),
    "demo": ("capsync.cli.demo:demo", "Try capsync on this machine, without an account."),
    "selftest": (
        "capsync.cli.selftest:selftest",
        "Rehearse syncing in memory under all the trouble there is.",
    ),
    "sandbox": ("capsync.cli.sandbox:sandbox", "Serve the Capacities API on this machine."),
}
"""Where each command is, and its line in ``capsync --help``."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Everyday": ("sync", "watch", "status", "why", "log", "web", "conflicts", "resolve"),
    "Safety": ("diff", "history", "restore", "undo", "verify", "doctor"),
    "Setting up": ("init", "login", "logout", "service", "completion"),
    "Trying out": ("demo", "convert", "sandbox", "selftest"),
}
"""The groups of ``capsync --help``; a command in none of them comes under More."""


@dataclass(slots=True)
class App:
    """What was said before the command, and the ways to the outside; tests hand in others."""

    vault: Path | None = None
    """Where to look for the vault; None for the current folder."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Clock = field(default_factory=SystemClock)
    client: Callable[..., Client] | None = None
    """Called like `capsync.capacities.client.connect`, which None stands for."""
    engine: Callable[..., Syncs] | None = None
    """Called like `capsync.sync.engine.Engine`, which None stands for."""

    @property
    def place(self) -> Path:
        """Where to look for the vault, from there upward."""
        return self.vault or Path.cwd()


pass_app = click.make_pass_decorator(App)


class LazyGroup(click.Group):
    """Loads a command when it is run, and turns our own errors into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's)
        """Name the commands, in the order a person needs them."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  (click's)
        cmd_name: str,
    ) -> click.Command | None:
        """Load a command, or give None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101  (for mypy)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that *args* begin with, or suggest one."""
        if args[0] not in COMMANDS:
            from difflib import get_close_matches  # noqa: PLC0415  (only to suggest one)

            if near := get_close_matches(args[0], COMMANDS, 1):
                ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  (click's)
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the commands in their groups without loading them."""
        width = max(map(len, COMMANDS))
        grouped = {name for names in GROUPS.values() for name in names}
        more = tuple(name for name in COMMANDS if name not in grouped)
        for group, names in [*GROUPS.items(), ("More", more)]:
            rows = [(name.ljust(width), COMMANDS[name][1]) for name in names if name in COMMANDS]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Offer commands without loading them, and the options before the command."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  (only needed here)

        items = (CompletionItem(name, help=text) for name, (_, text) in COMMANDS.items())
        found = [item for item in items if item.value.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; the exit codes are those of `capsync.errors`."""
        try:
            return super().invoke(ctx)
        except CapsyncError as exc:
            click.echo(f"capsync: {exc}", err=True)
            ctx.exit(exc.exit_code)
        except (KeyboardInterrupt, click.Abort):
            click.echo("capsync: stopped; everything done so far is kept", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # whoever read our output has seen enough; nothing must be flushed to it any more
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            ctx.exit(BROKEN_PIPE)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--vault",
    type=click.Path(path_type=Path),
    envvar="CAPSYNC_VAULT",
    show_envvar=True,
    help="The vault, or a folder in it; else the current folder.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log to stderr what goes on.")
@click.version_option(__version__, prog_name="capsync", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, *, vault: Path | None, verbose: bool) -> None:
    """Keep a Capacities space and a folder of Markdown files the same.

    capsync COMMAND --help says what a command does, what it never does, and
    gives examples. Start with: capsync demo, or capsync init.

    Exit codes: 0 in sync, 1 some notes were set aside, 2 usage or
    configuration, 3 synced with conflicts open, 4 stopped by a guard, 5 not
    signed in, 6 the service could not be reached, 130 interrupted.
    """
    app = ctx.ensure_object(App)
    if vault is not None:
        app.vault = vault
    if app.environ.get("NO_COLOR"):
        ctx.color = False
    if verbose:
        _log_to_stderr()


def _log_to_stderr() -> None:
    """Show the log of capsync itself; other libraries log addresses nobody asked for."""
    import logging  # noqa: PLC0415  (only where somebody wants to read it)

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("capsync")
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG)


def main() -> None:
    """Run the command line and end the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack a character
    if "_CAPSYNC_COMPLETE" in os.environ:
        from capsync.cli.completing import register  # noqa: PLC0415  (only needed here)

        register()
    cli(prog_name="capsync")
