"""What is written reads back as it was meant, whatever it is."""

from __future__ import annotations

from hypothesis import given, strategies as st

from capsync.capacities.encode import (
    replacing_block,
    writable_block,
)
from capsync.model.block import (
    HEADINGS,
    Block,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    TextBlock,
)
from capsync.model.codec import decode_block
from capsync.model.token import (
    CodeToken,
    LinkToken,
    MathToken,
    Moment,
    Style,
    TextToken,
)
from tests.capacities.test_encode import DAY, TARGET

texts = st.builds(
    TextToken,
    st.text(min_size=1),
    st.builds(Style, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    st.none() | st.sampled_from(["text-red", "bg-sky"]),
)
links = st.one_of(
    st.builds(LinkToken, st.text(), url=st.just("https://x.org")),
    st.builds(LinkToken, st.text(), entity=st.just(TARGET)),
    st.builds(LinkToken, st.text(), date=st.just(Moment(DAY))),
)
tokens = st.lists(
    st.one_of(texts, links, st.builds(MathToken, st.text()), st.builds(CodeToken, st.text())),
    max_size=3,
).map(tuple)
leaves: st.SearchStrategy[Block] = st.one_of(
    st.builds(
        TextBlock,
        tokens=tokens,
        hierarchy=st.sampled_from(HEADINGS),
        list=st.none() | st.just("bullet"),
        todo=st.none() | st.booleans(),
        toggle=st.none() | st.booleans(),
        quote=st.none() | st.just("normal"),
        color=st.none() | st.just("bg-sky"),
        alignment=st.none() | st.just("left"),
    ),
    st.builds(CodeBlock, st.text(), st.text()),
    st.builds(MathBlock, st.text()),
    st.builds(EntityBlock, st.just(TARGET)),
    st.builds(HorizontalLineBlock),
)
trees: st.SearchStrategy[Block] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(TextBlock, blocks=st.lists(inner, max_size=3).map(tuple)),
        st.builds(GroupBlock, blocks=st.lists(inner, max_size=3).map(tuple)),
        st.builds(
            GridBlock,
            columns=st.lists(st.lists(inner, max_size=2).map(tuple), min_size=2, max_size=3).map(
                tuple
            ),
            dividers=st.just((0.5,)),
        ),
    ),
    max_leaves=8,
)


@given(trees)
def test_what_is_written_reads_back_as_it_was_meant(block: Block) -> None:
    assert decode_block(writable_block(block, with_children=True)) == block


@given(trees)
def test_what_replaces_reads_back_as_it_was_meant(block: Block) -> None:
    assert decode_block(replacing_block(block, with_children=True)) == block
