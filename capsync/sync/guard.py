"""Stop before something that looks like an accident.

Deletions are counted before anything is touched. Which texts would be
overwritten is known only once the notes were read, so these notes are put off,
and counted together with the deletions, which are carried out last. What was
trashed within the last hour counts too: many small losses are a large one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from capsync.plan.safety import Removals, check_removals
from capsync.state.notes import Known
from capsync.sync.look import Sides
from capsync.sync.run import Run

HOUR = 3600.0
"""Seconds for which a deletion counts."""
_LIFTED = "guard lifted"


def check_losses(
    run: Run,
    known: int,
    gone_here: Sequence[Known],
    gone_there: Sequence[Known],
    put_off: Sequence[Sides] = (),
) -> None:
    """Refuse to go on if too much would be lost on a side.

    Args:
        known: Notes both sides held when they last agreed.
        put_off: Notes that would lose most of their text.

    Raises:
        SafetyStop: It is too much, and nobody said that it is meant.
    """
    options = run.options
    if options.allow_deletes and run.acts:
        run.memory.meta.put(_LIFTED, str(run.clock.now()))
    lately = _trashed_lately(run)
    check_removals(
        vault=Removals(len(gone_there), sum(each.guts_vault for each in put_off), lately["vault"]),
        space=Removals(
            len(gone_here) if options.push else 0,
            sum(each.guts_space for each in put_off),
            lately["space"],
        ),
        known=known,
        allow=options.allow_deletes or options.dry_run,
    )


def _trashed_lately(run: Run) -> Counter[str]:
    """Count the notes that were trashed on each side, but for what a person allowed."""
    lifted = float(run.memory.meta.get(_LIFTED) or 0)
    begin = max(run.clock.now() - HOUR, lifted)
    return Counter(
        each.side
        for each in run.memory.revisions.since(begin)
        if each.reason == "trashed" and each.at > begin
    )
