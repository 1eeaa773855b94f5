"""One sync from start to end, for whoever asks: a command, the daemon, a test.

What is done in which order is in `capsync.sync.stages`.
"""

from __future__ import annotations

from capsync.model.note import Note
from capsync.sync.begin import Bench, begun
from capsync.sync.report import Options, Report
from capsync.sync.run import Run
from capsync.sync.stages import Stages


class Engine:
    """Syncs one vault with one space."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        """What runs work with, for other commands than sync too."""
        self.report = Report()
        """The report of the run that goes on, or of the last one; also if it was stopped."""
        self.last: Run | None = None
        """The last run, for `capsync.sync.checking`."""

    def run(self, options: Options, *ahead: Note) -> Report:
        """Bring the two sides into agreement, as far as possible.

        Args:
            ahead: Notes that were read just now and need not be read again.

        Raises:
            SafetyStop: The plan looks like an accident.
            RunError: A person must act; notes already done stay done.
            RetryError: The service cannot be reached; likewise.
        """
        self.report = Report(dry_run=options.dry_run)
        with begun(self.bench, options, self.report, "sync") as run:
            self.last = run
            run.read_ahead |= {note.id: run.with_main(note) for note in ahead}
            Stages(run).go()
        return self.report
