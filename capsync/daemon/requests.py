"""What other processes ask of the daemon, and its answers.

{"ask": "state"}                  how it is: paused, in trouble, what waits
{"ask": "sync", "notes": […], …}  sync now; a whole sync is done between everything else
{"ask": "pause"}, {"ask": "resume"}
{"ask": "aside"}                  let me have the vault until I hang up

All but a sync and stepping aside is answered amid a run, between two notes.
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from capsync.daemon.control import Asked
from capsync.daemon.job import Job
from capsync.daemon.stopping import Yielding
from capsync.errors import CapsyncError, ConfigError
from capsync.sync.report import Options

if TYPE_CHECKING:
    from capsync.daemon.loop import Loop
    from capsync.daemon.work import Work

A_MINUTE = 60.0
QUICK = frozenset({"state", "pause", "resume"})
"""What does not touch the vault."""


class Requests:
    """What was asked and is not answered yet."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.pending: deque[Asked] = deque()
        self._now: Asked | None = None
        """Who waits for the run that goes on."""
        self._progress: dict[str, Any] = {}

    def serve(self, work: Work | None) -> bool:
        """Answer one request, or end a job; say whether there was anything to do.

        Args:
            work: None while the vault is not open.
        """
        if work is not None and work.job and work.job.is_over(self.loop.clock.monotonic()):
            self._end(work)
            return True
        if not self.pending:
            return False
        asked = self.pending.popleft()
        if asked.gone:
            return True
        try:
            self._answer(asked, work)
        except Yielding:  # nobody waits for it
            pass
        except CapsyncError as exc:
            asked.failed(str(exc), exc.exit_code)
        except BaseException:
            asked.failed("interrupted; everything done so far is kept", 130)
            raise
        return True

    def serve_all(self, work: Work | None) -> None:
        """Answer all that was asked until now."""
        while self.serve(work):
            pass

    def _answer(self, asked: Asked, work: Work | None) -> None:
        loop = self.loop
        match asked.request:
            case {"ask": "state"}:
                asked.done(self._state(work))
            case {"ask": "pause"}:
                loop.paused = True
                loop.out.tell("pause")
                asked.done({})
            case {"ask": "resume"}:
                loop.paused = False
                loop.turns.hurry(loop.clock.monotonic())
                loop.out.tell("resume")
                asked.done({})
            case {"ask": "aside"}:
                loop.guests.append(asked)
            case {"ask": "sync"} if work is None:
                raise ConfigError(loop.trouble.text or "another capsync is at work on this vault")
            case {"ask": "sync"} if work is not None:
                self._sync(asked, work)
            case _:
                raise ConfigError(f"capsync watch cannot do this: {asked.request.get('ask')}")

    def _sync(self, asked: Asked, work: Work) -> None:
        options, now = _options(asked.request), self.loop.clock.monotonic()
        if work.job is not None:
            raise ConfigError("a sync is being done for somebody else already; wait for it")
        self._now = asked
        try:
            if options.notes or options.dry_run or not (options.push and options.pull):
                asked.done({"report": work.sync(options).as_json()})
                return
            ends = None if options.reading is None else now + options.reading
            deletes, requests = options.allow_deletes, work.bench.remote.requests
            work.begin_job(Job(asked, requests, now, ends, allow_deletes=deletes))
            self.loop.turns.retry_at = None  # who asks wants to know whether it works now
        finally:
            self._now = None

    def _end(self, work: Work) -> None:
        """Answer who has waited for a whole sync."""
        job, work.job = work.job, None
        assert job is not None  # noqa: S101  (for mypy)
        job.report.unchecked = job.left
        job.report.requests = work.bench.remote.requests - job.requests
        job.report.seconds = self.loop.clock.monotonic() - job.begun
        job.asked.done({"report": job.report.as_json()})

    def give_up(self, work: Work, exc: CapsyncError) -> None:
        """Tell who waits for a whole sync that it cannot go on."""
        if work.job is not None:
            work.job.asked.failed(str(exc), exc.exit_code)
            work.job = None

    def leave(self, work: Work) -> None:
        """Give up a job, as the vault is about to be closed."""
        if work.job is not None:
            work.job.asked.failed("interrupted; everything done so far is kept", 130)
            work.job = None

    def refuse_all(self, why: str) -> None:
        """Answer everybody who still waits."""
        while self.pending:
            self.pending.popleft().failed(why, 130)

    def tell_progress(self, progress: dict[str, Any]) -> None:
        """Tell who waits for the run that goes on how far it is."""
        self._progress = progress
        if self._now is not None:
            self._now.say(progress)

    def advance(self) -> None:
        """Tell that one more note was done.

        Raises:
            Yielding: Nobody waits for it any more.
        """
        if self._now is not None and self._now.gone:
            raise Yielding
        done = self._progress.get("done", 0) + 1
        self.tell_progress({**self._progress, "done": done})

    def serve_amid(self, work: Work | None) -> None:
        """Answer, amid a run, what does not have to wait for its end."""
        for each in [each for each in self.pending if each.request.get("ask") in QUICK]:
            self.pending.remove(each)
            if each.request["ask"] == "state":
                each.done(self._state(work, self._progress))
            else:
                self._answer(each, work)

    def _state(self, work: Work | None, doing: dict[str, Any] | None = None) -> dict[str, Any]:
        loop, now = self.loop, self.loop.clock.monotonic()
        if work is not None:
            with suppress(CapsyncError):
                work.desk.keep_budget()  # so that who asks finds what is used of the quota
            if doing is None and work.job is not None:
                doing = work.job.progress
        waiting = [
            {"path": each.path, "in": round(max(0.0, each.until - now), 1)}
            for each in loop.quiet.waiting
        ]
        return {
            "pid": os.getpid(),
            "since": loop.since,
            "doing": doing,
            "paused": loop.paused,
            "trouble": loop.trouble.text,
            "cause": loop.trouble.cause if loop.trouble.text else "",
            "retry_in": None if loop.turns.retry_at is None else loop.turns.retry_at - now,
            "watching": loop.out.watching.trouble,
            "waiting": waiting,
            "open": work is not None,
            "job": bool(work and work.job),
        }


def _options(said: dict[str, Any]) -> Options:
    """Read what a sync is to do.

    Raises:
        ConfigError: It makes no sense.
    """
    notes = said.get("notes", [])
    flags = {name: said.get(name, False) for name in ("dry_run", "allow_deletes", "quick")}
    flags |= {name: said.get(name, True) for name in ("push", "pull")}
    sensible = isinstance(notes, list) and all(isinstance(each, str) for each in notes)
    if not sensible or not all(isinstance(each, bool) for each in flags.values()):
        raise ConfigError("capsync watch does not understand what to sync; is it another version?")
    quick = flags.pop("quick")
    return Options(notes=tuple(notes), reading=A_MINUTE if quick else None, **flags)
