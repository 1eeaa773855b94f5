"""Texts that can mean nothing but what they say, told without reading them back.

Most of what people write is plain: words, a link, some code, a word in bold. For
these the cheapest spelling is right for sure. The rules here are narrower than
Markdown's on purpose; whatever is not surely tame is spelled and read back.

Inside a line, a character is harmless if neither it nor anything before it can
make it markup, whatever else stands in the block. So every piece can be judged by
itself and its two neighbours: nothing is ever left half open. How a line may begin
is `capsync.markdown.tame_start`'s business.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TypeGuard

from capsync.markdown.escape import escaped
from capsync.markdown.inline import MARK, read_date_link, write_date_link
from capsync.markdown.links import Names
from capsync.model.token import (
    PLAIN,
    CodeToken,
    LinkToken,
    MathToken,
    NoteId,
    Style,
    TextToken,
    Token,
    Tokens,
)

_STRANGE = r"\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff"
"""Characters that are seldom typed, and that one function or another may strip."""
_CALM = re.compile(rf"[^\\`*_\[\]<&~=${_STRANGE}]+")
"""Text without any character that can mean something inside a line."""
_TAME = re.compile(
    rf"""(?:
        [^\\`*_\[\]<&~=${_STRANGE}]++
      | (?<=[^\W_]) _+ (?=[^\W_])           # in snake_case
      | (?<=[ ]) (?: \*+ | =+ | ~+ ) (?=[ ])
      | (?<!~) ~ (?!~)
      | (?<!=) = (?!=)
      | & (?! [^\t\n\f\ <&;]* ; )           # no entity
      | \[
      | \] (?!\()
      | \$ (?=[0-9])                        # no formula ends before a digit or after a blank
      | (?<=[ ]) \$ (?=[^\s$`\\])
      | \\ (?=[^\W_]|[ ])
      | < (?! [A-Za-z/!?] | [^\s<>]*@ )     # no tag, no address
      | </? (?! (?:[aA]|b|br|del|em|i|mark|s|strong|u) \b ) [A-Za-z][A-Za-z0-9]*
        (?: [ ][a-z-]+ = "[\w ./:?,\#%-]*" )* [ ]?/? >   # a tag that is no style's
      | <a[ ](?:id|name)="[\w.:-]*"></a>
      | <!--[ ][\w ,.;:'"?/()]*[ ]-->
      | (?<=\S) \xa0 (?=\S)
    )++""",
    re.VERBOSE,
)
"""Text in which every such character is harmless where it stands."""
_WIKI = re.compile(r"\[\[([^\[\]|\n]+)(?:\|[^\[\]\n]*)?\]\]")
_NAME = re.compile(r"[^\[\]|\n]+")
_IN_URL = r"[A-Za-z0-9_:/?#@!$&*+,;=.~%-]"
_URL = re.compile(rf"{_IN_URL}+(?:\({_IN_URL}*\){_IN_URL}*)?")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9.+-]{1,31}:")
_CODE = re.compile(r"(?! )[^`\x00-\x1f]+(?<! )")
_MATH = re.compile(r"(?![\s$`])(?:\\[^\s$]|[^$\\\n])*(?:\\[^\s$]|[^$\\\s])")
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")

_SIGNS = {
    (Style(bold=True), None): "**",
    (Style(italic=True), None): "*",
    (Style(bold=True, italic=True), None): "***",
    (Style(strikethrough=True), None): "~~",
    (Style(underline=True), None): "<u>",
    (PLAIN, MARK): "==",
}
"""What a text is put between; any other dress is doubtful."""
_STYLED = "*"
"""Stands for the first character of any styled text."""
_SHY = frozenset("~=")
"""Signs that must not meet another of their kind."""


def spell_tame(tokens: Tokens, names: Names, line_break: str, care: int = 0) -> str | None:
    """Spell a view's tokens without tags, if that surely reads back as them.

    Args:
        line_break: What a line break inside a text becomes.
        care: 0 to put no backslashes, 1 to put some, as `Spelling.escape` has it.

    Returns:
        The text; None where only reading it back could tell.
    """
    if len(tokens) == 1 and _is_plain(tokens[0]):
        text = _text(tokens[0].text, names, care, first=True)
    elif care and not all(isinstance(token, TextToken | CodeToken) for token in tokens):
        return None
    else:
        text = _join(tokens, names, care)
    if text is None or ("$" in text and _mix_dollars(tokens)):
        return None
    if "\n" not in text:
        return text
    return None if "\n\n" in text else text.replace("\n", line_break)


def _is_plain(token: Token) -> TypeGuard[TextToken]:
    return type(token) is TextToken and token.color is None and token.style == PLAIN


def _join(tokens: Tokens, names: Names, care: int) -> str | None:
    parts: list[str] = []
    before = ""
    following: Token | None
    for token, following in zip_longest(tokens, tokens[1:]):
        if _is_plain(token):
            part = _text(token.text, names, care, first=not parts)
        elif before == "<" and not isinstance(token, LinkToken):
            return None  # it might become an address
        elif care and before and not (before.isalnum() or before.isspace()):
            return None  # it may have a backslash before it
        else:
            part = _piece(token, before, _first(following), names, care)
        if part is None:
            return None
        parts.append(part)
        before = part[-1]
    return "".join(parts)


def _text(text: str, names: Names, care: int, *, first: bool = False) -> str | None:
    """Spell text, if it is tame.

    Args:
        first: Whether the block begins with it.
    """
    if care == 0:
        tame = _CALM.fullmatch(text) or _is_tame(f" {text}" if first else text, names)
        return text if tame else None
    text = escaped(text, care, first=first)
    return text if _is_tame(_ESCAPED.sub(",", text), names) else None


def _is_tame(text: str, names: Names) -> bool:
    return _TAME.fullmatch(text) is not None and ("[[" not in text or _leads_nowhere(text, names))


def _leads_nowhere(text: str, names: Names) -> bool:
    """Say whether what looks like wiki links are none, as there are no such notes."""
    found = _WIKI.findall(text)
    return len(found) == text.count("[[") and all(
        names.resolve(name.strip()) is None for name in found
    )


def _piece(token: Token, before: str, after: str, names: Names, care: int) -> str | None:
    """Spell a token that is no plain text.

    Args:
        before: The character before it; empty at the beginning.
        after: The character after it.
    """
    match token:
        case TextToken():
            return _styled(token, before, after, names, care)
        case LinkToken():
            return None if before == "!" else _link(token, names)
        case CodeToken(text=text):
            return f"`{text}`" if _CODE.fullmatch(text) else None
        case MathToken(text=text):
            ends = after != "$" and not after.isdigit()
            return f"${text}$" if ends and _MATH.fullmatch(text) else None
        case _:
            return None


def _styled(token: TextToken, before: str, after: str, names: Names, care: int) -> str | None:
    """Spell a text in one style, between neighbours that wear none."""
    sign = _SIGNS.get((token.style, token.color))
    text = _text(token.text, names, care, first=care > 0 and not before)
    if sign is None or text is None or after == _STYLED:
        return None
    first, last = text[0], text[-1]
    if first.isspace() or last.isspace() or last == "<":
        return None
    if not _SHY.isdisjoint((before, after, first, last)):
        return None
    if sign == "<u>":
        return f"<u>{text}</u>"
    if sign == "==" and (before.isalnum() or before == "_"):
        return None
    if sign[0] == "*":
        can_open = first.isalnum() or not before.isalnum()
        can_close = last.isalnum() or not after.isalnum()
        if not (can_open and can_close):
            return None
    return f"{sign}{text}{sign}"


def _first(token: Token | None) -> str:
    """Give the character a token's spelling begins with, or one that means as much."""
    if token is None:
        return ""
    if isinstance(token, TextToken):
        return token.text[:1] if _is_plain(token) else _STYLED
    return "$" if isinstance(token, MathToken) else "["


def _link(link: LinkToken, names: Names) -> str | None:
    text, url = link.text, link.url
    if link.entity is not None:
        return _wiki(text, link.entity, names)
    if link.date is not None:
        url = write_date_link(link.date)
        if read_date_link(url) != link.date:
            return None
    elif not url or not _is_plain_url(url):
        return None
    elif text == url and _ABSOLUTE.match(url):
        return f"<{url}>"
    if not text or not _is_link_text(text, names):
        return None
    return f"[{text}]({url})"


def _is_plain_url(url: str) -> bool:
    if url.startswith("capacities:") or ("&" in url and ";" in url):
        return False
    return _URL.fullmatch(url) is not None


def _is_link_text(text: str, names: Names) -> bool:
    if "[" in text or "]" in text or "\n" in text or text[0].isspace() or text[-1].isspace():
        return False
    return _CALM.fullmatch(text) is not None or _is_tame(text, names)


def _wiki(text: str, note: NoteId, names: Names) -> str | None:
    name = names.name_of(note)
    if not _NAME.fullmatch(name) or names.resolve(name.strip()) != note:
        return None
    if not text:
        return None if "#" in name else f"[[{name}]]"
    return f"[[{name}|{text}]]" if _NAME.fullmatch(text) else None


def _mix_dollars(tokens: Tokens) -> bool:
    """Say whether a dollar in a text might make a formula with one in something else."""
    opens = closes = False
    for token in tokens:
        match token:
            case TextToken(text=text):
                opens = opens or "$" in text
            case LinkToken(text=text, entity=None, url=url):
                opens = opens or "$" in text
                closes = closes or "$" in (url or "")
            case _:
                closes = True
    return opens and closes
