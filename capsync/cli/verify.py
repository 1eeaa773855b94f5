"""``capsync verify``: whether both sides are what the memory says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.cli.progress import Screen
from capsync.cli.session import opened

if TYPE_CHECKING:
    from capsync.sync.verify import Finding, Verified


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
@click.pass_context
def verify(ctx: click.Context, app: App, *, as_json: bool) -> None:
    """Read both sides again and check that they agree.

    Names each disagreement with its cause and the remedy. What was edited since
    the last sync is listed, but is none. Nothing is changed, on either side. It
    takes one request a note; the quota sets the pace.

    \b
    Examples:
      capsync verify
      capsync verify --json

    Exits with 1 if anything disagrees, else with 0.
    """
    from capsync.sync.verify import verify as check  # noqa: PLC0415  (loads the engine)

    with Screen(app.clock) as screen, opened(app, screen) as session:
        found = check(session.bench)
    click.echo(json.dumps(found.as_json()) if as_json else _as_text(found))
    ctx.exit(found.exit_code)


def _as_text(found: Verified) -> str:
    lines = [_line(each) for each in found.findings]
    notes = "1 note" if found.notes == 1 else f"{found.notes} notes"
    waiting = len(found.findings) - found.damage
    said = f"{found.damage} wrong" if found.damage else "all agreements hold"
    if waiting:
        said += f", {waiting} edited since the last sync or held"
    cost = f"{found.report.requests} requests, {found.report.seconds:.1f} s"
    return "\n".join([*lines, f"Checked {notes}: {said} ({cost})."])


def _line(each: Finding) -> str:
    from capsync.sync.verify import DAMAGE, HELD  # noqa: PLC0415  (loaded by now)

    verb = {DAMAGE: "wrong", HELD: "held"}.get(each.kind, "edited")
    remedy = f"; {shown(each.remedy)}" if each.remedy else ""
    return f"{verb:7} {shown(each.path)}: {shown(each.cause)}{remedy}"
