"""``capsync watch`` as people run it: a process beside the service, editors and other commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="made of Unix signals")

CAPSYNC = str(Path(sys.executable).with_name("capsync"))
PATIENCE = 20.0
MANY = 110
"""Files; more than are looked at one by one."""
TOKEN = "cap-api-sandbox"


def wait_for(condition: Callable[[], bool], what: str = "it") -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"{what} did not come to be"
        time.sleep(0.02)


class Home:
    """A vault, its space in a process of its own, and a person with commands."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.vault, self.port = folder, folder / "vault", 0
        self.started: list[subprocess.Popen[bytes]] = []
        self.environ = {**os.environ, "CAPSYNC_STATE_DIR": str(folder / "state")}
        self.environ |= {"CAPSYNC_TOKEN": TOKEN, "CAPSYNC_VAULT": str(self.vault)}
        self.log = folder / "watch.log"

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen([CAPSYNC, *words], env=self.environ, stdout=log, stderr=log)
        self.started.append(process)
        return process

    def serve(self, scale: float = 1000.0) -> subprocess.Popen[bytes]:
        """Start the service, the second time where it was."""
        log, db = self.folder / "sandbox.log", str(self.folder / "space.db")
        log.unlink(missing_ok=True)
        options = ("--db", db, "--seed-content", "--quota-scale", f"{scale:g}")
        serving = self.start("sandbox", "sandbox", "--port", str(self.port), *options)
        found: list[str] = []

        def announced() -> bool:
            found[:] = re.findall(r"http://127\.0\.0\.1:(\d+)", log.read_text())
            return bool(found)

        wait_for(announced, "the sandbox")
        self.port = int(found[0])
        self.environ["CAPSYNC_API_URL"] = f"http://127.0.0.1:{self.port}"
        return serving

    def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [CAPSYNC, *words]
        return subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def watch(self) -> subprocess.Popen[bytes]:
        """Start the daemon, and wait until it has seen all that there is."""
        self.log.unlink(missing_ok=True)
        watching = self.start("watch", "watch")
        wait_for(lambda: "started" in self.log.read_text(), "the daemon")
        return watching

    def said(self) -> str:
        return self.log.read_text()

    def says(self, words: str) -> Callable[[], bool]:
        return lambda: words in self.said()

    def pages(self) -> list[tuple[str, str]]:
        """Give title and content of every page of the space, without asking for it."""
        query = "SELECT title, blocks FROM objects WHERE structure = 'RootPage' AND NOT trashed"
        with closing(sqlite3.connect(self.folder / "space.db", timeout=PATIENCE)) as space:
            return list(space.execute(query))

    def space(self) -> dict[str, str]:
        return dict(self.pages())

    def titles(self) -> list[str]:
        return [title for title, _ in self.pages()]

    def has(self, words: str, title: str = "The bench") -> Callable[[], bool]:
        return lambda: words in self.space().get(title, "")

    @property
    def bench(self) -> Path:
        return self.vault / "Pages" / "The bench.md"

    def adds(self, words: str, place: Path | None = None) -> None:
        """Add a paragraph to a note, as most editors save."""
        place = place or self.bench
        beside = place.with_name(f".{place.name}.tmp")
        beside.write_text(f"{place.read_text()}\n{words}\n")
        beside.replace(place)

    def ends(self, watching: subprocess.Popen[bytes]) -> float:
        """Stop the daemon, and give the seconds it took."""
        begun = time.monotonic()
        watching.send_signal(signal.SIGTERM)
        assert watching.wait(PATIENCE) == 0, self.said()
        return time.monotonic() - begun

    def is_in_sync(self) -> bool:
        """Say whether a sync finds nothing to do."""
        report = json.loads(self.types("sync", "--json").stdout)
        done = ("pushed", "pulled", "created", "merged", "renamed", "trashed", "errors")
        return not any(report[each] for each in done)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    home.serve()
    assert home.types("init", str(home.vault)).returncode == 0
    assert home.types("sync").returncode == 0
    yield home
    for process in home.started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(PATIENCE)


def test_what_editors_save_arrives_and_does_not_come_back(home: Home) -> None:
    watching = home.watch()
    home.adds("saved beside")
    wait_for(home.has("saved beside"), "the edit")
    before = home.bench.stat()
    vim = shutil.copy(home.bench, home.folder / "backup")  # vim's way: away, and written anew
    home.bench.unlink()
    home.bench.write_text(Path(vim).read_text() + "\nsaved by vim\n")
    wait_for(home.has("saved by vim"), "vim's edit")
    subprocess.run(["sed", "-i", "s/saved by vim/saved by sed/", str(home.bench)], check=True)
    wait_for(home.has("saved by sed"), "sed's edit")
    assert home.bench.stat().st_ino != before.st_ino
    left = home.bench.stat()
    assert home.ends(watching) < 5
    assert home.bench.stat() == left
    kinds = re.findall(r"^(push|pull|create|merge|trash)\b", home.said(), re.MULTILINE)
    assert kinds == ["push"] * 3
    assert home.is_in_sync()


def test_a_second_one_is_refused_and_other_commands_work_meanwhile(home: Home) -> None:
    watching = home.watch()
    second = home.types("watch")
    assert second.returncode == 2
    assert "keeps this vault in sync already" in second.stderr
    home.adds("one")
    one = home.types("sync", str(home.bench), "--json")
    assert (one.returncode, home.has("one")()) == (0, True), one.stderr
    home.adds("two")
    every = home.types("sync", "--json")
    assert (every.returncode, home.has("two")()) == (0, True), every.stderr
    for words in (["verify"], ["resolve", "--all", "--mine"], ["undo", "--dry-run"]):
        done = home.types(*words)
        assert "another capsync" not in done.stderr, done.stderr
        assert done.returncode in (0, 2), (words, done.stderr)
    history = home.types("history", str(home.bench), "--json")
    assert history.returncode == 0, history.stderr
    home.adds("three")
    wait_for(home.has("three"), "an edit after all that")
    assert home.ends(watching) < 5


def test_the_configuration_is_read_again_on_sighup(home: Home) -> None:
    watching = home.watch()
    config = home.vault / ".capsync" / "config.toml"
    config.write_text(config.read_text() + '\n[sync]\nignore = ["Drafts/"]\n')
    watching.send_signal(signal.SIGHUP)
    wait_for(lambda: home.said().count("Watching ") == 2, "reading it again")
    (home.vault / "Drafts").mkdir()
    (home.vault / "Drafts" / "Secret.md").write_text("not for the space\n")
    (home.vault / "Pages" / "Open.md").write_text("for the space\n")
    wait_for(lambda: "Open" in home.space(), "the other note")
    assert "Secret" not in home.space()
    assert home.ends(watching) < 5


def test_after_a_crash_nothing_is_lost_and_nothing_twice(home: Home) -> None:
    watching = home.watch()
    (home.vault / "Pages" / "New one.md").write_text("begun\n")
    wait_for(home.says("New one"), "the beginning")
    watching.kill()
    watching.wait(PATIENCE)
    home.adds("written while it was down")
    (home.vault / "Pages" / "New two.md").write_text("also then\n")
    watching = home.watch()
    wait_for(home.has("written while it was down"), "the edit")
    wait_for(lambda: {"New one", "New two"} <= home.space().keys(), "the new notes")
    assert home.ends(watching) < 5
    titles = home.titles()
    assert titles.count("New one") == titles.count("New two") == 1
    assert home.is_in_sync()


def test_offline_edits_arrive_once_the_service_is_back(home: Home) -> None:
    watching = home.watch()
    serving = home.started[0]
    serving.terminate()
    serving.wait(PATIENCE)
    home.adds("written on the train")
    wait_for(home.says("offline"), "the bad news")
    home.serve()
    wait_for(home.has("written on the train"), "the edit")
    assert home.ends(watching) < 5


def test_a_burst_of_changes_arrives_in_full(home: Home) -> None:
    pages = home.vault / "Pages"
    for number in range(MANY):
        (pages / f"Many {number:03}.md").write_text(f"before {number}\n")
    assert home.types("sync", "--push").returncode == 0
    watching = home.watch()
    for number in range(MANY):
        with (pages / f"Many {number:03}.md").open("a") as file:
            file.write(f"\nafter {number}\n")
    wait_for(lambda: home.said().count("push ") >= MANY, "the burst")
    assert home.ends(watching) < 5
    assert home.is_in_sync()


@pytest.mark.parametrize("scale", [1, 1000])
def test_it_ends_in_time_amid_an_import(tmp_path: Path, scale: float) -> None:
    """With the service's own quota the import waits for it most of the time."""
    home = Home(tmp_path)
    try:
        home.serve(scale)
        assert home.types("init", str(home.vault)).returncode == 0
        watching = home.watch()
        for number in range(100):
            (home.vault / f"Import {number:03}.md").write_text(f"text {number}\n")
        wait_for(lambda: home.said().count("create ") > 25, "the import")
        assert home.ends(watching) < 5
        made = [title for title in home.titles() if title.startswith("Import")]
        places = home.vault.glob("Import*.md")
        files = [each for each in places if "capacities-id" in each.read_text()]
        assert len(made) == len(set(made))
        assert abs(len(made) - len(files)) <= 1
    finally:
        for process in home.started:
            process.kill()
            process.wait(PATIENCE)
