"""The database: it survives a restart, undoes what failed, and stays quick when it is big."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from capsync.clock import ManualClock
from capsync.errors import ConfigError
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed import seed_content
from capsync.sandbox.seed_words import p

FREE = Options(quota_scale=0)


def test_a_space_on_disk_is_the_same_after_a_restart(tmp_path: Path) -> None:
    db = str(tmp_path / "space.db")
    states = []
    for _ in range(2):
        with Sandbox(FREE, db=db, clock=ManualClock()) as sandbox:
            seed_content(sandbox)
            service = Caller(sandbox)
            objects = [service.ok("GET /object", id=each) for each in sandbox.app_list()]
            structures = service.ok("GET /space/structures")
            states.append((sandbox.space_id, structures, objects))
    assert states[0] == states[1]
    assert len(states[0][2]) >= 20


def test_a_request_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with Sandbox(FREE, db=str(tmp_path / "space.db"), clock=ManualClock()) as sandbox:
        front = "---\nstatus: done\n---\n#newtag\n"
        body = {"structureId": "RootPage", "markdown": front}
        sandbox.before_next(lambda: None)
        Caller(sandbox).ok("POST /object/markdown", body)
        bad = {"id": sandbox.app_list("RootPage")[0], "markdown": "#other", "propertyId": "x"}
        Caller(sandbox).refused("POST /blocks/append", bad)
        assert len(sandbox.app_list("RootTag")) == 1


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    wrong = tmp_path / "notes.md"
    wrong.write_text("# Not a database\n" * 100)
    for path in (wrong, tmp_path / "nowhere" / "space.db"):
        with pytest.raises(ConfigError, match=path.name):
            Sandbox(FREE, db=str(path), clock=ManualClock())
    assert wrong.read_text() == "# Not a database\n" * 100


def test_a_thousand_objects_and_a_large_one_are_quick() -> None:
    sandbox = Sandbox(FREE, clock=ManualClock())
    service = Caller(sandbox)
    for number in range(1500):
        sandbox.app_create("RootPage", f"Page {number}", blocks=[p("x" * 200)] * 5)
    large = sandbox.app_create("RootPage", "Large", blocks=[p("word " * 20) for _ in range(6000)])
    start = time.perf_counter()
    rows, query = 0, {"id": "RootPage", "pageSize": "100"}
    while "cursor" not in query or query["cursor"]:
        page = service.ok("GET /objects/structure", **query)
        rows += len(page["results"])
        query["cursor"] = page["nextCursor"] if page["hasMore"] else ""
    service.ok("POST /objects/search", {"query": "page 14"})
    listing = time.perf_counter() - start
    answer = service.send("GET /object", query={"id": large})
    service.ok("POST /blocks/append", {"id": large, "markdown": "more"})
    assert rows == 1501
    assert len(answer.body) > 1_000_000
    assert listing < 1.0
    assert time.perf_counter() - start < 5.0


def test_many_threads_share_one_space() -> None:
    sandbox = Sandbox(FREE, clock=ManualClock())
    page = sandbox.app_create("RootPage", "x", blocks=[])

    def append() -> None:
        for _ in range(20):
            Caller(sandbox).ok("POST /blocks/append", {"id": page, "markdown": "a"})

    threads = [threading.Thread(target=append) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (body,) = sandbox.app_get(page)["blocks"].values()
    assert len({block["id"] for block in body}) == 100
