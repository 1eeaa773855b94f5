"""``capsync conflicts``: what both sides changed and nobody has settled, without the network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from capsync.cli.app import App, pass_app
from capsync.cli.here import remembered
from capsync.cli.output import shown
from capsync.plan.conflicts import shortened
from capsync.sync.report import CONFLICTS_OPEN

if TYPE_CHECKING:
    from capsync.sync.resolve import OpenConflict


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
@click.pass_context
def conflicts(ctx: click.Context, app: App, *, as_json: bool) -> None:
    """List what both sides changed and nobody has settled.

    Looks at the files as they are now, without the network, and changes
    nothing. Settle a conflict with capsync resolve, or delete what you do not
    want in any editor or in the app.

    \b
    Examples:
      capsync conflicts
      capsync conflicts --json

    Exits with 3 when there are any, else with 0.
    """
    from capsync.sync.resolve import open_files  # noqa: PLC0415  (loads the converter)

    with remembered(app) as (here, memory):
        found = [each for file in open_files(here.folder, memory) for each in file.conflicts]
    click.echo(json.dumps(as_dict(found)) if as_json else as_text(found))
    ctx.exit(CONFLICTS_OPEN if found else 0)


def as_dict(found: Sequence[OpenConflict]) -> dict[str, object]:
    """Give conflicts as ``conflicts --json`` prints them."""
    return {"conflicts": [asdict(each) for each in found]}


def as_text(found: Sequence[OpenConflict]) -> str:
    """Tell a person what is open and how to settle it."""
    if not found:
        return "No conflicts are open."
    count = "1 conflict is" if len(found) == 1 else f"{len(found)} conflicts are"
    how = "Settle them with: capsync resolve NOTE[:LINE] --mine, --theirs or --both"
    return "\n".join([*map(told, found), f"{count} open. {how}"])


def told(each: OpenConflict) -> str:
    """Show both versions of one conflict, each in one line."""
    since = f", since {each.since[:16].replace('T', ' ')} UTC" if each.since else ""
    under = f", under “{shown(shortened(each.under))}”" if each.under else ""
    return (
        f"{shown(each.path)}:{each.line}{under}{since}\n"
        f"  mine    {_short(each.local) or 'removed'}\n"
        f"  theirs  {_short(each.space) or 'nothing'}"
    )


def _short(text: str) -> str:
    return shown(shortened(" ".join(text.split())))
