"""What Markdown can say of tokens: the smaller half of `capsync.markdown.view`.

Blanks at the edges of a text and around its line breaks go, as Markdown drops
them; a style does not reach over the blanks at its own edges, as Markdown
could not write that; a link that repeats its target's title says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from urllib.parse import quote

from capsync.markdown.inline import MARK
from capsync.markdown.links import Names
from capsync.markdown.placeholder import payload_key
from capsync.model.normal import normal_tokens
from capsync.model.token import (
    PLAIN,
    CodeToken,
    LinkToken,
    MathToken,
    OpaqueToken,
    Style,
    TextToken,
    Token,
    Tokens,
)

_LINE_END = re.compile(r"\r\n?")
_BLANKS_AT_BREAK = re.compile(r"(?<![ \t])[ \t]*\n[ \t]*")
_BLANKS = re.compile(r"[ \t\n]+")
_SAFE_IN_URL = ":/?#@!$&()*+,;=%"
BLANKS = " \t\n"
NOTHING = "\xa0"
"""A text that is a single no-break space shows nothing; the writer uses it as a stand-in."""

_STYLES = ("bold", "italic", "strikethrough", "underline")


def view_code(text: str) -> str:
    """Give code with the one kind of line end that a file keeps."""
    return _LINE_END.sub("\n", text)


def view_url(url: str) -> str:
    """Give an address the way Markdown's reader hands it back: percent-encoded."""
    return quote(url.strip(), safe=_SAFE_IN_URL)


def view_tokens(tokens: Tokens, names: Names) -> Tokens:
    """Give what Markdown shows of *tokens*."""
    if len(tokens) == 1 and isinstance(tokens[0], TextToken) and tokens[0].style == PLAIN:
        only = tokens[0]
        color = MARK if only.color == MARK else None
        return normal_tokens((TextToken(_trim(only.text), color=color),))
    shown = normal_tokens(token for each in tokens for token in _view_token(each, names))
    shown = tuple(_join_code(shown))
    shown = normal_tokens(_trim_styles(_trim_edges(shown)))
    return () if shown == (TextToken(NOTHING),) else shown


def _trim(text: str) -> str:
    text = _BLANKS_AT_BREAK.sub("\n", _LINE_END.sub("\n", text)).strip(BLANKS)
    return "" if text == NOTHING else text


def _view_token(token: Token, names: Names) -> Iterator[Token]:
    match token:
        case TextToken():
            yield TextToken(
                _LINE_END.sub("\n", token.text),
                token.style,
                MARK if token.color == MARK else None,
            )
        case LinkToken():
            yield from _view_link(token, names)
        case MathToken(text=text) if not text.strip():
            pass
        case CodeToken(text=""):
            pass
        case _:
            yield view_leaf(token)


def view_leaf(token: Token) -> Token:
    """Give what Markdown shows of a formula, code or a token that is carried unread."""
    match token:
        case MathToken():
            return MathToken(_BLANKS.sub(" ", token.text) if "\n" in token.text else token.text)
        case CodeToken():
            return CodeToken(_LINE_END.sub("\n", token.text).replace("\n", " "))
        case OpaqueToken() if not token.payload.startswith("#"):
            return OpaqueToken(token.kind, "#" + payload_key(token.payload))
        case _:
            return token


def _view_link(link: LinkToken, names: Names) -> Iterator[Token]:
    text = _BLANKS.sub(" ", _LINE_END.sub("\n", link.text)).strip(BLANKS)
    if link.entity is not None:
        title = names.title_of(link.entity)
        same = title is not None and text == " ".join(title.split())
        yield LinkToken("" if same else text, entity=link.entity)
    elif link.date is not None:
        yield LinkToken(text, date=link.date)
    elif link.url is not None:
        yield LinkToken(text, url=view_url(link.url))
    elif text:
        yield TextToken(text)


def _join_code(tokens: Tokens) -> Iterator[Token]:
    """Make one of neighbouring pieces of code: nothing could part their backticks."""
    for is_code, group in groupby(tokens, lambda token: isinstance(token, CodeToken)):
        if is_code:
            yield CodeToken("".join(token.text for token in group if isinstance(token, CodeToken)))
        else:
            yield from group


def _trim_edges(tokens: Tokens) -> Tokens:
    """Drop blanks at both ends and around line breaks, across tokens."""
    done: list[Token] = []
    for token in tokens:
        if not isinstance(token, TextToken):
            done.append(token)
            continue
        text = _BLANKS_AT_BREAK.sub("\n", token.text)
        if not done or _ends_with_break(done[-1]):
            text = text.lstrip(BLANKS if not done else " \t")
        while text.startswith("\n") and _strip_end(done, " \t"):
            pass
        if text:
            done.append(replace(token, text=text))
    while done and _strip_end(done, BLANKS):
        pass
    return tuple(done)


def _ends_with_break(token: Token) -> bool:
    return isinstance(token, TextToken) and token.text.endswith("\n")


def _strip_end(done: list[Token], blanks: str) -> bool:
    """Strip the last token if it is text; True if it vanished and the next may go on."""
    last = done[-1] if done else None
    if not isinstance(last, TextToken):
        return False
    text = last.text.rstrip(blanks)
    if text:
        done[-1] = replace(last, text=text)
        return False
    done.pop()
    return True


def _trim_styles(tokens: Tokens) -> Iterator[Token]:
    """Take every style off the blanks at its edges."""
    run: list[TextToken] = []
    for token in tokens:
        if isinstance(token, TextToken):
            run.append(token)
            continue
        yield from _trim_run(run)
        run = []
        yield token
    yield from _trim_run(run)


def seen_marks(tokens: Tokens) -> Iterator[int]:
    """Give, for each character of the text tokens, the marks that Markdown shows on it."""
    run: list[TextToken] = []
    for token in tokens:
        if isinstance(token, TextToken):
            run.append(token)
        else:
            yield from _run_marks(run)
            run = []
    yield from _run_marks(run)


def _run_marks(run: list[TextToken]) -> list[int]:
    text = "".join(token.text for token in run)
    marks = [each for token in run for each in [_marks(token)] * len(token.text)]
    if any(marks):
        used = set(marks)
        for bit in (1 << place for place in range(len(_STYLES) + 1)):
            if any(each & bit for each in used):
                _trim_mark(text, marks, bit)
    return marks


def _trim_run(run: list[TextToken]) -> Iterator[Token]:
    if all(token.style == PLAIN and token.color is None for token in run):
        yield from run
        return
    text = "".join(token.text for token in run)
    at = 0
    for marks, same in groupby(_run_marks(run)):
        end = at + sum(1 for _ in same)
        yield _dressed(text[at:end], marks)
        at = end


def _trim_mark(text: str, marks: list[int], bit: int) -> None:
    at = 0
    while at < len(text):
        if not marks[at] & bit:
            at += 1
            continue
        end = at
        while end < len(text) and marks[end] & bit:
            end += 1
        left, right = at, end
        while left < right and text[left].isspace():
            marks[left] &= ~bit
            left += 1
        while right > left and text[right - 1].isspace():
            marks[right - 1] &= ~bit
            right -= 1
        at = end


def _marks(token: TextToken) -> int:
    worn = sum(1 << bit for bit, name in enumerate(_STYLES) if getattr(token.style, name))
    return worn | (token.color == MARK) << len(_STYLES)


def _dressed(text: str, marks: int) -> TextToken:
    style = Style(*(bool(marks & 1 << bit) for bit in range(len(_STYLES))))
    return TextToken(text, style, MARK if marks & 1 << len(_STYLES) else None)
