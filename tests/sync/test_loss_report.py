"""What goes to the space in another form than it is written in is said, and said once."""

from __future__ import annotations

from tests.sync.world import World, paragraph

FOOTNOTE = "Pages/A.md line {}: footnote “[^1]”: goes as text, as it is written and where it stands"


def test_a_new_file_with_losses_is_reported_once(world: World) -> None:
    world.write("Pages/A.md", "a claim[^1]\n")
    assert world.sync(dry_run=True).losses == [FOOTNOTE.format(1)]
    assert world.sync(dry_run=True).losses == [FOOTNOTE.format(1)]
    assert world.sync().losses == [FOOTNOTE.format(5)]  # below the id that was written in
    again = world.sync()
    assert (again.losses, again.steps) == ([], [])


def test_only_what_is_new_is_said_when_a_note_is_pushed(world: World) -> None:
    world.write("Pages/A.md", "a claim[^1]\n")
    world.sync()
    world.edit("Pages/A.md", "a claim", "more\n\na claim")
    report = world.sync()
    assert (report.pushed, report.losses) == (1, [])
    world.edit("Pages/A.md", "more", "#### more")
    assert world.sync(dry_run=True).losses == world.sync().losses
    world.edit("Pages/A.md", "#### more", "#### most")
    (loss,) = world.sync().losses
    assert "deep heading “#### most”" in loss


def test_a_note_with_many_losses_names_a_few_and_where_to_see_the_rest(world: World) -> None:
    world.write("Pages/My notes.md", "".join(f"#### {number}\n" for number in range(8)))
    *few, rest = world.sync().losses
    assert len(few) == 3
    assert rest == (
        "Pages/My notes.md: and 5 more; see capsync convert --check 'Pages/My notes.md'"
    )


def test_links_among_new_files_are_no_losses_but_links_to_nobody_are(world: World) -> None:
    world.write("Pages/A.md", "[[B]] and [[Nobody]]\n")
    world.write("Pages/B.md", "[[A]], ![[A]]\n")
    for report in (world.sync(dry_run=True), world.sync()):
        said = sorted(loss.split(": ")[1] for loss in report.losses)
        assert said == ["embed in text “![[A]]”", "unknown link “[[Nobody]]”"]
    assert world.sync().losses == []


def test_what_comes_from_the_space_is_no_loss(world: World) -> None:
    note = world.make("A", "said in the app[^1]")
    assert world.sync().losses == []
    world.sandbox.app_append(note, [paragraph("and more[^2]")])
    report = world.sync()
    assert (report.pulled, report.losses) == (1, [])
    world.edit("Pages/A.md", "and more", "and much more")
    report = world.sync()
    assert (report.pushed, report.losses) == (1, [])


def test_a_merge_names_what_it_brings_to_the_space(world: World) -> None:
    world.write("Pages/A.md", "one\n\ntwo\n")
    world.sync()
    world.edit("Pages/A.md", "two", "two[^1]")
    world.sandbox.app_append(world.note_at("Pages/A.md"), [paragraph("three")])
    report = world.sync()
    assert (report.merged, [loss.split(": ")[1] for loss in report.losses]) == (
        1,
        ["footnote “[^1]”"],
    )
