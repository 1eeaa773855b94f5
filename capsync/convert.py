"""Markdown to the blocks of the service and back, as a library: no network, no vault.

    to_blocks(text)            a file's body as blocks, in the JSON of the service
    to_blocks(text, old)       likewise, put onto an old body: what stayed keeps its id,
                               its colours and all else that Markdown cannot say
    to_markdown(blocks)        the body that shows these blocks

Blocks are a list as ``GET /object`` has them under a key of ``blocks``, or that whole
object; `to_blocks` answers in the shape of *old*. Front matter is no block and stays
out, and so do properties. A link to a note is kept by id; ``[[a title]]`` stays text,
since nobody here knows the notes.

    >>> from capsync.convert import to_blocks, to_markdown
    >>> old = [{"id": "b1", "type": "TextBlock", "colorTheme": "red",
    ...         "tokens": [{"type": "TextToken", "text": "Buy oak"}]}]
    >>> text = to_markdown(old)
    >>> text
    'Buy oak\\n'
    >>> new = to_blocks(text.replace("oak", "beech") + "\\n---\\n", old)
    >>> [(block["type"], block.get("id"), block.get("colorTheme")) for block in new]
    [('TextBlock', 'b1', 'red'), ('HorizontalLineBlock', None, None)]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capsync.markdown.frontmatter import split
from capsync.markdown.lens import Sections, put
from capsync.markdown.links import NoNames
from capsync.markdown.onto import write_new
from capsync.markdown.pins import unwritable
from capsync.model.block import Block, Blocks, OpaqueBlock
from capsync.model.codec import decode_blocks, encode_blocks
from capsync.model.property import PropertyId

_NAMES = NoNames()
_ONLY = PropertyId("")
"""The key of a body that came as a list."""


class NotBlocks(ValueError):
    """JSON that is neither a list of blocks nor an object with some."""


def to_blocks(text: str, old: Any = None) -> Any:
    """Read a Markdown file as blocks.

    Args:
        old: The blocks the text was written from, as a list or a whole object; None for
            a new text, whose blocks have no ids.

    Returns:
        A list of blocks; where *old* is an object, that object with its new blocks.

    Raises:
        NotBlocks: *old* is not blocks.
    """
    sections = _sections([] if old is None else old)
    new = put(split(text).body.removeprefix("\ufeff"), sections, _NAMES)
    raw = {key: encode_blocks(blocks) for key, blocks in new.items()}
    return {**old, "blocks": raw} if isinstance(old, Mapping) else raw[_ONLY]


def to_markdown(raw: Any) -> str:
    """Write blocks as Markdown.

    Args:
        raw: A list of blocks, or a whole object.

    Raises:
        NotBlocks: It is neither, or holds something that only an id could mark the place of,
            without one.
        UnreadableResult: No way of writing them reads back as the same blocks.
    """
    sections = _sections(raw)
    for block in unwritable(sections.values()):
        if not block.id:
            raise NotBlocks(f"{_kind(block)} has no Markdown, and no “id” to mark its place by")
    return write_new(sections, _NAMES)


def _kind(block: Block) -> str:
    return block.kind if isinstance(block, OpaqueBlock) else type(block).__name__


def _sections(raw: Any) -> Sections:
    if isinstance(raw, Mapping):
        parts = raw.get("blocks")
        if not isinstance(parts, Mapping) or not parts:
            raise NotBlocks("an object without “blocks”")
        return {PropertyId(str(key)): _blocks(part, f"blocks.{key}") for key, part in parts.items()}
    return {_ONLY: _blocks(raw, "")}


def _blocks(raw: Any, where: str) -> Blocks:
    if not isinstance(raw, list):
        raise NotBlocks(f"{where or 'the whole'} is no list of blocks")
    for at, each in enumerate(raw):
        if not isinstance(each, Mapping) or not isinstance(each.get("type"), str):
            raise NotBlocks(f"{where}[{at}] is no block: a block is an object with a “type”")
    return decode_blocks(raw)
