"""What one person does on one side arrives on the other, and nothing else does."""

from __future__ import annotations

from capsync.sandbox.seed import seed_content
from tests.sync.world import World, paragraph


def test_a_note_of_the_space_becomes_a_file(world: World) -> None:
    note = world.make("Trip plan", "Pack light", "Leave early")
    report = world.sync()
    assert world.body("Pages/Trip plan.md") == "Pack light\n\nLeave early\n"
    assert world.note_at("Pages/Trip plan.md") == note
    assert (report.pulled, report.new_files, report.exit_code) == (0, 1, 0)


def test_a_new_file_becomes_an_object_and_gets_only_its_id(world: World) -> None:
    text = "---\n# mine\nmood:  'fine'   # keep\n---\nHello *world*\n"
    world.write("Ideas/First.md", text)
    report = world.sync()
    assert (report.new_objects, report.exit_code) == (1, 0), report
    after = world.read("Ideas/First.md")
    note = world.note_at("Ideas/First.md")
    assert after == text.replace("# keep\n", f"# keep\ncapacities-id: {note}\n")
    assert world.title(note) == "First"
    assert world.texts(note) == ["Hello world"]
    assert world.sandbox.app_get(note)["structure_id"] == "RootPage"


def test_a_new_file_without_front_matter_keeps_every_byte_of_its_body(world: World) -> None:
    world.write("Notes.md", "\ufeffOne\r\n\r\n* two  \r\n  three")
    world.sync()
    assert world.read("Notes.md").endswith("One\r\n\r\n* two  \r\n  three")
    assert world.texts(world.note_at("Notes.md")) == ["One", "two\nthree"]


def test_a_one_word_edit_costs_one_write_and_changes_one_block(world: World) -> None:
    note = world.make("Long", *[f"Paragraph number {n} of many" for n in range(60)])
    world.sync()
    before = world.blocks(note)
    world.edit("Pages/Long.md", "number 30 of", "number thirty of")
    world.traffic()
    report = world.sync()
    reads, writes = world.traffic()
    assert writes == 1
    assert reads <= 2
    assert report.pushed == 1
    after = world.blocks(note)
    assert [b["id"] for b in after] == [b["id"] for b in before]
    assert [i for i in range(60) if before[i] != after[i]] == [30]


def test_syncing_one_note_costs_two_reads_and_a_write_in_all(world: World) -> None:
    world.make("Other", "x")
    world.make("Long", *[f"Paragraph {n}" for n in range(60)])
    world.sync()
    world.edit("Pages/Long.md", "Paragraph 30", "Paragraph thirty")
    world.sandbox.log.clear()
    world.sync(notes=("Pages/Long.md",))
    calls = [f"{each.method} {each.path}" for each in world.sandbox.log]
    assert calls.count("PATCH /blocks/block") == 1
    assert calls.count("GET /object") == 1
    assert "GET /objects/structure" not in calls


def test_a_remote_edit_changes_the_lines_of_that_paragraph_only(world: World) -> None:
    source = "Setext\n======\n\n* one\n* two\n\nsoft\nwrapped  \nhard\n\n~~~py\ncode\n~~~\n\nlast"
    world.write("Style.md", source)
    world.sync()
    before = world.read("Style.md")
    note = world.note_at("Style.md")
    block = next(b for b in world.blocks(note) if b.get("list") and "two" in str(b))
    world.sandbox.app_edit_block(note, block["id"], paragraph("zwei", list={"type": "bullet"}))
    report = world.sync()
    assert world.read("Style.md") == before.replace("* two", "* zwei")
    assert (report.pulled, report.pushed) == (1, 0)


def test_a_rename_in_the_vault_renames_the_object(world: World) -> None:
    note = world.make("Old name", "text")
    world.sync()
    (world.root / "Pages/Old name.md").rename(world.root / "Pages/New name.md")
    report = world.sync()
    assert world.title(note) == "New name"
    assert report.renamed == 1
    assert list(world.files()) == ["Pages/New name.md"]


def test_a_move_to_another_folder_changes_nothing_in_the_space(world: World) -> None:
    world.make("Here", "text")
    world.sync()
    (world.root / "Deep/er").mkdir(parents=True)
    (world.root / "Pages/Here.md").rename(world.root / "Deep/er/Here.md")
    world.traffic()
    report = world.sync()
    assert world.traffic()[1] == 0
    assert list(world.files()) == ["Deep/er/Here.md"]
    assert report.exit_code == 0
    world.sync()
    assert list(world.files()) == ["Deep/er/Here.md"]


def test_a_rename_in_the_space_renames_the_file_where_it_is(world: World) -> None:
    note = world.make("Old", "text")
    world.sync()
    (world.root / "Mine").mkdir()
    (world.root / "Pages/Old.md").rename(world.root / "Mine/Old.md")
    world.sync()
    world.sandbox.app_rename(note, "Dune: Messiah")
    report = world.sync()
    assert list(world.files()) == ["Mine/Dune- Messiah.md"]
    assert 'title: "Dune: Messiah"' in world.read("Mine/Dune- Messiah.md")
    assert report.renamed == 1
    world.sandbox.app_rename(note, "Dune")
    world.sync()
    assert list(world.files()) == ["Mine/Dune.md"]
    assert "title:" not in world.read("Mine/Dune.md")


def test_links_survive_the_rename_of_their_target(world: World) -> None:
    target = world.make("Target", "here I am")
    world.write("From.md", "See [[Target]] and [[Target|that]].\n")
    world.sync()
    source = world.note_at("From.md")
    links = [t for t in world.blocks(source)[0]["tokens"] if t["type"] == "LinkToken"]
    assert [each["entityId"] for each in links] == [target, target]
    assert links[0]["text"] == "Target"
    world.sandbox.app_rename(target, "Goal")
    world.sync()
    world.edit("From.md", "See", "Look at")
    world.sync()
    links = [t for t in world.blocks(source)[0]["tokens"] if t["type"] == "LinkToken"]
    assert [each["entityId"] for each in links] == [target, target]


def test_new_files_that_link_each_other_find_each_other(world: World) -> None:
    world.write("A.md", "to [[B]]\n")
    world.write("B.md", "to [[A]] and [[C]]\n")
    world.write("C.md", "end\n")
    report = world.sync()
    assert report.new_objects == 3
    for path, targets in {"A.md": ["B.md"], "B.md": ["A.md", "C.md"]}.items():
        tokens = world.blocks(world.note_at(path))[0]["tokens"]
        found = [t["entityId"] for t in tokens if t["type"] == "LinkToken"]
        assert found == [world.note_at(each) for each in targets]


def test_an_edited_note_finds_a_file_that_is_new_in_the_same_sync(world: World) -> None:
    note = world.make("Old", "text")
    world.sync()
    world.edit("Pages/Old.md", "text", "text, see [[New one]]")
    world.write("Zettel/New one.md", "here\n")
    world.sync()
    (link,) = [t for t in world.blocks(note)[0]["tokens"] if t["type"] == "LinkToken"]
    assert link["entityId"] == world.note_at("Zettel/New one.md")


def test_a_deleted_file_trashes_its_object(world: World) -> None:
    note = world.make("Gone soon", "text")
    world.make("Stays", "text")
    world.sync()
    (world.root / "Pages/Gone soon.md").unlink()
    report = world.sync()
    assert report.trashed == 1
    assert world.sandbox.app_get(note)["trashed"]
    assert list(world.files()) == ["Pages/Stays.md"]


def test_a_trashed_object_moves_its_file_to_the_trash(world: World) -> None:
    note = world.make("Gone soon", "precious")
    world.make("Stays", "text")
    world.sync()
    world.sandbox.app_trash(note)
    report = world.sync()
    assert report.trashed == 1
    assert list(world.files()) == ["Pages/Stays.md"]
    (kept,) = (world.root / ".capsync/trash").rglob("*.md")
    assert "precious" in kept.read_text()


def test_properties_of_every_type_go_both_ways(world: World) -> None:
    seed_content(world.sandbox)
    world.sync()
    path = "Books/The Dispossessed.md"
    note = world.note_at(path)
    world.edit(path, "Status: Reading", "Status: Finished")
    world.edit(path, "Genres: [Novel, Classic]", "Genres:\n  - Classic\n  - Craft")
    world.edit(path, "Pages: 341", "Pages: 387")
    world.edit(path, "Owned: true", "Owned: no")
    world.edit(path, "{start: 2026-03-01, end: 2026-04-12}", "2026-05-01")
    world.edit(path, "tags: [to read, garden]", "tags: [garden, brand new]")
    world.edit(path, "icon: 📕\n", "")
    world.edit(path, 'Author: "[[Ursula K. Le Guin]]"', "Author: [The bench]")
    report = world.sync()
    assert report.exit_code == 0, report.troubles
    stored = world.sandbox.app_get(note)["properties"]
    shown = str(stored)
    assert "387" in shown
    assert "2026-05-01T00:00:00.000Z" in shown
    assert world.sandbox.app_find("brand new", "RootTag") in shown
    assert world.sandbox.app_find("The bench") in shown
    assert world.sync().steps == []
    assert world.sandbox.violations == []


def test_a_property_changed_in_the_space_changes_its_line_only(world: World) -> None:
    note = world.make("Page", "text")
    world.sync()
    text = world.read("Pages/Page.md")
    world.write("Pages/Page.md", text.replace("---\n\n", "mine: 1 # kept\n---\n\n", 1))
    world.sync()
    before = world.read("Pages/Page.md")
    value = {"type": "text", "text": {"value": "yes: a colon"}}
    world.sandbox.app_set_property(note, "description", value)
    world.sync()
    assert world.read("Pages/Page.md") == before.replace(
        "# kept\n", '# kept\ndescription: "yes: a colon"\n'
    )
