"""The decision trace of a note as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from capsync.cli.output import many, shown, soon
from capsync.times import ago, when

if TYPE_CHECKING:
    from capsync.plan.picks import Outlook
    from capsync.sync.trace import Base, Side, Trace

_STATES = {
    "not asked": "not asked",
    "unchanged": "unchanged",
    "none": "no such note yet",
    "there": "has the note, which this vault does not know yet",
}


def as_text(trace: Trace, now: float, calls: Mapping[str, tuple[str, str]]) -> str:
    """Tell it.

    Args:
        now: Seconds since the Unix epoch.
        calls: Method and path of each call, by its name.
    """
    if trace.not_a_note:
        return f"{shown(trace.path)} is not synced: {shown(trace.not_a_note)}"
    rows = [
        ("note", _note(trace)),
        ("base", _base(trace.base, now)),
        ("vault", _side(trace.vault)),
        ("space", _side(trace.space)),
        *([("verdict", f"{trace.verdict}: {shown(trace.reason)}")] if trace.verdict else []),
        *(("would send", each) for each in _calls(trace, calls)),
        *([("would write", shown(trace.file))] if trace.file else []),
        *((kind, each) for kind, each in _obstacles(trace)),
        *([("links to", _awaited(trace))] if trace.awaited else []),
        *(_reading(trace.reading, now) if trace.reading else []),
    ]
    width = max(len(name) for name, _ in rows)
    lines, last = [shown(trace.path or trace.title or trace.id)], ""
    for name, text in rows:
        lines.append(f"  {'' if name == last else name:<{width}}  {text}")
        last = name
    return "\n".join(lines)


def _note(trace: Trace) -> str:
    if not trace.id:
        return "none yet: this file has no capacities-id"
    title = f"“{shown(trace.title)}”, " if trace.title else ""
    return f"{title}{shown(trace.structure)} {shown(trace.id)}".replace("  ", " ")


def _base(base: Base | None, now: float) -> str:
    if base is None:
        return "none: the two sides never agreed on it"
    blocks = many(base.blocks, "block") or "no blocks"
    return f"agreed {ago(now - base.agreed_at)}: {blocks}, digest {base.digest[:12]}"


def _side(side: Side) -> str:
    state = _STATES.get(side.state, side.state)
    said = [*side.what, side.problem]
    what = "; ".join(shown(each) for each in said if each)
    return f"{state}: {what}" if what else state


def _calls(trace: Trace, calls: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    for each in trace.calls:
        method, path = calls[each.name]
        times = f" × {each.count}" if each.count > 1 else ""
        yield f"{method + ' ' + path + times:<24}  {shown(each.what)}"


def _obstacles(trace: Trace) -> Iterator[tuple[str, str]]:
    for each in trace.obstacles:
        since = f" (since {when(each.since)})" if each.since else ""
        yield each.kind, f"{shown(each.why)}{since}"
        if each.next_step:
            yield each.kind, f"→ {shown(each.next_step)}"


def _awaited(trace: Trace) -> str:
    names = ", ".join(f"“{shown(name)}”" for name in trace.awaited)
    return f"{names}, which no note is called yet"


def _reading(reading: Outlook, now: float) -> Iterator[tuple[str, str]]:
    """Say when a note was checked, when it will be, and why then."""
    checked = ago(now - reading.checked) if reading.checked else "never yet"
    likely = f"; it has changed since with a probability of {reading.stale:.0%}"
    yield "compared", f"{checked}{likely if reading.stale >= 0.005 else ''}"
    yield "next time", f"{_turn(reading)}: {_why(reading, now)}"


def _turn(reading: Outlook) -> str:
    if not reading.before:
        return "first of all notes"
    wait = soon(reading.before / max(reading.per_minute, 0.1) * 60.0)
    return f"{wait} or so while capsync watch runs, after {many(reading.before, 'other note')}"


def _why(reading: Outlook, now: float) -> str:
    if reading.waits is not None:
        return {
            "verify": "it was written to the space and that is to be read back",
            "alarm": "it is known to have changed in the space",
        }.get(reading.waits.value, "it waits for a read")
    words = _likely(reading.editing)
    found = f", found changed {ago(now - reading.changed)}" if reading.changed else ""
    here = f", edited here {ago(now - reading.edited)}" if reading.edited else ""
    return f"{words}{found}{here}"


def _likely(editing: float) -> str:
    """Say in words how likely it is that somebody edits a note now."""
    for least, words in (
        (0.5, "somebody is most likely at it now"),
        (0.1, "somebody may be at it now"),
        (0.01, "somebody is hardly at it now"),
    ):
        if editing >= least:
            return f"{words} ({editing:.0%})"
    return "nobody seems to be at it now"
