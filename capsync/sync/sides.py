"""What the engine needs of the two sides and of the screen, as protocols.

The adapters satisfy these without importing them, so that a second service
can stand in for the first, and a folder in memory for one on disk.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from capsync.model.block import Block, BlockId, Blocks
from capsync.model.note import Note, Row, Space, Structure, StructureId
from capsync.model.property import PropertyId, PropertyValue
from capsync.model.token import NoteId
from capsync.sync.report import Options, Report


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


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that was made step by step before the run it is for."""

    listing: Listing
    begun: float
    """When the first step was made, in seconds since the epoch; what came later it may lack."""


class Members(Protocol):
    """What the space says is in a collection, or has a tag."""

    @property
    def notes(self) -> frozenset[NoteId]:
        """The notes that were named."""

    @property
    def oddity(self) -> str:
        """What was odd about the list; empty where no note is missing."""


class Census(Protocol):
    """How many objects of a type there are, and some of them."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Objects that were counted."""

    @property
    def more(self) -> bool:
        """Whether there are more."""


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

    def listing_in_steps(self, structures: Iterable[StructureId]) -> Generator[None, None, Listing]:
        """List likewise, stopping before each request."""

    def members(self, kind: str, about: str) -> Members:
        """List the objects in a ``collection`` or with a ``tag``, by its id."""

    def census(self, structure: StructureId) -> Census | None:
        """Count the objects of a type, if that is cheap now."""

    def get(self, note: NoteId) -> Note:
        """Read an object; `Stale` where it is gone."""

    def markdown(self, note: NoteId) -> str:
        """Read an object as the service writes it in Markdown; `Stale` where it is gone."""

    def free_in(self, *, markdown: bool = False, spare: int = 0) -> float:
        """Give the seconds until the quota allows another `get`, or `markdown`.

        Args:
            spare: How many more have to fit behind it at once.
        """

    def free_to_list_in(self) -> float:
        """Give the seconds until the quotas allow another step of a list."""

    def free_in_all(self) -> float:
        """Give the seconds until the quotas allow to read, make and change an object."""

    def free_to_write_in(self) -> float:
        """Give the seconds until the quotas allow to change an object in every way."""

    def reads_a_minute(self) -> tuple[float, float]:
        """Give how often `get` and `markdown` are allowed; 0 for what is not to be used."""

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


class Syncs(Protocol):
    """What syncs a vault."""

    def run(self, options: Options, *ahead: Note) -> Report:
        """Sync once; see `capsync.sync.engine.Engine.run`."""


class Tell(Protocol):
    """Where a person finds later what happened."""

    def __call__(self, kind: str, *, path: str = "", text: str = "") -> None:
        """Take in one thing that happened; *text* holds nothing of a note."""


def tell_nobody(kind: str, *, path: str = "", text: str = "") -> None:
    """Say nothing."""


class NoProgress:
    """Nobody is looking."""

    def stage(self, name: str, total: int) -> None:
        """Say nothing."""

    def advance(self) -> None:
        """Say nothing."""
