"""The help texts: every command says what it does and shows how, and it stays readable."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from capsync.cli.app import COMMANDS, GROUPS, cli

ENOUGH = 50
"""Lines of a screen."""


def help_of(*words: str, width: int = 80) -> str:
    result = CliRunner().invoke(
        cli, [*words, "--help"], prog_name="capsync", terminal_width=width, max_content_width=width
    )
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("width", [60, 80])
def test_every_command_shows_examples_that_stay_on_their_lines(command: str, width: int) -> None:
    text = help_of(command, width=width)
    found = re.search(r"^  Examples?:\n((?:    .+\n)+)", text, re.MULTILINE)
    assert found, text
    examples = found[1].splitlines()
    assert all(re.match(rf"    .*capsync (-C \S+ )?{command}\b", each) for each in examples), text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_options_that_it_has_in_its_examples(command: str) -> None:
    text = help_of(command)
    head, _, options = text.partition("\nOptions:\n")
    own = re.findall(rf"capsync (?:-C \S+ )?{command} (.*)", head)
    for example in own:
        for option in re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", example.partition("#")[0]):
            known = options + (help_of(command, example.split()[0]) if command == "service" else "")
            assert option.replace("--no-", "--") in known.replace("--no-", "--"), (example, option)


def test_the_list_of_commands_fits_a_screen_and_leaves_none_out() -> None:
    lines = help_of().splitlines()
    assert len(lines) <= ENOUGH
    assert max(map(len, lines)) <= 80
    listed = [line.split()[0] for line in lines if re.match(r"  [a-z]+ {2,}\S", line)]
    assert sorted(listed) == sorted(COMMANDS)
    assert all(f"{group}:" in lines for group in GROUPS)


def test_a_command_in_no_group_is_listed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GROUPS, "Everyday", ("status",))
    text = help_of()
    assert "\nMore:\n  sync " in text
