"""Which part of a space a vault wants, as its configuration says it: names, not yet looked up.

What the names mean, only the space knows; `capsync.sync.scope` asks it. Each name
knows where it was written, so that one the space does not have can be found and
corrected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Name:
    """What the configuration calls a type, a collection or a tag: its title or its id."""

    text: str
    where: str = field(default="", compare=False)
    """The file, the line and the setting it is in, for a complaint."""


Names = tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What to sync and what not; a setting without names lets everything through."""

    structures: Names = ()
    """Types to sync; none for all that the API can write."""
    collections: Names = ()
    """Sync only notes that are in one of these collections."""
    tags: Names = ()
    """Sync only notes with one of these tags."""
    exclude_structures: Names = ()
    exclude_collections: Names = ()
    exclude_tags: Names = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not any(self.settings().values())

    def settings(self) -> Mapping[str, tuple[str, ...]]:
        """Give the texts by setting, as the file has them."""
        return {key: tuple(each.text for each in getattr(self, key)) for key in SETTINGS}


SETTINGS = (
    "structures",
    "collections",
    "tags",
    "exclude_structures",
    "exclude_collections",
    "exclude_tags",
)
"""The settings in ``[sync]`` that choose from the space; those that exclude may be empty lists."""
