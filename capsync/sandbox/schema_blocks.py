"""Checks for the blocks and tokens a request may write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capsync.sandbox.check import (
    Check,
    array,
    boolean,
    held_to,
    nullable,
    number,
    one_of,
    shape,
    text,
    variant,
)

HUES = (
    *("gray", "rose", "pink", "fuchsia", "purple", "violet", "indigo", "blue", "sky"),
    *("cyan", "teal", "emerald", "green", "lime", "yellow", "amber", "orange", "red"),
)
COLORS = tuple(f"{layer}-{hue}" for layer in ("text", "bg") for hue in HUES)

any_text = text()
kind = any_text
color = one_of(*COLORS)
date = shape(
    {"start": nullable(any_text)},
    {"end": nullable(any_text), "dateResolution": one_of("time", "day")},
)


def _has_one_target(link: Any) -> bool:
    return sum(key in link for key in ("url", "entityId", "date")) == 1


style = shape({}, dict.fromkeys(("bold", "italic", "strikethrough", "underline"), boolean))
plain_token = shape({"type": kind, "text": any_text})
TOKENS: Mapping[str, Check] = {
    "TextToken": shape({"type": kind, "text": any_text, "style": style}, {"color": color}),
    "LinkToken": held_to(
        shape(
            {"type": kind, "text": any_text}, {"url": any_text, "entityId": any_text, "date": date}
        ),
        _has_one_target,
        "Provide exactly one of `url`, `entityId`, or `date` on a LinkToken.",
    ),
    "MathToken": plain_token,
    "CodeToken": plain_token,
}
token = variant(lambda: TOKENS)
tokens = array(token)

highlight_color = one_of("yellow", "orange", "green", "red", "purple", "blue")
HIGHLIGHTS: Mapping[str, Check] = {
    "webhighlights": held_to(
        shape({"type": kind}, {"url": any_text, "color": highlight_color}),
        lambda _: False,
        "Highlights of type `webhighlights` are reserved for the Webhighlights integration.",
    ),
    "custom": shape(
        {"type": kind, "label": text(low=1, high=20)},
        {"location": text(high=20), "url": any_text, "color": highlight_color},
    ),
}

block = variant(lambda: BLOCKS)
blocks = array(block)
looks: Mapping[str, Check] = {
    "list": nullable(shape({"type": one_of("bullet", "alphabetical", "numerical", "roman")})),
    "todo": shape({"isDone": boolean}),
    "toggle": nullable(shape({"isOpen": boolean})),
    "textAlignment": one_of("left", "center", "right"),
    "colorTheme": color,
}
BLOCKS: Mapping[str, Check] = {
    "TextBlock": shape(
        {"type": kind},
        {
            "tokens": tokens,
            "blocks": blocks,
            "hierarchy": shape({"key": any_text, "val": number}),
            **looks,
            "quote": shape({"layout": one_of("normal", "standout")}),
            "highlight": variant(lambda: HIGHLIGHTS),
        },
    ),
    "GroupBlock": shape({"type": kind}, {"blocks": blocks, **looks}),
    "GridBlock": held_to(
        shape(
            {"type": kind, "dividers": array(number)},
            {
                "columns": array(blocks),
                "gridLayout": one_of("columns", "grid"),
                "colorTheme": color,
            },
        ),
        lambda grid: len(grid.get("columns", (1, 2))) >= 2,
        "GridBlock must include at least two columns.",
        "columns",
    ),
    "CodeBlock": shape({"type": kind, "lang": any_text, "text": any_text}),
    "MathBlock": shape({"type": kind, "text": any_text}, {"colorTheme": color}),
    "EntityBlock": held_to(
        shape({"type": kind, "entityId": nullable(any_text)}, {"date": date}),
        lambda embed: "date" not in embed,
        "EntityBlock does not accept `date`; use a LinkToken with `date` instead.",
        "date",
    ),
    "HorizontalLineBlock": shape({"type": kind}),
}
