"""A vault is found from below, and its configuration is read strictly."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from capsync.errors import ConfigError
from capsync.vault.selection import Name, Selection
from capsync.vault.vault import _KNOWN, MARKER, VaultConfig, find_vault, read_config, write_config

CONFIG = VaultConfig(
    vault="0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44",
    space="5f1d2c3e-9c1f-4a53-8a3e-6b7f1d2c3e44",
    title='My "space" \\ 😀\n\x7f\x01',
    api_url="http://127.0.0.1:8765",
    ignore=("Templates/**", "*.draft.md"),
    selection=Selection(
        structures=(Name("Page"), Name('My "type"')), exclude_tags=(Name("private"),)
    ),
)


@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        VaultConfig(CONFIG.vault, "space"),
        replace(CONFIG, keep_days=30, keep_mb=0.5),
        replace(CONFIG, notifications=False),
        replace(CONFIG, notifications=True),
    ],
)
def test_what_is_written_is_read(tmp_path: Path, config: VaultConfig) -> None:
    write_config(tmp_path, config)
    assert read_config(tmp_path) == config


def test_a_vault_is_found_upward(tmp_path: Path) -> None:
    write_config(tmp_path / "v", CONFIG)
    (tmp_path / "v" / "a" / "b").mkdir(parents=True)
    assert find_vault(tmp_path / "v" / "a" / "b") == tmp_path / "v"
    assert find_vault(tmp_path / "v") == tmp_path / "v"
    with pytest.raises(ConfigError, match="capsync init"):
        find_vault(tmp_path)


HEAD = f'[vault]\nid = "{CONFIG.vault}"\n[space]\nid = "x"\n'
WRONG = {
    "unknown key": (HEAD + "[sync]\nignored = []\n", "line 6: unknown setting sync.ignored"),
    "unknown table": (HEAD + "[snyc]\n", "line 5: unknown setting snyc"),
    "top level": ("x = 1\n" + HEAD, "line 1: unknown setting x"),
    "no id": ("[vault]\n[space]\nid = 'x'\n", "line 1: vault.id is missing"),
    "no table": ("[vault]\nid = '0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44'\n", "space.id is missing"),
    "no uuid": ("[vault]\nid = '../x'\n[space]\nid = 'x'\n", "line 2: vault.id is not a UUID"),
    "no text": (HEAD + "title = 3\n", "line 5: space.title must be a text"),
    "empty": ("[vault]\nid = ''\n", "vault.id must be a text"),
    "no list": (HEAD + "[sync]\nignore = 'x'\n", "line 6: sync.ignore must be a list"),
    "no type at all": (HEAD + "[sync]\nstructures = []\n", "line 6: sync.structures names nothing"),
    "no tag's name": (HEAD + "[sync]\ntags = ['']\n", "line 6: sync.tags has an empty name in it"),
    "one type": (HEAD + "[sync]\nstructures = 'x'\n", "line 6: sync.structures must be a list"),
    "no number": (HEAD + "[history]\nkeep_days = '9'\n", "line 6: history.keep_days must be a num"),
    "negative": (HEAD + "[history]\nkeep_mb = -1\n", "line 6: history.keep_mb must be a number"),
    "no truth": (HEAD + "[watch]\nnotifications = 'no'\n", "line 6: watch.notifications must be t"),
    "truth": (HEAD + "[history]\nkeep_mb = true\n", "line 6: history.keep_mb must be a number"),
    "unknown past": (HEAD + "[history]\nkeep = 1\n", "line 6: unknown setting history.keep"),
    "no toml": ("[vault\n", "line 1"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_configuration_is_explained(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / MARKER).parent.mkdir()
    (tmp_path / MARKER).write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path)
    assert message in str(caught.value)
    assert str(tmp_path / MARKER) in str(caught.value)


def test_a_configuration_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gone"):
        read_config(tmp_path)
    (tmp_path / MARKER).mkdir(parents=True)
    with pytest.raises(ConfigError, match="folder of this name"):
        read_config(tmp_path)
    with pytest.raises(ConfigError, match="folder"):
        write_config(tmp_path, CONFIG)
    (tmp_path / MARKER).rmdir()
    (tmp_path / MARKER).write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="utf-8"):
        read_config(tmp_path)


def test_each_name_knows_its_line(tmp_path: Path) -> None:
    """A list may go over several lines, and one name may begin another."""
    text = HEAD + '[sync]\nexclude_tags = []\nstructures = [\n  "Pages",\n  "Page", # x\n]\n'
    (tmp_path / MARKER).parent.mkdir()
    (tmp_path / MARKER).write_text(text)
    found = read_config(tmp_path).selection
    assert [(each.text, each.where) for each in found.structures] == [
        ("Pages", f"{tmp_path / MARKER}: line 8: sync.structures"),
        ("Page", f"{tmp_path / MARKER}: line 9: sync.structures"),
    ]
    assert found.exclude_tags == ()


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/configuration.md").read_text()
    example = tomllib.loads("\n".join(re.findall(r"^    (.*)$", page, re.MULTILINE)))
    for table, keys in _KNOWN.items():
        assert keys - {"api_url"} == set(example[table])


def test_without_settings_everything_is_synced(tmp_path: Path) -> None:
    write_config(tmp_path, VaultConfig(CONFIG.vault, "space"))
    assert read_config(tmp_path).selection.is_everything
    assert "[sync]" not in (tmp_path / MARKER).read_text()
