"""The guided tour of ``capsync demo --once``: one edit each way, for real.

It checks what it shows, so that it is a test of the whole as well.
"""

from __future__ import annotations

import difflib
from typing import Any

import click

from capsync.cli.demo import Stage
from capsync.cli.output import shown
from capsync.cli.sync import sync_and_tell
from capsync.errors import RunError
from capsync.sync.report import Options

TITLE = "The bench"
BEFORE, AFTER = "Oak for the top", "Beech for the top"
LATER = "buy wood and glue"


def tour(stage: Stage) -> None:
    """Show one edit in each direction.

    Raises:
        RunError: Something did not arrive.
    """
    bench = stage.sandbox.app_find(TITLE)
    file = stage.vault / "Pages" / f"{TITLE}.md"
    _say("A space in the sandbox and an empty folder. The first sync brings the notes:")
    _sync(stage)
    if not file.is_file():
        raise RunError(f"the tour went wrong: there is no {file}")

    _say(f"You change a word in Pages/{TITLE}.md:")
    text = file.read_text(encoding="utf-8")
    changed = text.replace(BEFORE, AFTER)
    file.write_text(changed, encoding="utf-8")
    _show_diff(text, changed)
    block = _block_saying(stage, bench, BEFORE)
    _sync(stage)
    _say("The object in the space now says, in the very same block:")
    arrived = _block_saying(stage, bench, AFTER)
    click.echo(f"    {arrived['id']}  {shown(_words(arrived))}")
    if arrived["id"] != block["id"]:
        raise RunError("the tour went wrong: the edit made a new block")

    _say("Someone changes the object in the app: a to-do gets more to do.")
    todo = _block_saying(stage, bench, "buy wood")
    text = file.read_text(encoding="utf-8")
    edited = {**todo, "tokens": [{"type": "TextToken", "text": LATER}]}
    stage.sandbox.app_edit_block(bench, todo["id"], _without_id(edited))
    _sync(stage)
    _say(f"That one line of Pages/{TITLE}.md changed, and no other:")
    now = file.read_text(encoding="utf-8")
    _show_diff(text, now)
    if LATER not in now:
        raise RunError("the tour went wrong: the edit did not arrive in the file")

    _say("Another sync finds nothing to do:")
    _sync(stage)
    click.echo("\nThat was the tour. To play with it yourself: capsync demo")


def _say(text: str) -> None:
    click.secho(f"\n{text}\n", bold=True)


def _sync(stage: Stage) -> None:
    click.secho("    $ capsync sync", fg="cyan")
    sync_and_tell(stage.app, Options())


def _show_diff(before: str, after: str) -> None:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    colours = {"+": "green", "-": "red"}
    for line in list(lines)[2:]:
        if not line.startswith("@@"):
            click.secho(f"    {shown(line)}", fg=colours.get(line[0]))


def _block_saying(stage: Stage, note: str, words: str) -> dict[str, Any]:
    """Give the block of an object that begins with *words*."""
    for section in stage.sandbox.app_get(note)["blocks"].values():
        for block in section:
            if _words(block).startswith(words):
                found: dict[str, Any] = block
                return found
    raise RunError(f"the tour went wrong: no block of the object says “{words}”")


def _words(block: dict[str, Any]) -> str:
    return "".join(token.get("text", "") for token in block.get("tokens", ()))


def _without_id(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != "id"}
