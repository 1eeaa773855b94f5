"""Desktop notifications: what is worth one, and that no title can do harm."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from capsync.daemon.desktop import (
    INTERVAL,
    LONGEST,
    Message,
    Told,
    command_for,
    may_notify,
    notify,
    shortened,
    worth_telling,
)

HOSTILE = [
    '"; do shell script "touch /tmp/pwned',
    "$(touch /tmp/pwned) `touch /tmp/pwned`",
    "<b>bold</b> & <a href='http://evil.example'>click</a>",
    "-e evil --help",
    "back\\slash \\x41 \\n",
    "'quoted' \"twice\"",
    "line\nbreak\0nul \x1b[31m \u202egnp.exe",
]


def everywhere(name: str) -> str | None:
    return f"/usr/bin/{name}"


def test_a_new_conflict_is_told_once() -> None:
    told, message = worth_telling(Told(), ["a.md"], [], now=0.0)
    assert message == Message("capsync: 1 new conflict", "a.md. See: capsync conflicts")
    told, message = worth_telling(told, ["a.md"], [], now=1000.0)
    assert message is None
    assert told.conflicts == {"a.md"}


def test_what_was_open_at_the_start_is_not_told() -> None:
    started = Told(frozenset({"a.md"}), frozenset({"b.md"}))
    _, message = worth_telling(started, ["a.md"], ["b.md", "c.md"], now=0.0)
    assert message == Message("capsync: 1 note set aside", "c.md. See: capsync status")


def test_several_are_folded_into_one_text() -> None:
    aside = [f"{number}.md" for number in range(9)]
    _, message = worth_telling(Told(), ["x.md", "y.md"], aside, now=0.0)
    assert message is not None
    assert message.title == "capsync: 2 new conflicts, 9 notes set aside"
    assert message.text == "x.md, y.md, 0.md and 8 more. See: capsync conflicts"


def test_at_most_one_a_minute_and_nothing_in_between_is_lost() -> None:
    told, first = worth_telling(Told(), ["a.md"], [], now=100.0)
    told, second = worth_telling(told, ["a.md", "b.md"], [], now=101.0)
    told, third = worth_telling(told, ["a.md", "b.md", "c.md"], [], now=99.0 + INTERVAL)
    told, fourth = worth_telling(told, ["a.md", "b.md", "c.md"], [], now=100.0 + INTERVAL)
    assert first is not None
    assert (second, third) == (None, None)
    assert fourth == Message("capsync: 2 new conflicts", "b.md, c.md. See: capsync conflicts")


def test_what_passed_meanwhile_is_never_told() -> None:
    told, _ = worth_telling(Told(), ["a.md"], [], now=0.0)
    told, _ = worth_telling(told, ["a.md"], ["b.md"], now=1.0)
    _, message = worth_telling(told, ["a.md"], [], now=INTERVAL + 1)
    assert message is None


def test_what_comes_back_is_new_again() -> None:
    told, _ = worth_telling(Told(), ["a.md"], [], now=0.0)
    told, _ = worth_telling(told, [], [], now=100.0)
    _, message = worth_telling(told, ["a.md"], [], now=200.0)
    assert message is not None


@pytest.mark.parametrize(
    ("configured", "environ", "platform", "wanted"),
    [
        (None, {"DISPLAY": ":0"}, "linux", True),
        (None, {"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        (None, {}, "linux", False),
        (None, {}, "darwin", True),
        (None, {}, "win32", True),
        (None, {"DISPLAY": ":10", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
        (None, {"SSH_TTY": "/dev/pts/1"}, "darwin", False),
        (True, {"SSH_TTY": "/dev/pts/1"}, "linux", True),
        (False, {"DISPLAY": ":0"}, "linux", False),
    ],
)
def test_nobody_is_notified_where_nobody_sees_it(
    configured: bool | None, environ: dict[str, str], platform: str, wanted: bool
) -> None:
    assert may_notify(configured, environ, platform) is wanted


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_title_is_one_argument_or_variable_and_never_part_of_a_script(
    platform: str, hostile: str
) -> None:
    seen: list[tuple[Sequence[str], Mapping[str, str]]] = []

    def run(words: Sequence[str], variables: Mapping[str, str]) -> bool:
        seen.append((words, variables))
        return True

    assert notify(f"capsync: {hostile}", hostile, run=run, platform=platform, which=everywhere)
    ((words, variables),) = seen
    plain = command_for(Message("capsync: x", "y"), platform, everywhere)
    assert plain is not None
    same = [word for word, usual in zip(words, plain[0], strict=True) if word == usual]
    assert len(same) == len(words) - (0 if platform == "win32" else 2)
    assert variables.keys() == plain[1].keys()
    for text in (*words, *variables.values()):
        assert not set(text) & set("\0\n\x1b\u202e")


def test_markup_is_shown_and_not_obeyed_by_notify_send() -> None:
    command = command_for(Message("t", "<b>x</b> & \\x41"), "linux", everywhere)
    assert command is not None
    assert command[0][-3:] == ["--", "t", "&lt;b&gt;x&lt;/b&gt; &amp; \\\\x41"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_text_for_gdbus_is_one_quoted_text(hostile: str) -> None:
    def only_gdbus(name: str) -> str | None:
        return name if name == "gdbus" else None

    plain = shortened(hostile, LONGEST)
    command = command_for(Message(plain, "x"), "linux", only_gdbus)
    assert command is not None
    title = command[0][command[0].index("--") + 4]
    assert json.loads(title) == plain  # the notations agree on quotes


_BUS = """
dbus-monitor --session "interface='org.freedesktop.Notifications'" > "$1" 2> "$1.err" &
monitor=$!
tries=0
until grep -q NameLost "$1" || [ $tries = 500 ]; do tries=$((tries + 1)); sleep 0.01; done
shift
"$@"
tries=0
until grep -q member=Notify "$0" || [ $tries = 500 ]; do tries=$((tries + 1)); sleep 0.01; done
kill $monitor
"""
_TOOLS = ("gdbus", "dbus-run-session", "dbus-monitor")


@pytest.mark.skipif(not all(map(shutil.which, _TOOLS)), reason="needs D-Bus")
def test_the_real_gdbus_sends_hostile_texts_as_they_are(tmp_path: Path) -> None:
    """On a bus of its own, where nobody shows anything; the call is seen by a monitor."""
    seen = str(tmp_path / "seen")
    title, text = "capsync: " + HOSTILE[4], " ".join(HOSTILE[:2] + HOSTILE[3:6])
    found = command_for(
        Message(title, text), "linux", lambda name: name if name == "gdbus" else None
    )
    assert found is not None
    words = ["dbus-run-session", "--", "sh", "-c", _BUS, seen, seen, *found[0]]
    subprocess.run(words, capture_output=True, timeout=30, check=False)
    call = Path(seen).read_text()
    assert f'string "{title}"' in call
    assert f'string "{text}"' in call


def test_the_script_for_windows_is_always_the_same_and_makes_text_nodes() -> None:
    found = command_for(Message("a", "b"), "win32", everywhere)
    assert found is not None
    script = base64.b64decode(found[0][-1]).decode("utf-16-le")
    assert script.count("CreateTextNode($env:CAPSYNC_TOAST_") == 2
    assert found[1] == {"CAPSYNC_TOAST_TITLE": "a", "CAPSYNC_TOAST_TEXT": "b"}


def test_a_long_text_is_cut() -> None:
    seen: list[Sequence[str]] = []

    def run(words: Sequence[str], _: Mapping[str, str]) -> bool:
        seen.append(words)
        return True

    assert notify("t" * 9999, "x" * 9999, run=run, platform="darwin", which=everywhere)
    assert max(len(word) for word in seen[0]) <= LONGEST


def test_without_a_program_nothing_is_shown_and_nothing_fails() -> None:
    assert not notify("a", "b", platform="linux", which=lambda _: None)
    assert not notify("a", "b", platform="darwin", which=lambda _: None)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
@pytest.mark.parametrize(("code", "shown"), [(0, True), (1, False)])
def test_the_program_is_really_run_with_the_texts_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, shown: bool
) -> None:
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > "{tmp_path}/seen"\nexit {code}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert notify("capsync: $(id)", "`id` $HOME", platform="linux") is shown
    assert (tmp_path / "seen").read_text().endswith("--|capsync: $(id)|`id` $HOME|")
