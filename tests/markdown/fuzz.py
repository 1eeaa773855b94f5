"""Random Markdown documents for differential tests: wild ones, and ones that look like notes.

The wild are fragments thrown together; the sane are what people write. Both
come from a seed, so a failure can be looked at again.
"""

from __future__ import annotations

from random import Random

WORDS = ("alpha", "beta", "gamma", "delta", "one", "two", "three", "foo", "bar", "baz")
INLINE = (
    *("*", "**", "***", "_", "__", "`", "``", "[", "]", "](", "(", ")", "](http://x.y)", "!["),
    *("<http://a.b>", "<b>", "</b>", "\\", "\\*", "&amp;", "&lt;", "&", "!", "~", "~~", '"', "'"),
    *("  \n", "\\\n", "\n", " ", "<!-- c -->", "a_b_c", "2*3*4", "1.", "-", "+", "#", "="),
    *("é", "“q”", "…"),
)  # fmt: skip
STARTS = (
    *("", "", "", "", "- ", "* ", "+ ", "1. ", "2) ", "> ", ">", "  ", "   ", "    ", "\t"),
    *("      ", "# ", "## ", "###### ", "-", "1.", " - ", "  - ", "    - ", "     1. ", "> - "),
    *("- > ", "- - ", "> > ", "```", "~~~", "````py", "---", "***", "===", "<div>", "</div>"),
    *("<!--", "[foo]: /url 'title'", "[foo]:", "| a | b |", "|---|---|"),
)
SAID = (
    *("*em*", "**bold**", "`code`", "[link](http://x.y/z)", "a_b", "2 * 3", "<http://a.b>"),
    *(
        "\\*",
        "~~s~~",
        "&amp;",
        "http://q.w",
        '"q"',
        "it's",
        "snake_case_name",
        "***x***",
        "**b *i* b**",
    ),
    *("`` a`b ``",),
)


def wild(seed: int) -> str:
    """Make a document that nobody would write."""
    luck = Random(seed)  # noqa: S311
    lines = []
    for _ in range(luck.randint(1, 9)):
        if luck.random() < 0.2:
            lines.append("")
        else:
            lines.append(luck.choice(STARTS) + (_scraps(luck) if luck.random() < 0.85 else ""))
    return "\n".join(lines) + "\n"


def _scraps(luck: Random) -> str:
    parts = []
    for _ in range(luck.randint(1, 6)):
        parts.append(luck.choice(WORDS if luck.random() < 0.55 else INLINE))
        if luck.random() < 0.5:
            parts.append(" ")
    return "".join(parts)


def sane(seed: int) -> str:
    """Make a document such as people write."""
    luck = Random(seed)  # noqa: S311
    return "\n\n".join(_block(luck) for _ in range(luck.randint(2, 7))) + "\n"


def _sentence(luck: Random) -> str:
    said = (
        luck.choice(WORDS if luck.random() < 0.75 else SAID) for _ in range(luck.randint(3, 14))
    )
    return " ".join(said)


def _item(luck: Random, depth: int, marker: str) -> str:
    indent = "  " * depth * (2 if marker == "1." else 1)
    own = f"{indent}{marker} {_sentence(luck)}"
    if depth < 2 and luck.random() < 0.4:
        return own + "\n" + _item(luck, depth + 1, luck.choice(("-", "1.", "*")))
    return own


def _block(luck: Random) -> str:
    match luck.choice("ppppppphhhllllllqccrd"):
        case "p":
            return "\n".join(_sentence(luck) for _ in range(luck.randint(1, 3)))
        case "h":
            return "#" * luck.randint(1, 6) + " " + _sentence(luck)
        case "l":
            marker, gap = luck.choice(("-", "*", "1.")), luck.choice(("\n", "\n", "\n", "\n\n"))
            return gap.join(_item(luck, 0, marker) for _ in range(luck.randint(1, 4)))
        case "q":
            return "\n".join("> " + _sentence(luck) for _ in range(luck.randint(1, 3)))
        case "c":
            return f"```py\n{_sentence(luck)}\n\n  x\n```"
        case "r":
            return "---"
        case _:
            return f"<div>\n{_sentence(luck)}\n</div>"
