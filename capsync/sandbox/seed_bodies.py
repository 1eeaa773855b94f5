"""Bodies that use every block and every token, in every dress."""

from __future__ import annotations

from capsync.sandbox.message import Json
from capsync.sandbox.seed_words import (
    RULE,
    code,
    day,
    embed,
    formula,
    grid,
    group,
    h,
    item,
    listing,
    math,
    p,
    t,
    to,
    todo,
    url,
)

UNSUPPORTED = ("SimpleTable", "QueryBlock")
"""Kinds of blocks the API only names."""


def every_token(page: str, tag: str) -> list[Json]:
    """Paragraphs with all that a line can hold.

    Args:
        page: An object to link to.
        tag: A tag to mention; its link has no text.
    """
    return [
        h(1, "Inline"),
        p(
            "Plain, ",
            *(t("bold", "bold"), ", ", t("italic", "italic"), ", "),
            *(t("struck", "strikethrough"), ", ", t("underlined", "underline"), " and "),
            t("all at once", "bold", "italic", "strikethrough", "underline"),
            ".",
        ),
        p("Colours: ", t("red words", color="text-red"), " on ", t("yellow", color="bg-yellow")),
        p("A link to ", url("the guild", "https://example.org/a?b=c&d=(e)"), "."),
        p("An object: ", to(page, "the bench"), "; a tag: ", to(tag), "."),
        p("On ", day("the first of March", "2026-03-01"), " or ", to(page)),
        p(
            "At ",
            day("nine", "2026-03-01T09:30:00Z", dateResolution="time", end="2026-03-01T10:00:00Z"),
        ),
        p("Inline maths ", math(r"e^{i\pi} + 1 = 0"), " and ", code("x = `1`")),
        p("First line\nsecond line of the same paragraph, with * and _ and # and [[brackets]]"),
        p("日本語と emoji 🪵 and عربى"),
        p(),
    ]


def every_block(page: str) -> list[Json]:
    """All blocks the API can write, each with what it can carry."""
    return [
        h(1, "Headings", blocks=[p("A child under a heading.")]),
        h(2, "Second level"),
        h(3, "Third level"),
        p("Fourth level", hierarchy={"key": "H4", "val": 4}),
        p("Small print", hierarchy={"key": "Small", "val": 0}),
        p("A paragraph with a child", blocks=[p("the child", blocks=[p("the grandchild")])]),
        p("Centred", textAlignment="center"),
        *_lists(),
        p("Words of another.", quote={"layout": "normal"}),
        p("Words that stand out.", quote={"layout": "standout"}),
        p("Closed", toggle={"isOpen": False}, blocks=[p("hidden inside")]),
        h(2, "Open heading", toggle={"isOpen": True}, blocks=[p("shown inside")]),
        p("On green", colorTheme="bg-green"),
        p(
            "Highlighted",
            highlight={
                "type": "custom",
                "label": "Important",
                "location": "p. 12",
                "color": "blue",
            },
        ),
        group(p("grouped one"), p("grouped two"), colorTheme="text-purple"),
        group(p("in a toggle"), toggle={"isOpen": True}, list={"type": "bullet"}),
        grid([p("Wood"), p("Oak")], [p("Price"), p("12.50"), todo("order")], gridLayout="columns"),
        grid([p("a1")], [p("b1")], [embed(page)], gridLayout="grid", colorTheme="bg-gray"),
        listing("python", 'def plane(board):\n    """Flat."""\n    return board - 1\n'),
        listing("Text", "``` is a fence\n"),
        formula(r"\int_0^1 x^2\,dx = \frac{1}{3}", colorTheme="text-blue"),
        embed(page),
        embed(None),
        RULE,
        p("The end."),
    ]


def _lists() -> list[Json]:
    return [
        item("bullet", "first", blocks=[item("bullet", "nested", blocks=[item("roman", "deep")])]),
        item("bullet", "second"),
        item("numerical", "one"),
        item("numerical", "two", blocks=[p("a paragraph in an item"), listing("sh", "make")]),
        item("alphabetical", "a"),
        item("roman", "i"),
        todo("sharpen the chisels", done=True),
        todo("glue the leg", blocks=[todo("find the glue")], list={"type": "bullet"}),
        todo("half a list", toggle={"isOpen": True}, blocks=[p("why")]),
    ]


def unwritable() -> list[Json]:
    """Blocks as only the app can make them, to be inserted as they are."""
    date = {"dateResolution": "day", "start": "2026-03-01T00:00:00.000Z", "end": None}
    token = {"type": "LinkToken", "text": "a link that lost its target"}
    text: Json = {"type": "TextBlock", "blocks": [], "hierarchy": {"key": "Base", "val": 0}}
    return [
        *({"type": "unsupported", "blockType": kind} for kind in UNSUPPORTED),
        {"type": "EntityBlock", "entityId": "5b1d7c1e-0d8e-4c6b-9a55-0c6a4f1d2e30", "date": date},
        {**text, "tokens": [token]},
        {
            **text,
            "tokens": [{"type": "TextToken", "text": "Read on a device", "style": {}}],
            "highlight": {"type": "readwise", "url": "https://example.org/r", "color": "yellow"},
        },
    ]
