"""``capsync sandbox``: the Capacities API on this machine, to try and to test against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Any, TypeVar

import click

from capsync.errors import ConfigError
from capsync.sandbox.options import Options

Command = TypeVar("Command", bound=Callable[..., Any])

HELP: Mapping[str, str] = {
    "token": "The token that may read and write.",
    "readonly_token": "The token that may only read.",
    "rate_header": "How answers tell what is left of the quota.",
    "quota_scale": "Multiply every quota; 0 lifts them.",
    "retry_after": "Send Retry-After with a 429.",
    "html_429": "Make a 429 a web page, as a proxy does.",
    "burst_limit": "Requests a second before the proxy steps in; 0 for no limit.",
    "merge_tokens": "Store neighbouring text tokens that look the same as one.",
    "explicit_styles": "Spell out the false flags of a style.",
    "explicit_nulls": "Give an absent list or toggle as null.",
    "answers_without_blocks": "Leave blocks out of the answers to writes.",
    "answers_with_empty_blocks": "Answer writes with an empty map of blocks.",
    "omit_empty_sections": "Leave sections without blocks out of objects.",
    "show_unset_properties": "Give properties that were never set, too.",
    "refresh_link_titles": "Give links to objects their target's present title.",
    "extra_fields": "Add fields that no schema lists.",
    "few_structures": "List only tags, tasks, daily notes and custom types.",
    "no_timestamps": "Have neither createdAt nor lastUpdatedAt.",
    "patch_keeps_omitted": "Keep the fields a block update does not name.",
    "media_patchable": "Let weblinks and media be updated.",
    "lists": "Have the endpoints that list objects.",
    "offset_pages": "Let a cursor count rows, so that lists slip while objects come and go.",
    "page_size": "Rows on a page of a list.",
    "page_size_max": "Most rows a request may ask for.",
    "search_lag": "Seconds before the search knows a new title.",
    "daily_note_delay": "Seconds before an append to a daily note lands.",
    "account_offset": "Seconds the account's clock is ahead of UTC.",
    "max_body": "Largest request body, in bytes.",
    "upload_part_size": "Size of an upload's parts, in bytes.",
    "max_objects": "Objects the plan allows; 0 for any number.",
}
"""What each switch of `Options` does, in a line."""


def _switch(field: Field[Any]) -> Callable[[Command], Command]:
    """Make the command-line option for one switch."""
    name = field.name.replace("_", "-")
    shared: dict[str, Any] = {
        "default": field.default,
        "help": HELP[field.name],
        "show_default": True,
    }
    if isinstance(field.default, bool):
        return click.option(f"--{name}/--no-{name}", field.name, **shared)
    if field.name == "rate_header":
        shared["type"] = click.Choice(["draft8", "legacy", "none"])
    return click.option(f"--{name}", field.name, **shared)


def switches(command: Command) -> Command:
    """Give a command an option for every switch."""
    for field in reversed(fields(Options)):
        command = _switch(field)(command)
    return command


class Unusable(click.ClickException):
    """The sandbox cannot start like this."""

    exit_code = ConfigError.exit_code


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
@click.option("--db", type=click.Path(dir_okay=False), help="Keep the space in this file.")
@click.option("--seed-content", is_flag=True, help="Start with a small believable space.")
@switches
def sandbox(port: int, db: str | None, *, seed_content: bool, **chosen: Any) -> None:
    """Serve the Capacities API on this machine.

    Nothing leaves the machine and no account is needed. The space is kept in
    memory, or in the file given with --db. Stop with Ctrl-C. The switches make
    it behave in the ways the real service may.

    \b
    Examples:
      capsync sandbox --seed-content
      capsync sandbox --port 0 --db space.db --no-lists
    """
    from capsync.sandbox.offer import offer  # noqa: PLC0415  (starlette and uvicorn are slow)

    options = Options(**chosen)

    def announce(bound_port: int) -> None:
        click.echo(_how_to_connect(bound_port, options), err=True)

    try:
        offer(options, port=port, db=db, seeded=seed_content, announce=announce)
    except ConfigError as exc:
        raise Unusable(str(exc)) from exc


def _how_to_connect(port: int, options: Options) -> str:
    return (
        "The sandbox is running; stop it with Ctrl-C. To use it:\n\n"
        f"    export CAPSYNC_API_URL=http://127.0.0.1:{port} CAPSYNC_TOKEN={options.token}\n\n"
        f"A token that may only read: {options.readonly_token}"
    )
