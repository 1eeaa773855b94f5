"""What Markdown can say of blocks.

`view` reduces a body to exactly that: colours other than yellow, highlights,
alignment and list kinds go, the children of a heading come after it, empty
paragraphs vanish, text is trimmed where Markdown trims it. Ids stay, so that
each block of the view still knows whose view it is. Two bodies that look the
same as Markdown have equal views, and a text read back is its own view.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from capsync.markdown.links import Names, NoNames
from capsync.markdown.placeholder import short_key
from capsync.markdown.view_tokens import view_code, view_tokens
from capsync.model.block import (
    BASE,
    HEADINGS,
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    Hierarchy,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
)
from capsync.model.token import TextToken

NUMBERED = frozenset({"numerical", "alphabetical", "roman"})
"""List kinds that all look like ``1.``"""


def view(blocks: Blocks, names: Names) -> Blocks:
    """Give what Markdown shows of *blocks*, in the order it shows it."""
    return tuple(_view(blocks, names))


def _view(blocks: Blocks, names: Names) -> Iterator[Block]:
    for block in blocks:
        if is_invisible(block):
            continue
        seen = _view_one(block, names)
        if isinstance(seen, TextBlock) and hoists(seen):
            yield replace(seen, blocks=())
            yield from seen.blocks
        else:
            yield seen


def is_invisible(block: Block) -> bool:
    """Say whether Markdown has nothing to show for *block*: an empty paragraph."""
    if not isinstance(block, TextBlock) or not is_paragraph(block):
        return False
    if any(
        isinstance(each, TextToken) and any(map(str.isalnum, each.text)) for each in block.tokens
    ):
        return False  # a letter is always seen; no need to look closer
    return all(map(is_invisible, block.blocks)) and not view_tokens(block.tokens, NoNames())


def is_paragraph(block: Block) -> bool:
    """Say whether *block* looks like a plain paragraph, whatever is nested in it."""
    return (
        isinstance(block, TextBlock)
        and heading_level(block.hierarchy) == 0
        and block.list is None
        and block.todo is None
        and block.toggle is None
        and block.quote is None
    )


def hoists(block: TextBlock) -> bool:
    """Say whether the children of *block* are shown after it: it is nothing but a heading."""
    return (
        heading_level(block.hierarchy) > 0
        and block.list is None
        and block.todo is None
        and block.toggle is None
        and block.quote is None
    )


def heading_level(hierarchy: Hierarchy) -> int:
    """Give a heading's level from 1; 0 for text."""
    key = hierarchy.key
    return int(key[1:]) if key[:1] == "H" and key[1:].isdigit() and key != "H0" else 0


def _view_one(block: Block, names: Names) -> Block:
    match block:
        case TextBlock():
            return _view_text(block, names)
        case GroupBlock():
            return GroupBlock(view(block.blocks, names), id=block.id)
        case GridBlock():
            return GridBlock(_view_columns(block, names), id=block.id)
        case CodeBlock():
            lang = " ".join(block.lang.split()) or "Text"
            return CodeBlock(view_code(block.text), lang, block.id)
        case MathBlock():
            return MathBlock(view_code(block.text), id=block.id)
        case EntityBlock(entity=str(), date=None):
            return EntityBlock(block.entity, id=block.id)
        case EntityBlock():
            return _stand_in("EntityBlock", block)
        case HorizontalLineBlock():
            return HorizontalLineBlock(block.id)
        case OpaqueBlock():
            return _stand_in(block.kind, block)


def _stand_in(kind: str, block: OpaqueBlock | EntityBlock) -> OpaqueBlock:
    """Give what a placeholder says of a block that Markdown cannot show."""
    if isinstance(block, OpaqueBlock) and block.payload.startswith("#"):
        return block
    return OpaqueBlock(kind, "#" + short_key(block.id or ""), block.id)


def _view_text(block: TextBlock, names: Names) -> TextBlock:
    return replace(
        view_dress(block),
        tokens=view_tokens(block.tokens, names),
        blocks=view(block.blocks, names),
        id=block.id,
    )


def view_dress(block: TextBlock) -> TextBlock:
    """Give what Markdown shows of how a text is set, without the text."""
    level = heading_level(block.hierarchy) if block.todo is None else 0
    listed = block.list is not None or block.todo is not None
    kind = None
    if block.list in NUMBERED:
        kind = "numerical"
    elif block.list is not None and block.todo is None:
        kind = "bullet"
    toggle = None if listed else block.toggle
    quote = None if listed or toggle is not None else block.quote
    return TextBlock(
        hierarchy=HEADINGS[min(level, len(HEADINGS)) - 1] if level else BASE,
        list=kind,
        todo=block.todo,
        toggle=toggle,
        quote=quote if quote in (None, "standout") else "normal",
    )


def _view_columns(grid: GridBlock, names: Names) -> tuple[Blocks, ...]:
    """View the cells of a grid; in a table an empty cell still holds its place."""
    if is_table(grid):
        return tuple(tuple(_view_one(cell, names) for cell in column) for column in grid.columns)
    return tuple(view(column, names) for column in grid.columns)


def same(one: Block, other: Block) -> bool:
    """Say whether two blocks of a view show the same, ids aside."""
    return without_ids(one) == without_ids(other)


def without_ids(block: Block) -> Block:
    """Give *block* and all it holds as if the service had never seen them."""
    match block:
        case TextBlock() | GroupBlock():
            return replace(block, id=None, blocks=tuple(map(without_ids, block.blocks)))
        case GridBlock():
            columns = tuple(tuple(map(without_ids, column)) for column in block.columns)
            return replace(block, id=None, columns=columns)
        case OpaqueBlock():
            return replace(block, id=None)
        case _:
            return replace(block, id=None)


def is_table(block: GridBlock) -> bool:
    """Say whether a grid can be a pipe table: equal columns of plain paragraphs."""
    heights = {len(column) for column in block.columns}
    return (
        len(block.columns) > 1
        and len(heights) == 1
        and heights != {0}
        and all(
            is_paragraph(cell) and isinstance(cell, TextBlock) and not cell.blocks
            for column in block.columns
            for cell in column
        )
    )


def shown_text(text: str) -> TextBlock:
    """Make a paragraph of literal text, for what has no block of its own."""
    return TextBlock((TextToken(text),))
