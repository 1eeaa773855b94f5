"""How things stand, as text: a screen at most where little is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from capsync.cli.output import changes_in, many, shown, soon
from capsync.cli.picture import Picture, resolve_command
from capsync.sync.freshness import DAY, Freshness
from capsync.sync.masked import masked
from capsync.sync.status import Status, last_report, stop_of
from capsync.sync.waiting import Cause, Watch, why_one
from capsync.times import ago, when

MOST = 8
"""Lines of one kind; JSON has all."""
MOST_ERRORS = 3
_TROUBLES = {"offline": "the service cannot be reached", "guard": "stopped by a guard"}


def as_text(picture: Picture, head: str, rest: str) -> str:
    """Tell how things stand.

    Args:
        head: What vault and space this is about.
        rest: What is not synced, as lines.
    """
    status = picture.status
    skipped = [f"{shown(each.path)}: {shown(each.reason)}" for each in status.skipped]
    lines = [
        shown(head),
        _row("in sync", f"{status.in_sync}"),
        *_section("waiting", list(_waiting(picture))),
        *_reason(picture),
        *_section("set aside", list(_aside(status))),
        *_section("in conflict", list(_conflicts(status))),
        *(_section("passed over", skipped) if skipped else ()),
        *_fresh(status.freshness, picture.now),
        *_quota(picture),
        *_errors(picture),
        _row("watch", _watch(picture.watch)),
    ]
    if rest:
        lines.append(rest)
    if status.unfinished:
        cut = many(status.unfinished, "step")
        lines.append(f"The last sync was cut short; the next one finishes {cut} of it.")
    return "\n".join([*lines, _last_sync(status, picture.now)])


def _row(name: str, text: str) -> str:
    return f"  {name:<12} {text}"


def _section(name: str, lines: Sequence[str]) -> list[str]:
    more = [f"    and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return [_row(name, f"{len(lines)}"), *(f"    {line}" for line in lines[:MOST]), *more]


def _waiting(picture: Picture) -> Iterator[str]:
    """Name what waits; what is being edited comes first, for it has a time."""
    status, general = picture.status, picture.waits
    found = [
        *(("changed", path, "") for path in status.changed),
        *(("new", path, "") for path in status.new),
        *(("moved", each.to, f", was {each.path}") for each in status.moved),
        *(("deleted", path, "") for path in status.gone),
    ]
    waits = {path: why_one(path, picture.watch, general) for _, path, _ in found}
    found.sort(key=lambda each: waits[each[1]].cause is not Cause.EDITING)
    for what, path, was in found:
        wait = waits[path]
        until = f"  {wait.why}; goes {soon(wait.seconds or 0)}" if wait.seconds is not None else ""
        yield f"{what:<8} {shown(path + was)}{until if wait.cause is Cause.EDITING else ''}"


def _reason(picture: Picture) -> Iterator[str]:
    """Say why all waits that has no reason of its own, and what helps."""
    wait, waiting = picture.waits, picture.status.waiting
    if not waiting or (waiting <= len(picture.watch.editing) and wait.cause is Cause.SOON):
        return
    until = f"; the next try is {soon(wait.seconds)}" if wait.seconds is not None else ""
    yield f"    why: {shown(wait.why)}{until}"
    if wait.next_step:
        yield f"    → {shown(wait.next_step)}"


def _aside(status: Status) -> Iterator[str]:
    for each in status.set_aside:
        yield f"{shown(each.path)}: {shown(each.message)} (since {when(each.since)})" + (
            f"\n      → {shown(each.next_step)}" if each.next_step else ""
        )


def _conflicts(status: Status) -> Iterator[str]:
    for each in status.conflicts:
        how = f"\n      → {shown(resolve_command(each.path))}"
        yield f"{shown(each.path)}: {many(each.conflicts, 'conflict')}{how}"


def _fresh(fresh: Freshness, now: float) -> Iterator[str]:
    if fresh.newest is None or fresh.oldest is None:
        return
    newest, oldest = ago(now - fresh.newest), ago(now - fresh.oldest)
    said = newest if newest == oldest else f"newest {newest}, oldest {oldest}"
    late = f"; {many(fresh.over_a_day, 'note')} not for more than a day" if fresh.over_a_day else ""
    yield _row("compared", said + late)


def _quota(picture: Picture) -> Iterator[str]:
    for number, each in enumerate(picture.usage):
        full = f", free again {soon(each.free_in)}" if each.free_in > 0 else ""
        used = f"{each.used} of {each.limit} in {each.window:.0f} s{full}"
        yield _row("" if number else "quota used", f"{each.method + ' ' + each.path:<24} {used}")


def _errors(picture: Picture) -> Iterator[str]:
    """Name the errors of the last day, each once; what stopped the last sync is said anyway."""
    stop = stop_of(picture.status.last_run)
    said = masked(stop.message) if stop else ""
    texts: dict[str, float] = {}
    for each in picture.errors:
        if picture.now - each.at < DAY and each.text != said:
            texts.setdefault(each.text, each.at)
    for number, (text, at) in enumerate(list(texts.items())[:MOST_ERRORS]):
        yield _row("" if number else "last errors", f"{when(at)}  {shown(text)}")


def _watch(watch: Watch) -> str:
    if not watch.running:
        return "does not run; capsync watch keeps the vault in sync"
    if not watch.answers:
        return "runs, and is too busy to say more"
    since = f" since {when(watch.since)}" if watch.since is not None else ""
    number = f" (process {watch.pid})" if watch.pid is not None else ""
    blind = f"; {shown(watch.blind)}" if watch.blind else ""
    return f"runs{since}{number}: {_doing(watch)}{blind}"


def _doing(watch: Watch) -> str:
    if watch.paused:
        return "paused"
    if watch.trouble:
        what = _TROUBLES.get(watch.cause) or shown(watch.trouble)
        until = f", next try {soon(watch.retry_in)}" if watch.retry_in is not None else ""
        return f"{what}{until}"
    if watch.stage:
        return f"{shown(watch.stage)}, {watch.done} of {watch.total}"
    return "waiting for edits, and reading in turn"


def _last_sync(status: Status, now: float) -> str:
    if status.last_run is None:
        return "Never synced yet; run: capsync sync"
    stop = stop_of(status.last_run)
    what = changes_in(last_report(status.last_run)) or "nothing to do"
    if stop is not None:
        what = f"stopped: {shown(stop.message)}"
    return f"Last sync {ago(now - status.last_run.at)}: {what}."
