"""What the flags of a sync do."""

from __future__ import annotations

from tests.sync.world import World, paragraph


def busy(world: World) -> tuple[str, str]:
    here, there = world.make("Edited here", "alpha"), world.make("Edited there", "b")
    for n in range(8):
        world.make(f"Calm {n}", "x")
    world.sync()
    world.edit("Pages/Edited here.md", "alpha", "ALPHA")
    block = world.blocks(there)[0]["id"]
    world.sandbox.app_edit_block(there, block, paragraph("B"))
    world.write("New.md", "new\n")
    (world.root / "Pages/Calm 0.md").unlink()
    world.make("Born there", "y")
    return here, there


def test_a_dry_run_says_everything_and_does_nothing(world: World) -> None:
    busy(world)
    files = world.files()
    objects = {each: world.sandbox.app_get(each) for each in world.sandbox.app_list()}
    world.traffic()
    plan = world.sync(dry_run=True)
    assert world.traffic()[1] == 0
    assert world.files() == files
    assert {each: world.sandbox.app_get(each) for each in world.sandbox.app_list()} == objects
    done = world.sync()
    verbs = [step.split()[0] for step in plan.steps]
    assert sorted(verbs) == sorted(step.split()[0] for step in done.steps)
    assert plan.dry_run
    assert (plan.pushed, plan.trashed) == (done.pushed, done.trashed)


def test_push_only_leaves_the_vault_alone(world: World) -> None:
    here, _ = busy(world)
    world.sync(pull=False)
    assert world.texts(here) == ["ALPHA"]
    assert world.body("Pages/Edited there.md") == "b\n"
    assert "Pages/Born there.md" not in world.files()
    assert world.sandbox.app_find("New")


def test_pull_only_leaves_the_space_alone(world: World) -> None:
    here, _ = busy(world)
    world.traffic()
    world.sync(push=False)
    assert world.traffic()[1] == 0
    assert world.texts(here) == ["alpha"]
    assert world.body("Pages/Edited there.md") == "B\n"
    assert world.body("Pages/Born there.md") == "y\n"


def test_naming_a_note_syncs_that_note(world: World) -> None:
    here, _ = busy(world)
    world.sync(notes=("Edited here",))
    assert world.texts(here) == ["ALPHA"]
    assert world.body("Pages/Edited there.md") == "b\n"
    world.sync(notes=("Pages/Edited there.md",))
    assert world.body("Pages/Edited there.md") == "B\n"
