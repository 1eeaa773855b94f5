"""What the pages say, and that nothing a note is called or holds gets out of its place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from capsync.times import ago
from capsync.web.render import Templates, exact, many, parted, visible
from tests.cli.world import Person, person
from tests.sync.world import paragraph
from tests.web.world import Visitor, later, visited

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "' onmouseover='alert(3)",
    "</title></style><svg onload=alert(4)>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(5)",
    "\u202egpj.exe\u202c\u2066x",
    "a\x1b[2Jb\x07",
    "long " * 60,
    "<!--",
    "&lt;b&gt; &amp;amp;",
)


class Reader(HTMLParser):
    """Reads a page as a browser does, as far as it takes to see what got in."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.bad: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.bad.append(f"{tag} {name}={value}")
            if name in {"href", "src", "action"} and not (value or "").startswith(("/", "#")):
                self.bad.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Person, Visitor, str]]:
    """A vault in which everything that can have a name has a bad one."""
    with person(tmp_path_factory.mktemp("hostile")) as someone:
        someone.connected()
        for title in HOSTILE:
            someone.sandbox.app_create("RootPage", title, blocks=[paragraph(title + " x")])
        note = someone.sandbox.app_create(
            "RootPage", "Main <b>", blocks=[paragraph("\n".join(HOSTILE[:6])), paragraph("end")]
        )
        someone.types("sync")
        path = next((someone.vault / "Pages").glob("Main*.md"))
        for number in range(2):
            path.write_text(
                path.read_text().replace("end", f"<script>alert({number})</script> end")
            )
            later(someone)
            someone.types("sync")
        path.write_text(path.read_text().replace(" end", " <i>mine</i>"))
        blocks = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
        bad = paragraph("<img src=x onerror=alert(9)> theirs")
        someone.sandbox.app_edit_block(note, blocks[-1]["id"], bad)
        (someone.vault / "Pages/<b>broken.md").write_text("---\ntitle: [<script>\n---\n")
        (someone.vault / "Pages/\u202ecba new <b>.md").write_text("new\n")
        later(someone)
        assert someone.types("sync").exit_code == 1
        (someone.vault / "Pages/\u202ecba newer <b>.md").write_text("new\n")
        with visited(someone) as visitor:
            for text in HOSTILE:
                visitor.place.activity.add(text[:20], path=text, text=text)
            yield someone, visitor.comes_in(), note


def test_nothing_a_note_is_called_or_holds_becomes_part_of_a_page(
    hostile: tuple[Person, Visitor, str],
) -> None:
    _, visitor, note = hostile
    paths = [
        "/",
        "/notes",
        "/conflicts",
        "/set-aside",
        f"/notes/{note}",
        *(f"/notes/{note}?version={number}&lines=all" for number in (1, 2, 3)),
        f"/notes/{note}/restore?version=2",
        *(f"/notes?q={word}&state={word}" for word in ('"><script>', "%3Cscript%3E", "%E2%80%AE")),
    ]
    plain = {tag for path in ("/notes?q=zzzz",) for tag in read(visitor.sees(path)).tags}
    for path in paths:
        page = visitor.sees(path)
        found = read(page)
        assert found.bad == [], path
        assert found.tags.count("script") == 1, path
        assert not {"img", "iframe", "object", "embed", "base", "b", "i", "style"} & set(found.tags)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f]", strip_fields(page))
    assert "script" in plain


def strip_fields(page: str) -> str:
    """Leave out what a form sends back, which has to be exact."""
    page = re.sub(r'<input type="(hidden|search)"[^>]*>', "", page)
    return re.sub(r"<textarea.*?</textarea>", "", page, flags=re.DOTALL)


def test_what_a_person_reads_is_what_is_there(hostile: tuple[Person, Visitor, str]) -> None:
    _, visitor, note = hostile
    listed = read(visitor.sees("/notes")).text
    for title in (*HOSTILE[:5], r"\u202egpj.exe\u202c\u2066x"):
        assert title in listed
    assert re.search(r"<script\\?>alert\(0\)", read(visitor.sees(f"/notes/{note}?version=2")).text)
    conflict = read(visitor.sees("/conflicts")).text
    assert "<img src=x onerror=alert(9)> theirs" in conflict
    assert re.search(r"<i\\?>mine", conflict)
    assert r"Pages/\u202ecba newer <b>.md" in listed


def test_the_overview_says_how_things_stand(someone: Person) -> None:
    with visited(someone) as visitor:
        visitor.comes_in()
        assert "Never synced yet" in visitor.sees("/")
        someone.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("a word")])
        someone.types("sync")
        page = read(visitor.sees("/")).text
        assert "Everything is in sync" in page
        assert "1 note within the last minute." in page
        assert "GET /object" in page
        (someone.vault / "New.md").write_text("new\n")
        later(someone, 3000)
        page = read(visitor.sees("/")).text
        assert "1 note waits" in page
        assert "Last sync 50 minutes ago" in page
        assert "Nothing was asked of the service in the last minute." in page
        someone.app.environ = {**someone.app.environ, "CAPSYNC_TOKEN": "wrong"}
        someone.types("sync")
        assert "The last sync was stopped." in read(visitor.sees("/")).text


def test_looking_asks_nobody_and_changes_nothing(someone: Person) -> None:
    note = someone.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("a word")])
    someone.types("sync")
    file = someone.vault / "Pages/Plan.md"
    file.write_text(file.read_text().replace("a word", "another word"))
    later(someone)
    someone.types("sync")
    someone.sandbox.log.clear()
    text = file.read_text()
    with visited(someone) as visitor:
        visitor.comes_in()
        for path in ("/", "/notes", "/conflicts", "/set-aside", f"/notes/{note}?version=1"):
            visitor.sees(path)
    assert someone.sandbox.log == []
    assert file.read_text() == text


def test_a_version_stands_beside_the_file_word_by_word(someone: Person) -> None:
    blocks = [paragraph(f"line {number} of many") for number in range(30)]
    note = someone.sandbox.app_create("RootPage", "Plan", blocks=blocks)
    someone.types("sync")
    file = someone.vault / "Pages/Plan.md"
    file.write_text(file.read_text().replace("line 15 of many", "line 15 of few"))
    later(someone)
    someone.types("sync")
    with visited(someone) as visitor:
        page = visitor.comes_in().sees(f"/notes/{note}", version=1)
        assert "<del>many</del>" in page
        assert "<ins>few</ins>" in page
        assert "line 3 of many" not in page
        assert "unchanged lines" in page
        assert "Only the body is compared" in page  # it is what the space held
        assert "line 3 of many" in visitor.sees(f"/notes/{note}", version=1, lines="all")
        assert visitor.client.get(f"/notes/{note}?version=99").status_code == 503
        assert "Restore version 1" in visitor.sees(f"/notes/{note}/restore", version=1)
        assert visitor.client.get(f"/notes/{note}/restore").status_code == 404


def test_what_is_set_aside_comes_with_what_helps(someone: Person) -> None:
    someone.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("a word")])
    someone.types("sync")
    file = someone.vault / "Pages/Plan.md"
    (someone.vault / "Pages/Copy.md").write_text(file.read_text())
    with visited(someone) as visitor:
        page = read(visitor.comes_in().sees("/set-aside")).text
    assert "has the same capacities-id as" in page
    assert "What helps: remove that line here" in page


@pytest.mark.parametrize("query", ["page=-1", "page=x", "page=²", "page=99999999999", "state=%00"])
def test_a_query_that_makes_no_sense_is_passed_over(visitor: Visitor, query: str) -> None:
    assert "0 notes" in visitor.sees(f"/notes?{query}")
    assert visitor.client.get(f"/?job={query}&busy").status_code == 200


def test_a_memory_that_is_gone_is_said_on_a_page(someone: Person, tmp_path: Path) -> None:
    with visited(someone) as visitor:
        visitor.comes_in()
        someone.vault.rename(tmp_path / "elsewhere")
        answer = visitor.client.get("/")
        assert answer.status_code == 503
        assert "That did not work" in answer.text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7200, "2 hours ago")],
)
def test_how_long_ago(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_words_for_numbers_and_messages() -> None:
    assert many(1, "note") == "1 note"
    assert many(20_000, "note") == "20,000 notes"
    assert parted("line 3: no YAML") == ("line 3: no YAML", "")
    assert parted("it is a copy; delete it; or not") == ("it is a copy", "delete it; or not")


def test_nothing_gets_into_a_page_unescaped_or_unseen() -> None:
    page = Templates().page("failed", {"message": "<b>\u202ex\ud800"})
    assert html.unescape(page).count("<b>") == 1
    assert r"\u202ex\ud800" in page
    assert visible("tab\tline\nend") == "tab\tline\nend"
    assert exact("\u202e\ud800") == "\u202e\ufffd"
