"""A vault, a space and what is remembered of them, for tests of the whole engine.

The space is the sandbox, driven without a port; time moves only by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from capsync.capacities.client import Client, connect
from capsync.capacities.http import transport_of
from capsync.clock import ManualClock
from capsync.sandbox.core import ConnectionDropped, Request, Sandbox
from capsync.sandbox.options import Options as Switches
from capsync.sandbox.seed import seeded_ids
from capsync.state.store import Store
from capsync.sync.begin import Bench
from capsync.sync.engine import Engine
from capsync.sync.report import Options, Report
from capsync.vault.files import Folder
from capsync.vault.vault import VaultConfig, write_config

VAULT_ID = "11111111-1111-4111-8111-111111111111"


def paragraph(text: str, **more: object) -> dict[str, Any]:
    """Write a text block for the app's hand."""
    tokens = [{"type": "TextToken", "text": text, "style": {}}]
    return {"type": "TextBlock", "tokens": tokens, **more}


class World:
    """One space with one vault connected to it."""

    def __init__(self, folder: Path, beside: World | None = None, /, **switches: Any) -> None:
        """
        Args:
            beside: Another machine, whose space this one is connected to as well.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.beside = beside
        options = Switches(**{"quota_scale": 1000, **switches})
        self.clock: ManualClock = ManualClock() if beside is None else beside.clock
        if beside is None:
            self.sandbox = Sandbox(options, clock=self.clock, ids=seeded_ids(1))
        else:
            self.sandbox = beside.sandbox
        self.client = self.connected()
        self.root = folder / "vault"
        self.root.mkdir()
        config = VaultConfig(vault=VAULT_ID, space=self.sandbox.space_id)
        write_config(self.root, config)
        self.vault = Folder(self.root, clock=self.clock)
        self.memory = Store.open(folder / "state.db")

    def connected(self) -> Client:
        return connect(
            "cap-api-sandbox",
            base_url="http://127.0.0.1:1",
            clock=self.clock,
            pace=0,
            transport=transport_of(self._answer),
        )

    def _answer(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[int, Mapping[str, str], bytes]:  # fmt: skip
        try:
            answer = self.sandbox.handle(Request(method, path, query, headers, body))
        except ConnectionDropped as exc:
            raise TimeoutError("cut off") from exc
        return answer.status, answer.headers, answer.body

    def close(self) -> None:
        self.memory.close()
        self.client.http.close()
        if self.beside is None:
            self.sandbox.close()

    def engine(self) -> Engine:
        return Engine(self.bench())

    def bench(self) -> Bench:
        return Bench(self.vault, self.client, self.memory, self.clock, self.sandbox.space_id)

    def sync(self, **options: Any) -> Report:
        self.clock.sleep(61)
        return self.engine().run(Options(**options))

    def forget(self) -> None:
        """Lose the state."""
        self.memory.close()
        (self.folder / "state.db").unlink()
        for rest in self.folder.glob("state.db-*"):
            rest.unlink()
        self.memory = Store.open(self.folder / "state.db")

    # The vault

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def body(self, path: str) -> str:
        """Give a file without its front matter."""
        text = self.read(path)
        return text.split("---\n", 2)[2].lstrip("\n") if text.startswith("---\n") else text

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new, 1))

    def files(self) -> dict[str, tuple[str, int, int]]:
        """Give all notes with what they hold and the marks a rewrite would leave."""
        found = {}
        for place in sorted(self.root.rglob("*.md")):
            name = place.relative_to(self.root).as_posix()
            if not name.startswith(".capsync"):
                stat = place.stat()
                found[name] = (place.read_bytes().decode(), stat.st_mtime_ns, stat.st_ino)
        return found

    # The space

    def make(self, title: str, *texts: str, structure: str = "RootPage", **more: Any) -> str:
        """Make an object with a paragraph a text."""
        blocks = more.pop("blocks", [paragraph(text) for text in texts])
        return self.sandbox.app_create(structure, title, blocks=blocks, **more)

    def blocks(self, note: str) -> list[dict[str, Any]]:
        """Give the main section of an object."""
        sections: dict[str, list[dict[str, Any]]] = self.sandbox.app_get(note)["blocks"]
        return next(iter(sections.values()), [])

    def texts(self, note: str) -> list[str]:
        """Give the text of each top-level block."""
        return ["".join(t["text"] for t in b.get("tokens", [])) for b in self.blocks(note)]

    def title(self, note: str) -> str:
        value: str = self.sandbox.app_get(note)["properties"]["title"]["title"]["value"]
        return value

    def note_at(self, path: str) -> str:
        """Give the id in a file."""
        return self.read(path).split("capacities-id: ")[1].split("\n")[0].strip()

    def traffic(self) -> tuple[int, int]:
        """Count the requests since the last call: reads of objects, and writes."""
        log = [(each.method, each.path) for each in self.sandbox.log]
        self.sandbox.log.clear()
        reads = sum(method == "GET" and path == "/object" for method, path in log)
        writes = sum(method != "GET" and path != "/objects/search" for method, path in log)
        return reads, writes
