"""``capsync watch`` as a process of its own, on a large vault and a space that holds the same."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any, Self

from capsync.capacities.client import connect
from capsync.clock import SystemClock
from capsync.model.codec import decode_note, encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.token import NoteId
from capsync.sandbox.core import Request, Response, Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.quota import Quotas
from capsync.sandbox.server import running
from capsync.sandbox.store import Record, Store as SpaceStore
from capsync.state.place import VARIABLE
from capsync.state.store import Store
from tests.benchmarks._synced import BODIES, make_synced
from tests.capacities.world import transport_to

COMMAND = str(Path(sys.executable).with_name("capsync"))
PATIENCE = 120.0
"""Seconds after which what is waited for counts as lost."""
_MADE = "2026-11-01T10:00:00.000Z"


class Watched(Sandbox):
    """A sandbox that remembers when it was asked what."""

    def __init__(self, options: Options, db: Path) -> None:
        super().__init__(options, db=str(db), clock=SystemClock())
        self.calls: list[tuple[float, str, str, bytes]] = []
        """When each request was answered, by the monotonic clock; method, path, body."""

    def set_quotas(self, scale: float) -> None:
        """Have other quotas from now on, as many times the usual ones; 0 lifts them."""
        self._service._quotas = Quotas(replace(self.options, quota_scale=scale))

    def handle(self, request: Request) -> Response:
        """Serve one request."""
        answer = super().handle(request)
        self.calls.append((time.monotonic(), request.method, request.path, request.body))
        return answer


@dataclass(frozen=True, slots=True)
class Stage:
    """A vault, what is remembered of it, and the space it is kept the same as."""

    root: Path
    state: Path
    db: Path
    notes: tuple[tuple[str, str], ...]
    """Path and id of each."""

    @classmethod
    def made(cls, folder: Path, notes: int, folders: int) -> Self:
        """Make all of it, as a sync would have left it."""
        root, state, db = folder / "vault", folder / "state", folder / "space.db"
        memory = make_synced(root, state, notes, folders)
        with Store.open(memory) as held:
            found = _fill(held, db, _space_of(root))
            _agree(held, db)
            held.meta.put("body RootPage", "body")
        return cls(root, state, db, found)

    @contextmanager
    def served(self, **switches: Any) -> Iterator[tuple[Watched, dict[str, str]]]:
        """Serve the space; gives it and the environment in which to run commands."""
        options = Options(no_timestamps=True, **switches)  # of which the memory knows nothing
        with Watched(options, self.db) as sandbox, running(sandbox) as url:
            own = {VARIABLE: str(self.state), "CAPSYNC_API_URL": url}
            own |= {"CAPSYNC_TOKEN": options.token, "CAPSYNC_VAULT": str(self.root)}
            yield sandbox, {**os.environ, **own}


def _space_of(root: Path) -> str:
    text = (root / ".capsync" / "config.toml").read_text(encoding="utf-8")
    (line,) = [each for each in text.partition("[space]")[2].splitlines() if each[:2] == "id"]
    return str(json.loads(line.partition("=")[2].strip()))


def _fill(memory: Store, db: Path, space: str) -> tuple[tuple[str, str], ...]:
    """Make objects of all that is remembered."""
    with Sandbox(db=str(db), clock=SystemClock()):
        pass  # the structures and tables
    objects = SpaceStore(str(db))
    known, records = memory.notes.all(), []
    with objects.transaction():
        objects.set_meta("space", space)
        page = next(each for each in objects.structures() if each["id"] == "RootPage")
        objects.put_structure("RootPage", page | {"sections": ["body"]})
        for each in known:
            record = memory.notes.get(each.id)
            assert record is not None
            raw = json.loads(record.base)
            title = raw["properties"]["title"]
            title["title"]["value"] = each.title
            made = Record(each.id, each.structure, _MADE, _MADE, blocks=raw["blocks"])
            made.properties["title"] = title
            objects.put(made, now=0.0, lag=0.0)
            now = digest(decode_note(raw))
            records.append(replace(record, base=canonical(raw), note_digest=now))
    memory.notes.remember_all(records)
    objects.close()
    return tuple((each.path, each.id) for each in known)


def _agree(memory: Store, db: Path) -> None:
    """Remember of notes what the service gives of them, where that is not what was made up."""
    options = Options(no_timestamps=True, quota_scale=1e6)  # the client keeps to it
    known = {each.title: each for each in memory.notes.all()}
    odd: set[int] = set()
    agreed = []
    with (
        Sandbox(options, db=str(db), clock=SystemClock()) as sandbox,
        connect(
            options.token, base_url="http://127.0.0.1:1", pace=0.0, transport=transport_to(sandbox)
        ) as client,
    ):
        for number, (_, each) in enumerate(sorted(known.items())):
            if number >= BODIES and number % BODIES not in odd:
                continue
            there = client.get(NoteId(each.id))
            if digest(there) != each.note_digest:
                odd.add(number % BODIES)
                record = memory.notes.get(each.id)
                assert record is not None
                base = canonical(encode_note(there))
                agreed.append(replace(record, base=base, note_digest=digest(there)))
    memory.notes.remember_all(agreed)


class Daemon:
    """A running ``capsync watch``."""

    def __init__(self, environ: Mapping[str, str], folder: Path, *command: str) -> None:
        """
        Args:
            folder: Where its socket for notifications is, and what it writes.
            command: To run instead of the installed one.
        """
        self.ready_at: float | None = None
        place = folder / "notify"
        place.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(place))
        self._log = (folder / "watch.log").open("ab")
        Thread(target=self._listen, daemon=True).start()
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [*(command or (COMMAND,)), "watch"],
            env={**environ, "NOTIFY_SOCKET": str(place)},
            stdout=self._log,
            stderr=self._log,
        )

    def ready(self) -> float:
        """Wait until it says that it watches, and give the seconds since it was started."""
        if not wait_for(lambda: self.ready_at is not None):
            raise TimeoutError("capsync watch did not get ready; see watch.log")
        assert self.ready_at is not None
        return self.ready_at - self.begun

    def _listen(self) -> None:
        with suppress(OSError):
            while message := self._socket.recv(4096):
                if b"READY=1" in message and self.ready_at is None:
                    self.ready_at = time.monotonic()

    def cpu(self) -> float:
        """Give the seconds of processor time it has used, in all threads."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((each / "schedstat").read_text().split()[0]) for each in tasks) / 1e9

    def memory(self) -> dict[str, float]:
        """Give what it has in memory: ``Rss`` and ``Pss`` in bytes."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()[1:]
        pairs = (line.split(":") for line in lines)
        return {name: float(value.split()[0]) * 1024 for name, value in pairs}

    def stop(self) -> int:
        """End it, and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._log.close()


@contextmanager
def watching(environ: Mapping[str, str], folder: Path, *command: str) -> Iterator[Daemon]:
    """Run the daemon for a while."""
    daemon = Daemon(environ, folder, *command)
    try:
        yield daemon
    finally:
        daemon.stop()


def wait_for(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until something is so, and say whether it came to be."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def is_measurable() -> bool:
    """Say whether this system tells what a process uses."""
    return shutil.which("true") is not None and Path("/proc/self/smaps_rollup").exists()
