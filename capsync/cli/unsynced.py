"""What is not synced, and why, as ``capsync status`` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from capsync.cli.output import MOST, shown
from capsync.sync.apart import Learnt, LeftOut
from capsync.vault.vault import VaultConfig


def unsynced_as_json(
    learnt: Learnt, apart: Mapping[str, str], config: VaultConfig
) -> dict[str, Any]:
    """Give what is not synced as ``status --json`` prints it.

    Args:
        apart: Why, by the path of notes that are known but not synced.
    """
    return {
        "types": [asdict(each) for each in learnt.types],
        "notes": [{"path": path, "reason": apart[path]} for path in sorted(apart)],
        "ignored": list(config.ignore),
        "configuration_changed": is_changed(learnt, config),
    }


def unsynced_as_text(learnt: Learnt, apart: Mapping[str, str], config: VaultConfig) -> str:
    """Tell what is not synced, but for types without objects; empty if that is nothing."""
    by_reason: dict[str, list[str]] = {}
    for each in learnt.types:
        if each.count != 0:
            by_reason.setdefault(each.reason, []).append(_counted(each))
    lines = [
        f"    {shown(', '.join(types))}: {shown(reason)}" for reason, types in by_reason.items()
    ]
    paths = sorted(apart)
    lines += [f"    {shown(path)}: {shown(apart[path])}" for path in paths[:MOST]]
    if len(paths) > MOST:
        lines.append(f"    and {len(paths) - MOST} more notes")
    lines += [f"    files that match “{shown(pattern)}”: sync.ignore names them"
              for pattern in config.ignore]  # fmt: skip
    if is_changed(learnt, config):
        lines.append("    the configuration was changed since; the next sync follows it")
    return "\n".join(["  not synced", *lines]) if lines else ""


def is_changed(learnt: Learnt, config: VaultConfig) -> bool:
    """Say whether the last sync followed another configuration."""
    return learnt.settings is not None and learnt.settings != config.selection.settings()


def _counted(each: LeftOut) -> str:
    if each.count is None:
        return each.title
    return f"{each.title} ({'more than ' if each.more else ''}{each.count})"
