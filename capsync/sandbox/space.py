"""The space: what the endpoints and the app's hand both work on.

It loads and saves objects under the rules that hold for everybody: what is
trashed is not found, a saved object carries the time of its last change, and
bodies get their ids from the server.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from capsync.clock import Clock
from capsync.sandbox import dates, tree
from capsync.sandbox.message import Json, Refusal, not_found
from capsync.sandbox.options import Options
from capsync.sandbox.store import Record, Store
from capsync.sandbox.structures import Structure, built_in

PLACEHOLDER: Json = {"type": "TextBlock"}
"""The empty paragraph a new body starts with."""


class Space:
    """One space and everything in it."""

    def __init__(
        self, options: Options, store: Store, clock: Clock, ids: Callable[[], str] | None
    ) -> None:
        self.options = options
        self.store = store
        self.clock = clock
        self.ids = ids or (lambda: str(uuid.uuid4()))
        self.violations: list[str] = []
        self._structures: dict[str, Structure] = {}
        if store.meta("space") is None:
            self._found()

    def _found(self) -> None:
        with self.store.transaction():
            self.store.set_meta("space", self.ids())
            self.store.set_meta("title", "Workshop")
            for structure in built_in(self.ids):
                self.put_structure(structure)

    def now(self) -> str:
        return dates.spelled(self.clock.now())

    def structures(self) -> Mapping[str, Structure]:
        """Give every structure by id."""
        if not self._structures:
            made = map(Structure.loaded, self.store.structures())
            bare = self.options.no_timestamps
            self._structures = {s.id: s.without_timestamps() if bare else s for s in made}
        return self._structures

    def put_structure(self, structure: Structure) -> None:
        self.store.put_structure(structure.id, structure.dumped())
        self._structures = {}

    def structure_of(self, record: Record) -> Structure:
        return self.structures()[record.structure_id]

    def record(self, object_id: str, *, trashed: bool = False) -> Record:
        """Load an object.

        Args:
            trashed: Whether a trashed one will do.

        Raises:
            Refusal: 404, it does not exist or is in the trash.
        """
        record = self.store.record(object_id)
        if record is None or (record.trashed and not trashed):
            raise not_found("Object")
        return record

    def save(self, record: Record, *, touch: bool = True) -> None:
        """Store an object; *touch* says that this counts as a change of it."""
        if touch:
            record.updated = self.now()
        self.store.put(record, now=self.clock.now(), lag=self.options.search_lag)

    def create(self, structure: Structure) -> Record:
        """Make an object without content; it still has to be saved.

        Raises:
            Refusal: The plan allows no more objects.
        """
        limit = self.options.max_objects
        if limit and self.store.count() >= limit:
            message = "The number of objects your plan allows is reached."
            raise Refusal(403, message, "cap_object_creation_quota_reached")
        now = self.now()
        return Record(self.ids(), structure.id, now, now)

    def fill(self, record: Record, bodies: Mapping[str, list[Json]]) -> None:
        """Give every section of a new object its blocks, or the empty paragraph."""
        for key in self.structure_of(record).sections:
            record.blocks[key] = self.made(bodies.get(key, [PLACEHOLDER]))

    def made(self, blocks: list[Json]) -> list[Json]:
        """Turn written blocks into stored ones with ids of their own."""
        return tree.made(blocks, self.ids, merge=self.options.merge_tokens)

    def day_note(self, day: str) -> Record:
        """Find the daily note of *day*, or make it."""
        after = 0
        while page := self.store.page("structure", "RootDailyNote", after=after, limit=500):
            for _, (object_id, _, title) in page:
                if title == day:
                    return self.record(object_id)
            after = page[-1][0]
        structure = self.structures()["RootDailyNote"]
        record = self.create(structure)
        record.properties["title"] = {"type": "title", "title": {"value": day}}
        record.blocks = {key: [] for key in structure.sections}
        return record

    def violation(self, text: str) -> None:
        """Note that a request did what no careful client does."""
        self.violations.append(text)

    def add_collection(self, structure_id: str, title: str) -> str:
        """Make a collection of a structure, which is an object of its own."""
        record = self.create(self.structures()["RootDatabase"])
        record.properties["title"] = {"type": "title", "title": {"value": title}}
        self.save(record)
        structure = Structure.loaded(
            next(each for each in self.store.structures() if each["id"] == structure_id)
        )
        entry = {"id": record.id, "title": title}
        self.put_structure(replace(structure, collections=(*structure.collections, entry)))
        return record.id
