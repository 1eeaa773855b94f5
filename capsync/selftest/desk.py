"""A desk: one vault, as a person with an editor and a file manager gets at it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from capsync.selftest.machine import ROOT, Machine
from capsync.selftest.words import Words

ID = re.compile(r"^capacities-id:.*\n", re.MULTILINE)
FENCE = "---\n"


@dataclass(slots=True)
class Desk:
    """A person at a machine, and what they have open."""

    machine: Machine
    words: Words
    open: dict[str, str] = field(default_factory=dict)
    """Files that are open in an editor that does not look at the disk again."""
    half_saved: dict[str, str] = field(default_factory=dict)
    """Files that are half on the disk, and all of what is to be in them."""

    @property
    def who(self) -> str:
        """Name the person."""
        return f"vault {self.machine.number}"

    def text(self, path: str) -> str:
        """Read a file; empty where it is gone."""
        return self.machine.files().get(path, "")

    def save(self, path: str, text: str) -> None:
        """Save over a file as most editors do: in place."""
        self.machine.system.save(ROOT / path, text.encode())

    def swap_in(self, path: str, text: str) -> None:
        """Save as careful editors do: beside, then renamed into place."""
        beside = ROOT / f"{path}.tmp"
        self.machine.system.save(beside, text.encode())
        self.machine.system.replace(beside, ROOT / path)

    def rename(self, path: str, to: str) -> None:
        """Rename a file, unless there is one of the new name."""
        system = self.machine.system
        is_respelt = path.casefold() == to.casefold()
        if path == to or (system.exists(ROOT / to) and not is_respelt):
            return
        system.make_folder((ROOT / to).parent)
        system.rename(ROOT / path, ROOT / to)

    def pick(self, number: int) -> str:
        """Choose a file; empty where there is none."""
        paths = sorted(self.machine.files())
        return paths[number % len(paths)] if paths else ""


def head_and_body(text: str) -> tuple[str, str]:
    """Take a file apart behind its front matter."""
    ended = f"{text}\n"  # a file may stop right behind its front matter
    end = ended.find(f"\n{FENCE}", len(FENCE) - 1) if text.startswith(FENCE) else -1
    at = end + 1 + len(FENCE) if end >= 0 else 0
    return text[:at], text[at:]
