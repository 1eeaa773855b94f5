"""What the scanner reads as HTML, to be compared with what another parser makes of it."""

from __future__ import annotations

import html
import re
from typing import Any

import mistune
from mistune.helpers import unescape_char

from capsync.markdown.inline_parser import Inline
from capsync.markdown.scanner import Scanner

_KINDS = {"item": "list_item", "quote": "block_quote", "rule": "thematic_break"}


def as_html(text: str) -> str:
    """Render *text* as our scanner and mistune's inline parser read it."""
    tokens = mistune.Markdown(renderer=None, block=Scanner(), inline=Inline())(text)
    assert isinstance(tokens, list)
    renderer = mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True)
    return str(renderer(_for_mistune(tokens), mistune.BlockState()))


def _for_mistune(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_one(token) for token in tokens if token["type"] != "definition"]


def _one(token: dict[str, Any]) -> dict[str, Any]:
    kind = token["type"]
    match kind:
        case "list":
            number = token["children"][0]["attrs"]["number"]
            attrs = {"ordered": number is not None}
            if number not in (None, 1):
                attrs["start"] = number
            return {"type": kind, "attrs": attrs, "children": _for_mistune(token["children"])}
        case "item" | "quote":
            return {"type": _KINDS[kind], "children": _for_mistune(token["children"])}
        case "fence":
            info = {"info": unescape_char(token["attrs"]["info"].strip())}
            return {
                "type": "block_code",
                "raw": _lines(token),
                "attrs": info if info["info"] else {},
            }
        case "indented":
            return {"type": "block_code", "raw": _lines(token)}
        case "html":
            return {"type": "block_html", "raw": _lines(token)}
        case "rule":
            return {"type": _KINDS[kind]}
        case "paragraph" | "heading":
            return token
        case _:  # what CommonMark does not know
            return {"type": "paragraph", "children": [{"type": "text", "raw": kind}]}


def _lines(token: dict[str, Any]) -> str:
    return "".join(f"{line}\n" for line in token["raw"])


def normalised(markup: str) -> str:
    """Give HTML without what says nothing: tight or loose, blanks, ways to spell a character."""
    markup = re.sub(r"\s+", " ", re.sub(r"</?p>", "", markup))
    return html.unescape(markup.replace("> ", ">").replace(" <", "<")).strip()
