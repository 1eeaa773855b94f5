"""``capsync why``: how a note stands, and what a sync would do with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capsync.cli.app import App, pass_app
from capsync.cli.completing import complete_note
from capsync.cli.here import remembered
from capsync.cli.progress import Screen
from capsync.cli.session import opened
from capsync.cli.sync import named
from capsync.cli.why_text import as_text
from capsync.errors import ConfigError
from capsync.times import stamp
from capsync.vault.vault import find_vault

if TYPE_CHECKING:
    from capsync.sync.trace import Trace

CALLS: Mapping[str, tuple[str, str]] = {
    "create": ("POST", "/object"),
    "update": ("PATCH", "/object"),
    "delete": ("DELETE", "/object"),
    "append": ("POST", "/blocks/append"),
    "update_block": ("PATCH", "/blocks/block"),
    "delete_block": ("DELETE", "/block"),
}
"""What the service calls what the engine asks of it."""


@click.command()
@click.argument("note", shell_complete=complete_note)
@click.option("--offline", is_flag=True, help="Leave out what the space holds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def why(app: App, note: str, *, offline: bool, as_json: bool) -> None:
    """Explain how a note stands, and what a sync would do.

    What both sides last agreed on, what changed on either since, what follows
    from that and with which requests; what keeps the note from being synced;
    and when it will be compared next. NOTE is a file, a title or an id. Of a
    file that is not synced it says why not. Nothing is changed; the space is
    asked for this one note, and not at all with --offline.

    \b
    Examples:
      capsync why "Pages/Trip plan.md"
      capsync why "Trip plan" --offline --json
    """
    from capsync.sync.trace import Trace  # noqa: PLC0415  (loads the schedule)
    from capsync.sync.why import why_here  # noqa: PLC0415  (loads the converter)

    root = find_vault(app.place)
    found: Trace
    if _is_outside(root, note):
        found = Trace(note, not_a_note=f"it is outside the vault, {root}")
    elif offline:
        with remembered(app) as (here, memory):
            found = why_here(here.folder, memory, app.clock, _in_vault(root, note))
    else:
        from capsync.sync.why_there import why_there  # noqa: PLC0415  (loads the engine)

        with Screen(app.clock) as screen, opened(app, screen) as session:
            found = why_there(session.bench, _in_vault(root, note))
    if as_json:
        click.echo(json.dumps(as_dict(found)))
    else:
        click.echo(as_text(found, app.clock.now(), CALLS))


def _is_outside(root: Path, note: str) -> bool:
    """Say whether *note* names something on the disk that is not in the vault."""
    try:
        places = [Path.cwd() / note, root / note]
        there = [each for each in places if each.exists() or each.is_symlink()]
        real = [each.parent.resolve() / each.name for each in there]
        return bool(real) and not any(each.is_relative_to(root.resolve()) for each in real)
    except (OSError, ValueError):
        return False


def _in_vault(root: Path, note: str) -> str:
    """Name something from the vault on, where it was named from where the person stands."""
    try:
        found = named(root, (note,))[0]
    except ConfigError:
        return note
    place = Path.cwd() / note
    if found == note and (place.is_symlink() or place.is_dir()):
        resolved = place.parent.resolve() / place.name
        if resolved.is_relative_to(root.resolve()):
            return resolved.relative_to(root.resolve()).as_posix()
    return found


def as_dict(found: Trace) -> dict[str, Any]:
    """Give it as ``why --json`` prints it; times are ISO 8601 in UTC."""
    raw = asdict(found)
    base, reading = raw["base"], raw["reading"]
    if base is not None:
        base["agreed_at"] = stamp(base["agreed_at"])
    for each in raw["obstacles"]:
        each["since"] = _at(each["since"])
    if reading is not None:
        reading |= {name: _at(reading[name]) for name in ("checked", "changed", "edited")}
        reading["waits"] = (
            found.reading.waits.value if found.reading and found.reading.waits else ""
        )
    raw["calls"] = [
        dict(zip(("method", "path"), CALLS[each.name], strict=True))
        | {"count": each.count, "what": each.what}
        for each in found.calls
    ]
    return raw


def _at(at: float | None) -> str | None:
    return stamp(at) if at else None
