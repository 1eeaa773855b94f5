"""What is left of the quota, kept from one run to the next.

The service counts over a minute; a sync that starts right after another one
would otherwise run into a refusal it could have foreseen.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from capsync.capacities.limits import BucketRecord, Limiter, Usage
from capsync.clock import Clock
from capsync.state.store import Store

KEY = "quotas"
"""Under which `Store.meta` keeps them."""


def keep_quotas(limiter: Limiter, memory: Store) -> None:
    """Remember what a limiter knows.

    Raises:
        RunError: The memory cannot be written.
    """
    memory.meta.put(KEY, json.dumps([asdict(each) for each in limiter.snapshot()]))


def restore_quotas(limiter: Limiter, memory: Store) -> None:
    """Tell a limiter what an earlier run knew; what makes no sense is passed over."""
    try:
        limiter.restore([_record(raw) for raw in json.loads(memory.meta.get(KEY) or "[]")])
    except (ValueError, TypeError, KeyError):
        memory.meta.put(KEY, None)


def usage_of(memory: Store, clock: Clock) -> tuple[Usage, ...]:
    """Give what is used of each quota now, as far as it is known here."""
    limiter = Limiter(clock)
    restore_quotas(limiter, memory)
    return tuple(each for each in limiter.usage() if each.used or each.free_in > 0)


def _record(raw: dict[str, Any]) -> BucketRecord:
    return BucketRecord(**raw | {"sent": tuple(float(each) for each in raw["sent"])})
