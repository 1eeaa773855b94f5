"""Asking the space what the names in the configuration mean: which types, collections and tags.

A name that the space does not have is an error that says where it was written, for a
setting that is misspelt must not look like one that lets nothing through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from capsync.errors import ConfigError
from capsync.model.note import TAG, Structure, StructureId
from capsync.sync.scope import CANNOT_WRITE, Group, Scope, Setting, can_write
from capsync.sync.sides import Remote
from capsync.vault.selection import Name, Names, Selection


@dataclass(frozen=True, slots=True)
class _Choice:
    """Something a name may mean."""

    id: str
    titles: tuple[str, ...]
    """What it is called; the first is what a person is shown."""


def find_scope(
    selection: Selection,
    structures: Mapping[StructureId, Structure],
    remote: Remote,
    before: Mapping[str, str],
    tell: Callable[[str], None] = lambda _: None,
) -> Scope:
    """Look the names of a configuration up in the space, and who is in what it names.

    Args:
        before: Why, by note, the last sync left notes alone.
        tell: Told of lists that cannot be trusted.

    Raises:
        ConfigError: The space has nothing of a name.
        RetryError: The service cannot be reached.
    """
    if selection.is_everything:
        return Scope(before=before)
    left_out = _left_out(selection, structures)
    lookup = _Lookup(remote, structures, tell)
    return Scope(
        left_out,
        inside=lookup.settings(selection, "collections", "tags"),
        outside=lookup.settings(selection, "exclude_collections", "exclude_tags"),
        before=before,
    )


def _left_out(
    selection: Selection, structures: Mapping[StructureId, Structure]
) -> dict[StructureId, str]:
    """Say why, for each type the API can write and the configuration leaves out."""
    choices = [_Choice(each.id, (each.title, each.plural)) for each in structures.values()]
    wanted, unwanted = (
        {each.id for name in names for each in _meant(name, "type", choices)}
        for names in (selection.structures, selection.exclude_structures)
    )
    for name in selection.structures:
        for each in _meant(name, "type", choices):
            if not can_write(StructureId(each.id)):
                raise ConfigError(
                    f"{name.where}: {each.titles[0]} cannot be synced, {CANNOT_WRITE}"
                )
    reasons: dict[StructureId, str] = {}
    for structure in structures:
        if structure in unwanted:
            reasons[structure] = "sync.exclude_structures names it"
        elif wanted and structure not in wanted:
            reasons[structure] = "sync.structures does not name it"
    return reasons


class _Lookup:
    """Looks collections and tags up, each list once."""

    def __init__(
        self,
        remote: Remote,
        structures: Mapping[StructureId, Structure],
        tell: Callable[[str], None],
    ) -> None:
        self.remote, self.structures, self.tell = remote, structures, tell
        self.choices: dict[str, list[_Choice]] = {}
        self.groups: dict[str, Group] = {}

    def settings(self, selection: Selection, *names: str) -> tuple[Setting, ...]:
        """Give the settings of these names that name anything."""
        named: dict[str, Names] = {name: getattr(selection, name) for name in names}
        return tuple(self._setting(name, held) for name, held in named.items() if held)

    def _setting(self, name: str, names: Names) -> Setting:
        kind = "tag" if name.endswith("tags") else "collection"
        if kind not in self.choices:
            self.choices[kind] = list(self._tags() if kind == "tag" else self._collections())
        found = {each.id: each for name in names for each in _meant(name, kind, self.choices[kind])}
        return Setting(
            kind, f"sync.{name}", tuple(self._group(kind, each) for each in found.values())
        )

    def _tags(self) -> Iterable[_Choice]:
        return (_Choice(row.id, (row.title,)) for row in self.remote.listing([TAG]).rows)

    def _collections(self) -> Iterable[_Choice]:
        return (
            _Choice(each.id, (each.title,))
            for structure in self.structures.values()
            for each in structure.collections
        )

    def _group(self, kind: str, found: _Choice) -> Group:
        if found.id not in self.groups:
            title = found.titles[0]
            members = self.remote.members(kind, found.id)
            if members.oddity:
                odd = f"the {kind} “{title}”: {members.oddity}"
                self.tell(f"{odd}; notes it does not name stay as they were")
            self.groups[found.id] = Group(found.id, title, members.notes, not members.oddity)
        return self.groups[found.id]


def _meant(name: Name, kind: str, choices: list[_Choice]) -> list[_Choice]:
    """Find all that a name may mean: several things may be called the same.

    Raises:
        ConfigError: There is nothing of that name.
    """
    said = _key(name.text)
    by_name: dict[str, list[_Choice]] = {}
    for each in choices:
        for title in dict.fromkeys(map(_key, (each.id, *each.titles))):
            by_name.setdefault(title, []).append(each)
    if said in by_name:
        return by_name[said]
    near = get_close_matches(said, by_name, 1)
    titles = sorted({each.titles[0] for each in choices})
    if near:
        hint = f"did you mean “{by_name[near[0]][0].titles[0]}”?"
    else:
        hint = (
            f"it has {', '.join(f'“{each}”' for each in titles[:10])}" if titles else "it has none"
        )
        hint += ", and others" if len(titles) > 10 else ""
    raise ConfigError(f"{name.where}: the space has no {kind} called “{name.text}”; {hint}")


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
