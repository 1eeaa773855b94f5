"""Notes, blocks, tokens and property values for Hypothesis, in one place.

Everything made here is something the service could send. Ids are unique within
a body. `blocks` draws without ids; `bodies` numbers them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from hypothesis import strategies as st

from capsync.model.block import (
    BASE,
    HEADINGS,
    Block,
    BlockId,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    Hierarchy,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
)
from capsync.model.note import PAGE, TITLE, Note, StructureId
from capsync.model.property import (
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelOption,
    LabelValue,
    OpaqueValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
)
from capsync.model.token import (
    CodeToken,
    LinkToken,
    MathToken,
    Moment,
    NoteId,
    OpaqueToken,
    Style,
    TextToken,
    Token,
    Tokens,
)

#: What Markdown, YAML, file names and Unicode stumble over.
UGLY = (
    *("", " ", "a", "milk and eggs", "two\nlines", "trailing ", " leading", "tab\there"),
    *("*not bold*", "_x_", "**", "`tick`", "``", "~~", "==", "$5 and $6", "\\", "\\*", "<u>"),
    *("# no heading", "- no item", "1. no item", "> no quote", "---", "===", "|a|b|", ":::"),
    *("[[No link]]", "![[x]]", "[a](b)", "[!quote]", "<!-- capacities: x -->", "&amp;", "&"),
    *("é", "e\u0301", "日本語", "שלום", "👩‍👩‍👧", "\u00a0", "\u200b", "\ufeff", "\u2028"),
    *("key: value", "'", '"', "{", "%", "@", "!", "null", "yes", "0x1F", "2026-03-01"),
)
letters = st.characters(exclude_categories=("Cs", "Cc"))
words = st.text("abcdeé", min_size=1, max_size=5)
sentences = st.lists(words, min_size=1, max_size=6).map(" ".join)
texts = st.one_of(sentences, st.sampled_from(UGLY), st.text(letters, max_size=12))
"""Any text a token may hold, the empty one included."""

uuids = st.uuids(version=4).map(str)
note_ids = uuids.map(NoteId)
styles = st.builds(Style, st.booleans(), st.booleans(), st.booleans(), st.booleans())
token_colors = st.sampled_from(["bg-yellow", "text-red", "bg-blue"])
days = st.dates().map(lambda day: f"{day:%Y-%m-%d}".rjust(10, "0") + "T00:00:00.000Z")
instants = st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds") + "Z")
moments = st.one_of(
    st.builds(Moment, days),
    st.builds(Moment, days, days),
    st.builds(Moment, instants, st.none() | instants, st.just("time")),
)

text_tokens = st.builds(TextToken, texts, styles, st.none() | token_colors)
link_tokens = st.one_of(
    st.builds(LinkToken, texts, url=st.sampled_from(["https://a.example/x?y=(1)", "mailto:a@b"])),
    st.builds(LinkToken, texts, entity=note_ids),
    st.builds(LinkToken, texts, date=moments),
)
opaque_tokens = sentences.map(
    lambda text: OpaqueToken("FutureToken", f'{{"text":"{text}","type":"FutureToken"}}')
)
writable_tokens: st.SearchStrategy[Token] = st.one_of(
    text_tokens, link_tokens, st.builds(MathToken, texts), st.builds(CodeToken, texts)
)
tokens: st.SearchStrategy[Token] = st.one_of(writable_tokens, opaque_tokens)
token_lists: st.SearchStrategy[Tokens] = st.lists(tokens, max_size=3).map(tuple)
writable_token_lists: st.SearchStrategy[Tokens] = st.lists(writable_tokens, max_size=4).map(tuple)

colors = st.none() | st.sampled_from(["bg-green", "text-pink"])
ranks = st.sampled_from((BASE, BASE, *HEADINGS, Hierarchy("Small", 0)))
lists = st.none() | st.sampled_from(["bullet", "numerical", "alphabetical", "roman"])
flags = st.none() | st.booleans()
layouts = st.none() | st.sampled_from(["normal", "standout"])
highlights = st.none() | st.just('{"color":"yellow","type":"webhighlights"}')
alignments = st.none() | st.sampled_from(["left", "center", "right"])
languages = st.sampled_from(["Text", "python", "C++", ""])

leaves: st.SearchStrategy[Block] = st.one_of(
    st.builds(CodeBlock, texts, languages),
    st.builds(MathBlock, texts, colors),
    st.builds(EntityBlock, note_ids),
    st.builds(HorizontalLineBlock),
)
opaque_blocks: st.SearchStrategy[Block] = st.one_of(
    sentences.map(
        lambda text: OpaqueBlock(
            "RootSimpleTable", f'{{"blockType":"{text}","type":"unsupported"}}'
        )
    ),
    st.builds(EntityBlock, st.none(), moments),
    st.just(EntityBlock(None)),
)


def text_blocks(nested: st.SearchStrategy[Blocks]) -> st.SearchStrategy[TextBlock]:
    """Draw text blocks of every kind around *nested*."""
    return st.builds(
        TextBlock,
        token_lists,
        nested,
        hierarchy=ranks,
        list=lists,
        todo=flags,
        toggle=flags,
        quote=layouts,
        color=colors,
        highlight=highlights,
        alignment=alignments,
    )


def _around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    nested: st.SearchStrategy[Blocks] = st.lists(inner, max_size=3).map(tuple)
    groups = st.builds(GroupBlock, nested, list=lists, todo=flags, toggle=flags, color=colors)
    columns = st.lists(nested, min_size=2, max_size=3).map(tuple)
    grids = st.builds(
        GridBlock, columns, st.just((0.5,)), st.sampled_from(["columns", "grid"]), colors
    )
    return st.one_of(text_blocks(nested), groups, grids)


plain: st.SearchStrategy[Blocks] = st.just(())
writable_blocks: st.SearchStrategy[Block] = st.recursive(
    st.one_of(text_blocks(plain), leaves), _around, max_leaves=4
)
"""Any block the service would take back, nested ones included; without ids."""
blocks: st.SearchStrategy[Block] = st.recursive(
    st.one_of(text_blocks(plain), leaves, opaque_blocks), _around, max_leaves=4
)
"""Any block, unwritable ones included; without ids."""


def numbered(body: Blocks, names: Iterator[BlockId] | None = None) -> Blocks:
    """Give every block of *body* an id of its own, ``0000…`` upward in reading order."""
    names = names or (BlockId(f"00000000-0000-4000-8000-{number:012}") for number in count())

    def named(block: Block) -> Block:
        name = next(names)
        match block:
            case TextBlock() | GroupBlock():
                return replace(block, id=name, blocks=tuple(map(named, block.blocks)))
            case GridBlock():
                columns = tuple(tuple(map(named, column)) for column in block.columns)
                return replace(block, id=name, columns=columns)
            case _:
                return replace(block, id=name)

    return tuple(map(named, body))


bodies: st.SearchStrategy[Blocks] = st.lists(blocks, max_size=5).map(tuple).map(numbered)
"""Any body as the space would send it."""
writable_bodies: st.SearchStrategy[Blocks] = (
    st.lists(writable_blocks, max_size=5).map(tuple).map(numbered)
)
"""Likewise, without anything the service would not take back."""

scalars: st.SearchStrategy[PropertyValue] = st.one_of(
    st.builds(Scalar, st.just("text"), st.none() | texts),
    st.builds(Scalar, st.just("url"), st.none() | st.just("https://a.example")),
    st.builds(
        Scalar,
        st.just("number"),
        st.one_of(st.none(), st.integers(-99, 99).map(float), st.floats(allow_nan=False, width=32)),
    ),
    st.builds(Scalar, st.just("boolean"), flags),
)
options = st.builds(
    LabelOption, st.sampled_from(["o1", "o2", "o3", "o4"]), texts, st.none() | st.just("red")
)


def _several(each: st.SearchStrategy[Any], key: Any = None) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=4, unique_by=key or (lambda value: value)).map(tuple)


lists_of_things: st.SearchStrategy[PropertyValue] = st.one_of(
    st.builds(LabelValue, _several(options, lambda option: option.id)),
    st.builds(EntityValue, _several(st.sampled_from(["n1", "n2", "n3"]).map(NoteId))),
    st.builds(AliasesValue, _several(sentences)),
)
writable_values: st.SearchStrategy[PropertyValue] = st.one_of(
    scalars,
    lists_of_things,
    st.builds(DateValue, moments | st.just(Moment(None))),
    st.sampled_from([IconValue(None), IconValue("emoji", "🦊"), IconValue("iconify", "ph:x")]),
    st.builds(RichTextValue, writable_token_lists),
)
values: st.SearchStrategy[PropertyValue] = st.one_of(
    writable_values,
    st.builds(Scalar, st.sampled_from(["createdAt", "lastUpdatedAt"]), instants),
    sentences.map(lambda text: OpaqueValue("rating", f'{{"rating":"{text}","type":"rating"}}')),
)
property_ids = st.sampled_from(["author", "6b3f", "rating", "tags"]).map(PropertyId)
titles = st.one_of(sentences, st.sampled_from(["", "a/b", "CON", ".hidden", "x" * 300, "Dune: II"]))
collections = st.lists(st.sampled_from(["c1", "c2", "c3"]), unique=True).map(tuple)


@st.composite
def notes(draw: st.DrawFn, body: st.SearchStrategy[Blocks] = bodies) -> Note:
    """Draw a note with a title, some properties and one section."""
    held = draw(st.dictionaries(property_ids, values, max_size=3))
    return Note(
        id=draw(note_ids),
        structure=draw(st.sampled_from([PAGE, StructureId("3f8b")])),
        properties={TITLE: Scalar("title", draw(titles)), **held},
        sections={PropertyId("notes"): draw(body)},
        collections=draw(collections),
    )
