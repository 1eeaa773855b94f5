"""Stars and lines to bold and italic, in time that grows with the text and no faster.

The algorithm is the one in the appendix of the CommonMark specification: every
run of ``*`` or ``_`` may open, close or both, and a run that closes looks for
the nearest one it fits. What was looked at in vain is not looked at again, and
pairs are only noted; the tree is built from them at the end, in one go.

Pairs nest as deep as mistune lets everything nest. What would go deeper stays
text, and its signs are said to be `too_deep`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

InlineToken: TypeAlias = dict[str, Any]

_SIGNS = re.compile(r"\*+|_+")
_CHARREF = re.compile(r"#[0-9]{1,7};|#[xX][0-9a-fA-F]+;|[^\t\n\f <&#;]{1,32};")
_PRIVATE = ("_emphasis", "_autolink")
_ANY_OBJECT = "\ufffc"
"""What a link, code or the like is to the signs beside it."""


def has_emphasis(token: InlineToken) -> bool:
    """Say whether the signs in a token count."""
    return token["type"] == "text" and "_emphasis" not in token


def resolve_emphasis(tokens: list[InlineToken], deepest: int) -> list[InlineToken]:
    """Make tokens of the emphasis in plain text.

    Args:
        deepest: How many tokens there may be inside one another.
    """
    if len(tokens) > 1:
        tokens = list(_joined(tokens, by_mode=True))
    if deepest <= 0 or not any(
        has_emphasis(token) and ("*" in token["raw"] or "_" in token["raw"]) for token in tokens
    ):
        return [_clean(token) for token in tokens]
    parts, runs = _split(tokens)
    _pair(runs, deepest)
    return list(_joined(_tree(parts, runs), by_mode=False))


class _Run:
    """Neighbouring signs of one kind; what becomes of them is noted here."""

    __slots__ = (
        *("after", "before", "can_close", "can_open", "closed", "depth", "left", "number"),
        *("opened", "part", "sign", "size", "too_deep"),
    )

    def __init__(self, part: int, signs: str, depth: int) -> None:
        self.part = part
        self.sign, self.size = signs[0], len(signs)
        self.left = self.size
        """How many of them nothing was made of yet."""
        self.can_open = self.can_close = False
        self.number = 0
        self.before: _Run | None = None
        self.after: _Run | None = None
        self.depth = depth
        """How deep goes what stands between this run and the one before it."""
        self.opened: list[int] = []
        """Signs of each pair that begins here, from the inside."""
        self.closed: list[int] = []
        """Signs of each pair that ends here, from the inside."""
        self.too_deep = False

    def fits(self, closer: _Run) -> bool:
        """Say whether a pair can be made with a run further on."""
        if self.sign != closer.sign or not self.can_open:
            return False
        if not self.can_close and not closer.can_open:
            return True
        return (self.size + closer.size) % 3 != 0 or (self.size % 3 == 0 and closer.size % 3 == 0)

    def drop(self) -> None:
        """Take the run out of the chain of those that may still be paired."""
        if self.before is not None:
            self.before.after = self.after
        if self.after is not None:
            self.after.before = self.before
            self.after.depth = max(self.after.depth, self.depth)


def _split(tokens: list[InlineToken]) -> tuple[list[InlineToken | str], list[_Run]]:
    """Take the runs out of texts.

    Returns:
        Tokens and plain pieces, each run a piece of its own; and the runs that open or close.
    """
    source = "".join(map(_source, tokens))
    parts: list[InlineToken | str] = []
    runs: list[_Run] = []
    start = depth = 0
    for token in tokens:
        if not has_emphasis(token):
            parts.append(token)
            depth = max(depth, token.get("depth", 0))
            start += len(token["raw"]) if token["type"] == "text" else 1
            continue
        raw, at = token["raw"], 0
        for match in _SIGNS.finditer(raw):
            if match.start() > at:
                parts.append(raw[at : match.start()])
            at = match.end()
            run = _Run(len(parts), match[0], depth)
            parts.append(match[0])
            _look_around(run, source, start + match.start())
            if run.can_open or run.can_close:
                run.number, depth = len(runs), 0
                if runs:
                    runs[-1].after, run.before = run, runs[-1]
                runs.append(run)
        if at < len(raw):
            parts.append(raw[at:])
        start += len(raw)
    return parts, runs


def _source(token: InlineToken) -> str:
    if token["type"] == "text":
        return str(token["raw"])
    return "\n" if token["type"] in ("softbreak", "linebreak") else _ANY_OBJECT


def _look_around(run: _Run, source: str, at: int) -> None:
    before = source[at - 1] if at else "\n"
    after = source[at + run.size : at + run.size + 1] or "\n"
    word_before, word_after = before.isalnum(), after.isalnum()
    if run.sign == "_" and word_before and word_after:
        return
    blank_before, blank_after = before.isspace(), after.isspace()
    run.can_open = not blank_after and (word_after or blank_before or not word_before)
    run.can_close = not blank_before and (word_before or blank_after or not word_after)


def _pair(runs: list[_Run], deepest: int) -> None:
    bottoms: dict[tuple[str, bool, int], int] = {}
    closer = runs[0] if runs else None
    while closer is not None:
        if not closer.can_close:
            closer = closer.after
            continue
        key = (closer.sign, closer.can_open, closer.size % 3)
        opener = _opener(closer, bottoms.get(key, 0))
        if opener is None:
            bottoms[key] = closer.number
            if not closer.can_open:
                closer.drop()
            closer = closer.after
        else:
            closer = _match(opener, closer, deepest)


def _opener(closer: _Run, bottom: int) -> _Run | None:
    opener = closer.before
    while opener is not None and opener.number >= bottom:
        if opener.fits(closer):
            return opener
        opener = opener.before
    return None


def _match(opener: _Run, closer: _Run, deepest: int) -> _Run | None:
    """Note a pair; give the run to go on with."""
    between = closer.before
    while between is not None and between is not opener:
        between.drop()
        between = between.before
    if closer.depth >= deepest:
        opener.too_deep = True
        opener.drop()
        closer.drop()
        return closer.after
    size = 2 if opener.left >= 2 and closer.left >= 2 else 1
    opener.opened.append(size)
    closer.closed.append(size)
    opener.left -= size
    closer.left -= size
    closer.depth += 1
    if not opener.left:
        opener.drop()
    if closer.left:
        return closer
    closer.drop()
    return closer.after


def _tree(parts: list[InlineToken | str], runs: list[_Run]) -> list[InlineToken]:
    """Build the tokens that the pairs say."""
    around: list[list[InlineToken]] = [[]]
    at = 0
    for run in runs:
        around[-1] += map(_token, parts[at : run.part])
        at = run.part + 1
        for size in run.closed:
            children = around.pop()
            around[-1].append(_styled(children, size))
        if run.left:
            text = {"type": "text", "raw": run.sign * run.left}
            around[-1].append(text | {"too_deep": True} if run.too_deep else text)
        around += [[] for _ in run.opened]
    around[-1] += map(_token, parts[at:])
    return around[0]


def _styled(children: list[InlineToken], size: int) -> InlineToken:
    depth = 1 + max(child.get("depth", 0) for child in children)
    kind = "strong" if size == 2 else "emphasis"
    return {"type": kind, "children": children, "depth": depth}


def _token(part: InlineToken | str) -> InlineToken:
    return {"type": "text", "raw": part} if isinstance(part, str) else part


def _joined(tokens: list[InlineToken], *, by_mode: bool) -> Iterator[InlineToken]:
    """Join neighbouring texts, but never to an entity that was not written as one.

    Args:
        by_mode: Whether texts whose signs count stay apart from those whose signs do not.
    """
    texts: list[InlineToken] = []
    for token in tokens:
        if token["type"] != "text":
            if texts:
                yield _one_text(texts)
                texts = []
            yield token if by_mode else _clean(token)
            continue
        if texts and _part(texts[-1], token, by_mode=by_mode):
            yield _one_text(texts)
            texts = []
        texts.append(token if by_mode else _clean(token))
    if texts:
        yield _one_text(texts)


def _part(one: InlineToken, other: InlineToken, *, by_mode: bool) -> bool:
    if by_mode and has_emphasis(one) != has_emphasis(other):
        return True
    return one["raw"].endswith("&") and _CHARREF.match(other["raw"]) is not None


def _one_text(texts: list[InlineToken]) -> InlineToken:
    if len(texts) == 1:
        return texts[0]
    joined: InlineToken = {"type": "text", "raw": "".join([token["raw"] for token in texts])}
    if not all(map(has_emphasis, texts)):
        joined["_emphasis"] = False
    if any("too_deep" in token for token in texts):
        joined["too_deep"] = True
    return joined


def _clean(token: InlineToken) -> InlineToken:
    if "_emphasis" not in token and "_autolink" not in token:
        return token
    return {key: value for key, value in token.items() if key not in _PRIVATE}
