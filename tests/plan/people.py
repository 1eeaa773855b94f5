"""What people do to a body, as Hypothesis strategies.

`said_bodies` draws bodies in which no two words are alike, and `revised` edits
one the way a person would: every word added says whose it is and is unique.
So a lost word can be told from a repeated one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from hypothesis import strategies as st

from capsync.model.block import (
    BASE,
    HEADINGS,
    Block,
    BlockId,
    Blocks,
    CodeBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
    children,
    is_pinned,
    walk,
)
from capsync.model.normal import normal_block
from capsync.model.token import LinkToken, Style, TextToken, plain_text
from tests.strategies import numbered


def para(text: str, name: str | None = None, *nested: Block) -> TextBlock:
    """Make a paragraph."""
    return TextBlock((TextToken(text),), nested, id=None if name is None else BlockId(name))


def opaque(name: str) -> OpaqueBlock:
    """Make a block nobody understands."""
    return OpaqueBlock("RootSimpleTable", '{"type":"unsupported"}', BlockId(name))


def bare(blocks: Blocks) -> Blocks:
    """Take all ids from *blocks* and give the normal form."""

    def one(block: Block) -> Block:
        match block:
            case TextBlock() | GroupBlock():
                return replace(block, id=None, blocks=bare(block.blocks))
            case GridBlock():
                return replace(block, id=None, columns=tuple(map(bare, block.columns)))
            case _:
                return replace(block, id=None)

    return tuple(normal_block(one(block)) for block in blocks)


def anonymous(blocks: Blocks, known: Blocks) -> Blocks:
    """Take the ids that *known* lacks, as reading a file back would."""
    names = {block.id for block in walk(known)}

    def one(block: Block) -> Block:
        name = block.id if block.id in names else None
        match block:
            case TextBlock() | GroupBlock():
                return replace(block, id=name, blocks=tuple(map(one, block.blocks)))
            case GridBlock():
                columns = tuple(tuple(map(one, column)) for column in block.columns)
                return replace(block, id=name, columns=columns)
            case _:
                return replace(block, id=name)

    return tuple(map(one, blocks))


def with_new_ids(blocks: Blocks, prefix: str) -> Blocks:
    """Give every block without an id one, as the service would."""
    numbers = count()

    def one(block: Block) -> Block:
        name = block.id or BlockId(f"{prefix}-{next(numbers)}")
        match block:
            case TextBlock() | GroupBlock():
                return replace(block, id=name, blocks=tuple(map(one, block.blocks)))
            case GridBlock():
                columns = tuple(tuple(map(one, column)) for column in block.columns)
                return replace(block, id=name, columns=columns)
            case _:
                return replace(block, id=name)

    return tuple(map(one, blocks))


def ids(blocks: Blocks) -> list[BlockId]:
    """List the ids in reading order."""
    return [block.id for block in walk(blocks) if block.id is not None]


def words(blocks: Blocks) -> list[str]:
    """List the words of all texts in reading order."""
    said = []
    for block in walk(blocks):
        match block:
            case TextBlock(tokens=tokens):
                said += re.findall(r"\w+", plain_text(tokens))
            case CodeBlock(text=text) | MathBlock(text=text):
                said += re.findall(r"\w+", text)
            case _:
                pass
    return said


@st.composite
def said_bodies(draw: st.DrawFn, *, pinned: bool = False, grids: bool = True) -> Blocks:
    """Draw a body of a few blocks, two levels deep, no word twice."""
    numbers = count()

    def sentence() -> str:
        length = draw(st.integers(1, 4))
        return " ".join(f"w{next(numbers)}" for _ in range(length))

    def block(depth: int) -> Block:
        kinds = ["text"] * 5 + ["code", "rule"] + (["opaque"] if pinned else [])
        kinds += (["group"] + (["grid"] if grids else [])) if depth < 2 else []
        match draw(st.sampled_from(kinds)):
            case "text":
                inner = lane(depth + 1, 2) if depth < 2 and draw(st.booleans()) else ()
                todo = draw(st.sampled_from([None, None, False]))
                return TextBlock((TextToken(sentence()),), inner, todo=todo)
            case "code":
                return CodeBlock(sentence(), "python")
            case "opaque":
                return OpaqueBlock("RootQuery", f'{{"n":{next(numbers)}}}')
            case "group":
                return GroupBlock(lane(depth + 1, 2))
            case "grid":
                return GridBlock((lane(depth + 1, 2), lane(depth + 1, 2)), (0.5,))
            case _:
                return HorizontalLineBlock()

    def lane(depth: int, most: int) -> Blocks:
        return tuple(block(depth) for _ in range(draw(st.integers(0, most))))

    return numbered(lane(0, 5))


def changed(blocks: Blocks, name: BlockId, change: Callable[[Block], Blocks]) -> Blocks:
    """Put the block called *name* through *change*."""
    done: list[Block] = []
    for block in blocks:
        if block.id == name:
            done += change(block)
            continue
        match block:
            case TextBlock() | GroupBlock():
                done.append(replace(block, blocks=changed(block.blocks, name, change)))
            case GridBlock():
                columns = tuple(changed(column, name, change) for column in block.columns)
                done.append(replace(block, columns=columns))
            case _:
                done.append(block)
    return tuple(done)


DEEDS = ("edit", "edit", "dress", "link", "drop", "add", "nest", "move")
"""What a person does to a block."""


@st.composite
def revised(
    draw: st.DrawFn, body: Blocks, who: str, *, most: int = 4, splits: bool = False
) -> Blocks:
    """Draw what *who* makes of *body*; opaque blocks are left where they are.

    Args:
        splits: Whether paragraphs are split, so that a word may come to stand in another block.
    """
    numbers = count()
    deeds = (*DEEDS, "split") if splits else DEEDS
    for _ in range(draw(st.integers(0, most))):
        names = [each.id for each in walk(body) if each.id and not is_pinned(each)]
        made = para(f"{who}{next(numbers)} {who}{next(numbers)}")
        if not names:
            body = (made, *body)
            continue
        name = draw(st.sampled_from(names))
        old = next(each for each in walk(body) if each.id == name)
        match draw(st.sampled_from(deeds)):
            case "edit":
                word, at = f"{who}{next(numbers)}", draw(st.integers(0, 3))
                body = changed(body, name, lambda each, w=word, n=at: (_spoken(each, w, n),))  # type: ignore[misc]
            case "dress":
                rank = draw(st.sampled_from([BASE, *HEADINGS]))
                todo = draw(st.sampled_from([None, True, False]))
                body = changed(body, name, lambda each, r=rank, t=todo: (_dressed(each, r, t),))  # type: ignore[misc]
            case "link":
                token = LinkToken(f"{who}{next(numbers)}", url="https://a.example")
                body = changed(body, name, lambda each, new=token: (_linked(each, new),))  # type: ignore[misc]
            case "split" if isinstance(old, TextBlock):
                body = changed(body, name, _split)
            case "drop":
                body = changed(body, name, lambda _: ())
            case "add":
                body = changed(body, name, lambda each, new=made: (each, new))  # type: ignore[misc]
            case "nest" if isinstance(old, TextBlock | GroupBlock):
                body = changed(body, name, lambda each, new=made: (_holding(each, new),))  # type: ignore[misc]
            case _:
                body = _moved(draw, body, old)
    return body


def _moved(draw: st.DrawFn, body: Blocks, old: Block) -> Blocks:
    assert old.id is not None
    inside = set(ids((old,)))
    rest = changed(body, old.id, lambda _: ())
    places = [each for each in ids(rest) if each not in inside]
    if not places:
        return (old, *rest)
    goal = draw(st.sampled_from(places))
    return changed(rest, goal, lambda each: (each, old))


def _spoken(block: Block, word: str, at: int) -> Block:
    """Replace, or add, a word."""
    match block:
        case TextBlock():
            return replace(block, tokens=(TextToken(_said(plain_text(block.tokens), word, at)),))
        case CodeBlock():
            return replace(block, text=_said(block.text, word, at))
        case _:
            return block


def _said(text: str, word: str, at: int) -> str:
    parts = text.split(" ")
    parts[at : at + 1] = [word]
    return " ".join(parts)


def _linked(block: Block, link: LinkToken) -> Block:
    """Put a link behind the first word."""
    if not isinstance(block, TextBlock) or not block.tokens:
        return block
    first, *rest = block.tokens
    return replace(block, tokens=(first, TextToken(" "), link, *rest))


def _split(block: Block) -> Blocks:
    """Make two paragraphs of one, after its first word."""
    assert isinstance(block, TextBlock)
    first, _, rest = plain_text(block.tokens).partition(" ")
    return (replace(block, tokens=(TextToken(first),)), para(rest)) if rest else (block,)


def _dressed(block: Block, rank: object, todo: bool | None) -> Block:
    if isinstance(block, TextBlock):
        style = Style(bold=bool(todo))
        tokens = (TextToken(plain_text(block.tokens), style),)
        return replace(block, hierarchy=rank, todo=todo, tokens=tokens)  # type: ignore[arg-type]
    return block


def _holding(block: Block, new: Block) -> Block:
    assert isinstance(block, TextBlock | GroupBlock)
    return replace(block, blocks=(new, *children(block)))
