"""What a sync will bring over and what not, as ``capsync init`` tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from capsync.cli.app import App
from capsync.cli.output import shown
from capsync.cli.session import client_for
from capsync.config import chosen_url, find_token
from capsync.errors import RetryError
from capsync.model.builtin import with_built_in
from capsync.model.note import Structure, StructureId
from capsync.sync.census import left_out
from capsync.sync.scope import Scope
from capsync.sync.scoping import find_scope
from capsync.vault.vault import read_config


def look_and_tell(app: App, root: Path) -> Iterable[str]:
    """Ask the space what of it will be synced; nothing is told if it cannot be asked now.

    Raises:
        ConfigError: The configuration names what the space does not have.
    """
    config = read_config(root)
    try:
        url = chosen_url(config, app.environ)
        with client_for(app, find_token(config, app.environ), url) as client:
            structures = with_built_in(client.structures())
            return tuple(told(find_scope(config.selection, structures, client, {}), structures))
    except RetryError:
        return ()


def told(scope: Scope, structures: Mapping[StructureId, Structure]) -> Iterable[str]:
    """Tell what is synced and what is not, a line each."""
    synced = [each.plural for each in structures.values() if not scope.why_not_type(each.id)]
    only = [f"only with {each.kind} {each.titles}" for each in scope.inside]
    only += [f"not with {each.kind} {each.titles}" for each in scope.outside]
    rest = f" ({'; '.join(only)})" if only else ""
    yield f"Synced: {shown(', '.join(sorted(synced)) + rest)}."
    by_reason: dict[str, list[str]] = {}
    for each in left_out(scope, structures):
        by_reason.setdefault(each.reason, []).append(each.title)
    for reason, titles in by_reason.items():
        yield f"Not synced, as {shown(reason)}: {shown(', '.join(titles))}."
