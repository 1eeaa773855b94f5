"""Bugs to be planted in the engine, one at a time, to see that the simulator catches each.

Run as a program, it says how many schedules each needs:

    python -m tests.selftest.planted [MOST]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from capsync.capacities.limits import Limiter
from capsync.errors import CapsyncError
from capsync.model.note import Note
from capsync.model.token import NoteId, TextToken, Tokens
from capsync.plan import edits as edits_of, fields, words
from capsync.plan.edits import DeleteBlock, Edit
from capsync.plan.fields import Content
from capsync.selftest.draw import draw
from capsync.selftest.play import play
from capsync.state.notes import Known
from capsync.sync import create, settle as settles, space, stages
from capsync.sync.look import look as look_at
from capsync.sync.remove import is_gone
from capsync.sync.run import Run
from capsync.sync.sides import Listing
from capsync.sync.space import Changes, SpaceSide
from capsync.vault.disk import Stamp
from capsync.vault.files import Folder

Bug = Callable[[], Any]
"""Gives a context in which the engine has the bug."""


def a_merge_drops_a_word() -> Any:
    """The last word of what was merged inside a block is not in the result."""
    honest = words.merge_tokens

    def merge_tokens(base: Tokens, vault: Tokens, there: Tokens) -> Tokens | None:
        merged = honest(base, vault, there)
        if not merged or not isinstance(merged[-1], TextToken):
            return merged
        text = merged[-1].text.rstrip().rpartition(" ")[0]
        return (*merged[:-1], replace(merged[-1], text=text))

    return patch.object(fields, "merge_tokens", merge_tokens)


def a_conflict_takes_the_files_side() -> Any:
    """Where both sides changed the same words, the space's are dropped without a word."""
    honest = fields.merge_block

    def merge_block(*sides: Any) -> Content:
        return replace(honest(*sides), clash=False)

    return patch("capsync.plan.merge.merge_block", merge_block)


def no_intention_before_a_create() -> Any:
    """Nothing is written down before an object is made."""
    return patch.object(create, "begin_intention", lambda *_: None)


def an_unheard_create_is_made_again() -> Any:
    """What an earlier run may have made is not looked for."""
    return patch.object(create, "made_before", lambda *_: None)


def a_list_is_believed() -> Any:
    """What a list lacks is gone, whether the list is complete or not; nobody asks again."""

    def suspected(run: Run, listing: Listing, known: Iterable[Known]) -> list[Known]:
        there = {row.id for row in listing.rows}
        return [each for each in known if each.id not in there]

    def confirmed(run: Run, suspects: list[Known], relist: object) -> list[Known]:
        return suspects

    return _both(
        patch.object(stages, "suspected", suspected), patch.object(stages, "confirmed", confirmed)
    )


def one_404_is_believed() -> Any:
    """A note is gone when the service says so once; no list is asked."""

    def suspected(run: Run, listing: Listing, known: Iterable[Known]) -> list[Known]:
        return list(known)

    def confirmed(run: Run, suspects: list[Known], relist: object) -> list[Known]:
        return [each for each in suspects if is_gone(run, NoteId(each.id))]

    return _both(
        patch.object(stages, "suspected", suspected), patch.object(stages, "confirmed", confirmed)
    )


def a_file_is_written_unlooked() -> Any:
    """Whatever a file holds by now is overwritten."""
    honest = Folder.write

    def write(self: Folder, path: str, text: str, expect: str | None) -> Stamp:
        if expect is not None:
            try:
                expect = self.read(path).text
            except CapsyncError:
                expect = None
        return honest(self, path, text, expect)

    return patch.object(Folder, "write", write)


def remembered_before_it_is_done() -> Any:
    """The agreement is written down before the file is written."""
    honest = settles._finish

    def finish(run: Run, sides: Any, note: Note, text: str, path: str | None = None) -> None:
        run.remember(note, sides.local.path, sides.document.text, sides.local.stamp)
        honest(run, sides, note, text, path)

    return patch.object(settles, "_finish", finish)


def pushed_without_reading() -> Any:
    """An edited file is compared with what the space held at the last sync, and that is all."""
    honest = look_at

    def look(run: Run, note: NoteId, local: Any, **more: Any) -> Any:
        record = run.memory.notes.get(note)
        if record is not None and local.document is not None:
            run.read_ahead[note] = run.with_main(run.base_of(record))
        return honest(run, note, local, **more)

    looks = _both(patch.object(settles, "look", look), patch.object(stages, "look", look))
    return _both(looks, the_answer_is_not_compared())


def blocks_are_not_removed() -> Any:
    """What was deleted in the file stays in the space."""
    honest = edits_of.block_edits

    def block_edits(*sides: Any, **more: Any) -> tuple[Edit, ...]:
        edits = honest(*sides, **more)
        return tuple(each for each in edits if not isinstance(each, DeleteBlock))

    return patch.object(space, "block_edits", block_edits)


def an_echo_is_an_edit() -> Any:
    """What was meant to be written becomes the base, not what the service made of it."""
    honest = SpaceSide.write

    def write(self: SpaceSide, changes: Changes) -> Note:
        honest(self, changes)
        return changes.wanted

    return patch.object(SpaceSide, "write", write)


def the_answer_is_not_compared() -> Any:
    """What others added between our reading and our writing is taken for read."""
    return _both(
        patch.object(settles, "is_disturbed", lambda *_: False),
        patch.object(create, "is_disturbed", lambda *_: False),
    )


def no_history() -> Any:
    """What is overwritten is not kept."""
    return patch.object(Run, "keep", lambda *_: None)


def the_quota_is_not_heard() -> Any:
    """What answers say of the quota is ignored."""
    return patch.object(Limiter, "learn", lambda *_: None)


BUGS: Mapping[str, Bug] = {
    bug.__name__: bug
    for bug in (
        a_merge_drops_a_word,
        a_conflict_takes_the_files_side,
        no_intention_before_a_create,
        an_unheard_create_is_made_again,
        a_list_is_believed,
        one_404_is_believed,
        a_file_is_written_unlooked,
        remembered_before_it_is_done,
        pushed_without_reading,
        blocks_are_not_removed,
        an_echo_is_an_edit,
        the_answer_is_not_compared,
        no_history,
        the_quota_is_not_heard,
    )
}


@contextmanager
def _both(one: Any, other: Any) -> Iterator[None]:
    with one, other:
        yield


def caught_by(bug: Bug, seeds: Iterable[int]) -> int | None:
    """Give the first seed whose schedule goes wrong with the bug and not without it."""
    for seed in seeds:
        schedule = draw(seed)
        with bug():
            wrong = play(schedule).violations
        if wrong and not play(schedule).violations:
            return seed
    return None


def main() -> None:
    """Say how many schedules each bug needs."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for name, bug in BUGS.items():
        seed = caught_by(bug, range(most))
        print(name, "not caught" if seed is None else seed + 1, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
