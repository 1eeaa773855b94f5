"""Stops what is going on at one of its steps: the connection is lost, or the machine stops.

    with connection_lost(world, at=3, applied=True):
        world.sync()

Whoever is killed does clean up here, unlike in `tests.crashes.plug`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from unittest.mock import patch

from capsync.errors import RetryError
from capsync.sandbox.core import Request, Response
from tests.crashes.plug import PlugPulled
from tests.sync.world import World


@contextmanager
def connection_lost(world: World, *, at: int, applied: bool) -> Iterator[None]:
    """Lose the answer to one request of the block, and what is raised for it.

    Args:
        at: Which request, from 0.
        applied: Whether the service has done what was asked by then.
    """
    handle, passed = world.sandbox.handle, 0

    def failing(request: Request) -> Response:
        nonlocal passed
        passed += 1
        if passed - 1 == at:
            world.sandbox.drop_next(applied=applied)
        return handle(request)

    with patch.object(world.sandbox, "handle", failing), suppress(RetryError):
        yield
    world.sandbox.calm()


@contextmanager
def plug_pulled(world: World, *, at: int) -> Iterator[None]:
    """End the block before one request, file change or memory write, the first being 0."""
    steps = 0

    def guarded(act: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps - 1 == at:
                raise PlugPulled
            return act(*args, **kwargs)

        return step

    with ExitStack() as stack:
        for owner, name in _steps(world):
            stack.enter_context(patch.object(owner, name, guarded(getattr(owner, name))))
        stack.enter_context(suppress(PlugPulled))
        yield


def _steps(world: World) -> Iterator[tuple[object, str]]:
    """Give what leaves a trace."""
    memory = world.memory
    yield world.sandbox, "handle"
    yield from ((world.vault, name) for name in ("write", "move", "trash"))
    yield from ((memory.notes, name) for name in ("remember", "forget"))
    yield from ((memory.intentions, name) for name in ("begin", "done"))
    yield memory.revisions, "keep"
    yield memory.deeds, "mark"
