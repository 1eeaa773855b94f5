"""``capsync resolve``: settle conflicts, then sync their notes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from capsync.cli.app import App, pass_app
from capsync.cli.completing import complete_note
from capsync.cli.conflicts import told
from capsync.cli.here import remembered
from capsync.cli.output import report_as_text, shown
from capsync.cli.progress import Screen
from capsync.cli.session import opened
from capsync.cli.sync import named
from capsync.cli.turn import turn
from capsync.errors import CapsyncError, ConfigError, NoteError
from capsync.plan.choices import Choice
from capsync.state.store import Store
from capsync.sync.called import is_called, nobody
from capsync.sync.recorded import stopped
from capsync.sync.report import CONFLICTS_OPEN, Options
from capsync.sync.resolve import OpenConflict, OpenFile, open_files, settle_file
from capsync.vault.files import Folder

Ask = Callable[[OpenConflict], Choice | None]
"""Says what becomes of a conflict; None leaves it open."""

_Wanted = tuple[OpenFile, Sequence[int]]
"""A file, and which of its conflicts are to be settled."""

_KEYS = {"m": Choice.MINE, "t": Choice.THEIRS, "b": Choice.BOTH, "s": None}


@dataclass(slots=True)
class _Outcome:
    """What was settled."""

    settled: list[tuple[OpenConflict, Choice]] = field(default_factory=list)
    errors: list[NoteError] = field(default_factory=list)
    left: int = 0
    """Conflicts of the notes in question that stay open."""


@click.command()
@click.argument("notes", nargs=-1, metavar="[NOTE[:LINE]]...", shell_complete=complete_note)
@click.option("--mine", "choice", flag_value="mine", help="Keep the file's version.")
@click.option("--theirs", "choice", flag_value="theirs", help="Put the space's in its place.")
@click.option("--both", "choice", flag_value="both", help="Keep both, one after the other.")
@click.option("--all", "everything", is_flag=True, help="Settle the conflicts of all notes.")
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
@click.pass_context
def resolve(
    ctx: click.Context,
    app: App,
    notes: tuple[str, ...],
    *,
    choice: str | None,
    everything: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Settle conflicts, then sync their notes.

    NOTE is a file, a title or an id, with :LINE as capsync conflicts prints it
    for one conflict of several. Without an option you are asked, one conflict
    after the other. The old text goes to the history. If the space cannot be
    reached, the files are changed all the same and the next sync does the rest.

    \b
    Examples:
      capsync resolve "Pages/Trip plan.md"
      capsync resolve "Pages/Trip plan.md:12" --theirs
      capsync resolve --all --both --dry-run

    Exits with 1 if a file could not be settled, 3 if conflicts stay open, else
    as capsync sync does.
    """
    if bool(notes) == everything:
        raise click.UsageError("name the notes to settle, or all of them with --all.")
    if choice is None and (as_json or not _somebody_is_there()):
        raise click.UsageError("say what to keep: --mine, --theirs or --both.")
    ask = _asked if choice is None else _always(Choice(choice))
    outcome = _settle(app, notes, ask, dry_run=dry_run)
    if not as_json:
        click.echo(_as_text(outcome, dry_run=dry_run))
    synced: dict[str, object] | None = None
    code = CONFLICTS_OPEN if outcome.left else 0
    try:
        if outcome.settled and not dry_run:
            synced, code = _synced(app, outcome, as_json=as_json)
    except CapsyncError as exc:
        synced, code = stopped(exc), exc.exit_code
        click.echo(f"capsync: {exc}", err=True)
        click.echo("The files are changed; the next sync brings it to the space.", err=True)
    if as_json:
        click.echo(json.dumps(_as_dict(outcome, synced, dry_run=dry_run)))
    ctx.exit(1 if outcome.errors else code)


def _synced(app: App, outcome: _Outcome, *, as_json: bool) -> tuple[dict[str, object], int]:
    """Sync the notes in which something was settled.

    Raises:
        CapsyncError: The run was stopped.
    """
    options = Options(notes=tuple(dict.fromkeys(each.path for each, _ in outcome.settled)))
    with Screen(app.clock) as screen, opened(app, screen) as session:
        report = session.sync(options)
    if not as_json:
        click.echo(report_as_text(report, app.clock.now()))
    return report.as_json(), report.exit_code


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _always(choice: Choice) -> Ask:
    return lambda _: choice


def _asked(conflict: OpenConflict) -> Choice | None:
    """Show both versions whole and ask."""
    head = told(conflict).split("\n", maxsplit=1)[0]
    for line in (head, "mine:", *_block(conflict.local), "theirs:", *_block(conflict.space)):
        click.echo(line, err=True)
    keys = click.Choice(list(_KEYS), case_sensitive=False)
    question = "Keep (m)ine, (t)heirs or (b)oth, or (s)kip"
    return _KEYS[click.prompt(question, type=keys, show_choices=False, err=True)]


def _block(text: str) -> list[str]:
    return [f"  {shown(line)}" for line in text.splitlines()] or ["  nothing"]


def _settle(app: App, notes: tuple[str, ...], ask: Ask, *, dry_run: bool) -> _Outcome:
    """Settle what is asked for in the files.

    Raises:
        ConfigError: A note is not known, or has no such conflict.
        RunError: Another capsync is at work on the vault.
    """
    outcome = _Outcome()
    with remembered(app) as (here, memory):
        folder = here.folder
        files = open_files(folder, memory)
        wanted: list[_Wanted] = [(each, range(len(each.conflicts))) for each in files]
        if notes:
            wanted = list(_wanted(files, _without_lines(here.root, notes), folder, memory))
        answers = [(file, _answers(file, indexes, ask)) for file, indexes in wanted]
        outcome.left = sum(len(file.conflicts) - len(choices) for file, choices in answers)
        # only now, so that nobody waits while a person thinks
        with nullcontext() if dry_run else turn(folder, here.state.parent):
            for file, choices in answers:
                try:
                    if choices and not dry_run:
                        settle_file(folder, memory, app.clock, file, choices)
                except NoteError as exc:
                    outcome.errors.append(exc)
                else:
                    outcome.settled += [(file.conflicts[at], each) for at, each in choices.items()]
    return outcome


def _answers(file: OpenFile, indexes: Iterable[int], ask: Ask) -> dict[int, Choice]:
    asked = {index: ask(file.conflicts[index]) for index in indexes}
    return {index: choice for index, choice in asked.items() if choice is not None}


def _without_lines(root: Path, notes: Iterable[str]) -> Iterator[tuple[str, int | None]]:
    """Part what names a note from the line after it; files are named from the vault on."""
    for note in notes:
        (plain,) = named(root, (note,))
        name, colon, line = note.rpartition(":")
        if plain == note and colon and line.isdecimal():
            yield named(root, (name,))[0], int(line)
        else:
            yield plain, None


def _wanted(
    files: Sequence[OpenFile],
    names: Iterable[tuple[str, int | None]],
    folder: Folder,
    memory: Store,
) -> Iterator[_Wanted]:
    """Find the conflicts that were named.

    Raises:
        ConfigError: A name means no note or several, or no conflict begins on that line.
    """
    chosen: dict[str, tuple[OpenFile, set[int]]] = {}
    for name, line in names:
        found = [each for each in files if is_called(name, each.path, each.title, each.id)]
        if len(found) > 1:
            paths = ", ".join(each.path for each in found)
            raise ConfigError(f"“{name}” may be any of {paths}; name one by its path")
        if not found:
            _check_known(name, folder, memory)
            continue
        lines = [each.line for each in found[0].conflicts]
        if line is not None and line not in lines:
            there = ", ".join(map(str, lines))
            raise ConfigError(f"no conflict begins on line {line} of {found[0].path}, but: {there}")
        indexes = chosen.setdefault(found[0].path, (found[0], set()))[1]
        indexes.update(at for at, each in enumerate(lines) if line in (None, each))
    for file, indexes in chosen.values():
        yield file, sorted(indexes)


def _check_known(name: str, folder: Folder, memory: Store) -> None:
    """Tell a note without conflicts from one that is not there."""
    known = [(each.path, each.title, each.id) for each in memory.notes.all()]
    known += [(each.path, "", "") for each in folder.scan()]
    if not any(is_called(name, path, title, note) for path, title, note in known):
        raise nobody(name)


def _as_text(outcome: _Outcome, *, dry_run: bool) -> str:
    """Tell what was settled how, and what was not."""
    done = "would keep" if dry_run else "kept"
    lines = [
        f"{done} {each.value:<6}  {shown(conflict.path)}:{conflict.line}: {shown(conflict.where)}"
        for conflict, each in outcome.settled
    ]
    lines += [f"left alone {shown(str(exc))}" for exc in outcome.errors]
    if not lines:
        lines = ["Nothing was settled."] if outcome.left else ["No conflicts are open there."]
    elif dry_run:
        lines.append("Dry run, nothing was changed.")
    return "\n".join(lines)


def _as_dict(
    outcome: _Outcome, synced: dict[str, object] | None, *, dry_run: bool
) -> dict[str, object]:
    """Give the outcome as ``resolve --json`` prints it; ``sync`` as ``sync --json`` does."""
    return {
        "resolved": [asdict(each) | {"kept": it.value} for each, it in outcome.settled],
        "errors": [{"path": exc.note, "message": exc.message} for exc in outcome.errors],
        "dry_run": dry_run,
        "sync": synced,
    }
