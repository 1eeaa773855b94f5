"""The client against the sandbox in trouble: errors, quotas, other dialects, lists that lack."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given, settings, strategies as st

from capsync.capacities.discovery import list_space
from capsync.clock import ManualClock
from capsync.errors import (
    AuthError,
    Rejected,
    ServerFault,
    Unreachable,
)
from capsync.model.block import (
    HorizontalLineBlock,
    is_writable,
)
from capsync.model.normal import digest
from capsync.model.note import DAILY_NOTE, PAGE, TAG, TASK, StructureId
from capsync.model.token import NoteId
from capsync.sandbox.options import Options
from tests.capacities.world import EVERYTHING, World, titled


def test_a_read_only_token_may_read_and_search_but_not_write() -> None:
    world = World()
    reader = world.connect(world.sandbox.options.readonly_token)
    reader.get(world.note("The bench"))
    reader.search("bench")
    with pytest.raises(AuthError) as caught:
        reader.update(world.note("The bench"), properties=titled("x"))
    assert caught.value.missing_scopes == ("api:write",)
    with pytest.raises(AuthError, match="does not accept the token"):
        world.connect("cap-api-wrong").space()


def test_errors_arrive_as_ours() -> None:
    world = World(Options(max_objects=25, max_body=2000))
    note = world.note("The bench")
    while len(world.sandbox.app_list()) < 25:
        world.client.create(PAGE, titled("another"))
    with pytest.raises(Rejected) as quota:
        world.client.create(PAGE, titled("one too many"))
    assert quota.value.code == "cap_object_creation_quota_reached"
    with pytest.raises(Rejected) as large:
        world.client.append(note, "x" * 5000)
    assert large.value.status == 413
    with pytest.raises(Rejected):
        world.client.create(DAILY_NOTE, titled("2026-11-22"))
    with pytest.raises(Rejected):
        world.client.update(world.note("How to sharpen"), properties=titled("x"))


@pytest.mark.parametrize("status", [500, 503, 555])
@pytest.mark.parametrize("html", [False, True])
def test_passing_trouble_costs_a_read_nothing_and_a_write_its_certainty(
    status: int, html: bool
) -> None:
    world = World()
    note = world.note("The bench")
    world.sandbox.fail_next(status, html=html, times=2)
    assert world.client.get(note).title == "The bench"
    world.sandbox.fail_next(status, html=html)
    with pytest.raises(ServerFault) as caught:
        world.client.update(note, properties=titled("x"))
    assert caught.value.maybe_done


@pytest.mark.parametrize("applied", [False, True])
def test_a_dropped_connection_repeats_no_write(applied: bool) -> None:
    world = World()
    world.sandbox.drop_next(applied=applied)
    before = len(world.sandbox.app_list("RootPage"))
    with pytest.raises(Unreachable) as caught:
        world.client.create(PAGE, titled("Once"))
    assert caught.value.maybe_done
    assert len(world.sandbox.app_list("RootPage")) - before == int(applied)
    world.sandbox.drop_next(applied=applied)
    assert world.client.search("Once") is not None


LISTED = (PAGE, TASK, TAG, DAILY_NOTE)


@pytest.mark.parametrize("options", [Options(), Options(page_size=3, page_size_max=20)])
def test_discovery_lists_everything_and_knows_it(options: Options) -> None:
    world = World(options)
    listing = list_space(world.client, LISTED)
    assert listing.complete == set(LISTED)
    assert listing.notes == ()
    there = {number for each in LISTED for number in world.sandbox.app_list(each)}
    assert {row.id for row in listing.rows} == there


def test_discovery_without_lists_finds_titles_and_claims_nothing() -> None:
    world = World(Options(lists=False))
    listing = list_space(world.client, LISTED)
    assert listing.complete == frozenset()
    assert {"The bench", "Glue", "Sweep", "garden"} <= {row.title for row in listing.rows}
    assert 429 not in world.statuses()


def test_discovery_of_a_structure_nobody_knows_is_not_complete() -> None:
    world = World()
    unknown = StructureId("6c6f0e0e-0a57-4b0e-9d55-5b0c0a8a9b21")
    listing = list_space(world.client, [unknown, PAGE])
    assert unknown not in listing.complete
    assert PAGE in listing.complete


@settings(max_examples=30, deadline=None)
@given(
    header=st.sampled_from(["draft8", "legacy", "none"]),
    scale=st.sampled_from([0.2, 1.0, 2.0]),
    others=st.lists(st.tuples(st.integers(0, 3), st.floats(0, 20)), max_size=40),
)
def test_the_service_never_has_to_turn_us_away(
    header: Literal["draft8", "legacy", "none"], scale: float, others: list[tuple[int, float]]
) -> None:
    """Whatever the quota is, as long as the service says so or it is the documented one."""
    world = World(Options(rate_header=header, quota_scale=scale), pace=0.0)
    if header == "none" and scale < 1:
        return
    bench = world.note("The bench")
    calls = (
        lambda: world.client.get(bench),
        world.client.space,
        lambda: world.client.search("bench"),
        lambda: world.client.update(bench, properties=titled("The bench")),
    )
    for which, gap in others:
        world.clock.sleep(gap)
        calls[which]()
    for _ in range(70):
        world.client.get(bench)
    assert world.statuses() == {200}


@pytest.mark.parametrize(
    "options",
    [
        Options(quota_scale=0.1, rate_header="none"),
        Options(quota_scale=0.1, rate_header="none", html_429=True),
        Options(quota_scale=0.1, rate_header="none", retry_after=True),
    ],
    ids=["silent", "html", "retry-after"],
)
def test_a_quota_nobody_told_us_of_is_found_out_and_waited_for(options: Options) -> None:
    world = World(options, pace=0.0)
    bench = world.note("The bench")
    for _ in range(7):
        world.client.get(bench)
    assert 429 in world.statuses()


def test_a_burst_limit_of_ten_a_second_is_never_hit_at_the_usual_pace() -> None:
    world = World(Options(burst_limit=6))
    bench = world.note("The bench")
    for _ in range(40):
        world.client.get(bench)
        world.client.search("bench")
    assert world.statuses() == {200}


def test_two_clients_of_one_token_survive_each_other() -> None:
    world = World(pace=0.0)
    other = world.connect(world.sandbox.options.token)
    bench = world.note("The bench")
    for _ in range(50):
        world.client.get(bench)
        other.get(bench)
    assert world.clock.time - ManualClock().time >= 180.0


DIALECTS = {
    "answers without blocks": Options(answers_without_blocks=True),
    "answers with empty blocks": Options(answers_with_empty_blocks=True),
    "no empty sections": Options(omit_empty_sections=True),
    "explicit styles": Options(explicit_styles=True, explicit_nulls=True),
    "merged tokens": Options(merge_tokens=True),
    "more fields": Options(extra_fields=True, show_unset_properties=True),
    "links renamed": Options(refresh_link_titles=True),
    "no time stamps": Options(no_timestamps=True),
    "patch keeps": Options(patch_keeps_omitted=True),
}


@pytest.mark.parametrize("options", DIALECTS.values(), ids=DIALECTS.keys())
def test_every_dialect_is_understood(options: Options) -> None:
    world = World(options)
    client, note = world.client, world.note("The bench")
    before = client.get(note)
    (section,) = before.sections
    made = client.append(note, EVERYTHING)
    there = client.get(note)
    assert len(there.sections[section]) == len(before.sections[section]) + len(EVERYTHING)
    assert made.complete is not (
        options.answers_without_blocks or options.answers_with_empty_blocks
    )
    block = there.sections[section][0]
    assert is_writable(block)
    assert block.id is not None
    client.update_block(note, block.id, block)
    assert digest(client.get(note)) == digest(there)
    assert len(client.structures()) > 3
    assert world.sandbox.violations == []


def test_a_write_without_effect_is_seen_on_the_next_read() -> None:
    world = World()
    world.sandbox.ignore_next(method="POST", path="/blocks/append")
    note = world.note("The bench")
    before = digest(world.client.get(note))
    world.client.append(note, (HorizontalLineBlock(),))
    assert digest(world.client.get(note)) == before


def test_an_id_that_is_none_is_refused_for_good() -> None:
    world = World()
    with pytest.raises(Rejected, match="not-an-id"):
        world.client.get(NoteId("not-an-id"))
