"""What people do to blocks inside others: items, headings, groups, columns and tables."""

from __future__ import annotations

from dataclasses import replace

from capsync.model.block import (
    BlockId,
    GridBlock,
    GroupBlock,
    TextBlock,
    walk,
)
from capsync.model.token import (
    TextToken,
)
from tests.markdown.people import (
    edit,
    heading,
    names,
    para,
    red,
    rewrite,
    said,
)

# Nested blocks.


def test_an_edited_child_leaves_its_parent_and_its_neighbours_alone() -> None:
    child = para("child", list="bullet")
    body = (para("parent", para("first", list="bullet"), child, list="bullet", color="bg-green"),)
    [result] = edit(body, ("child", "kid"))
    assert isinstance(result, TextBlock)
    assert result == replace(body[0], blocks=(body[0].blocks[0], result.blocks[1]))
    assert result.blocks[1] == replace(child, tokens=(TextToken("kid"),))


def test_a_child_added_to_an_item_is_its_child() -> None:
    body = (para("parent", list="bullet"), para("next", list="bullet"))
    result = edit(body, ("- parent\n", "- parent\n  - child\n"))
    child = TextBlock((TextToken("child"),), list="bullet")
    assert result == (replace(body[0], blocks=(child,)), body[1])


def test_children_of_a_heading_stay_its_children() -> None:
    body = (heading("title", para("one"), para("two")), para("outside"))
    result = edit(body, ("one", "first"))
    assert isinstance(result[0], TextBlock)
    assert names(result) == names(body)
    assert [said(child) for child in result[0].blocks] == ["first", "two"]


def test_a_block_typed_among_the_children_of_a_heading_is_one() -> None:
    body = (heading("title", para("one"), para("two")), para("outside"))
    result = edit(body, ("one\n", "one\n\nnew\n"))
    assert isinstance(result[0], TextBlock)
    assert [said(child) for child in result[0].blocks] == ["one", "new", "two"]
    assert len(result) == 2


def test_headings_under_headings_stay_there() -> None:
    body = (heading("a", para("b"), heading("c", para("d"), level=2)), heading("e", para("f")))
    result = edit(body, ("d", "dd"), ("f", "ff"))
    assert names(result) == names(body)
    assert [len(walked) for walked in (list(walk((block,))) for block in result)] == [4, 2]


def test_children_of_a_heading_that_goes_stay_in_its_place() -> None:
    body = (heading("title", para("one"), para("two")), para("outside"))
    result = edit(body, ("# title\n\n", ""))
    assert names(result) == [body[0].blocks[0].id, body[0].blocks[1].id, body[1].id]


def test_children_of_a_paragraph_can_be_edited() -> None:
    child = para("child")
    body = (para("parent", child, color="bg-green"), para("after"))
    result = edit(body, ("child", "kid"))
    kid = replace(child, tokens=(TextToken("kid"),))
    assert result == (replace(body[0], blocks=(kid,)), body[1])


def test_a_group_keeps_its_id_and_colour_when_something_in_it_changes() -> None:
    group = GroupBlock((para("one"), para("two")), color="bg-green", id=BlockId("g"))
    [result] = edit((group,), ("two", "three"))
    assert isinstance(result, GroupBlock)
    assert (result.id, result.color, names((result,))) == ("g", "bg-green", names((group,)))


def test_a_column_can_be_edited() -> None:
    grid = GridBlock(
        ((para("one", list="bullet"),), (para("two"), para("three"))),
        (0.3,),
        "grid",
        id=BlockId("grid"),
    )
    [result] = edit((grid,), ("two", "zwei"))
    assert isinstance(result, GridBlock)
    assert (result.dividers, result.layout, names((result,))) == ((0.3,), "grid", names((grid,)))


def test_a_cell_of_a_table_can_be_edited() -> None:
    table = GridBlock(
        ((para("a"), para((red("1"),))), (para("b"), para("2"))), (0.4,), id=BlockId("t")
    )
    [result] = edit((table,), ("2", "22"))
    assert isinstance(result, GridBlock)
    assert names((result,)) == names((table,))
    assert result.columns[0] == table.columns[0]
    assert said(result.columns[1][1]) == "22"
    assert result.dividers == (0.4,)


def test_a_row_put_into_a_table_leaves_the_others_alone() -> None:
    table = GridBlock(
        ((para("a"), para("1"), para("3")), (para("b"), para("2"), para("4"))), (0.4,)
    )
    [result] = edit((table,), ("| 3 |", "| x | y |\n| 3 |"))
    assert isinstance(result, GridBlock)
    first, second = result.columns
    assert (first[:2], first[3]) == (table.columns[0][:2], table.columns[0][2])
    assert (said(first[2]), said(second[2])) == ("x", "y")


def test_a_new_table_has_even_columns() -> None:
    [result] = rewrite((), "|a|b|c|\n|-|-|-|\n")
    assert isinstance(result, GridBlock)
    assert result.dividers == (0.3333, 0.6667)
