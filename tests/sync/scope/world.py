"""A world whose configuration can be changed."""

from __future__ import annotations

from dataclasses import replace

from capsync.sync.begin import Bench
from capsync.sync.report import Report
from capsync.vault.selection import Name, Selection
from tests.sync.world import World, paragraph


class Chosen(World):
    """A world whose configuration can be changed."""

    selection = Selection()

    def bench(self) -> Bench:
        return replace(super().bench(), selection=self.selection)

    def choosing(self, **settings: list[str]) -> Report:
        """Sync with these settings from now on."""
        named = {key: tuple(Name(each, key) for each in held) for key, held in settings.items()}
        self.selection = Selection(**named)
        return self.sync()

    def tag(self, note: str, *tags: str) -> None:
        self.sandbox.app_set_property(
            note, "tags", {"type": "entity", "entity": [{"id": each} for each in tags]}
        )


def edit_there(world: World, note: str, text: str) -> None:
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph(text))
