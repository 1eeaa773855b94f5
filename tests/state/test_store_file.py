"""The memory's file: crashes, other processes, damage, and who may read it."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from capsync.errors import RunError
from capsync.state.database import Connection
from capsync.state.place import state_folder, state_path
from capsync.state.schema import migrations
from capsync.state.store import Store
from capsync.state.version import KNOWN
from tests.state.records import VAULT, record

CRASH = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from capsync.state.store import Store
store = Store.open(Path(sys.argv[1]))
store.meta.put("kept", "yes")
with store.transaction():
    store.meta.put("kept", "no")
    os._exit(9)
"""
COUNT = """
import sys
from pathlib import Path
from capsync.state.store import Store
with Store.open(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(50):
        with store.transaction():
            store.meta.put("count", str(int(store.meta.get("count") or 0) + 1))
"""
ROOT = Path(__file__).parents[2]


def test_a_crash_in_a_transaction_leaves_what_was_before(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(path), str(ROOT)], cwd=ROOT, check=False
    )
    assert done.returncode == 9
    with Store.open(path) as store:
        assert store.meta.get("kept") == "yes"


def test_two_processes_do_not_lock_each_other_out(path: Path) -> None:
    command = [sys.executable, "-c", COUNT, str(path)]
    workers = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
        worker.stdin.flush()
    for worker in workers:
        _, trouble = worker.communicate(timeout=60)
        assert (worker.returncode, trouble) == (0, b"")
    with Store.open(path) as store:
        assert store.meta.get("count") == "100"


def test_an_empty_file_is_migrated_and_opening_again_changes_nothing(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    with Store.open(path) as store:
        store.notes.remember(record())
        db = Database(store._connection.sql)
        schema = db.schema
        assert {each.name for each in migrations.applied(db)} == set(KNOWN)
        assert all(
            db.table(name).strict for name in ["notes", "names", "meta", "runs", "revisions"]
        )
        assert db.journal_mode == "wal"
    with Store.open(path) as store:
        assert Database(store._connection.sql).schema == schema
        assert store.notes.get("n1") == record()


def test_the_folder_is_for_its_owner_only(store: Store, path: Path) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_damaged_file_is_explained(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(RunError, match="damaged; remove it: no note is lost"):
        Store.open(path)


def test_damage_inside_is_explained(path: Path) -> None:
    with Store.open(path) as store:
        store.notes.remember_all(record(str(n)) for n in range(200))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\x55" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(RunError, match="damaged"), Store.open(path) as store:
        store.notes.all()


def test_a_file_of_a_later_capsync_is_left_alone(path: Path) -> None:
    with Store.open(path) as store:
        table = Database(store._connection.sql).table("_sqlite_migrations")
        table.insert({"migration_set": "capsync", "name": "m999", "applied_at": ""})
    with pytest.raises(RunError, match="later capsync"):
        Store.open(path)


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="permissions"):
        Store.open(tmp_path / "file" / "x" / "state.db")
    with pytest.raises(RunError, match="cannot be opened"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SQLITE_BUSY", "another program"),
        ("SQLITE_FULL", "disk is full"),
        ("SQLITE_READONLY_DBMOVED", "permissions"),
        ("SQLITE_CORRUPT_INDEX", "damaged"),
        ("SQLITE_ERROR", "cannot be used"),
        ("", "cannot be used"),
    ],
)
def test_what_sqlite_complains_about_is_explained(path: Path, code: str, message: str) -> None:
    connection = Connection(path)
    error = sqlite3.OperationalError("x")
    error.sqlite_errorname = code
    with pytest.raises(RunError, match=message), connection.transaction():
        raise error
    connection.close()


def test_the_place_follows_the_vault(tmp_path: Path) -> None:
    environ = {"CAPSYNC_STATE_DIR": str(tmp_path)}
    assert state_path(VAULT.upper(), environ) == tmp_path / VAULT / "state.db"
    assert state_folder({}).name == "capsync"
    with pytest.raises(ValueError, match="badly formed"):
        state_path("../x", environ)
