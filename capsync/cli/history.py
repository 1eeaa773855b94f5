"""``capsync history``: the earlier versions of a note, without the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown, stamp, when
from capsync.cli.sync import named
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.sync.history import History, Version, history as past_of
from capsync.sync.observe import observe
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import find_vault, read_config


@click.command()
@click.argument("note")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def history(app: App, note: str, *, as_json: bool) -> None:
    """List the earlier versions of a note.

    NOTE is a file, a title or an id, also of a note that is gone. Each version
    is what one side held until a run overwrote or removed it. See one with
    capsync diff NOTE@N, bring it back with capsync restore NOTE@N.
    """
    with remembered(app) as (root, folder, memory):
        (name,) = named(root, (note,))
        found = past_of(folder, memory, observe(folder, memory), name)
    click.echo(json.dumps(_as_json(found)) if as_json else _as_text(found))


@contextmanager
def remembered(app: App) -> Iterator[tuple[Path, Folder, Store]]:
    """Open the vault and its memory, for looking only.

    Raises:
        RunError: One of them is not there.
    """
    root = find_vault(app.place)
    config = read_config(root)
    with Store.open(state_path(config.vault, app.environ)) as memory:
        yield root, Folder(root, Ignore(config.ignore), app.clock), memory


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
