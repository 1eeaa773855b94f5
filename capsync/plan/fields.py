"""Three-way merge of one block by itself, field by field.

Children are no business of this module: what is given must not hold any.
A field that one side changed takes that side's value. Where both changed what
the block *says*, its words are merged; where they changed the same words, the
vault's version stays and the clash is reported. Of a block's dress (rank, kind
of list, colour), the vault's wins without a word.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from capsync.model.block import Block, CodeBlock, EntityBlock, MathBlock, TextBlock, is_writable
from capsync.model.normal import normal_block
from capsync.plan.edits import own
from capsync.plan.words import merge_text, merge_tokens


@dataclass(frozen=True, slots=True)
class Content:
    """One block merged."""

    block: Block
    clash: bool = False
    """Whether the space's version says something that is not in `block`."""


NO_CONTENT = {"id", "extra", "blocks", "columns"}


def merge_block(base: Block | None, vault: Block, space: Block) -> Content:
    """Merge the versions of one block.

    Args:
        base: What it was; None where only the two sides have it.
        vault: What the vault has; without children, as the others.
        space: What the space has. Its id and unknown fields are kept.
    """
    if not is_writable(space) or own(vault) == own(space):
        return Content(space)
    if base is not None and own(vault) == own(base):
        return Content(space)
    if base is not None and own(space) == own(base):
        return Content(_carrying(vault, space))
    if type(vault) is not type(space):
        return Content(vault, clash=True)
    return _by_field(base if type(base) is type(space) else _emptied(space), vault, space)


def _carrying(vault: Block, space: Block) -> Block:
    """Give the vault's version with the space's unknown fields, which no file can hold."""
    carried: dict[str, Any] = {"id": space.id}
    if type(vault) is type(space):
        carried["extra"] = getattr(space, "extra", "")
    return replace(vault, **carried)


def _emptied(block: Block) -> Block:
    """Give a stand-in for a base there never was: the same dress, saying nothing."""
    match block:
        case TextBlock():
            return replace(block, tokens=())
        case EntityBlock():
            return replace(block, entity=None)
        case CodeBlock() | MathBlock():
            return replace(block, text="")
        case _:
            return block


def _by_field(base: Block, vault: Block, space: Block) -> Content:
    normal = [normal_block(side) for side in (base, vault, space)]
    picked: dict[str, Any] = {}
    clash = False
    for name in (each.name for each in fields(vault) if each.name not in NO_CONTENT):
        then, here, there = (getattr(side, name) for side in normal)
        if there != then and here in (then, there):
            continue  # the space's, as it is
        picked[name] = getattr(vault, name)
        if there not in (then, here) and name in SAYING:
            said = _merge_said(name, then, here, there)
            clash |= said is None
            picked[name] = picked[name] if said is None else said
    return Content(replace(space, **picked), clash)


SAYING = ("tokens", "text", "entity")
"""The fields that hold a block's words, or what it shows."""


def _merge_said(name: str, base: Any, vault: Any, space: Any) -> Any:
    """Merge what both sides changed; None where they clash. Nothing never beats something."""
    if not vault or not space:
        return vault or space
    match name:
        case "tokens":
            return merge_tokens(base, vault, space)
        case "text":
            return merge_text(base, vault, space)
        case _:
            return None
