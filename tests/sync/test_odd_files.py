"""A note whose file became something else is neither deleted nor overwritten."""

from __future__ import annotations

import pytest

from capsync.vault.files import MAX_BYTES
from tests.sync.world import World


def test_a_link_in_place_of_a_note_is_neither_followed_nor_a_deletion(world: World) -> None:
    note = world.make("Note", "text")
    world.sync()
    secret = world.folder / "secret.md"
    secret.write_text("secret")
    (world.root / "Pages/Note.md").unlink()
    (world.root / "Pages/Note.md").symlink_to(secret)
    (world.root / "Pages/Folder").symlink_to(world.folder)
    world.sync()
    assert not world.sandbox.app_get(note)["trashed"]
    assert "secret" not in str([world.blocks(each) for each in world.sandbox.app_list()])
    assert secret.read_text() == "secret"


@pytest.mark.parametrize(
    "content",
    [b"x" * (MAX_BYTES + 1), b"\x89PNG\r\n\x1a\n\x00\x00", b"caf\xe9", b"a\x00b"],
    ids=["huge", "binary", "Latin-1", "NUL"],
)
def test_a_note_whose_file_became_no_text_is_kept_on_both_sides(
    world: World, content: bytes
) -> None:
    note = world.make("Note", "text")
    world.make("Other", "old")
    world.sync()
    (world.root / "Pages/Note.md").write_bytes(content)
    (world.root / "New.md").write_bytes(content)
    world.edit("Pages/Other.md", "old", "new")
    report = world.sync()
    assert sorted(each.path for each in report.troubles) == ["New.md", "Pages/Note.md"]
    assert (world.root / "Pages/Note.md").read_bytes() == content
    assert world.texts(note) == ["text"]
    assert world.texts(world.note_at("Pages/Other.md")) == ["new"]
