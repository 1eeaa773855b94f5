"""Desktop notifications: what is worth one, and how to show it on each system.

Deciding is pure. Showing runs one program, never through a shell: titles of notes
come from elsewhere, so they are arguments or variables of it and never part of a
script. A notification that cannot be shown is no error; the log has it anyway.
"""

from __future__ import annotations

import base64
import html
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from unicodedata import category

INTERVAL = 60.0
"""Seconds between two notifications at least."""
LONGEST = 300
"""Characters of a text that are shown."""
NAMED = 3
"""Notes that are named; the others are counted."""
PATIENCE = 10.0
"""Seconds the program may take."""

Run: TypeAlias = Callable[[Sequence[str], Mapping[str, str]], bool]
"""Runs a program with arguments and with variables beside its own; says whether it worked."""
Which: TypeAlias = Callable[[str], str | None]
"""Finds a program, as `shutil.which` does."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told before; paths of notes."""

    conflicts: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()
    at: float | None = None
    """When, by a clock that only grows, in seconds; None for never."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be shown."""

    title: str
    text: str


def worth_telling(
    told: Told, conflicts: Iterable[str], set_aside: Iterable[str], now: float
) -> tuple[Told, Message | None]:
    """Say what of the present state is new to the person.

    Only notes that were not in conflict, or not set aside, when the last notification
    was shown are worth one. All that came up within a minute of it waits and is folded
    into the next; what has passed by then is never told. Begin with ``Told`` of what
    was open when the daemon started, so that a restart tells nothing again.

    Args:
        conflicts: Notes with an open conflict now.
        set_aside: Notes that are set aside now.
        now: By the clock of `Told.at`.

    Returns:
        What to hand in the next time, and what to show now, if anything.
    """
    open_now, aside_now = frozenset(conflicts), frozenset(set_aside)
    told = replace(told, conflicts=told.conflicts & open_now, set_aside=told.set_aside & aside_now)
    new_open, new_aside = open_now - told.conflicts, aside_now - told.set_aside
    too_soon = told.at is not None and now - told.at < INTERVAL
    if too_soon or not (new_open or new_aside):
        return told, None
    return Told(open_now, aside_now, now), _folded(sorted(new_open), sorted(new_aside))


def _folded(conflicts: Sequence[str], set_aside: Sequence[str]) -> Message:
    """Put everything that is new into one message."""
    counts = [
        f"{len(paths)} {one if len(paths) == 1 else more}"
        for paths, one, more in (
            (conflicts, "new conflict", "new conflicts"),
            (set_aside, "note set aside", "notes set aside"),
        )
        if paths
    ]
    names = [*conflicts, *(path for path in set_aside if path not in conflicts)]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    step = "capsync conflicts" if conflicts else "capsync status"
    named = ", ".join(shortened(name, LONGEST // (NAMED + 1)) for name in names[:NAMED])
    return Message(f"capsync: {', '.join(counts)}", f"{named}{more}. See: {step}")


def shortened(text: str, longest: int) -> str:
    """Make *text* one short line without controls or marks that steer it."""
    line = " ".join("".join(char if _shows(char) else " " for char in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _shows(char: str) -> bool:
    return category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def may_notify(
    configured: bool | None,  # three states
    environ: Mapping[str, str],
    platform: str = sys.platform,
) -> bool:
    """Say whether to notify: as configured, else where somebody sits at a screen.

    Args:
        configured: ``[watch] notifications`` of the vault; None where it says nothing.
    """
    if configured is not None:
        return configured
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    has_screen = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return has_screen or platform in {"darwin", "win32"}


def notify(
    title: str,
    text: str,
    *,
    run: Run | None = None,
    platform: str = sys.platform,
    which: Which = shutil.which,
) -> bool:
    """Show a notification; say whether a program took it.

    Takes as long as the program does, at most `PATIENCE` seconds; never raises.
    """
    message = Message(shortened(title, LONGEST), shortened(text, LONGEST))
    found = command_for(message, platform, which)
    return found is not None and (run or _run)(*found)


def command_for(
    message: Message, platform: str, which: Which
) -> tuple[list[str], dict[str, str]] | None:
    """Give the program that shows a message, with its variables; None where there is none."""
    if platform == "darwin":
        return (_osascript(message), {}) if which("osascript") else None
    if platform == "win32":
        shell = which("powershell") or which("pwsh")
        return _powershell(shell, message) if shell else None
    if which("notify-send"):
        return _notify_send(message), {}
    return (_gdbus(message), {}) if which("gdbus") else None


def _notify_send(message: Message) -> list[str]:
    """The body may hold markup and backslash escapes there, so both are escaped."""
    body = html.escape(message.text, quote=False).replace("\\", "\\\\")
    return ["notify-send", "--app-name=capsync", "--icon=dialog-warning", "--", message.title, body]


def _gdbus(message: Message) -> list[str]:
    """Each argument is a value in GVariant's own notation, texts in quotes."""
    body = html.escape(message.text, quote=False)
    return [
        "gdbus", "call", "--session",
        "--dest", "org.freedesktop.Notifications",
        "--object-path", "/org/freedesktop/Notifications",
        "--method", "org.freedesktop.Notifications.Notify", "--",
        '"capsync"', "uint32 0", '"dialog-warning"', _variant(message.title), _variant(body),
        "@as []", "@a{sv} {}", "int32 -1",
    ]  # fmt: skip


def _variant(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


_APPLESCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


def _osascript(message: Message) -> list[str]:
    """The script is always the same; title and text are its arguments.

    The first argument ends the options, unless it looks like one itself.
    """
    script = [part for line in _APPLESCRIPT for part in ("-e", line)]
    title = f" {message.title}" if message.title.startswith("-") else message.title
    return ["osascript", *script, title, message.text]


_TOAST = """
$ErrorActionPreference = 'Stop'
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$lines = $xml.GetElementsByTagName('text')
$null = $lines.Item(0).AppendChild($xml.CreateTextNode($env:CAPSYNC_TOAST_TITLE))
$null = $lines.Item(1).AppendChild($xml.CreateTextNode($env:CAPSYNC_TOAST_TEXT))
$id = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$toast = [Windows.UI.Notifications.ToastNotification]::new($xml)
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($id).Show($toast)
"""  # noqa: E501
"""The name of an application is needed; PowerShell's own is there on every Windows."""


def _powershell(shell: str, message: Message) -> tuple[list[str], dict[str, str]]:
    """The script is always the same; title and text are variables, put in as text nodes."""
    script = base64.b64encode(_TOAST.encode("utf-16-le")).decode("ascii")
    words = [shell, "-NoProfile", "-NonInteractive", "-WindowStyle", "Hidden"]
    texts = {"CAPSYNC_TOAST_TITLE": message.title, "CAPSYNC_TOAST_TEXT": message.text}
    return [*words, "-EncodedCommand", script], texts


def _run(words: Sequence[str], variables: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  (a list of words, no shell)
            words,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
