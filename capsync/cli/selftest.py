"""``capsync selftest``: rehearse syncing under all the trouble there is, in memory.

Nothing of this machine is touched: no vault, no account, no network. A schedule
that violates an invariant is made short, printed and, if asked for, saved, so
that it can be played again.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import click

from capsync.cli.app import App, pass_app
from capsync.errors import ConfigError
from capsync.selftest.many import Failure, Totals, play_all, play_seeds
from capsync.selftest.shrink import shrink
from capsync.selftest.steps import Schedule, read, written

VIOLATED = 1
"""The exit code where an invariant did not hold."""
MOST_SHRUNK = 5
"""Failures that are made short; of each kind only the first is."""
_EVERY = 25


@click.command()
@click.argument(
    "files", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[FILE]..."
)
@click.option("--seed", default=0, show_default=True, help="The first seed.")
@click.option("--runs", default=100, show_default=True, type=click.IntRange(1), help="Schedules.")
@click.option("--steps", type=click.IntRange(2), help="Steps of each; 12 to 40 if not given.")
@click.option("--jobs", type=click.IntRange(1), help="Processes; one a core if not given.")
@click.option("--save", type=click.Path(file_okay=False, path_type=Path),
              help="Keep what goes wrong here, made short.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
@click.pass_context
def selftest(
    ctx: click.Context,
    app: App,
    files: tuple[Path, ...],
    *,
    seed: int,
    runs: int,
    steps: int | None,
    jobs: int | None,
    save: Path | None,
    as_json: bool,
) -> None:
    """Rehearse syncing in memory under all the trouble there is.

    Plays random schedules of edits in vaults and in the app, of syncs, faults
    of the service and crashes, and checks that nothing anyone typed is lost or
    doubled. With FILEs, plays these schedules again. No vault, no account and
    no network are used.

    \b
    Examples:
      capsync selftest
      capsync selftest --runs 1000 --save failures/
      capsync selftest failures/lost-7.json

    Exits with 1 if anything went wrong, else with 0.
    """
    begun = app.clock.monotonic()
    if files:
        totals = play_all(_loaded(file) for file in files)
    else:
        seeds = range(seed, seed + runs)
        totals = play_seeds(seeds, steps=steps, jobs=jobs, done=_progress(runs))
    seconds = app.clock.monotonic() - begun
    short = [] if files else _shortened(totals.failures)
    if save is not None:
        _save(save, short)
    if as_json:
        click.echo(json.dumps(_as_json(totals, short, seconds)))
    else:
        _tell(totals, short)
        click.echo(summary(totals, seconds))
    ctx.exit(VIOLATED if totals.failures else 0)


def _loaded(file: Path) -> Schedule:
    try:
        return read(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConfigError(f"{file} is no schedule ({exc})") from exc


def _progress(runs: int) -> Callable[[Totals], None]:
    """Say on a terminal how far it is."""
    shown = sys.stderr.isatty()

    def tell(totals: Totals) -> None:
        played = totals.counts["schedules"]
        if shown and (played % _EVERY == 0 or played == runs):
            end = "\n" if played == runs else ""
            bad = f", {len(totals.failures)} went wrong" if totals.failures else ""
            click.echo(f"\r{played} of {runs} schedules{bad}{end}", err=True, nl=False)

    return tell


def _shortened(failures: list[Failure]) -> list[Failure]:
    """Make the first failure of each kind short."""
    firsts: dict[str, Failure] = {}
    for failure in failures:
        firsts.setdefault(failure.violations[0].kind, failure)
    return [_short(each) for each in list(firsts.values())[:MOST_SHRUNK]]


def _short(failure: Failure) -> Failure:
    short = shrink(failure.schedule)
    again = play_all([short]).failures
    return again[0] if again else failure


def _save(folder: Path, failures: list[Failure]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for failure in failures:
        kind = re.sub(r"\W+", "-", failure.violations[0].kind)
        place = folder / f"{kind}-{failure.schedule.seed}.json"
        place.write_text(written(failure.schedule), encoding="utf-8")
        click.echo(f"saved as {place}", err=True)


def _tell(totals: Totals, short: list[Failure]) -> None:
    for failure in totals.failures:
        click.echo(f"seed {failure.schedule.seed}: {failure.violations[0]}", err=True)
    for failure in short:
        violations = "".join(f"  {each}\n" for each in failure.violations)
        text = written(failure.schedule)
        click.echo(f"\nmade short, seed {failure.schedule.seed}:\n{violations}{text}", err=True)


def summary(totals: Totals, seconds: float) -> str:
    """Say in a line how much was played."""
    counts = totals.counts
    rate = round(counts["steps"] / seconds * 60) if seconds else 0
    went = f"{len(totals.failures)} went wrong" if totals.failures else "all invariants held"
    return (
        f"{counts['schedules']} schedules, {counts['steps']} steps ({rate} a minute), "
        f"{counts['syncs']} syncs, {counts['faults']} faults, {counts['kills']} kills, "
        f"{counts['conflicts']} syncs with conflicts: {went}"
    )


def _as_json(totals: Totals, short: list[Failure], seconds: float) -> dict[str, object]:
    names = ("schedules", "steps", "syncs", "faults", "kills", "conflicts")
    return {
        **{name: totals.counts[name] for name in names},
        "seconds": round(seconds, 3),
        "failures": [
            {"seed": each.schedule.seed, "violations": [str(one) for one in each.violations]}
            for each in totals.failures
        ],
        "short": [json.loads(written(each.schedule)) for each in short],
    }
