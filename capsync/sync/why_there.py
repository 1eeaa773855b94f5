"""Why a note stands as it does, with what the space holds: a sync that looks and does nothing.

Costs what it takes to know the space, and one read of the note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from capsync.errors import NoteError, ServerFault, Stale, Unconvertible
from capsync.markdown.document import read_document
from capsync.model.normal import digest
from capsync.model.note import StructureId
from capsync.model.token import NoteId
from capsync.plan.edits import AppendBlocks, DeleteBlock, UpdateBlock
from capsync.plan.merge_note import merge_notes
from capsync.plan.reconcile import Change, Verdict
from capsync.state.notes import Known
from capsync.sync.adopt import make_tags
from capsync.sync.begin import Bench, begun
from capsync.sync.choose import choose
from capsync.sync.emptied import check_not_emptied
from capsync.sync.look import Sides, look
from capsync.sync.observe import Local, observe
from capsync.sync.remedy import next_step
from capsync.sync.report import Options, Report
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.sync.settle import difference, written
from capsync.sync.space import Changes, changes_between
from capsync.sync.stages import Stages
from capsync.sync.trace import Call, Obstacle, Side, Trace
from capsync.sync.unsynced import leave_unsynced
from capsync.sync.why import Found, explained_here, find, not_synced

_REASONS: Mapping[Verdict, str] = {
    Verdict.KEEP: "both sides hold what they held when they last agreed",
    Verdict.AGREE: "both sides came to hold the same",
    Verdict.PUSH: "only the file was changed",
    Verdict.PULL: "only the note in the space was changed",
    Verdict.MERGE: "both sides were changed, and not in the same way",
}
_STATES = {"create": "none", "adopt": "there", "trash": "unchanged", "pull": "changed"}
"""What the space holds of a note for which a run has a step."""
_GONE = "it is not there, or in the trash; a complete list has to confirm that before it counts"


def why_there(bench: Bench, name: str) -> Trace:
    """Explain a note, asking the space for it.

    Raises:
        ConfigError: No note and no file is called so.
        RunError: The vault or the memory is not there, or a person must act.
        RetryError: The service cannot be reached.
    """
    vault, memory = bench.vault, bench.memory
    seen = observe(vault, memory)
    found = find(vault, memory, seen, name)
    here = explained_here(memory, bench.clock, seen, found)
    if found.not_a_note:
        return here
    options = Options(dry_run=True, notes=(found.note or found.path,))
    with begun(bench, options, Report(dry_run=True), "why") as run:
        if found.record is None or found.local is None:
            return _by_rehearsal(run, here, found)
        return _compared(run, here, found.record, found.local)


def _compared(run: Run, here: Trace, record: Known, local: Local) -> Trace:
    """Explain a note that has a file and was synced before."""
    note = NoteId(record.id)
    known = run.memory.notes.all()
    leave_unsynced(run, choose(run, known, None, {}), known)
    if note in run.held:
        reason = next((each.message for each in run.report.troubles), "").partition(": ")[2]
        others = tuple(each for each in here.obstacles if each.kind != "not synced")
        here = replace(here, obstacles=(not_synced(reason), *others))
    try:
        sides = _looked(run, note, local)
    except Stale:
        return replace(here, structure=_type(run, record), space=Side("gone", problem=_GONE))
    except ServerFault as exc:
        return replace(here, space=Side("unreadable", problem=str(exc)))
    except (NoteError, *CONVERTER_PROBLEMS) as exc:
        return _set_aside(here, exc, local.path, getattr(exc, "line", None))
    here = replace(
        here,
        structure=sides.structure.title,
        vault=_vault(here.vault, sides),
        space=_space(sides),
        verdict=sides.verdict.value,
        reason=_REASONS[sides.verdict],
    )
    try:
        check_not_emptied(sides.base, sides.vault, sides.space, local.path)
        return _planned(run, here, sides)
    except (NoteError, *CONVERTER_PROBLEMS) as exc:
        return _set_aside(here, exc, local.path)


def _looked(run: Run, note: NoteId, local: Local) -> Sides:
    """Look at both sides; tags that a sync would make count as made."""
    record = run.memory.notes.get(note)
    structure = run.structures.get(StructureId(record.structure)) if record else None
    if record is not None and structure is not None and local.document is not None:
        with suppress(*CONVERTER_PROBLEMS):
            make_tags(run, local.document, structure, read_document(record.text))
    return look(run, note, local)


def _type(run: Run, record: Known) -> str:
    structure = run.structures.get(StructureId(record.structure))
    return record.structure if structure is None else structure.title


def _set_aside(here: Trace, exc: Exception, path: str, line: int | None = None) -> Trace:
    """Explain a note that the next sync would set aside."""
    message = explained(exc, path).message
    vault = here.vault
    if line is not None or isinstance(exc, Unconvertible):
        vault = replace(vault, problem=message, line=line)
    known = {each.why for each in here.obstacles}
    fresh = () if message in known else (Obstacle("set aside", message, next_step(message)),)
    return replace(here, vault=vault, obstacles=(*here.obstacles, *fresh))


def _vault(before: Side, sides: Sides) -> Side:
    """Add what the change of the file means for the note."""
    if sides.vault is sides.base or digest(sides.vault) == digest(sides.base):
        what = (*before.what, "which means the same note") if before.what else ()
        return replace(before, what=what)
    return replace(before, state="changed", what=(*before.what, _meaning(sides)))


def _space(sides: Sides) -> Side:
    """Say how the note in the space has changed."""
    if Change.between(digest(sides.base), digest(sides.space)) is Change.SAME:
        return Side("unchanged")
    changes = changes_between(sides.base, sides.space, sides.structure)
    said = str(changes) if changes.requests else "only what a file does not show"
    return Side("changed", (said,))


def _meaning(sides: Sides) -> str:
    changes = changes_between(sides.base, sides.vault, sides.structure)
    return str(changes) if changes.requests else "only what the space does not take"


def _planned(run: Run, here: Trace, sides: Sides) -> Trace:
    """Say what a sync would do."""
    calls = tuple(_tags(run))
    match sides.verdict:
        case Verdict.PUSH:
            changes = changes_between(sides.space, sides.vault, sides.structure)
            calls = (*calls, *calls_of(changes))
            here = replace(here, calls=calls)
        case Verdict.PULL:
            here = replace(here, file=_file(sides, written(run, sides, sides.space)))
        case Verdict.MERGE:
            here = _merged(run, here, sides, calls)
        case Verdict.KEEP | Verdict.AGREE:
            pass
    if sides.guts_space or sides.guts_vault:
        side = "the note in the space" if sides.guts_space else "the file"
        why = f"{side} would lose most of its text; of many such notes, a sync asks first"
        here = replace(here, obstacles=(*here.obstacles, Obstacle("guard", why)))
    return here


def _merged(run: Run, here: Trace, sides: Sides, calls: tuple[Call, ...]) -> Trace:
    stamp = f"{datetime.fromtimestamp(run.clock.now(), UTC):%Y-%m-%d %H:%M}"
    several = {each.id for each in sides.structure.properties if each.multiple}
    merged = merge_notes(sides.base, sides.goal, sides.space, stamp=stamp, several=several)
    changes = changes_between(sides.space, merged.note, sides.structure)
    reason = here.reason
    if merged.conflicts:
        count = len(merged.conflicts)
        reason += f"; {count} {'conflict' if count == 1 else 'conflicts'} would be left to settle"
    text = _file(sides, written(run, sides, merged.note))
    return replace(here, calls=(*calls, *calls_of(changes)), file=text, reason=reason)


def _file(sides: Sides, after: tuple[str, str]) -> str:
    text, path = after
    if text == sides.document.text and path == sides.local.path:
        return ""
    return difference(sides, text, path)


def _tags(run: Run) -> Iterator[Call]:
    """Count the tags that would be made first."""
    made = [each for each in run.report.steps if each.startswith("create")]
    if made:
        yield Call("create", len(made), "makes tags that the file names")


def calls_of(changes: Changes) -> Iterator[Call]:
    """Give the requests that changes take, by kind, in the order they are sent."""
    if changes.values:
        yield Call("update", 1, f"sets {', '.join(changes.names)}")
    edits = [edit for each in changes.edits.values() for edit in each]
    updates = sum(isinstance(edit, UpdateBlock) for edit in edits)
    appends = [edit for edit in edits if isinstance(edit, AppendBlocks)]
    deletes = sum(isinstance(edit, DeleteBlock) for edit in edits)
    if updates:
        yield Call("update_block", updates, "gives a block new content")
    if appends:
        count = sum(len(edit.blocks) for edit in appends)
        yield Call("append", len(appends), f"adds {count} {'block' if count == 1 else 'blocks'}")
    if deletes:
        yield Call("delete_block", deletes, "removes a block")


def _by_rehearsal(run: Run, here: Trace, found: Found) -> Trace:
    """Explain what one side alone knows, by what a sync would do with it."""
    if found.trouble or (found.record is not None and not found.record.path):
        return here
    Stages(run).go()
    report = run.report
    aside = [
        Obstacle("set aside", each.message, next_step(each.message))
        for each in report.troubles
        if each.message not in {known.why for known in here.obstacles}
    ]
    here = replace(here, obstacles=(*here.obstacles, *aside))
    verb, said = _step(report.steps, found.path)
    if verb not in _STATES:
        return here
    calls = tuple(_calls_for(verb, said, report))
    return replace(here, space=Side(_STATES[verb]), verdict=verb, reason=said, calls=calls)


def _step(steps: Iterable[str], path: str) -> tuple[str, str]:
    """Find what a run would do with a path: the verb, and what it says of it."""
    for each in steps:
        verb, _, rest = each.partition(" ")
        if rest.strip().startswith(path):
            return verb, rest.strip().removeprefix(path).removeprefix(": ")
    return "", ""


def _calls_for(verb: str, said: str, report: Report) -> Iterator[Call]:
    tags = sum("a new tag in the space" in each for each in report.steps)
    if tags:
        yield Call("create", tags, "makes tags that the file names")
    if verb == "create":
        yield Call("create", 1, f"makes {said.removesuffix(' in the space')}")
    elif verb == "trash":
        yield Call("delete", 1, "moves the note to the space's trash")
