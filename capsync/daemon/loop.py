"""The daemon: one thread that waits, and does one piece of work at a time, the most urgent first.

What others ask comes before what was edited here, that before a list of the space, and that
before a read. Nothing is held in memory that a crash could lose: what was edited is found
again by a walk over the vault, what was begun is in the journal.

Trouble is not the end. While the service cannot be reached, edits wait and are tried again at
growing intervals; a guard that stops a walk or a list stops nothing else, and is asked again
once something has changed. Only what a person has to mend first, such as a token that is
not accepted any more, ends the daemon.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from capsync.clock import Clock
from capsync.daemon.control import Asked
from capsync.daemon.desk import Desk, OpenDesk, Outside
from capsync.daemon.failing import Failing
from capsync.daemon.inbox import Event, Everything, Inbox, Order, Touched
from capsync.daemon.requests import Requests
from capsync.daemon.stopping import Stopping, Yielding
from capsync.daemon.trouble import Trouble
from capsync.daemon.turns import BLIND_WALK, LAST_RETRY, Turns
from capsync.daemon.work import Work
from capsync.errors import AuthError, CapsyncError, ConfigError, SafetyStop
from capsync.plan.quiet import Due, Quiet
from capsync.vault.vault import MARKER

PATIENCE = 1.0
"""Seconds that an import waits for the quota; beyond that, other things are done meanwhile."""
LONGEST_NAP = 30.0
"""Seconds after which to see whether the machine slept, at the latest."""
LOOK_IN = 1.0
"""Seconds after which to see whether another process is done with the vault."""
LONG_STAY = 600.0
"""Seconds after which to say that another process still has it."""
STILL_THERE = "another capsync command has had the vault for long; end it if it hangs"
SLEPT = 20.0
"""Seconds by which the clocks may disagree before something must have happened."""


class Loop:
    """Keeps one vault in sync until it is told to stop."""

    def __init__(
        self,
        open_desk: OpenDesk,
        inbox: Inbox,
        clock: Clock,
        out: Outside,
        since: float | None = None,
    ) -> None:
        """
        Args:
            since: When the daemon was started, in seconds since the Unix epoch; None for now.
        """
        self.open_desk, self.inbox, self.clock, self.out = open_desk, inbox, clock, out
        self.quiet, self.turns, self.failing = Quiet(), Turns(), Failing()
        self.requests = Requests(self)
        self.paused = False
        self.stopping = False
        self.reopening = False
        self.guests: deque[Asked] = deque()
        """Other processes that want to have the vault for a while, the next one first."""
        self.trouble = Trouble(self.turns, clock, out)
        self.since = clock.now() if since is None else since
        self._work: Work | None = None
        self._offset = clock.now() - clock.monotonic()
        """Between the two clocks; another one after the machine has slept."""

    def run(self) -> bool:
        """Go on until told to stop, or to read the configuration again; say whether it is that.

        Raises:
            AuthError, ConfigError: A person has to mend something first.
        """
        self.look_around("started")
        while not self.stopping and not self.reopening:
            try:
                with self.open_desk(self) as desk:
                    self.out.ready()
                    self.serve(desk)
            except Stopping:
                break
            except (AuthError, ConfigError):
                raise
            except CapsyncError as exc:
                self.trouble.met(exc)
                self.rest()
            while self.guests and not self.stopping:
                self.host(self.guests.popleft())
        if self.stopping:
            self.out.tell("watch", text="stopped")
        self.requests.pending.extend(self.guests)
        self.requests.refuse_all("capsync watch was stopped")
        return self.reopening and not self.stopping

    def serve(self, desk: Desk) -> None:
        """Work at an open vault until it has to be closed."""
        work = self._work = Work(desk, self.turns, self.quiet, self.clock, self.out, self.failing)
        try:
            while not self.is_leaving:
                self.hear(self.next_at(work))
                if not self.is_leaving:
                    self.step(work)
        finally:
            self.requests.leave(work)
            work.chores()

    @property
    def is_leaving(self) -> bool:
        """Whether the vault has to be closed."""
        return self.stopping or self.reopening or bool(self.guests)

    def step(self, work: Work) -> None:
        """Do one piece of work."""
        self.out.alive()
        requests = work.bench.remote.requests
        try:
            self.do(work)
            if work.bench.remote.requests > requests:
                self.trouble.is_over()
        except Yielding:
            pass
        except Stopping:
            self.stopping = True
        except (AuthError, ConfigError):
            raise
        except CapsyncError as exc:
            if isinstance(exc, SafetyStop) and not work.bench.vault.is_there(MARKER):
                raise  # its disk is away, and our lock with it
            self.requests.give_up(work, exc)
            if isinstance(exc, SafetyStop):
                self.trouble.guarded(exc)
            else:
                self.trouble.met(exc)

    @contextmanager
    def again(self, turn: str) -> Iterator[None]:
        """Have it done again soon, should it not come to its end; a walk finds what was due."""
        try:
            yield
            if turn == "walk_at":
                self.trouble.passed()
        except BaseException as exc:
            after = exc.after if isinstance(exc, Yielding) else 0.0
            if isinstance(exc, SafetyStop):
                after = LAST_RETRY
            setattr(self.turns, turn, self.clock.monotonic() + after)
            raise

    def do(self, work: Work) -> None:
        """Do what is most urgent; which it was, shows in what is due next."""
        now = self.clock.monotonic()
        if self.requests.serve(work):
            return
        if now >= self.turns.chores_at:
            work.chores()
        if not self.may_work(work):
            return
        due = Due() if work.is_first else self.quiet.due(now)
        if due:
            with self.again("walk_at"):
                work.push(due)
        elif now >= self.turns.walk_at and not work.is_first:
            with self.again("walk_at"):
                work.push_all()
        elif now >= self.turns.list_at:
            with self.again("list_at"):
                work.list_on()
        else:
            work.reading.read()

    def may_work(self, work: Work) -> bool:
        """Say whether to go on now; a pause does not hold up a sync that was asked for."""
        waits = self.turns.retry_at is not None and self.clock.monotonic() < self.turns.retry_at
        return not waits and not (self.paused and work.job is None)

    def next_at(self, work: Work) -> float:
        """Say when there is something to do next, unless something comes."""
        turns = self.turns
        times = [turns.chores_at, self.clock.monotonic() + LONGEST_NAP]
        if self.requests.pending or (work.job and work.job.is_over(self.clock.monotonic())):
            return 0.0
        if self.paused and work.job is None:
            return min(times)
        if turns.retry_at is not None and self.clock.monotonic() < turns.retry_at:
            return min(*times, turns.retry_at)
        times += [turns.list_at, work.reading.next_at()]
        if not work.is_first:
            times.append(turns.walk_at)
            if (due := self.quiet.next_due()) is not None:
                times.append(due)
        return min(times)

    def hear(self, until: float) -> None:
        """Wait until then, or until something comes, and take that in."""
        seconds = max(0.0, until - self.clock.monotonic())
        begun = self.clock.monotonic()
        events = self.inbox.take(seconds)
        overslept = self.clock.monotonic() - begun - seconds
        jumped = self.clock.now() - self.clock.monotonic() - self._offset
        if overslept > SLEPT or abs(jumped) > SLEPT:
            self._offset += jumped
            self.look_around(f"the machine slept, or its clock was set, by {jumped:.0f} s")
        for event in events:
            self.take_in(event)

    def take_in(self, event: Event) -> None:
        """Take in one event."""
        now = self.clock.monotonic()
        match event:
            case Touched(path):
                self.quiet.touched(path, now)
            case Everything():
                self.quiet.everything(now)
            case Order.STOP:
                self.stopping = True
            case Order.RELOAD:
                self.reopening = True
            case _:
                self.requests.pending.append(event)

    def look_around(self, why: str) -> None:
        """Look at everything soon: nobody knows what has happened."""
        self.turns.hurry(self.clock.monotonic())
        self.out.tell("watch", text=why)

    def rest(self) -> None:
        """Wait before the vault is opened again, answering what is asked meanwhile."""
        now = self.clock.monotonic()
        until = min(self.turns.retry_at or now + BLIND_WALK, now + BLIND_WALK)
        while not self.is_leaving and self.clock.monotonic() < until:
            self.hear(until)
            self.requests.serve_all(None)
            self.out.alive()
        self.turns.chores_at = self.turns.walk_at = self.clock.monotonic()
        self.turns.retry_at = None  # to open it is the next try

    def host(self, guest: Asked) -> None:
        """Wait until another process is done with the vault."""
        guest.say({"yours": True})
        begun = self.clock.monotonic()
        while not (guest.gone or self.stopping):
            self.hear(self.clock.monotonic() + LOOK_IN)
            self.requests.serve_all(None)
            self.out.alive()
            if self.clock.monotonic() - begun > LONG_STAY:
                self.trouble.stops("stopped", STILL_THERE)
        guest.done({})
        self.turns.walk_at = self.clock.monotonic()

    # what a run tells of its progress

    def stage(self, name: str, total: int) -> None:
        """Tell who waits for a sync how far it is."""
        self.requests.tell_progress({"stage": name, "done": 0, "total": total})

    def advance(self) -> None:
        """Look up between two notes.

        Raises:
            Stopping: The daemon has to stop.
            Yielding: What goes on can wait, for an edit that is due or for the quota.
        """
        self.out.alive()
        self.hear(0.0)
        if self.stopping:
            raise Stopping
        self.requests.serve_amid(self._work)
        self.requests.advance()
        if self._work is None or not self._work.is_patient:
            return
        due = self.quiet.next_due()
        if due is not None and due <= self.clock.monotonic() and not self.paused:
            raise Yielding
        if self.requests.pending or self.is_leaving:
            raise Yielding
        if (after := self._work.bench.remote.free_in_all()) > PATIENCE:
            raise Yielding(after)
