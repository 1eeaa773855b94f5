"""What an edited block takes from the block it used to be.

Everything Markdown cannot say (the id, colours, a highlight, the kind of a
list) comes from the old block; everything it can say comes from the text.
Inside a text this is decided character by character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from capsync.markdown.inline import MARK
from capsync.markdown.view import view_dress
from capsync.markdown.view_tokens import seen_marks, view_leaf
from capsync.model.block import (
    Block,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    TextBlock,
)
from capsync.model.token import (
    LinkToken,
    OpaqueToken,
    Style,
    TextToken,
    Token,
    Tokens,
)

_LONGEST = 20_000
"""Characters up to which a text is compared one by one."""


def inherit(old: Block, seen: Block, new: Block) -> Block:
    """Give *new* what only *old* knows; children are somebody else's business.

    Args:
        seen: The view of *old*.
        new: What the file says now; of the same class.
    """
    if seen == replace(new, id=seen.id):
        return old
    match old, seen, new:
        case TextBlock(), TextBlock(), TextBlock():
            tokens = inherit_tokens(old.tokens, seen.tokens, new.tokens)
            return replace(_inherit_dress(old, seen, new), tokens=tokens)
        case CodeBlock(), CodeBlock(), CodeBlock():
            lang = old.lang if new.lang == seen.lang else new.lang
            return replace(old, text=old.text if new.text == seen.text else new.text, lang=lang)
        case MathBlock(), MathBlock(), MathBlock():
            return replace(old, text=old.text if new.text == seen.text else new.text)
        case EntityBlock(), EntityBlock(), EntityBlock():
            return replace(old, entity=new.entity)
        case ((GroupBlock() | GridBlock() | HorizontalLineBlock()), _, _):
            return old
        case _:
            return replace(new, id=old.id)


def _inherit_dress(old: TextBlock, seen: TextBlock, new: TextBlock) -> TextBlock:
    """Keep what the file did not change, and what it hides as long as it still hides it."""
    dressed = replace(
        old,
        hierarchy=old.hierarchy if new.hierarchy == seen.hierarchy else new.hierarchy,
        list=old.list if new.list == seen.list else new.list,
        todo=new.todo,
        toggle=old.toggle if new.toggle == seen.toggle else new.toggle,
        quote=old.quote if new.quote == seen.quote else new.quote,
    )
    shown = view_dress(dressed)
    if shown == view_dress(new):
        return dressed
    return replace(
        old,
        hierarchy=new.hierarchy,
        list=new.list,
        todo=new.todo,
        toggle=new.toggle,
        quote=new.quote,
    )


class _Unit(NamedTuple):
    """A character of a text, or a whole token that is none."""

    key: object
    """What makes two units the same; of a text, the character."""
    token: Token
    """The token, or the text the character is in."""
    marks: int = 0
    """What Markdown shows of the character's dress."""
    seen: Token | None = None
    """What Markdown shows of a link."""


def inherit_tokens(old: Tokens, seen: Tokens, new: Tokens) -> Tokens:
    """Let the characters that stayed keep their colours."""
    if seen == new:
        return old
    before, after = list(_units(old, seen)), list(_units(new, new))
    taken: list[Token | None] = [None] * len(after)
    if max(len(before), len(after)) <= _LONGEST:
        keys = [unit.key for unit in before], [unit.key for unit in after]
        for op in LCSseq.opcodes(*keys):
            if op.tag == "equal":
                for step in range(op.src_end - op.src_start):
                    at, to = op.src_start + step, op.dest_start + step
                    taken[to] = _take(before[at], after[to])
    return _joined(zip(_between(taken, after), after, strict=True))


def _units(tokens: Tokens, seen: Tokens) -> Iterator[_Unit]:
    shown = seen_marks(tokens)
    links = (token for token in seen if isinstance(token, LinkToken))
    for token in tokens:
        if isinstance(token, TextToken):
            for character in token.text:
                yield _Unit(character, token, next(shown))
        elif isinstance(token, LinkToken) and _has_target(token):
            link = next(links, token)
            yield _Unit((link.entity, link.url, link.date), token, seen=link)
        else:
            yield _Unit(view_leaf(token), token)


def _has_target(link: LinkToken) -> bool:
    return link.entity is not None or link.url is not None or link.date is not None


def _take(old: _Unit, new: _Unit) -> Token:
    """Dress a unit that stayed: as it was, but for what the file says otherwise.

    Of a text only the dress counts.
    """
    if isinstance(old.token, LinkToken) and isinstance(new.token, LinkToken):
        return old.token if old.seen == new.token else replace(old.token, text=new.token.text)
    if not isinstance(old.token, TextToken) or not isinstance(new.token, TextToken):
        return old.token
    if old.marks == new.marks:
        return old.token
    color = new.token.color or (None if old.token.color == MARK else old.token.color)
    return replace(new.token, color=color)


def _between(taken: list[Token | None], after: list[_Unit]) -> Iterator[Token]:
    """Colour what was typed into the middle of a coloured run like the run."""
    right: list[str | None] = [None] * (len(taken) + 1)
    for index in range(len(taken) - 1, -1, -1):
        right[index] = _hidden_color(taken[index]) if taken[index] else right[index + 1]
    left: str | None = None
    for index, token in enumerate(taken):
        if token is not None:
            left = _hidden_color(token)
            yield token
            continue
        new = after[index].token
        if isinstance(new, TextToken) and new.color is None and left == right[index]:
            new = replace(new, color=left)
        yield new


def _joined(units: Iterable[tuple[Token, _Unit]]) -> Tokens:
    """Join neighbours of equal dress; what only one of them knows stays."""
    done: list[Token] = []
    for dress, group in groupby(units, lambda pair: _dress_of(pair[0])):
        if dress is None:
            done += [token for token, _ in group]
            continue
        pairs = list(group)
        text = "".join(str(unit.key) for _, unit in pairs)
        extras = {token.extra for token, _ in pairs if isinstance(token, TextToken)} - {""}
        done.append(TextToken(text, *dress, extras.pop() if len(extras) == 1 else ""))
    return tuple(done)


def _dress_of(token: Token) -> tuple[Style, str | None] | None:
    return (token.style, token.color) if isinstance(token, TextToken) else None


def _hidden_color(token: Token | None) -> str | None:
    if isinstance(token, TextToken) and token.color != MARK:
        return token.color
    return None


def restore_tokens(tokens: Tokens, known: Mapping[str, OpaqueToken]) -> Tokens:
    """Put back the tokens that placeholders stand for; one that stands for nothing is text."""

    def restored(token: Token) -> Token:
        if isinstance(token, OpaqueToken) and token.payload.startswith("#"):
            return known.get(token.payload) or TextToken(token.kind)
        return token

    return tuple(map(restored, tokens))
