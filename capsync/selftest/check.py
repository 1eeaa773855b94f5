"""The invariants: what has to be true when all is quiet.

The sides are compared twice: as the engine sees them, by the normal form of what
each file means, and by other means, as the plain words of the file and of the
service's JSON, one after the other.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from capsync.capacities.decode import decode_read, decode_structures
from capsync.errors import CapsyncError
from capsync.markdown.document import put_document, read_document
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.model.builtin import with_built_in
from capsync.model.codec import decode_note, encode_note
from capsync.model.normal import with_plain_links
from capsync.model.note import Note, Structure, StructureId
from capsync.model.token import NoteId
from capsync.sandbox.core import Request
from capsync.selftest.app import said_by, said_in, walk
from capsync.selftest.calm import EXCUSED
from capsync.selftest.desk import head_and_body
from capsync.selftest.machine import Machine
from capsync.selftest.stage import Stage
from capsync.selftest.words import EVERY, TEXT, TITLE, VALUE, counted
from capsync.sync.index import Entry, Index
from capsync.sync.meant import Meant
from capsync.sync.space import changes_between
from capsync.vault.names import stem_of

Json = dict[str, Any]
Structures = Mapping[StructureId, Structure]
LEISURE = 60.0
"""Seconds before each request of ours, so that we never run into a quota."""
NAMED = re.compile(r"^capacities-id: *(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Eyes:
    """What it takes to see what a file means."""

    stage: Stage
    structures: Structures
    index: Index


def check(stage: Stage) -> None:
    """Complain of every invariant that does not hold."""
    space = {note: stage.sandbox.app_get(note) for note in stage.hand.objects()}
    structures = with_built_in(decode_structures(_asked(stage, "/space/structures")))
    for machine in stage.machines:
        _check_agreement(stage, structures, machine, space)
    _check_words(stage, space)
    for each in stage.sandbox.violations:
        stage.complain("contract", each)


def _check_words(stage: Stage, space: dict[str, Json]) -> None:
    in_space = counted(said_in(each) for each in space.values())
    in_vaults: Counter[str] = Counter()
    history: set[str] = set()
    for machine in stage.machines:
        in_vaults |= counted(machine.files().values())
        history |= machine.history() | machine.lost_history
    for word in sorted(stage.words.owed()):
        kept = word in in_space or word in in_vaults
        if VALUE.fullmatch(word):
            kept = kept or word in history
        if not kept:
            where = "only in the history" if word in history else "nowhere"
            stage.complain("lost", f"{word} is {where}")
    met = stage.weather.met
    if stage.counts["states lost"] or (met["unheard create"] and met["list with holes"]):
        # A merge without a base keeps both versions of whatever differs. An object that was
        # made unheard and is in no list cannot be found.
        return
    titles, may_be_two = Counter(_title(space, note) for note in space), stage.words.may_be_two
    for title, count in sorted(titles.items()):
        named = TITLE.search(title)
        if count > 1 and named and named[0] not in stage.words.swapped and not may_be_two:
            stage.complain("two objects", f"{title} is {count} times in the space")
    if met["unheard create"]:
        return  # what the file held then is not known, so there is no base either
    once = counted(_outside_conflicts(each) for each in space.values())
    for word, count in sorted(once.items()):
        if count > 1 and word not in stage.words.repeated and TEXT.fullmatch(word):
            stage.complain("doubled", f"{word} is {count} times in the space")


def _outside_conflicts(held: Json) -> str:
    """Give the text of an object without its open conflicts."""

    def spared(blocks: list[Json]) -> list[Json]:
        return [
            {
                **each,
                "blocks": spared(each.get("blocks", [])),
                "columns": [spared(column) for column in each.get("columns", [])],
            }
            for each in blocks
            if not _is_conflict(each)
        ]

    blocks = {key: spared(blocks) for key, blocks in held["blocks"].items()}
    return said_in({"properties": {}, "blocks": blocks})


def _is_conflict(block: Json) -> bool:
    return "[!conflict]" in "".join(str(each.get("text", "")) for each in block.get("tokens", []))


def _check_agreement(
    stage: Stage, structures: Structures, machine: Machine, space: dict[str, Json]
) -> None:
    troubles = {each.path: each.message for each in machine.memory.set_aside.list()}
    excused = {path for path, message in troubles.items() if _is_excused(message)}
    for path, message in troubles.items():
        if path not in excused:
            stage.complain("set aside", f"vault {machine.number}: {path}: {message}")
    files: dict[str, str] = {}
    texts = machine.files()
    for path, text in texts.items():
        named = NAMED.search(text)
        if path in troubles:
            continue
        if named is None:
            stage.complain("no id", f"vault {machine.number}: {path}")
        elif named[1] in files:
            stage.complain("two files", f"vault {machine.number}: {path} and {files[named[1]]}")
        else:
            files[named[1]] = path
    index = _index(machine, space, files)
    eyes = _Eyes(stage, structures, index)
    for note in sorted(files.keys() | space.keys()):
        if files.get(note) in troubles or (excused and note not in files):
            continue
        if note not in space or note not in files:
            missing = "in no file" if note not in files else f"only in {files[note]}"
            stage.complain(
                "one side", f"vault {machine.number}: {_title(space, note)} is {missing}"
            )
            continue
        for detail in _differences(eyes, files[note], texts[files[note]], space[note]):
            stage.complain("differs", f"vault {machine.number}: {detail}")


def _is_excused(message: str) -> bool:
    return any(words in message for words in EXCUSED)


def _title(space: dict[str, Json], note: str) -> str:
    if note not in space:
        return note
    return str(space[note]["properties"].get("title", {}).get("title", {}).get("value"))


def _index(machine: Machine, space: dict[str, Json], files: dict[str, str]) -> Index:
    index = Index(machine.memory.names.ids_of, machine.memory.names.of)
    for note, held in space.items():
        structure = StructureId(held["structure_id"])
        index.add(Entry(NoteId(note), _title(space, note), structure, files.get(note, "")))
    return index


def _differences(eyes: _Eyes, path: str, text: str, held: Json) -> Iterator[str]:
    """Say what a file and its object do not agree on."""
    head, body = head_and_body(text.replace("\r\n", "\n"))
    here, there = EVERY.findall(body), list(_words_in_order(held))
    if "| --- |" in body or any(each["type"] == "GridBlock" for each in _blocks(held)):
        here, there = sorted(here), sorted(there)
    if here != there:
        yield f"{path} says {' '.join(here)}, the space {' '.join(there)}"
    values = json.dumps(held["properties"])
    # a value whose line is gone with all of the front matter stays in the space
    described = held["structure_id"] in ("RootPage", "RootTag") and "description:" in head
    if described and sorted(VALUE.findall(head)) != sorted(VALUE.findall(values)):
        yield f"{path} has {VALUE.findall(head)}, the space {VALUE.findall(values)}"
    said = re.search(r"^title:.*$", head, re.MULTILINE)
    titled = TITLE.search((said[0] if said else stem_of(path)).casefold())
    title = next(iter(TITLE.findall(values.casefold())), None)
    is_day = held["structure_id"] == "RootDailyNote"  # the day is its title, whatever the file says
    if (titled and titled[0]) != title and not is_day:
        yield f"{path} is called {_title({'': held}, '')} in the space"
    # links to what is in the trash lead nowhere; so do those by former names without the state
    linked = "[[" in text or "tags:" in head
    lost = eyes.stage.counts["states lost"] or (linked and eyes.stage.hand.in_trash())
    if not lost and (problem := _by_meaning(eyes, text, held["id"])):
        yield f"{path}: {problem}"


def _blocks(held: Json) -> Iterator[Json]:
    for blocks in held["blocks"].values():
        yield from walk(blocks)


def _words_in_order(held: Json) -> Iterator[str]:
    for block in _blocks(held):
        yield from EVERY.findall(said_by(block))


def _asked(stage: Stage, path: str, **query: str) -> Json:
    """Ask the service, in its own time and by a token of our own."""
    stage.time.sleep(LEISURE)
    headers = {"authorization": f"Bearer {stage.switches.readonly_token}"}
    answer: Json = stage.sandbox.handle(Request("GET", path, query, headers)).json()
    return answer


def _by_meaning(eyes: _Eyes, text: str, note: str) -> str:
    """Say how the note a file means differs from the object, as the engine sees it."""
    there = with_plain_links(
        decode_read(_asked(eyes.stage, "/object", id=note)), eyes.index.repeats
    )
    structure = eyes.structures[there.structure]
    try:
        document = read_document(text)
        known = document if _names_another(text, eyes) else None
        title = there.title
        names = Meant(eyes.index, there)
        here = put_document(document, there, structure, names, title=title, before=known)
    except (CapsyncError, FrontMatterProblem) as exc:
        return str(exc)
    changes = changes_between(_without_targets(there), _without_targets(here), structure)
    return str(changes) if changes.requests else ""


def _without_targets(note: Note) -> Note:
    """Let all links lead to one place: a name may have come to mean another note since."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        if value.get("entityId"):
            return {**value, "entityId": note.id, **({"text": "x"} if "text" in value else {})}
        return {key: plain(each) for key, each in value.items()}

    return decode_note(plain(encode_note(note)))


def _names_another(text: str, eyes: _Eyes) -> bool:
    """Say whether the front matter names a tag that its name alone does not lead to by now.

    It may be in the trash, be there twice or have another name now. An old line still means it.
    """
    head, _ = head_and_body(text)
    return any(name in head for name in eyes.stage.unsure_tags())
