"""``capsync convert``: Markdown to blocks and back, and what would be lost on the way.

Needs no network, no token and no vault. What is wrong with one file is said on
stderr, and the others go on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from capsync.cli.output import shown
from capsync.convert import NotBlocks, to_blocks, to_markdown
from capsync.markdown.links import NoNames, is_id
from capsync.markdown.losses import find_losses
from capsync.markdown.onto import UnreadableResult
from capsync.model.token import NoteId

STDIN = "-"
_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".txt"})
_ATTACHMENTS = frozenset(
    {"png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif", "heic", "pdf", "mp3", "wav", "m4a"}
    | {"ogg", "flac", "mp4", "mov", "webm", "mkv", "zip", "csv", "docx", "xlsx", "pptx", "canvas"}
)
"""What ends the name of a file that is no note."""
_ANYONE = NoteId("00000000-0000-4000-8000-000000000000")


class Unfit(Exception):
    """A file that cannot be converted; the message says why."""


class AnyName(NoNames):
    """Names for `--check`: which notes there are is only known to a sync, so all count as there.

    Attachments are no notes, whoever names them.
    """

    def resolve(self, name: str) -> NoteId | None:
        """Take every name for a note's, but for a file of another kind."""
        if is_id(name):
            return NoteId(name)
        suffix = name.partition("#")[0].strip().rpartition(".")[2]
        return None if suffix.lower() in _ATTACHMENTS else _ANYONE


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--to",
    type=click.Choice(["blocks", "markdown"]),
    help="What to write; else Markdown from JSON, and blocks from all else.",
)
@click.option(
    "--against",
    metavar="OLD.json",
    help="The blocks, or the object, that FILE was written from: what stayed keeps its id.",
)
@click.option("--check", is_flag=True, help="Only say what of Markdown the space cannot hold.")
@click.pass_context
def convert(
    ctx: click.Context, files: tuple[str, ...], *, to: str | None, against: str | None, check: bool
) -> None:
    """Turn Markdown into blocks and back, without network or vault.

    Reads stdin without a FILE, or where it is "-". Blocks are JSON as the
    service gives it: a list of blocks, or a whole object. Front matter and
    properties stay out. Several files become one JSON object, each under its
    name. No file is changed; the result goes to stdout.

    \b
    Examples:
      capsync convert note.md > blocks.json
      capsync convert note.md --against blocks.json
      capsync convert --check *.md

    Exits with 2 if a file could not be read; --check with 1 if something would
    be lost; else with 0.
    """
    names = files or (STDIN,)
    _check_usage(names, to, against, check=check)
    try:
        old = None if against is None else _json(_text(against), against)
    except Unfit as exc:
        raise click.UsageError(shown(str(exc))) from exc
    done: dict[str, Any] = {}
    broken = lost = False
    for name in names:
        try:
            if check:
                lost = _told(name) or lost
            else:
                done[name] = _converted(name, to, old)
        except Unfit as exc:
            click.echo(f"capsync: {shown(str(exc))}", err=True)
            broken = True
    if len(names) > 1 and not check:
        _print(done)
    elif done:
        _print(done[names[0]])
    ctx.exit(2 if broken else int(lost))


def _check_usage(names: Sequence[str], to: str | None, against: str | None, *, check: bool) -> None:
    if check and (to is not None or against is not None):
        raise click.UsageError("--check converts nothing; leave out --to and --against")
    if against is not None and to == "markdown":
        raise click.UsageError("--against is for blocks; leave out --to markdown")
    if against is not None and len(names) > 1:
        raise click.UsageError("--against takes one FILE")
    if [*names, against].count(STDIN) > 1:
        raise click.UsageError("stdin can be read once")


def _told(name: str) -> bool:
    """Say what in a file has no home; give whether there was anything.

    Raises:
        Unfit: It is no Markdown.
    """
    text = _text(name)
    if _is_json(name, text):
        raise Unfit(f"{_called(name)}: is JSON; --check looks at Markdown")
    losses = find_losses(text, AnyName())
    for loss in losses:
        click.echo(shown(f"{_called(name)} {loss}"))
    return bool(losses)


def _converted(name: str, to: str | None, old: Any) -> Any:
    """Convert one file: text is Markdown, all else is JSON.

    Raises:
        Unfit: It cannot be converted.
    """
    text = _text(name)
    if to is None:
        to = "markdown" if old is None and _is_json(name, text) else "blocks"
    try:
        if to == "markdown":
            return to_markdown(_json(text, name))
        return to_blocks(text, old)
    except NotBlocks as exc:
        raise Unfit(f"{_called(name) if old is None else '--against'}: {exc}") from exc
    except UnreadableResult as exc:
        raise Unfit(f"{_called(name)}: {exc}") from exc
    except RecursionError as exc:
        raise Unfit(f"{_called(name)}: nested too deeply") from exc


def _called(name: str) -> str:
    return "stdin" if name == STDIN else name


def _text(name: str) -> str:
    """Read a file as it is, line ends and all.

    Raises:
        Unfit: It cannot be read, or is no UTF-8.
    """
    try:
        with click.open_file(name, "rb") as file:
            return bytes(file.read()).decode()
    except UnicodeDecodeError as exc:
        line = exc.object.count(b"\n", 0, exc.start) + 1
        raise Unfit(f"{_called(name)} line {line}: not UTF-8; save the file as UTF-8") from exc
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        raise Unfit(f"{_called(name)}: {reason}") from exc


def _is_json(name: str, text: str) -> bool:
    """Say whether a file is JSON: by its name, or where that says nothing, by its content."""
    suffix = Path(name).suffix.lower()
    if suffix == ".json" or suffix in _MARKDOWN:
        return suffix == ".json"
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        return False
    try:
        _json(text, name)
    except Unfit:
        return False
    return True


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as exc:
        raise Unfit(f"{_called(name)} line {exc.lineno}: not JSON: {exc.msg}") from exc
    except (RecursionError, ValueError) as exc:  # ValueError: a number of too many digits
        raise Unfit(f"{_called(name)}: not JSON that can be read: {exc}") from exc


def _print(result: Any) -> None:
    """Print Markdown as it is, and all else as JSON."""
    if isinstance(result, str):
        click.echo(result.encode("utf-8", "backslashreplace"), nl=False)
    else:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
