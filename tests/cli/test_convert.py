"""``capsync convert``: files and stdin, both ways, without network or vault."""

from __future__ import annotations

import doctest
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from capsync import convert as library
from capsync.cli.app import App, cli
from capsync.cli.output import report_as_text
from capsync.convert import NotBlocks, to_blocks, to_markdown
from capsync.markdown.losses import KINDS
from capsync.sync.report import Report

NOTE = "---\ntags: [a]\n---\n# Oak\n\nBuy *two* boards.\n"
TEXT_BLOCK = {
    "type": "TextBlock",
    "tokens": [{"type": "TextToken", "text": "Buy oak", "style": {}}],
}
OBJECT = {
    "id": "o",
    "structureId": "RootPage",
    "properties": {"title": {}},
    "blocks": {"notes": [TEXT_BLOCK | {"id": "b1", "colorTheme": "red"}], "more": []},
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with some files, and no vault anywhere."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_bytes(NOTE.encode())
    (tmp_path / "bad.md").write_bytes(b"fine\nnot \xff\n")
    (tmp_path / "bad.json").write_text('[\n{"type": }]')
    (tmp_path / "odd.json").write_text('[{"no": "type"}]')
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "object.json").write_text(json.dumps(OBJECT))
    (tmp_path / "list.json").write_text(json.dumps([TEXT_BLOCK]))


def types(*words: str, stdin: str | bytes = "") -> Result:
    """Type ``capsync convert …``, where no token and no state is at hand."""
    return CliRunner().invoke(
        cli, ["convert", *words], obj=App(environ={}), input=stdin, catch_exceptions=False
    )


def texts(blocks: list[dict[str, Any]]) -> list[str]:
    return ["".join(token["text"] for token in block["tokens"]) for block in blocks]


def test_the_examples_of_the_library_are_true() -> None:
    failed, tried = doctest.testmod(library)
    assert (failed, tried > 0) == (0, True)


def test_markdown_becomes_blocks_without_ids_and_front_matter() -> None:
    blocks = json.loads(types("a.md").stdout)
    assert texts(blocks) == ["Oak", "Buy two boards."]
    assert not any("id" in block for block in blocks)
    assert types(stdin=NOTE).stdout == types("-", stdin=NOTE).stdout == types("a.md").stdout


@pytest.mark.parametrize(
    ("words", "stdin", "markdown"),
    [
        (["list.json"], "", "Buy oak\n"),
        (["object.json"], "", "Buy oak\n"),
        ([], "\n [" + json.dumps(TEXT_BLOCK) + "]", "Buy oak\n"),
        ([], "\ufeff[]", ""),
        (["--to", "markdown"], json.dumps({"blocks": {"x": [TEXT_BLOCK]}}), "Buy oak\n"),
    ],
)
def test_json_becomes_markdown(words: list[str], stdin: str, markdown: str) -> None:
    assert types(*words, stdin=stdin).stdout == markdown


@pytest.mark.parametrize("text", ["[a link](b)\n", "{ not JSON }\n", '[{"type": ]\n'])
def test_markdown_that_begins_like_json_is_markdown(text: str) -> None:
    (block,) = json.loads(types(stdin=text).stdout)
    assert block["type"] == "TextBlock"


def test_there_and_back_is_the_same() -> None:
    Path("b.json").write_text(types("a.md").stdout)
    assert types("b.json").stdout == "# Oak\n\nBuy *two* boards.\n"


def test_put_onto_old_blocks_what_stayed_keeps_its_id_and_its_colour() -> None:
    Path("new.md").write_text("Buy beech\n\nb\n")
    answer = json.loads(types("new.md", "--against", "object.json").stdout)
    first, second = answer["blocks"]["notes"]
    assert (first["id"], first["colorTheme"], texts([first])) == ("b1", "red", ["Buy beech"])
    assert "id" not in second
    assert {key: answer[key] for key in answer if key != "blocks"} == {
        key: OBJECT[key] for key in OBJECT if key != "blocks"
    }
    assert isinstance(json.loads(types("new.md", "--against", "list.json").stdout), list)


def test_several_files_are_one_object_and_a_bad_one_stops_no_other() -> None:
    result = types("a.md", "bad.md", "list.json", "nowhere.md")
    found = json.loads(result.stdout)
    assert list(found) == ["a.md", "list.json"]
    assert texts(found["a.md"]) == ["Oak", "Buy two boards."]
    assert found["list.json"] == "Buy oak\n"
    assert result.stderr.splitlines() == [
        "capsync: bad.md line 2: not UTF-8; save the file as UTF-8",
        "capsync: nowhere.md: No such file or directory",
    ]
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bad.md"], "bad.md line 2: not UTF-8"),
        (["bad.json"], "bad.json line 2: not JSON: Expecting value"),
        (["odd.json"], "odd.json: [0] is no block"),
        (["deep.json"], "deep.json: not JSON that can be read"),
        (["--to", "markdown", "a.md"], "a.md line 1: not JSON"),
        (["nowhere.md"], "nowhere.md: No such file"),
        (["a.md", "--against", "bad.json"], "bad.json line 2: not JSON"),
        (["a.md", "--against", "odd.json"], "--against: [0] is no block"),
        (["--check", "list.json"], "list.json: is JSON; --check looks at Markdown"),
        (["--check", "a.md", "--to", "blocks"], "leave out --to"),
        (["list.json", "--to", "markdown", "--against", "list.json"], "--against is for blocks"),
        (["a.md", "bad.md", "--against", "list.json"], "--against takes one FILE"),
        (["-", "-"], "stdin can be read once"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_is_exit_2(words: list[str], said: str) -> None:
    result = types(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_check_names_every_loss_with_file_and_line_and_exits_with_1() -> None:
    Path("b.md").write_text(NOTE + "\n#### a[^1] [[Nobody]] ![[cat.png]]\n")
    result = types("--check", "a.md", "b.md")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"b.md line 8: {kind} “{what}”: {KINDS[kind]}"
        for kind, what in (
            ("deep heading", "#### a[^1] [[Nobody]] ![[cat.png]]"),
            ("footnote", "[^1]"),
            ("unknown link", "![[cat.png]]"),
        )
    ]


def test_check_is_silent_where_nothing_is_lost() -> None:
    result = types("--check", "a.md", "-", stdin="[[Anybody]], Node.js and [[Node.js]]")
    assert (result.exit_code, result.output) == (0, "")
    assert types("--check", "bad.md", "a.md").exit_code == 2


def test_a_sync_shows_twenty_losses_and_json_all() -> None:
    report = Report(pushed=1, losses=[f"a.md line {line}: image" for line in range(1, 31)])
    *lines, _ = report_as_text(report, 0.0).splitlines()
    assert lines[0] == "note: a.md line 1: image"
    assert lines[20:] == ["note: 10 more such lines; see capsync convert --check"]
    assert report.as_json()["losses"] == report.losses


def test_nothing_steers_the_terminal() -> None:
    result = types("--check", stdin="<!-- \x1b[2J -->")
    assert "\x1b" not in result.stdout
    assert "\\x1b[2J" in result.stdout


def test_the_state_is_not_opened_in_a_vault(tmp_path: Path) -> None:
    (tmp_path / ".capsync").mkdir()
    (tmp_path / ".capsync" / "config.toml").write_text("broken [")
    assert types("a.md").exit_code == 0
    assert sorted(path.name for path in (tmp_path / ".capsync").iterdir()) == ["config.toml"]


@pytest.mark.parametrize("raw", [None, "a", 1, [1], [[]], {}, {"blocks": []}, {"blocks": {"a": 1}}])
def test_json_of_another_shape_is_not_blocks(raw: Any) -> None:
    with pytest.raises(NotBlocks):
        to_markdown(raw)
    if raw is not None:
        with pytest.raises(NotBlocks):
            to_blocks("a", raw)


def test_what_has_no_markdown_needs_an_id_to_mark_its_place() -> None:
    """The answer names the block, where the converter could only say that it failed."""
    with pytest.raises(NotBlocks, match="NewBlock has no Markdown"):
        to_markdown([{"type": "NewBlock"}])
    raw = [{"type": "NewBlock", "id": "1a2b3c4d-0000-4000-8000-000000000000", "size": 3}]
    text = to_markdown(raw)
    assert text == "<!-- capacities: NewBlock 1a2b3c4d -->\n"
    assert to_blocks(text, raw) == raw
    assert to_blocks(text) == []
