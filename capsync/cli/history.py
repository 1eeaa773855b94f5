"""``capsync history``: the earlier versions of a note, without the network."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from capsync.cli.app import App, pass_app
from capsync.cli.completing import complete_note
from capsync.cli.here import remembered
from capsync.cli.output import shown
from capsync.cli.sync import named
from capsync.times import stamp, when

if TYPE_CHECKING:
    from capsync.sync.history import History, Version


@click.command()
@click.argument("note", shell_complete=complete_note)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def history(app: App, note: str, *, as_json: bool) -> None:
    """List the earlier versions of a note.

    NOTE is a file, a title or an id, also of a note that is gone. Each version
    is what one side held until a run overwrote or removed it. See one with
    capsync diff NOTE@N, bring it back with capsync restore NOTE@N. Nothing is
    changed, and the network is not used.

    \b
    Examples:
      capsync history "Trip plan"
      capsync history "Pages/Trip plan.md" --json
    """
    from capsync.sync.history import history as past_of  # noqa: PLC0415  (loads the converter)
    from capsync.sync.observe import observe  # noqa: PLC0415

    with remembered(app) as (here, memory):
        (name,) = named(here.root, (note,))
        found = past_of(here.folder, memory, observe(here.folder, memory), name)
    click.echo(json.dumps(_as_json(found)) if as_json else _as_text(found))


def _as_text(found: History) -> str:
    lines = [f"{shown(found.subject.path or found.subject.id)}: {_now(found)}"]
    width = max((len(str(each.version)) for each in found.versions), default=1)
    lines += [_line(each, found.subject.path, width) for each in found.versions]
    if not found.versions:
        lines.append("No earlier versions: nothing of it was overwritten or removed yet.")
    return "\n".join(lines)


def _now(found: History) -> str:
    if found.words is None:
        return "has no file now"
    return f"{_words(found.words)}{', edited since the last sync' if found.edited else ''}"


def _line(version: Version, path: str, width: int) -> str:
    line = (
        f"  {version.version:>{width}}  {when(version.at)}  {version.side}  "
        f"{_words(version.words):>11}  {shown(version.reason)}"
    )
    return line if version.path == path else f"{line}, at {shown(version.path)}"


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count} words"


def _as_json(found: History) -> dict[str, object]:
    subject = found.subject
    return {
        "note": subject.id,
        "path": subject.path,
        "title": subject.title,
        "now": {"file": found.words is not None, "words": found.words, "edited": found.edited},
        "versions": [asdict(each) | {"at": stamp(each.at)} for each in found.versions],
    }
