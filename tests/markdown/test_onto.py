"""A changed body written onto a file in somebody's own style: only what changed changes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import settings

from capsync.markdown.lens import compose, put
from capsync.markdown.links import NoNames
from capsync.markdown.onto import write_onto
from capsync.markdown.reader import read_blocks
from capsync.markdown.view import without_ids
from capsync.model.block import (
    Block,
    BlockId,
    Blocks,
    CodeBlock,
    GridBlock,
    GroupBlock,
    MathBlock,
    TextBlock,
)
from capsync.model.property import PropertyId
from capsync.model.token import TextToken, plain_text
from tests.strategies import numbered

NAMES = NoNames()
NOTES = PropertyId("notes")
often = settings(max_examples=150, deadline=None)


def bare(blocks: Blocks) -> Blocks:
    return tuple(map(without_ids, blocks))


def body_of(text: str) -> Blocks:
    """Give the body the space holds for a file, with ids."""
    return numbered(put(text, {NOTES: ()}, NAMES)[NOTES])


def onto(text: str, old: Blocks, new: Blocks) -> str:
    return write_onto(text, {NOTES: old}, {NOTES: new}, NAMES)


def lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def worded(blocks: Blocks, old: str, new: str) -> Blocks:
    """Replace a word wherever it stands in a body."""

    def one(block: Block) -> Block:
        match block:
            case TextBlock():
                tokens = tuple(
                    replace(token, text=token.text.replace(old, new))
                    if isinstance(token, TextToken)
                    else token
                    for token in block.tokens
                )
                return replace(block, tokens=tokens, blocks=worded(block.blocks, old, new))
            case GroupBlock():
                return replace(block, blocks=worded(block.blocks, old, new))
            case GridBlock():
                columns = tuple(worded(column, old, new) for column in block.columns)
                return replace(block, columns=columns)
            case CodeBlock() | MathBlock():
                return replace(block, text=block.text.replace(old, new))
            case _:
                return block

    return tuple(map(one, blocks))


#: Texts in other people's styles. WORD stands in one place; everywhere else nothing may change.
STYLES = {
    "star bullets": "* one\n* WORD\n* three\n",
    "plus bullets far from their text": "+   one\n+   WORD\n",
    "numbers with brackets": "3) one\n4) WORD\n9) three\n",
    "a loose list": "- one\n\n- WORD\n\n\n- three\n",
    "nested bullets": "* one\n  * two\n    * WORD\n  * four\n* five\n",
    "four blanks a level": "- one\n    - WORD\n    - three\n",
    "tabs": "-\tone\n-\ttwo\n\n\n# WORD\n",
    "text in an item": "- one\n  wrapped\n\n  WORD\n- three\n",
    "setext headings": "Title\n=====\n\nPart\n----\nWORD\n\n***\n",
    "closed headings": "## Part ##\n\nWORD\n",
    "hard wraps": "one long line\nwrapped here\n\nWORD\n\nanother\nwrapped\n",
    "breaks by blanks": "one  \ntwo\n\nWORD\n",
    "tilde fences": "~~~python\nx\n~~~\n\nWORD\n",
    "indented code": "    code\n\nWORD\n",
    "emphasis with lines": "_a_ and __b__\n\nWORD\n",
    "Windows": "one\r\n\r\nWORD\r\n\r\n* three\r\n",
    "no line end at the end": "one\n\nWORD",
    "many blank lines": "\n\none\n\n\n\nWORD\n\n\n",
    "definitions": "[a] and [b]\n\n[a]: http://a.b\n\nWORD\n\n[b]: http://b.c 'title'\n",
    "links with titles": '[a](http://b.c "title")\n\nWORD\n',
    "lazy quotes": "> one\ntwo\n\nWORD\n",
    "quotes without blanks": ">one\n>\n>- two\n>- WORD\n",
    "text in a quote": "> one\n>\n> WORD\n>\n> three\n",
    "a callout": "> [!toggle]- one\n>\n> two\n>\n> * three\n> * WORD\n",
    "a standout quote": "> [!quote]\n> one\n>\n> WORD\n",
    "children of a paragraph": "one\n::: indent\n\ntwo\n\n\n* WORD\n:::\nthree\n",
    "a group": "::: group\n\n* one\n\nWORD\n\n:::\n",
    "columns and more": "::: grid\n::: column\n* one\n:::\n::: column\ntwo\n:::\n:::\n\nWORD\n",
    "a table and more": "a|b\n-|-\n1|2\n\nWORD\n",
    "to-dos": "* [X] one\n* [ ] WORD\n",
    "rules of stars": "* * *\nWORD\n___\n",
    "html": "<div>\none\n</div>\n\nWORD\n",
    "entities": "&copy; one\n\nWORD\n",
}  # fmt: skip


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_an_edit_in_the_space_changes_the_lines_of_its_block(text: str) -> None:
    old = body_of(text)
    result = onto(text, old, worded(old, "WORD", "new words"))
    assert result == text.replace("WORD", "new words")


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_a_block_that_goes_in_the_space_takes_its_lines_with_it(text: str) -> None:
    old = body_of(text)
    new = without_word(old)
    result = onto(text, old, new)
    assert "WORD" not in result
    kept = [line for line in text.splitlines() if "WORD" not in line and says_something(line)]
    assert [line for line in result.splitlines() if says_something(line)] == kept


def without_word(blocks: Blocks) -> Blocks:
    done: list[Block] = []
    for block in blocks:
        if isinstance(block, TextBlock) and "WORD" in plain_text(block.tokens):
            continue
        if isinstance(block, TextBlock | GroupBlock):
            done.append(replace(block, blocks=without_word(block.blocks)))
        else:
            done.append(block)
    return tuple(done)


def says_something(line: str) -> bool:
    return bool(line.strip(" \t\r\n>"))


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_a_block_added_in_the_space_adds_lines_and_changes_none(text: str) -> None:
    old = body_of(text)
    for at in range(len(old) + 1):
        new = (*old[:at], TextBlock((TextToken("added words"),), id=BlockId("new")), *old[at:])
        result = onto(text, old, new)
        rest = [line for line in lines(result) if "added words" not in line]
        said = [line for line in lines(text) if says_something(line)]
        if text.endswith("\n"):
            assert [line for line in rest if says_something(line)] == said
        assert read_blocks(result, NAMES) == bare(compose({NOTES: new}, NAMES))


def test_an_item_added_to_a_list_looks_like_its_neighbours() -> None:
    for text, expected in {
        "* one\n* two\n": "* one\n* new\n* two\n",
        "3) one\n4) two\n": "3) one\n4) new\n4) two\n",
        "- [ ] one\n- [x] two\n": "- [ ] one\n- new\n- [x] two\n",
    }.items():
        old = body_of(text)
        assert isinstance(old[0], TextBlock)
        kind = old[0].list or "bullet"
        added = TextBlock((TextToken("new"),), list=kind, id=BlockId("new"))
        assert onto(text, old, (old[0], added, *old[1:])) == expected


def test_an_edit_keeps_the_line_end_of_the_file() -> None:
    text = "one\r\n\r\ntwo\r\n"
    old = body_of(text)
    new = (*worded(old, "two", "2"), TextBlock((TextToken("three"),), id=BlockId("n")))
    assert onto(text, old, new) == "one\r\n\r\n2\r\n\r\nthree\r\n"


def test_a_child_added_in_the_space_is_written_under_its_parent() -> None:
    text = "* one\n  * two\n* three\n"
    old = body_of(text)
    assert isinstance(old[0], TextBlock)
    child = TextBlock((TextToken("new"),), list="bullet", id=BlockId("new"))
    parent = replace(old[0], blocks=(*old[0].blocks, child))
    assert onto(text, old, (parent, *old[1:])) == "* one\n  * two\n  * new\n* three\n"


def test_a_block_that_moved_takes_its_lines_along() -> None:
    text = "Title\n=====\n\n* a\n* b\n\n_last_  \nline\n"
    old = body_of(text)
    result = onto(text, old, (old[-1], *old[:-1]))
    assert result == "_last_  \nline\n\nTitle\n=====\n\n* a\n* b\n"


def test_a_block_made_anew_in_the_space_keeps_its_lines() -> None:
    """An id says little: an app may delete a block and make it again."""
    text = "Title\n=====\n\n_a_\n\n* b\n"
    old = body_of(text)
    new = tuple(replace(block, id=BlockId(f"new {at}")) for at, block in enumerate(old))
    added = TextBlock((TextToken("added"),), id=BlockId("x"))
    assert onto(text, old, (*new, added)) == text + "\nadded\n"


def test_a_definition_outlives_the_block_before_it() -> None:
    text = "one\n\n[a]: http://a.b\n\ntwo [a]\n"
    old = body_of(text)
    assert onto(text, old, old[1:]).replace("\n", "") == "two [a][a]: http://a.b"


def test_colours_change_no_byte() -> None:
    text = STYLES["star bullets"]
    old = body_of(text)
    new = tuple(replace(b, color="bg-green") for b in old if isinstance(b, TextBlock))
    assert onto(text, old, new) == text


def test_a_file_is_written_even_where_the_body_was_never_put_from_it() -> None:
    old = (TextBlock((TextToken("quite another"),), id=BlockId("a")),)
    new = (TextBlock((TextToken("wanted"),), id=BlockId("b")),)
    assert read_blocks(onto("* what\n* is there\n", old, new), NAMES) == bare(new)
