"""Which notes of a space are synced, and why the others are not.

A note is synced if the API can write its type and every setting lets it through:
its type is among ``structures``, it is in one of ``collections``, it has one of ``tags``, and
nothing that is excluded holds for it. What is in a collection or has a tag is known
from lists; where such a list cannot be trusted, a note is what it was before. A note that
is not synced is left alone on both sides, whatever happens there.

Nothing here asks the service; see `capsync.sync.scoping`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from capsync.model.note import DAILY_NOTE, PAGE, TAG, TASK, StructureId
from capsync.model.token import NoteId

CANNOT_WRITE = "the API cannot change objects of this type"
UNCERTAIN = "whether it is to be synced is not known, since “{title}” could not be listed in full"


def can_write(structure: StructureId) -> bool:
    """Say whether the API can write notes of a structure."""
    return structure in (PAGE, TAG, TASK, DAILY_NOTE) or "-" in structure


@dataclass(frozen=True, slots=True)
class Group:
    """The notes in one collection, or with one tag."""

    id: str
    title: str
    """What it is called."""
    members: frozenset[NoteId] = frozenset()
    complete: bool = True
    """Whether no note of it can be missing from *members*."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that chooses by collection or by tag."""

    kind: str
    """``collection`` or ``tag``."""
    name: str
    """The setting's name in ``[sync]``."""
    groups: tuple[Group, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Give the ids of the groups."""
        return frozenset(each.id for each in self.groups)

    def group_of(self, note: NoteId) -> Group | None:
        """Give the first group a note is in."""
        return next((each for each in self.groups if note in each.members), None)

    @property
    def doubtful(self) -> Group | None:
        """Give a group that may have more members than are known."""
        return next((each for each in self.groups if not each.complete), None)

    @property
    def titles(self) -> str:
        """Name the groups for a person."""
        return ", ".join(f"“{each.title}”" for each in self.groups)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run syncs; without settings all that the API can write."""

    left_out: Mapping[StructureId, str] = field(default_factory=dict)
    """Why, for each type that the configuration leaves out."""
    inside: tuple[Setting, ...] = ()
    """A note has to be in a group of each of these."""
    outside: tuple[Setting, ...] = ()
    """A note must not be in a group of any of these."""
    before: Mapping[str, str] = field(default_factory=dict)
    """Why, for each note that the last sync did not sync though it is known."""

    @property
    def is_everything(self) -> bool:
        """Whether nothing that the API can write is left out."""
        return not (self.left_out or self.by_note)

    @property
    def by_note(self) -> bool:
        """Whether notes of one type may fare differently."""
        return bool(self.inside or self.outside)

    def listed(self, structures: Iterable[StructureId]) -> list[StructureId]:
        """Choose the types to list: those that are synced, and tags, which others name."""
        return [each for each in structures if each == TAG or not self.why_not_type(each)]

    def why_not_type(self, structure: StructureId) -> str:
        """Say why notes of a type are not synced; empty if they are."""
        if not can_write(structure):
            return CANNOT_WRITE
        return self.left_out.get(structure, "")

    def why_not(
        self,
        note: NoteId,
        structure: StructureId,
        *,
        known: bool,
        tags: frozenset[str] = frozenset(),
        groups: frozenset[str] = frozenset(),
    ) -> str:
        """Say why a note is not synced; empty if it is.

        Args:
            known: Whether an earlier sync has synced it, which decides if nothing else does.
            tags: Tags its file gives it, case folded, which the space may not know yet.
            groups: Ids of collections and tags it is known to have, whatever lists say.
        """
        reason = self.why_not_type(structure)
        if reason:
            return reason
        for setting in self.outside:
            if group := setting.group_of(note):
                has = "has the tag" if setting.kind == "tag" else "is in the collection"
                return f"it {has} “{group.title}”, which {setting.name} names"
        open_ones = [
            each for each in self.inside
            if not (each.group_of(note) or _says(each, tags) or each.ids & groups)
        ]  # fmt: skip
        for setting in open_ones:
            if setting.doubtful is None:
                return _lacks(setting)
        return self._before(note, [*self.outside, *open_ones], known=known)

    def why_not_new(self, structure: StructureId, tags: frozenset[str]) -> str:
        """Say why a file cannot become a note that is synced; empty if it can."""
        if reason := self.why_not_type(structure):
            return reason
        for setting in self.outside:
            if _says(setting, tags):
                return f"it has a tag that {setting.name} names"
        for setting in self.inside:
            if not _says(setting, tags):
                return _lacks(setting)
        return ""

    def _before(self, note: NoteId, undecided: Iterable[Setting], *, known: bool) -> str:
        """Say what holds for a note if a list that should have named it may be cut short."""
        doubtful = next(filter(None, (each.doubtful for each in undecided)), None)
        if doubtful is None:
            return ""
        return self.before.get(note, "") if known else UNCERTAIN.format(title=doubtful.title)


def _says(setting: Setting, tags: frozenset[str]) -> bool:
    return setting.kind == "tag" and any(each.title.casefold() in tags for each in setting.groups)


def _lacks(setting: Setting) -> str:
    if setting.kind == "tag":
        return f"it has none of the tags that {setting.name} names: {setting.titles}"
    return f"it is in none of the collections that {setting.name} names: {setting.titles}"
