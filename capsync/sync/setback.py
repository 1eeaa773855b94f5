"""One note, back to what both sides held before a run.

`planned` looks at both sides and says what is to be done; `set_back` does it. A
side that already is as it was, as after an undo that was cut off, is left.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from capsync.errors import NoteError, Stale, Unconvertible
from capsync.model.codec import decode_note, encode_note
from capsync.model.codec_values import canonical
from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.state.deeds import THERE, TRASHED, Deed
from capsync.state.store import Store
from capsync.sync.contents import contents
from capsync.sync.intentions import move_file
from capsync.sync.observe import digest_text
from capsync.sync.resume import write_space
from capsync.sync.run import Run
from capsync.sync.space import changes_between
from capsync.vault.files import FileText


@dataclass(frozen=True, slots=True)
class Setback:
    """What it takes to undo what was done to one note."""

    deed: Deed
    vault: bool
    """Whether anything is to be done to the file."""
    space: bool
    """Whether anything is to be done to the object."""
    here: FileText | None
    """The file as it is now."""
    there: Note | None
    """The object as it is now; None where there is none, or it is in the trash."""
    text: str | None
    """What the file held; None where it stays as it is, or there was none."""
    body: Note | None
    """What the object held; None where it stays as it is, or there was none."""

    @property
    def where(self) -> str:
        """Where the file is, or was."""
        return self.deed.where

    @property
    def steps(self) -> list[str]:
        """Say what is to be done."""
        deed, said = self.deed, []
        if self.space:
            if deed.state != THERE:
                said.append("the object goes to the space's trash")
            elif deed.new_body is None:
                said.append("the object comes back from the space's trash")
            else:
                said.append("the object gets back what it held")
        if self.vault:
            if not deed.path:
                said.append("the file goes to .capsync/trash")
            elif not deed.new_path:
                said.append("the file comes back")
            elif self.here and self.here.text != self.text:
                said.append("the file gets its old text back")
            if deed.path and deed.new_path and deed.path != deed.new_path:
                said.append(f"renamed to {deed.path}")
        return said


def planned(run: Run, deed: Deed) -> Setback:
    """Look at both sides of a note and say what undoes the deed.

    Raises:
        NoteError: A side is not any more what the run made of it, or cannot be read.
    """
    text, body = _text_before(run.memory, deed), _body_before(run, deed)
    here, there = _here(run, deed), _there(run, NoteId(deed.note))
    return Setback(
        deed=deed,
        vault=_vault_to_do(run, deed, here, text),
        space=_space_to_do(run, deed, there, body),
        here=here,
        there=there,
        text=text,
        body=body,
    )


def _text_before(memory: Store, deed: Deed) -> str | None:
    if deed.text is None or not deed.path:
        return None
    return _content(memory, deed.text, deed)


def _body_before(run: Run, deed: Deed) -> Note | None:
    if deed.body is None:
        return None
    return run.with_main(decode_note(json.loads(_content(run.memory, deed.body, deed))))


def _content(memory: Store, number: int, deed: Deed) -> str:
    kept = memory.revisions.get(number)
    if kept is None:
        raise Unconvertible("what it held before is not kept any more", note=deed.path)
    return kept.content


def _here(run: Run, deed: Deed) -> FileText | None:
    """Read the file where the run left it, or where it was."""
    for path in dict.fromkeys((deed.new_path, deed.path)):
        if path in run.seen.paths:
            return run.vault.read(path)
    local = run.seen.files.get(NoteId(deed.note))
    return None if local is None else run.vault.read(local.path)


def _there(run: Run, note: NoteId) -> Note | None:
    try:
        return run.with_main(run.space.read(note))
    except Stale:
        return None


def _vault_to_do(run: Run, deed: Deed, here: FileText | None, text: str | None) -> bool:
    """Say whether the file has to be set back.

    Raises:
        Stale: It is not what the run made of it.
    """
    stays = deed.path == deed.new_path if deed.ended else bool(deed.path)
    if stays and text is None:
        return False
    at = next((each for each in (deed.new_path, deed.path) if each in run.seen.paths), "")
    now = None if here is None else digest_text(here.text)
    before = None if text is None else digest_text(text)
    if (now is None and not deed.path) or (at == deed.path and now == before and at):
        return False
    if not deed.ended:
        raise Stale("the run was cut off at this note", note=deed.path)
    is_after = now is None if not deed.new_path else (
        at == deed.new_path and now in (deed.new_text, before)
    )  # fmt: skip
    if not is_after:
        what = "is gone" if now is None else "was moved" if not at else "was edited"
        raise Stale(f"the file {what} since", note=deed.path)
    return True


def _space_to_do(run: Run, deed: Deed, there: Note | None, body: Note | None) -> bool:
    """Say whether the object has to be set back.

    Raises:
        Stale: It is not what the run made of it.
    """
    stays = deed.new_body is not None if deed.ended else True
    if stays and deed.state == THERE and body is None:
        return False
    now = None if there is None else contents(there)
    before = None if deed.state != THERE or body is None else contents(body)
    if now == before:
        return False
    if not deed.ended:
        raise Stale("the run was cut off at this note", note=deed.path)
    halfway = body is not None and now == contents(body)
    if now != deed.new_body and not halfway and not _cut_off(run, deed, body):
        raise Stale(
            "the note was edited in the space since" if there else "the note is gone since",
            note=deed.path,
        )
    return True


def _cut_off(run: Run, deed: Deed, body: Note | None) -> bool:
    """Say whether an undo was cut off while it wrote the object."""
    open_write = run.memory.intentions.to_write(deed.note)
    if open_write is None or body is None:
        return False
    return contents(decode_note(json.loads(open_write.payload)["wanted"])) == contents(body)


def set_back(run: Run, plan: Setback) -> Note | None:
    """Set both sides back, keeping what they hold now; gives the object as it is then.

    Raises:
        NoteError: One side could not be changed.
        RetryError: The service cannot be reached.
    """
    there = _set_space_back(run, plan) if plan.space else plan.there
    if plan.vault:
        _set_vault_back(run, plan)
    return there


def _keep(run: Run, plan: Setback, side: str, content: str) -> None:
    run.memory.revisions.keep(
        plan.deed.note, plan.where, side, content,
        reason="taken back by an undo", at=run.clock.now(), run=run.number,
    )  # fmt: skip


def _set_space_back(run: Run, plan: Setback) -> Note | None:
    deed, there, body = plan.deed, plan.there, plan.body
    note = NoteId(deed.note)
    if there is None:
        if deed.state == TRASHED:
            return None
        try:
            run.remote.update(note, trashed=False)
        except NoteError as exc:
            raise Stale(
                "the note was destroyed in the space; capsync restore makes it anew",
                note=deed.path,
            ) from exc
        there = run.with_main(run.space.read(note))
    else:
        _keep(run, plan, "space", canonical(encode_note(there)))
    if body is not None and contents(there) != contents(body):
        changes = changes_between(there, body, run.structure_of(there))
        there = write_space(run, plan.where, changes, body)
    if deed.state == THERE:
        return there
    run.remote.delete(note)
    return None


def _set_vault_back(run: Run, plan: Setback) -> None:
    deed, here = plan.deed, plan.here
    if here is None:
        run.vault.write(deed.path, plan.text or "", None)
        run.seen.paths.add(deed.path)
        return
    _keep(run, plan, "vault", here.text)
    if not deed.path:
        run.vault.trash(deed.new_path, here.text)
        run.seen.paths.discard(deed.new_path)
        return
    if plan.text is not None and here.text != plan.text:
        run.vault.write(deed.new_path, plan.text, here.text)
    if deed.new_path != deed.path:
        move_file(run, deed.note, deed.new_path, deed.path)
        run.seen.paths.discard(deed.new_path)
        run.seen.paths.add(deed.path)
