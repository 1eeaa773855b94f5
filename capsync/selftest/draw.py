"""Draw a schedule from a seed: the same seed gives the same schedule for ever."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from capsync.selftest import app, editor
from capsync.selftest.steps import NEVER, Schedule, Step, Switch

FEWEST, MOST = 12, 40
"""Steps of a schedule, where nothing else is asked for."""
_LIVELY = 0.4
"""How many schedules have daemons."""
_LONG = (40, 230)
"""Ticks until something else happens that has nothing to do with what happened before."""
LATEST = 60
"""Moments of a sync within which it is killed or disturbed."""
_EDITOR = {
    "new": 12, "append": 12, "insert": 8, "delete": 8, "move": 6, "add word": 14,
    "replace word": 10, "delete word": 6, "tick": 3, "settle": 5, "empty": 1, "field": 6,
    "rename": 5, "relocate": 5, "respell": 2, "swap": 3, "remove": 5, "copy": 2, "lose id": 2,
    "break id": 1, "touch": 3, "line ends": 2, "open": 4, "save open": 4, "save half": 2,
    "save rest": 3,
}  # fmt: skip
_APP = {
    "create": 10, "add word": 14, "replace word": 10, "delete word": 6, "style": 6, "retype": 5,
    "insert": 10, "nest": 6, "append": 8, "delete": 9, "move": 7, "rename": 5, "set": 7,
    "trash": 5, "restore": 4, "empty": 1, "day": 3, "settle": 5, "odd": 2,
}  # fmt: skip
_WEATHER = {
    "fail": 10, "drop": 10, "lists": 5, "missing": 4, "refused": 4, "truncated": 4,
    "page": 2, "calm": 4,
}  # fmt: skip
# Not drawn: "ignore". The service says yes to one request of several and does nothing; that
# cannot be told from somebody taking back in the app what the request would have done.
_SYNC = {"both": 40, "allow": 3, "push": 3, "pull": 3, "dry": 3}
_NEW = {"both": 6, "quick": 8, "list": 2, "edited": 5, "one": 4}
"""What a sync becomes in a schedule with daemons where it becomes none."""
_MACHINE = {"wait": 8, "set clock": 4, "lose state": 3}
_ACTORS = {"editor": 30, "app": 24, "sync": 28, "weather": 9, "machine": 4}
_SWITCHES: dict[str, tuple[Switch, ...]] = {
    "rate_header": ("legacy", "none"),
    "quota_scale": (1.0, 0.5, 0.0),
    "retry_after": (True,),
    "html_429": (True,),
    "burst_limit": (4,),
    "merge_tokens": (True,),
    "explicit_styles": (True,),
    "explicit_nulls": (True,),
    "answers_without_blocks": (True,),
    "answers_with_empty_blocks": (True,),
    "omit_empty_sections": (True,),
    "show_unset_properties": (True,),
    "refresh_link_titles": (True,),
    "extra_fields": (True,),
    "few_structures": (True,),
    "no_timestamps": (True,),
    "patch_keeps_omitted": (True,),
    "media_patchable": (True,),
    "page_size": (2, 7),
    "page_size_max": (2, 30),
    "search_lag": (30.0, 900.0),
    "daily_note_delay": (60.0,),
    "account_offset": (36_000.0,),
    "max_body": (1_500, 4_000),
    "upload_part_size": (100_000,),
}
"""The values each switch takes besides its usual one."""
_RARE: dict[str, tuple[Switch, ...]] = {"lists": (False,), "max_objects": (6, 12)}
"""Switches under which not everything can be synced."""
_PLENTY: tuple[str, Switch] = ("quota_scale", 1000.0)


def draw(seed: int, steps: int | None = None) -> Schedule:
    """Make a schedule.

    Args:
        steps: How many; None for some.
    """
    source = Random(f"capsync {seed}")  # noqa: S311
    vaults = source.choice((1, 2, 2, 2, 3))
    disks = tuple(source.choice(("plain", "plain", "folds", "decomposes")) for _ in range(vaults))
    switches = _switches(source)
    count = source.randint(FEWEST, MOST) if steps is None else steps
    made = [Step("app", "create", 0, _numbers(source)), Step("editor", "new", 0, _numbers(source))]
    made += [_step(source, vaults) for _ in range(count - len(made))]
    drawn = tuple(made[: max(count, 0)])
    return Schedule(seed, disks, switches, _with_daemons(seed, vaults, drawn))


def _with_daemons(seed: int, vaults: int, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Let daemons live in some schedules where there would be single syncs.

    They are drawn by themselves, so that all other schedules stay what they were.
    """
    source = Random(f"capsync daemon {seed}")  # noqa: S311
    if source.random() >= _LIVELY:
        return steps
    return tuple(
        _other_sync(source, vaults, each) if each.actor == "sync" else each for each in steps
    )


def _other_sync(source: Random, vaults: int, step: Step) -> Step:
    """Give a daemon for a sync, or another kind of sync, or the same."""
    choice = source.random()
    if choice < 0.35:
        return _daemon(source, vaults, step)
    return replace(step, deed=_chosen(source, _NEW)) if choice < 0.7 else step


def _daemon(source: Random, vaults: int, step: Step) -> Step:
    """Let a daemon live for a while, in which something happens now and then, or at once."""
    now, times, inner = source.randrange(60), [], []
    for _ in range(source.randrange(6)):
        times.append(now)
        inner.append(_step(source, vaults, inner=True))
        now += source.choice((source.randrange(10), 18 + source.randrange(20), *_LONG))
    kill = NEVER
    if source.random() < 0.25:
        kill = source.choice((now, source.randrange(now + 30)))
    ticks = now + source.choice((0, 18 + source.randrange(20), 300))
    deed = "blind" if source.random() < 0.2 else "watch"
    return Step("daemon", deed, step.vault, (kill, ticks, *times), tuple(inner))


def _switches(source: Random) -> tuple[tuple[str, Switch], ...]:
    """Turn a few switches, or none; quotas are plenty unless they are one of these."""
    chosen: dict[str, Switch] = dict([_PLENTY])
    for name in source.sample(sorted(_SWITCHES), source.choice((0, 0, 1, 2, 3, 6))):
        chosen[name] = source.choice(_SWITCHES[name])
    if source.random() < 0.06:
        name = source.choice(sorted(_RARE))
        chosen[name] = source.choice(_RARE[name])
    return tuple(chosen.items())


def _numbers(source: Random, count: int = 4) -> tuple[int, ...]:
    return tuple(source.randrange(1000) for _ in range(count))


def _chosen(source: Random, weights: dict[str, int]) -> str:
    return source.choices(tuple(weights), tuple(weights.values()))[0]


def _step(source: Random, vaults: int, *, inner: bool = False) -> Step:
    actor = _chosen(source, _ACTORS)
    vault = source.randrange(vaults)
    match actor:
        case "editor":
            return Step(actor, _chosen(source, _EDITOR), vault, _numbers(source))
        case "app":
            return Step(actor, _chosen(source, _APP), 0, _numbers(source))
        case "weather":
            return Step(actor, _chosen(source, _WEATHER), 0, _weather_numbers(source))
        case "machine":
            return Step(actor, _chosen(source, _MACHINE), vault, (source.randrange(10_000),))
        case _:
            return _sync(source, vault, vaults, inner=inner)


def _weather_numbers(source: Random) -> tuple[int, ...]:
    return (source.randrange(12), source.randrange(30), source.randrange(9), source.randrange(5000))


def _sync(source: Random, vault: int, vaults: int, *, inner: bool) -> Step:
    kill = source.randrange(LATEST) if source.random() < 0.2 else NEVER
    numbers, others = [kill], []
    if not inner and source.random() < 0.4:
        for _ in range(source.choice((1, 1, 2))):
            numbers.append(source.randrange(LATEST))
            others.append(_step(source, vaults, inner=True))
    return Step("sync", _chosen(source, _SYNC), vault, tuple(numbers), tuple(others))


assert _EDITOR.keys() <= editor.DEEDS.keys()  # noqa: S101
assert _APP.keys() <= app.DEEDS.keys()  # noqa: S101
