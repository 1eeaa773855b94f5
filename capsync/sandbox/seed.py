"""A small believable space, "Workshop", to look at and to test with.

About twenty objects that between them use every block, token and property
type, and titles that make bad file names. The ids are the same every time.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

from capsync.sandbox.core import Sandbox
from capsync.sandbox.seed_bodies import every_block, every_token, unwritable
from capsync.sandbox.seed_types import (
    CLASSIC,
    CRAFT,
    FINISHED,
    NOVEL,
    READING,
    Types,
    make_types,
)
from capsync.sandbox.seed_words import (
    day,
    embed,
    entities,
    h,
    item,
    labels,
    p,
    t,
    to,
    todo,
    url,
    value,
)


def seeded_ids(seed: int) -> Callable[[], str]:
    """Make ids that are the same for the same *seed*; never use one twice for a database."""
    source = random.Random(seed)  # noqa: S311
    return lambda: str(uuid.UUID(int=source.getrandbits(128), version=4))


def seed_content(sandbox: Sandbox) -> None:
    """Fill a space that holds nothing yet; leave any other alone."""
    if sandbox.app_list(trashed=True):
        return
    new_id = seeded_ids(7)
    with sandbox.using_ids(new_id):
        types = make_types(sandbox, new_id)
        tags = _tags(sandbox)
        bench = _pages(sandbox, tags)
        _tasks(sandbox, tags)
        _books(sandbox, types, tags, bench)
        _meetings(sandbox, types, bench)
        _days(sandbox, bench)
        _media(sandbox)


def _tags(sandbox: Sandbox) -> dict[str, str]:
    names = ("project-alpha", "garden", "to read")
    return {name: sandbox.app_create("RootTag", name) for name in names}


def _pages(sandbox: Sandbox, tags: dict[str, str]) -> str:
    """Make the pages and give the one that the others link to."""
    bench = sandbox.app_create(
        "RootPage",
        "The bench",
        properties={
            "description": value("text", "What it is made of"),
            "tags": entities(tags["project-alpha"]),
            "aliases": value("aliases", ["Workbench", "Roubo"]),
            "icon": value("icon", {"type": "emoji", "val": "🪚"}),
        },
        blocks=[
            p("Oak for the top, ", t("ash", "bold"), " for the legs."),
            h(2, "To do"),
            todo("flatten the top"),
            todo("buy wood", done=True),
        ],
    )
    tokens = every_token(bench, tags["garden"])
    sandbox.app_create("RootPage", "Every token", blocks=tokens)
    every = sandbox.app_create("RootPage", "Every block", blocks=every_block(bench))
    for block in unwritable():
        sandbox.app_insert(every, block)
    sandbox.app_create("RootPage", "Dune: Messiah", blocks=[p("A title no file may have.")])
    sandbox.app_create("RootPage", "a/b", blocks=[p("Another one.")])
    for text in ("One of two notes with this title.", "The other one."):
        sandbox.app_create("RootPage", "Glue", blocks=[p(text)])
    sandbox.app_create("RootPage", "")
    herbs = [item("bullet", name) for name in ("Mint", "Sage", "Thyme")]
    sandbox.app_create(
        "RootPage",
        "Herbs & spices",
        properties={
            "tags": entities(tags["garden"]),
            "icon": value("icon", {"type": "iconify", "val": "ph-plant"}),
        },
        blocks=[*herbs, embed(bench)],
    )
    return bench


def _tasks(sandbox: Sandbox, tags: dict[str, str]) -> None:
    sandbox.app_create(
        "RootTask",
        "Oil the plane",
        properties={
            "status": labels(("in-progress", "In progress")),
            "priority": labels(("high", "High")),
            "date": value("date", {"start": "2026-11-22"}),
            "deadline": value("date", {"start": "2026-11-30T17:00:00+01:00"}),
            "tags": entities(tags["project-alpha"]),
        },
    )
    sandbox.app_create("RootTask", "Sweep", properties={"status": labels(("done", "Done"))})


def _books(sandbox: Sandbox, types: Types, tags: dict[str, str], bench: str) -> None:
    ids = types.properties
    bought = value("createdAt", "2025-12-24T18:00:00Z")
    created = {} if sandbox.options.no_timestamps else {"createdAt": bought}
    ursula = sandbox.app_create("RootPage", "Ursula K. Le Guin")
    sandbox.app_create(
        types.book,
        "The Dispossessed",
        properties={
            "description": value("text", "An ambiguous utopia"),
            ids["Status"]: labels(READING),
            ids["Genres"]: labels(NOVEL, CLASSIC),
            ids["Author"]: entities(ursula),
            ids["Pages"]: value("number", 341),
            ids["Owned"]: value("boolean", payload=True),
            ids["Website"]: value("url", "https://example.org/the-dispossessed"),
            ids["Read on"]: value("date", {"start": "2026-03-01", "end": "2026-04-12"}),
            ids["Summary"]: value(
                "richText", [t("Two "), t("worlds", "italic"), t(", see "), to(bench, "bench")]
            ),
            ids["Shelf mark"]: value("text", "LEG 3"),
            "tags": entities(tags["to read"], tags["garden"]),
            "aliases": value("aliases", ["Dispossessed"]),
            "icon": value("icon", {"type": "emoji", "val": "📕"}),
            **created,
        },
        blocks=[
            h(2, "Notes"),
            p("You cannot buy the revolution.", quote={"layout": "standout"}),
            p("Read with ", url("this essay", "https://example.org/essay"), "."),
        ],
        collections=[types.favorites],
    )
    sandbox.app_create(
        types.book,
        "The Anarchist's Tool Chest",
        properties={
            ids["Status"]: labels(FINISHED),
            ids["Genres"]: labels(CRAFT),
            ids["Pages"]: value("number", 475.5),
            ids["Owned"]: value("boolean", payload=False),
        },
    )


def _meetings(sandbox: Sandbox, types: Types, bench: str) -> None:
    ids = types.properties
    agenda, notes = sandbox.app_sections(types.meeting)
    meeting = sandbox.app_create(
        types.meeting,
        "Guild meeting",
        properties={
            ids["When"]: value(
                "date",
                {
                    "dateResolution": "time",
                    "start": "2026-11-03T08:30:00Z",
                    "end": "2026-11-03T09:30:00Z",
                },
            ),
            ids["Attendees"]: entities(bench),
            ids["Decided"]: value("boolean", payload=True),
            ids["Room"]: value("text", "Shed 2"),
        },
        blocks=[item("numerical", "Wood"), item("numerical", "Money")],
        section=agenda,
    )
    placeholder = sandbox.app_get(meeting)["blocks"][notes][0]["id"]
    sandbox.app_edit_block(meeting, placeholder, p("We buy oak."))
    sandbox.app_append(meeting, [todo("Call the mill")], section=notes)


def _days(sandbox: Sandbox, bench: str) -> None:
    sandbox.app_daily_note("2026-11-21", [p("Planed ", to(bench, "the bench"), " all day.")])
    entry = [h(3, "10:04"), p("Rain. Tomorrow is ", day("Monday", "2026-11-23"), ".")]
    sandbox.app_daily_note("2026-11-22", entry)


def _media(sandbox: Sandbox) -> None:
    link = sandbox.app_add_media(
        "MediaWebResource", "How to sharpen", "https://example.org/sharpen"
    )
    sandbox.app_append(link, [p("Use water, not oil.")])
    sandbox.app_add_media(
        "MediaImage",
        "bench.png",
        "https://example.org/bench.png",
        file_type="image/png",
        size=48_213,
    )
