"""Three-way merge of an order: siblings both sides have added to, thinned and moved.

What neither side moved is the frame. Everything else stands in the gap of the
frame in which the side that put it there has it; where both put something into
one gap, the vault's comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from capsync.plan.sequence import Key, unmoved


def merge_order(base: Sequence[Key], vault: Sequence[Key], space: Sequence[Key]) -> list[Key]:
    """Give every element of *vault* and of *space* once, in the merged order.

    Args:
        base: The order the two sides come from; elements that are on neither
            side are passed over.
        vault: No element twice, as in the others.
        space: Likewise.
    """
    steady_here = _steady(base, vault, space)
    steady_there = _steady(base, space, vault)
    order_there = [key for key in space if key in steady_here & steady_there]
    frame = unmoved(order_there, vault)
    in_vault, in_space = set(vault), set(space)
    moved_there = {key for key in base if key in in_vault & in_space} & steady_here - steady_there
    from_vault = _gaps(frame, vault, [key for key in vault if key not in moved_there])
    from_space = _gaps(
        frame, space, [key for key in space if key in moved_there or key not in in_vault]
    )
    merged: list[Key] = []
    for gap, opener in enumerate([None, *(key for key in vault if key in frame)]):
        merged += [] if opener is None else [opener]
        merged += from_vault[gap] + from_space[gap]
    return merged


def _steady(base: Sequence[Key], side: Sequence[Key], other: Sequence[Key]) -> frozenset[Key]:
    """Give what *side* has in common with *other* and did not move: new to both, or in place."""
    shared, known = set(other), set(base)
    common = [key for key in side if key in shared]
    return unmoved(base, common) | {key for key in common if key not in known}


def _gaps(frame: Collection[Key], side: Sequence[Key], wanted: Collection[Key]) -> list[list[Key]]:
    """Sort *wanted* into the gaps that *frame* leaves in *side*: one before it, one after each."""
    gaps: list[list[Key]] = [[]]
    chosen = set(wanted)
    for key in side:
        if key in frame:
            gaps.append([])
        elif key in chosen:
            gaps[-1].append(key)
    return gaps
