"""What is remembered comes back, survives crashes, and is shared without quarrel."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, strategies as st

from capsync.state.database import pack, plain, unpack
from capsync.state.store import SetAside, Store
from tests.state.records import light, record


def test_a_note_is_remembered_whole(store: Store) -> None:
    store.notes.remember(record())
    assert store.notes.get("n1") == record()
    assert store.notes.by_path("Pages/n1.md") == record()
    assert store.notes.all() == (light(record()),)
    assert store.notes.get("n2") is None
    assert store.notes.by_path("n1.md") is None


def test_a_newer_agreement_replaces_the_older(store: Store) -> None:
    store.notes.remember(record())
    newer = record(path="b.md", text="", base="", missing_since=3.0, title="Other")
    store.notes.remember(newer)
    assert store.notes.get("n1") == newer
    assert store.notes.find("trip") == ()
    assert store.notes.find("other") == ("n1",)


def test_small_changes_leave_the_contents(store: Store) -> None:
    store.notes.remember(record())
    store.notes.touch([light(record(mtime_ns=-1, size=2, inode=3))])
    store.notes.mark_missing("n1", 9.0)
    assert store.notes.get("n1") == record(mtime_ns=-1, size=2, inode=3, missing_since=9.0)
    store.notes.checked("n1", 10.0)
    assert store.notes.get("n1") == record(mtime_ns=-1, size=2, inode=3, checked_at=10.0)


def test_paths_may_swap(store: Store) -> None:
    store.notes.remember_all([record("a", path="1.md"), record("b", path="2.md")])
    store.notes.remember_all([record("a", path="2.md"), record("b", path="1.md")])
    found = store.notes.by_path("2.md")
    assert found is not None
    assert found.id == "a"


def test_what_is_forgotten_is_gone_but_for_its_versions_and_names(store: Store) -> None:
    store.notes.remember(record())
    store.names.remember_name("n1", "Trip")
    store.revisions.keep("n1", "a.md", "vault", "x", reason="pull", at=1.0)
    store.notes.forget("n1")
    assert store.notes.all() == ()
    assert store.notes.find("trip") == ()
    assert store.names.ids_of("Trip") == ("n1",)
    assert len(store.revisions.list("n1")) == 1


def test_notes_are_found_by_words(store: Store) -> None:
    store.notes.remember_all(
        [
            record("a", title="Trip to São Paulo"),
            record("b", title="Trip"),
            record("c", title='NOT "quoted" OR -this*'),
        ]
    )
    assert store.notes.find("trip") == ("b", "a")
    assert store.notes.find("sao pau") == ("a",)
    assert store.notes.find("NOT") == ("c",)
    assert store.notes.find('"quoted') == ("c",)
    assert store.notes.find("trip nowhere") == ()
    assert len(store.notes.find("t", limit=1)) == 1


@pytest.mark.parametrize(
    "words", ["", " ", '"', '""', "*", "!!!", "a\0b", "\ud800", "(", "NEAR(", "title:"]
)
def test_no_search_is_an_error(store: Store, words: str) -> None:
    store.notes.remember(record())
    assert store.notes.find(words) in {(), ("n1",)}


def test_former_names_lead_to_the_note(store: Store) -> None:
    store.names.remember_name("a", "Café")
    store.names.remember_name("b", "CAFE\u0301")
    store.names.remember_name("a", "Trip")
    assert store.names.ids_of("café") == ("b", "a")
    store.names.remember_name("a", "CAFÉ")
    assert store.names.ids_of("café") == ("a", "b")
    assert store.names.of("a") == ("CAFÉ", "Trip")
    assert store.names.ids_of("Caf") == ()


def test_what_is_set_aside_keeps_its_time(store: Store) -> None:
    store.set_aside.replace_all([SetAside("a.md", None, "broken", 1.0, "fix it")])
    store.set_aside.replace_all(
        [SetAside("a.md", "n", "still", 5.0), SetAside("b.md", None, "new", 5.0)]
    )
    assert store.set_aside.list() == (
        SetAside("a.md", "n", "still", 1.0),
        SetAside("b.md", None, "new", 5.0),
    )
    store.set_aside.replace_all([])
    assert store.set_aside.list() == ()


def test_an_intention_stays_until_it_is_done(path: Path) -> None:
    with Store.open(path) as store:
        first = store.intentions.begin("create", "a.md", None, '{"x": 1}', at=1.0)
        second = store.intentions.begin("edit", "b.md", "n1", "", at=2.0)
        store.intentions.done(second)
    with Store.open(path) as store:
        (left,) = store.intentions.open()
        assert (left.number, left.kind, left.path, left.note) == (first, "create", "a.md", None)
        assert (left.payload, left.at) == ('{"x": 1}', 1.0)


def test_revisions_are_kept_once_each(store: Store) -> None:
    one = store.revisions.keep("n", "a.md", "vault", "one" * 1000, reason="pull", at=1.0)
    assert store.revisions.keep("n", "a.md", "vault", "one" * 1000, reason="pull", at=2.0) == one
    store.revisions.keep("n", "a.md", "space", "one" * 1000, reason="push", at=3.0)
    store.revisions.keep("n", "b.md", "vault", "two", reason="pull", at=4.0)
    assert [each.at for each in store.revisions.list("n")] == [4.0, 3.0, 1.0]
    assert [each.at for each in store.revisions.of_path("a.md")] == [3.0, 1.0]
    assert [each.at for each in store.revisions.since(3.0)] == [4.0, 3.0]
    kept = store.revisions.get(one)
    assert kept is not None
    assert kept.content == "one" * 1000
    store.revisions.drop([one])
    assert store.revisions.get(one) is None


def test_odds_and_ends_are_kept(store: Store) -> None:
    assert store.meta.get("space") is None
    store.meta.put("space", "x" * 3000)
    store.meta.put("space", "y")
    assert store.meta.get("space") == "y"
    store.meta.put("space", None)
    assert store.meta.get("space") is None


def test_the_last_reports_are_kept(store: Store) -> None:
    assert store.runs.last() is None
    for number in range(60):
        store.runs.add(json.dumps({"n": number}), float(number))
    last = store.runs.last()
    assert last is not None
    assert (json.loads(last.report), last.at) == ({"n": 59}, 59.0)
    assert len(store.runs.list()) == 50


def test_half_a_surrogate_pair_is_no_trouble(store: Store) -> None:
    odd = "a\ud800b"
    store.notes.remember(record(title=odd, base=odd, text=odd))
    found = store.notes.get("n1")
    assert found is not None
    assert (found.title, found.base, found.text) == ("a\ufffdb", odd, odd)
    store.names.remember_name("n1", odd)
    assert store.names.ids_of(odd) == ("n1",)
    store.set_aside.replace_all([SetAside(odd, odd, odd, 1.0, odd)])
    store.revisions.keep(odd, odd, "vault", odd, reason=odd, at=1.0)
    assert store.revisions.list(odd)[0].content == odd
    store.intentions.begin(odd, odd, odd, odd, at=1.0)
    assert store.intentions.open()[0].payload == odd


@given(st.text() | st.text(st.characters(categories=["Cs", "Lu"])).map(lambda text: text * 300))
def test_any_text_unpacks_as_itself(text: str) -> None:
    assert unpack(pack(text)) == text
    assert plain(plain(text)) == plain(text)


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    store.notes.remember(record("a"))

    def half_done() -> None:
        with store.transaction():
            store.notes.remember(record("b"))
            store.notes.forget("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert [each.id for each in store.notes.all()] == ["a"]
    with store.transaction(), store.transaction():
        store.notes.remember(record("b"))
    assert len(store.notes.all()) == 2


def test_ten_thousand_notes_are_listed_quickly(store: Store) -> None:
    store.notes.remember_all(record(str(n)) for n in range(10_000))
    start = perf_counter()
    assert len(store.notes.all()) == 10_000
    assert perf_counter() - start < 2
