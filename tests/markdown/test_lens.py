"""The laws of `get` and `put`."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from capsync.markdown.lens import compose, get, put
from capsync.markdown.links import NoNames
from capsync.markdown.reader import read_blocks
from capsync.markdown.view import view, without_ids
from capsync.markdown.writer import write_body
from capsync.model.block import (
    Block,
    Blocks,
    GridBlock,
    GroupBlock,
    OpaqueBlock,
    TextBlock,
    is_writable,
    walk,
)
from capsync.model.property import PropertyId
from capsync.model.token import OpaqueToken, TextToken, plain_text
from tests.strategies import bodies, numbered, sentences, writable_bodies

NAMES = NoNames()
NOTES = PropertyId("notes")
often = settings(max_examples=150, deadline=None)


def bare(blocks: Blocks) -> Blocks:
    return tuple(map(without_ids, blocks))


def read(text: str) -> Blocks:
    return bare(read_blocks(text, NAMES))


def placed(text: str, body: Blocks) -> Blocks:
    return put(text, {NOTES: body}, NAMES)[NOTES]


def shown(body: Blocks) -> str:
    return get({NOTES: body}, NAMES)


def has_opaque_token(block: Block) -> bool:
    return any(
        isinstance(token, OpaqueToken)
        for inner in walk((block,))
        if isinstance(inner, TextBlock)
        for token in inner.tokens
    )


said = writable_bodies.map(lambda body: tuple(b for b in body if not has_opaque_token(b)))
"""Bodies whose Markdown means the same in any file: nothing in them is only a placeholder."""

scraps = st.sampled_from(
    (
        *("a", "b c", "", "", "- a", "  b", "* c", "1. d", "2) e", "> q", "> - r", "# h", "## i"),
        *("---", "```", "    x", "::: group", "::: indent", ":::", "$$", "|a|b|", "|-|-|"),
        *("> [!toggle]- t", "- [ ] t", "**b** ==m==", "<div>", "  - a", "a  ", "::: grid"),
        *("::: column", "[a]: /u", "[a]"),
    )
)
texts = st.lists(scraps, max_size=12).map(lambda lines: "\n".join(lines) + "\n")


@st.composite
def edits(draw: st.DrawFn, body: Blocks) -> Blocks:
    """Draw what a person may make of a body: blocks gone, moved, changed and added."""
    done = list(body)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(done)))
        match draw(st.sampled_from("dmia")) if at < len(done) else "i":
            case "d":
                del done[at]
            case "m":
                done.insert(draw(st.integers(0, len(done) - 1)), done.pop(at))
            case "a" if isinstance(done[at], TextBlock):
                more = TextToken(" " + draw(sentences))
                old = done[at]
                assert isinstance(old, TextBlock)
                done[at] = replace(old, tokens=(*old.tokens, more))
            case _:
                done.insert(at, TextBlock((TextToken(draw(sentences)),)))
    return tuple(done)


@st.composite
def edited(draw: st.DrawFn, bodies: st.SearchStrategy[Blocks]) -> tuple[Blocks, Blocks]:
    """Draw a body and what a person made of it."""
    body = draw(bodies)
    return body, draw(edits(body))


@often
@given(bodies)
def test_an_untouched_file_changes_nothing(body: Blocks) -> None:
    """GetPut."""
    assert placed(shown(body), body) == body


@often
@given(said, said)
def test_what_was_written_is_what_is_there(old: Blocks, new: Blocks) -> None:
    """PutGet, for files capsync wrote."""
    text = shown(new)
    assert shown(placed(text, old)) == text


@often
@given(edited(said))
def test_what_was_edited_is_what_is_there(bodies: tuple[Blocks, Blocks]) -> None:
    """PutGet, for files somebody edited."""
    old, new = bodies
    text = shown(new)
    assert shown(placed(text, old)) == text


@often
@given(said, texts)
def test_any_file_is_what_is_there(old: Blocks, text: str) -> None:
    """PutGet, for files in any style: up to the style."""
    assert read(shown(placed(text, old))) == read(text)


@often
@given(edited(said), texts)
def test_putting_twice_is_putting_once(bodies: tuple[Blocks, Blocks], other: str) -> None:
    """PutPut, up to what the first one removed."""
    old, new = bodies
    text = shown(new)
    twice = placed(text, placed(other, old))
    assert bare(view(twice, NAMES)) == bare(view(placed(text, old), NAMES))
    assert placed(text, placed(text, old)) == placed(text, old)


@often
@given(bodies)
def test_a_view_is_its_own_view(body: Blocks) -> None:
    seen = view(body, NAMES)
    assert view(seen, NAMES) == seen


@often
@given(bodies)
def test_a_view_written_and_read_is_the_view(body: Blocks) -> None:
    seen = view(body, NAMES)
    assert read(write_body(seen, NAMES)) == bare(seen)


@often
@given(texts)
def test_what_is_read_is_its_own_view(text: str) -> None:
    seen = read(text)
    assert bare(view(seen, NAMES)) == seen
    assert read(write_body(seen, NAMES)) == seen


@often
@given(edited(bodies))
def test_no_id_stands_twice_and_none_is_made_up(bodies: tuple[Blocks, Blocks]) -> None:
    old, new = bodies
    result = placed(shown(new), old)
    names = [block.id for block in walk(result) if block.id is not None]
    assert len(names) == len(set(names))
    assert set(names) <= {block.id for block in walk(old)}


@often
@given(bodies, st.one_of(texts, bodies.map(shown), st.just("")))
def test_what_only_has_a_placeholder_is_never_lost(body: Blocks, text: str) -> None:
    """Whatever becomes of the file, also where headings, groups and columns around it go."""
    there = [block.id for block in walk(body) if not is_writable(block)]
    result = [block.id for block in walk(placed(text, body)) if not is_writable(block)]
    assert sorted(map(str, result)) == sorted(map(str, there))


@often
@given(edited(bodies))
def test_an_edit_touches_no_block_that_looks_the_same(bodies: tuple[Blocks, Blocks]) -> None:
    """A block that is shown once before and once after keeps everything, wherever it went."""
    old, new = bodies
    before = [b for b in old if not isinstance(b, OpaqueBlock) and view((b,), NAMES)]
    looks = [bare(view((b,), NAMES)) for b in before]
    text = shown(new)
    after = placed(text, old)
    shown_now = list(bare(compose({NOTES: new}, NAMES)))
    for block, look in zip(before, looks, strict=True):
        alone = len(look) == 1 and looks.count(look) == 1 and is_writable(block)
        if (
            alone
            and shown_now.count(look[0]) == 1
            and list(bare(view(old, NAMES))).count(look[0]) == 1
        ):
            assert block in after or any(block in inner.blocks for inner in holders(after))


def holders(blocks: Blocks) -> list[TextBlock | GroupBlock]:
    return [each for each in walk(blocks) if isinstance(each, TextBlock | GroupBlock)]


@often
@given(bodies, bodies, texts)
def test_sections_are_edited_apart(one: Blocks, two: Blocks, text: str) -> None:
    other = PropertyId("summary")
    both = numbered((*one, *two))
    sections = {NOTES: both[: len(one)], other: both[len(one) :]}
    whole = get(sections, NAMES)
    assert put(whole, sections, NAMES) == sections
    if view(sections[other], NAMES):
        result = put(whole + "\n" + text, sections, NAMES)
        if "<!-- capacities" not in text:
            assert bare(view(result[NOTES], NAMES)) == bare(view(sections[NOTES], NAMES))


@often
@given(said, sentences)
def test_a_grid_of_plain_text_is_a_table(body: Blocks, text: str) -> None:
    cell = TextBlock((TextToken(text),))
    grid = GridBlock(((cell, cell), (cell, cell)), (0.5,))
    markdown = shown((grid, *body))
    assert markdown.startswith(f"| {text} | {text} |\n| --- | --- |\n")
    assert plain_text(cell.tokens) == text
