"""A second sync after any sync makes no write and rewrites no file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capsync.sandbox.seed import seed_content
from tests.sync.world import World, paragraph

SWITCHES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "merged tokens": {"merge_tokens": True},
    "explicit styles": {"explicit_styles": True},
    "explicit nulls": {"explicit_nulls": True},
    "answers without blocks": {"answers_without_blocks": True},
    "answers with empty blocks": {"answers_with_empty_blocks": True},
    "empty sections omitted": {"omit_empty_sections": True},
    "unset properties shown": {"show_unset_properties": True},
    "refreshed link titles": {"refresh_link_titles": True},
    "no time stamps": {"no_timestamps": True},
    "unknown fields": {"extra_fields": True},
    "few structures": {"few_structures": True},
    "omitted fields kept": {"patch_keeps_omitted": True},
    "lagging search, no lists": {"search_lag": 30.0, "lists": False},
    "legacy rate header": {"rate_header": "legacy"},
    "no rate header": {"rate_header": "none", "quota_scale": 1.0},
    "real quotas, HTML 429": {"quota_scale": 1.0, "html_429": True},
}


@pytest.fixture(params=list(SWITCHES.values()), ids=list(SWITCHES))
def seeded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, **request.param)
    seed_content(made.sandbox)
    yield made
    made.close()


def silent(world: World) -> None:
    before = world.files()
    world.traffic()
    report = world.sync()
    assert report.steps == []
    assert world.traffic()[1] == 0
    assert world.files() == before


def test_a_second_sync_does_nothing(seeded: World) -> None:
    first = seeded.sync()
    assert first.troubles == []
    silent(seeded)
    bench = seeded.sandbox.app_find("The bench")
    path = "Pages/The bench.md"
    seeded.edit(path, "Oak for the top", "Beech for the top")
    seeded.edit(path, "- [ ] flatten", "- [x] flatten")
    seeded.write(
        "New.md", "# New\n\nSee [[The bench]] and `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    seeded.write("Books/Emma.md", "---\ntype: Book\nStatus: Reading\nPages: 474\n---\n\nGood.\n")
    assert seeded.sync().troubles == []
    silent(seeded)
    seeded.sandbox.app_append(bench, [paragraph("from the app")])
    seeded.sandbox.app_rename(bench, "The workbench")
    (seeded.root / "Pages/Herbs & spices.md").rename(seeded.root / "Pages/Herbs.md")
    (seeded.root / "Pages/Glue.md").unlink()
    assert seeded.sync().troubles == []
    silent(seeded)
    assert seeded.sandbox.violations == []
    assert "from the app" in seeded.read("Pages/The workbench.md")
