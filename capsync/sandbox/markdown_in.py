"""Markdown as the service reads it: a small subset, of its own making.

Headings, paragraphs, lists, quotes, fences, rules, simple emphasis, links and
code. As in the real service a ``#tag`` makes or links a tag, and ``[[Name]]``
links an object by title where there is one. Front matter sets properties.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from capsync.sandbox.message import Json
from capsync.sandbox.space import Space

Linker: TypeAlias = Callable[[str, str], str | None]
"""From ``"tag"`` or ``"title"`` and a name to an object's id, if there is one."""

FRONT = re.compile(r"\A---[ \t]*\n(?P<keys>(?:.*\n)*?)---[ \t]*(?:\n|\Z)")
HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*$")
ITEM = re.compile(r"[ \t]*([-*+]|\d+[.)])[ \t]+(?:\[([ xX])\][ \t]+)?(.*)")
RULE = re.compile(r"[ \t]*([-*_])[ \t]*(?:\1[ \t]*){2,}")
FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
INLINE = re.compile(
    r"(?P<code>`(?P<code_text>[^`]+)`)|(?P<bold>\*\*(?P<bold_text>.+?)\*\*)"
    r"|(?P<strike>~~(?P<strike_text>.+?)~~)|(?P<italic>\*(?P<italic_text>[^*]+)\*)"
    r"|(?P<wiki>\[\[(?P<title>[^\]]+)\]\])|(?P<link>\[(?P<label>[^\]]*)\]\((?P<url>[^)\s]+)\))"
    r"|(?P<escape>\\(?P<char>[!-/:-@\[-`{-~]))|(?P<tag>(?:(?<=[\s(])|^)#(?P<name>[\w-]+))"
)


def split(markdown: str) -> tuple[dict[str, str], str]:
    """Part front matter from body; keys are in lower case, values are as written."""
    markdown = markdown.replace("\r\n", "\n")
    match = FRONT.match(markdown)
    if match is None:
        return {}, markdown
    pairs = (line.partition(":") for line in match["keys"].splitlines() if ":" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}, markdown[match.end() :]


def taken_title(body: str) -> tuple[str | None, str]:
    """Take the first ``# heading`` out of a body."""
    match = re.search(r"^#[ \t]+(.+?)[ \t]*$\n?", body, re.MULTILINE)
    if match is None:
        return None, body
    return match[1], body[: match.start()] + body[match.end() :]


def linker(space: Space) -> Linker:
    """Make what finds the objects that Markdown names, and makes the tags it lacks."""

    def find(kind: str, name: str) -> str | None:
        for object_id, structure, title in space.store.rows():
            if title.casefold() == name.casefold() and (kind == "title" or structure == "RootTag"):
                return object_id
        if kind == "title":
            return None
        record = space.create(space.structures()["RootTag"])
        record.properties["title"] = {"type": "title", "title": {"value": name}}
        space.fill(record, {})
        space.save(record)
        return record.id

    return find


def blocks(markdown: str, find: Linker) -> list[Json]:
    """Turn Markdown into writable blocks; none for white space."""
    lines = markdown.replace("\r\n", "\n").split("\n")
    made: list[Json] = []
    at = 0
    while at < len(lines):
        block, at = _block(lines, at, find)
        if block is not None:
            made.append(block)
    return made


def _block(lines: list[str], at: int, find: Linker) -> tuple[Json | None, int]:
    line = lines[at]
    if not line.strip():
        return None, at + 1
    if match := FENCE.match(line):
        return _fence(lines, at, match[1], match[2])
    if RULE.fullmatch(line):
        return {"type": "HorizontalLineBlock"}, at + 1
    if match := HEADING.match(line):
        level = min(3, len(match[1]))
        hierarchy = {"key": f"H{level}", "val": level}
        return {**_text(match[2], find), "hierarchy": hierarchy}, at + 1
    if match := ITEM.match(line):
        block = _text(match[3], find)
        if match[2]:
            return {**block, "todo": {"isDone": match[2] != " "}}, at + 1
        kind = "numerical" if match[1][0].isdigit() else "bullet"
        return {**block, "list": {"type": kind}}, at + 1
    return _paragraph(lines, at, find)


def _fence(lines: list[str], at: int, fence: str, language: str) -> tuple[Json, int]:
    end = at + 1
    while end < len(lines) and not lines[end].startswith(fence):
        end += 1
    text = "\n".join(lines[at + 1 : end])
    return {"type": "CodeBlock", "lang": language.strip() or "Text", "text": text}, end + 1


def _paragraph(lines: list[str], at: int, find: Linker) -> tuple[Json, int]:
    quoted = lines[at].startswith(">")
    end = at
    while end < len(lines) and lines[end].strip() and lines[end].startswith(">") == quoted:
        if end > at and _starts_block(lines[end]):
            break
        end += 1
    text = "\n".join(re.sub(r"^> ?", "", line) if quoted else line for line in lines[at:end])
    block = _text(text, find)
    return ({**block, "quote": {"layout": "normal"}} if quoted else block), end


def _starts_block(line: str) -> bool:
    return any(each.match(line) for each in (FENCE, RULE, HEADING, ITEM))


def _text(text: str, find: Linker) -> Json:
    return {"type": "TextBlock", "tokens": list(tokens(text, find))}


def tokens(text: str, find: Linker) -> Iterator[Json]:
    """Turn a line of Markdown into tokens."""
    at = 0
    for match in INLINE.finditer(text):
        if match.start() > at:
            yield _plain(text[at : match.start()])
        yield _token(match, find)
        at = match.end()
    if at < len(text):
        yield _plain(text[at:])


def _token(match: re.Match[str], find: Linker) -> Json:
    match match.lastgroup and next(name for name in KINDS if match[name] is not None):
        case "code":
            return {"type": "CodeToken", "text": match["code_text"]}
        case "bold":
            return _plain(match["bold_text"], "bold")
        case "strike":
            return _plain(match["strike_text"], "strikethrough")
        case "italic":
            return _plain(match["italic_text"], "italic")
        case "link":
            return {"type": "LinkToken", "text": match["label"], "url": match["url"]}
        case "tag":
            return {"type": "LinkToken", "text": "", "entityId": find("tag", match["name"])}
        case "wiki":
            target = find("title", match["title"])
            if target is None:
                return _plain(match["title"])
            return {"type": "LinkToken", "text": match["title"], "entityId": target}
        case _:
            return _plain(match["char"])


KINDS = ("code", "bold", "strike", "italic", "wiki", "link", "escape", "tag")


def _plain(text: str, *styles: str) -> Json:
    return {"type": "TextToken", "text": text, "style": dict.fromkeys(styles, True)}
