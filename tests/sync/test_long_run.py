"""However a person and an app edit, syncing makes both sides say the same and loses no word."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.sync.world import World, paragraph

numbers = st.integers(0, 7)
SHAPES: tuple[dict[str, object], ...] = (
    {},
    {"list": {"type": "bullet"}},
    {"todo": {"isDone": False}},
    {"quote": {"layout": "normal"}},
    {"hierarchy": {"key": "H2", "val": 2}},
)


class OnePersonOneApp(RuleBasedStateMachine):
    """Notes are edited on both sides by words that occur nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self._folder.name))
        self.words = 0
        self.said: dict[str, str] = {}
        """Every word that somebody wrote, with the title of the note it began in."""
        self.gone: set[str] = set()
        """Titles of notes that somebody deleted."""

    def word(self, title: str) -> str:
        self.words += 1
        word = f"word{self.words}x"
        self.said[word] = title
        return word

    def files(self) -> list[str]:
        return sorted(self.world.files())

    def objects(self) -> list[str]:
        return sorted(self.world.sandbox.app_list("RootPage"))

    @rule()
    def a_new_file(self) -> None:
        title = f"File {self.words}"
        text = (
            f"{self.word(title)} one\n\n- {self.word(title)}\n- two\n\n{self.word(title)} three\n"
        )
        self.world.write(f"{title}.md", text)

    @rule(shape=st.sampled_from(SHAPES))
    def a_new_object(self, shape: dict[str, object]) -> None:
        title = f"Object {self.words}"
        blocks = [paragraph(f"{self.word(title)} {n}", **shape) for n in range(3)]
        self.world.make(title, blocks=blocks)

    @precondition(lambda self: self.files())
    @rule(which=numbers, line=numbers)
    def edit_a_line(self, which: int, line: int) -> None:
        path = self.files()[which % len(self.files())]
        title = Path(path).stem
        head, fence, body = self.world.read(path).rpartition("---\n")
        lines = body.split("\n")
        wordy = [n for n, each in enumerate(lines) if "word" in each]
        if wordy:
            at = wordy[line % len(wordy)]
            lines[at] += f" {self.word(title)}"
            self.world.write(path, head + fence + "\n".join(lines))

    @precondition(lambda self: self.files())
    @rule(which=numbers)
    def add_a_line(self, which: int) -> None:
        path = self.files()[which % len(self.files())]
        text = self.world.read(path).rstrip("\n")
        self.world.write(path, f"{text}\n\n{self.word(Path(path).stem)} added\n")

    @precondition(lambda self: self.objects())
    @rule(which=numbers, block=numbers)
    def edit_a_block(self, which: int, block: int) -> None:
        note = self.objects()[which % len(self.objects())]
        texts = [b for b in self.world.blocks(note) if b["type"] == "TextBlock" and b["tokens"]]
        if texts:
            chosen = texts[block % len(texts)]
            said = "".join(token["text"] for token in chosen["tokens"])
            fields = ("list", "todo", "quote", "hierarchy")
            dress = {key: chosen[key] for key in fields if chosen.get(key) is not None}
            edited = paragraph(f"{self.word(self.world.title(note))} {said}", **dress)
            self.world.sandbox.app_edit_block(note, chosen["id"], edited)

    @precondition(lambda self: self.objects())
    @rule(which=numbers, first=st.booleans())
    def add_a_block(self, which: int, first: bool) -> None:
        note = self.objects()[which % len(self.objects())]
        block = paragraph(f"{self.word(self.world.title(note))} from the app")
        self.world.sandbox.app_append(note, [block], first=first)

    @precondition(lambda self: self.files())
    @rule(which=numbers)
    def delete_a_file(self, which: int) -> None:
        path = self.files()[which % len(self.files())]
        self.gone.add(Path(path).stem)
        (self.world.root / path).unlink()

    @precondition(lambda self: self.objects())
    @rule(which=numbers)
    def trash_an_object(self, which: int) -> None:
        note = self.objects()[which % len(self.objects())]
        self.gone.add(self.world.title(note))
        self.world.sandbox.app_trash(note)

    @precondition(lambda self: self.files())
    @rule(which=numbers)
    def move_a_file(self, which: int) -> None:
        path = self.files()[which % len(self.files())]
        folder = self.world.root / f"Folder {which}"
        folder.mkdir(exist_ok=True)
        (self.world.root / path).rename(folder / Path(path).name)

    @rule()
    def sync(self) -> None:
        report = self.world.sync(allow_deletes=True)
        assert report.troubles == []

    def teardown(self) -> None:
        for _ in range(3):
            self.world.sync(allow_deletes=True)
        before = self.world.files()
        report = self.world.sync(allow_deletes=True)
        assert report.steps == []
        assert self.world.files() == before
        everywhere = "".join(text for text, _, _ in before.values())
        space = str([self.world.blocks(note) for note in self.objects()])
        for word, title in self.said.items():
            if title not in self.gone:
                assert word in everywhere, (word, title)
                assert word in space, (word, title)
        assert len(before) == len(self.objects())
        assert self.world.sandbox.violations == []
        self.world.close()
        self._folder.cleanup()


TestOnePersonOneApp = OnePersonOneApp.TestCase
TestOnePersonOneApp.settings = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
