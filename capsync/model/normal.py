"""The form in which two equal notes are equal, and its digest.

Servers rewrite what they are given: they split or join tokens, spell styles
out, compose characters, refresh the text of links. None of that is an edit.
Change detection compares normal forms and never trusts a time stamp.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from operator import is_
from typing import NewType
from unicodedata import normalize

from capsync.model.block import (
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
)
from capsync.model.codec import encode_note
from capsync.model.codec_values import canonical
from capsync.model.note import Note
from capsync.model.property import PropertyValue, RichTextValue, Scalar, is_unset
from capsync.model.token import LinkToken, NoteId, OpaqueToken, Style, TextToken, Token, Tokens

Digest = NewType("Digest", str)
"""SHA-256 in 64 hex digits."""

TIMESTAMPS = ("createdAt", "lastUpdatedAt")
"""Kinds of property that move without anyone editing."""


def is_newer(note: Note, other: Note) -> bool:
    """Say whether the service tells that *note* was changed later than *other*.

    It tells so only of structures that show when they were last updated.
    """
    now, then = _updated(note), _updated(other)
    return now is not None and then is not None and now > then


def _updated(note: Note) -> str | None:
    """Give when a note was last updated, as the service writes it: ISO 8601 in UTC."""
    values = (each for each in note.properties.values() if isinstance(each, Scalar))
    found = (each.value for each in values if each.kind == "lastUpdatedAt")
    return next((value for value in found if isinstance(value, str)), None)


def normal_tokens(tokens: Iterable[Token]) -> Tokens:
    """Join neighbours of equal dress, drop empty ones, compose characters (NFC)."""
    tokens = tuple(tokens)
    if len(tokens) == 1 and isinstance(tokens[0], TextToken):  # most texts
        only = tokens[0]
        if only.text and only.text.isascii() and not only.extra:
            return tokens
    done: list[Token] = []
    said = [token for token in tokens if not isinstance(token, TextToken) or token.text]
    for dress, group in groupby(said, _dress):
        if dress is None:
            done += map(_normal_other, group)
            continue
        run = [token for token in group if isinstance(token, TextToken)]
        if len(run) == 1 and run[0].text.isascii() and not run[0].extra:
            done.append(run[0])
        elif run:
            text = normalize("NFC", "".join(token.text for token in run))
            done.append(TextToken(text, run[0].style, run[0].color))
    return tuple(done)


def _dress(token: Token) -> tuple[Style, str | None] | None:
    return (token.style, token.color) if isinstance(token, TextToken) else None


def _normal_other(token: Token) -> Token:
    if isinstance(token, OpaqueToken):
        return token
    text = normalize("NFC", token.text)
    return token if text == token.text and not token.extra else replace(token, text=text, extra="")


def normal_block(block: Block) -> Block:
    """Give *block* and all it holds in normal form; ids stay."""
    match block:
        case TextBlock():
            tokens, blocks = normal_tokens(block.tokens), normal_blocks(block.blocks)
            same = tokens is block.tokens and all(map(is_, blocks, block.blocks))
            if same and not block.extra:  # equality would overlook unknown fields further in
                return block
            return replace(block, tokens=tokens, blocks=blocks, extra="")
        case GroupBlock():
            return replace(block, blocks=normal_blocks(block.blocks), extra="")
        case GridBlock():
            columns = tuple(normal_blocks(column) for column in block.columns)
            return replace(block, columns=columns, extra="")
        case CodeBlock() | MathBlock():
            return replace(block, text=normalize("NFC", block.text), extra="")
        case EntityBlock() | HorizontalLineBlock():
            return replace(block, extra="")
        case OpaqueBlock():
            return block


def normal_blocks(blocks: Iterable[Block]) -> Blocks:
    """Give blocks in normal form."""
    return tuple(normal_block(block) for block in blocks)


def normal_value(value: PropertyValue) -> PropertyValue:
    """Give a property value in normal form."""
    match value:
        case RichTextValue():
            return RichTextValue(normal_tokens(value.tokens))
        case Scalar(value=str() as text):
            return replace(value, value=normalize("NFC", text))
        case Scalar(value=bool()):
            return value
        case Scalar(value=float() as number) if number.is_integer():
            return replace(value, value=int(number))
        case _:
            return value


def normal_note(note: Note) -> Note:
    """Give a note in normal form: without time stamps, unset properties and unknown fields."""
    return replace(
        note,
        properties={
            key: normal_value(value)
            for key, value in sorted(note.properties.items())
            if not is_unset(value) and not (isinstance(value, Scalar) and value.kind in TIMESTAMPS)
        },
        sections={
            key: normal_blocks(blocks) for key, blocks in sorted(note.sections.items()) if blocks
        },
        collections=tuple(sorted(note.collections)),
        extra="",
    )


def digest(note: Note) -> Digest:
    """Give the digest of a note's normal form; equal digests mean nothing was edited."""
    raw = encode_note(normal_note(note))
    for value in raw["properties"].values():
        if value["type"] == "label":  # an option's name and colour belong to its structure
            value["label"] = [{"id": option["id"]} for option in value["label"]]
    return Digest(hashlib.sha256(canonical(raw).encode()).hexdigest())


def with_plain_links(note: Note, repeats: Callable[[NoteId, str], bool]) -> Note:
    """Empty the text of every link that only repeats a title of its target.

    A service may refresh such texts whenever the target is renamed, or send
    them empty; either way nobody edited the note that holds the link.

    Args:
        repeats: Says whether a note goes, or went, by a title.
    """

    def plain(token: Token) -> Token:
        match token:
            case LinkToken(text=text, entity=str(target)) if text and repeats(target, text):
                return replace(token, text="")
            case _:
                return token

    return map_tokens(note, plain)


def map_tokens(note: Note, change: Callable[[Token], Token]) -> Note:
    """Put every token of the body and of rich text properties through *change*."""

    def tokens(old: Tokens) -> Tokens:
        return tuple(change(token) for token in old)

    def block(old: Block) -> Block:
        match old:
            case TextBlock():
                return replace(old, tokens=tokens(old.tokens), blocks=blocks(old.blocks))
            case GroupBlock():
                return replace(old, blocks=blocks(old.blocks))
            case GridBlock():
                return replace(old, columns=tuple(blocks(column) for column in old.columns))
            case _:
                return old

    def blocks(old: Blocks) -> Blocks:
        return tuple(block(each) for each in old)

    return replace(
        note,
        properties={
            key: RichTextValue(tokens(value.tokens)) if isinstance(value, RichTextValue) else value
            for key, value in note.properties.items()
        },
        sections={key: blocks(value) for key, value in note.sections.items()},
    )
