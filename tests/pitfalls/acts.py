"""What happens again and again in these stories."""

from __future__ import annotations

from tests.sync.world import World, paragraph


def many(world: World, count: int = 10, text: str = "text") -> list[str]:
    """Make notes that both sides know."""
    notes = [world.make(f"Note {n}", text) for n in range(count)]
    world.sync()
    return notes


def edit_in_app(world: World, note: str, text: str, block: int = 0) -> None:
    """Give a paragraph of a note another text."""
    world.sandbox.app_edit_block(note, world.blocks(note)[block]["id"], paragraph(text))


def trashed(world: World, notes: list[str]) -> int:
    """Count the notes that are in the space's trash."""
    return sum(world.sandbox.app_get(note)["trashed"] for note in notes)


def at_rest(*worlds: World) -> None:
    """Another sync on every machine writes nothing anywhere."""
    before = [each.files() for each in worlds]
    worlds[0].traffic()
    for each in worlds:
        report = each.sync()
        assert (report.steps, report.troubles) == ([], [])
    assert worlds[0].traffic()[1] == 0
    assert [each.files() for each in worlds] == before
