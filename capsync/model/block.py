"""Blocks: what the body of a note is made of.

    Markdown text  <->  tuple[Block, ...]  <->  the service's JSON

Each converter knows this module and its own format, never the other format.
Enumerations of the service (list kinds, colours, hierarchy keys) stay strings:
it adds members without notice, and an unknown one must pass through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NewType, TypeAlias

from capsync.model.token import Moment, NoteId, Tokens

BlockId = NewType("BlockId", str)
"""A block's id as the service gives it: a lower-case UUID with dashes."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A text block's rank: ``Base`` 0, ``H1`` 1, ``H2`` 2, ``H3`` 3."""

    key: str
    val: float


BASE = Hierarchy("Base", 0)
HEADINGS = (Hierarchy("H1", 1), Hierarchy("H2", 2), Hierarchy("H3", 3))
"""The headings a client may rely on; the app has more, under keys nobody has published."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, heading, list item, to-do, quote or toggle, with what is nested in it."""

    tokens: Tokens = ()
    blocks: tuple[Block, ...] = ()
    hierarchy: Hierarchy = BASE
    list: str | None = None
    """``bullet``, ``numerical``, ``alphabetical`` or ``roman``; None outside lists."""
    todo: bool | None = None
    """Whether it is done; None where it is no to-do."""
    toggle: bool | None = None
    """Whether it is open; None where it is no toggle."""
    quote: str | None = None
    """``normal`` or ``standout``; None where it is no quote."""
    color: str | None = None
    highlight: str | None = None
    """The highlight's JSON, canonical; None where there is none."""
    alignment: str | None = None
    """``left``, ``center`` or ``right``; the service takes it but does not tell it."""
    id: BlockId | None = None
    """None until the service has given one."""
    extra: str = field(default="", compare=False)
    """Fields we know nothing of, as canonical JSON; carried, never compared."""


@dataclass(frozen=True, slots=True)
class GroupBlock:
    """Blocks held together."""

    blocks: tuple[Block, ...] = ()
    list: str | None = None
    todo: bool | None = None
    toggle: bool | None = None
    color: str | None = None
    alignment: str | None = None
    id: BlockId | None = None
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class GridBlock:
    """Columns of blocks side by side."""

    columns: tuple[tuple[Block, ...], ...] = ()
    dividers: tuple[float, ...] = ()
    """Where the columns part, as the service gives it."""
    layout: str | None = None
    """``columns`` or ``grid``."""
    color: str | None = None
    id: BlockId | None = None
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A piece of code with the name of its language."""

    text: str
    lang: str = "Text"
    id: BlockId | None = None
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class MathBlock:
    """A formula of its own, in LaTeX."""

    text: str
    color: str | None = None
    id: BlockId | None = None
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class EntityBlock:
    """Another note, shown in place."""

    entity: NoteId | None
    """None where nothing, or only a date, is embedded."""
    date: Moment | None = None
    """A day embedded instead of a note; the service refuses to be sent one."""
    id: BlockId | None = None
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class HorizontalLineBlock:
    """A rule across the page."""

    id: BlockId | None = None
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OpaqueBlock:
    """A block the service does not expose or capsync does not know, carried unread.

    Kept so that an edit elsewhere in the note never costs the user a block
    that capsync does not understand. It is never written and never removed
    implicitly.
    """

    kind: str
    """The service's name for it, such as ``RootSimpleTable``."""
    payload: str
    """The block's JSON without its id, canonical: sorted keys, no spaces."""
    id: BlockId | None = None


Block: TypeAlias = (
    TextBlock
    | GroupBlock
    | GridBlock
    | CodeBlock
    | MathBlock
    | EntityBlock
    | HorizontalLineBlock
    | OpaqueBlock
)
Blocks: TypeAlias = tuple[Block, ...]


def children(block: Block) -> Blocks:
    """Give the blocks directly inside *block*, column by column in a grid."""
    match block:
        case TextBlock() | GroupBlock():
            return block.blocks
        case GridBlock():
            return tuple(cell for column in block.columns for cell in column)
        case _:
            return ()


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block of a body in reading order, parents before children."""
    for block in blocks:
        yield block
        yield from walk(children(block))


def without_children(block: Block) -> Block:
    """Give *block* alone, as if nothing were nested in it."""
    match block:
        case TextBlock() | GroupBlock():
            return replace(block, blocks=())
        case GridBlock():
            return replace(block, columns=())
        case _:
            return block


def is_writable(block: Block) -> bool:
    """Say whether the service would accept *block* itself if it were sent anew."""
    match block:
        case OpaqueBlock():
            return False
        case EntityBlock(entity=None) | EntityBlock(date=Moment()):
            return False
        case _:
            return True


def is_pinned(block: Block) -> bool:
    """Say whether *block* holds something that could not be made again if it were removed."""
    return any(not is_writable(inner) for inner in walk((block,)))
