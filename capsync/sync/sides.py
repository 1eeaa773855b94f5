"""What the engine needs of the two sides and of the screen, as protocols.

The adapters satisfy these without importing them, so that a second service
can stand in for the first, and a folder in memory for one on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from capsync.model.block import Block, BlockId, Blocks
from capsync.model.note import Note, Row, Space, Structure, StructureId
from capsync.model.property import PropertyId, PropertyValue
from capsync.model.token import NoteId


class Listing(Protocol):
    """What the space says it holds."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every object that was listed, once."""

    @property
    def complete(self) -> frozenset[StructureId]:
        """The structures of which no object can be missing from `rows`."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was odd about it, for a person."""


class Remote(Protocol):
    """The service that holds the space.

    Every method may raise `AuthError`, a `RetryError`, or a `NoteError`.
    """

    @property
    def requests(self) -> int:
        """Requests sent so far."""

    def space(self) -> Space:
        """Say which space this is."""

    def structures(self) -> tuple[Structure, ...]:
        """List the types of objects."""

    def listing(self, structures: Iterable[StructureId]) -> Listing:
        """List the objects of some types."""

    def get(self, note: NoteId) -> Note:
        """Read an object; `Stale` where it is gone."""

    def create(
        self,
        structure: StructureId,
        properties: Mapping[PropertyId, PropertyValue],
        sections: Mapping[PropertyId, Blocks] | None = None,
    ) -> Note:
        """Make an object."""

    def update(
        self,
        note: NoteId,
        *,
        properties: Mapping[PropertyId, PropertyValue] | None = None,
        trashed: bool | None = None,
    ) -> Note:
        """Change properties, or move to or from the trash."""

    def delete(self, note: NoteId) -> None:
        """Move an object to the trash."""

    def append(
        self,
        note: NoteId,
        blocks: Blocks,
        *,
        section: PropertyId | None = None,
        after: BlockId | None = None,
        parent: BlockId | None = None,
        at_start: bool = False,
    ) -> Note:
        """Add blocks."""

    def update_block(
        self,
        note: NoteId,
        block_id: BlockId,
        block: Block,
        *,
        section: PropertyId | None = None,
        with_children: bool = False,
    ) -> Note:
        """Give a block new content of the same type."""

    def delete_block(self, note: NoteId, block_id: BlockId) -> Note:
        """Remove a block and what is nested in it."""


class Progress(Protocol):
    """Where a person sees how far a sync is."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage, such as ``reading``, of *total* notes."""

    def advance(self) -> None:
        """Count one note as done."""


class NoProgress:
    """Nobody is looking."""

    def stage(self, name: str, total: int) -> None:
        """Say nothing."""

    def advance(self) -> None:
        """Say nothing."""
