"""In which order to make notes that link to each other.

A link can only be made to a note that is there. Where links go in circles, one note of
each circle has to be begun without them and finished later. Which ones is the feedback
vertex set problem. What is left of a real vault after the simple reductions of Levy and
Low ("A contraction algorithm for finding small cycle cutsets", 1988) is small; there the
note goes first that lies on the most paths for what it costs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import TypeVar

Key = TypeVar("Key")


def creation_order(
    links: Mapping[Key, Collection[Key]], costs: Mapping[Key, int] | None = None
) -> list[Key]:
    """Order notes so that a note comes after all it links to.

    Args:
        links: By note, the notes it links to; others than the keys are passed over.
        costs: What it costs to finish a note later, above 0; 1 where not given.

    Returns:
        Every note once or twice: one that comes twice is to be begun at the first, and all
        it links to is there at the second.
    """
    keys = list(links)
    place = {key: index for index, key in enumerate(keys)}
    targets = [sorted(place[each] for each in links[key] if each in place) for key in keys]
    weights = [(costs or {}).get(key, 1) for key in keys]
    order: list[int] = []
    for group in _groups(range(len(keys)), targets):
        broken = _broken(group, targets, weights)
        visits = _Visits(group, targets)
        rest = [each for each in group if each not in broken]
        for node in (each for alone in _groups(rest, targets) for each in alone):
            for target in targets[node]:
                if target in broken:
                    visits.make(target)
            visits.make(node)
        for node in sorted(broken):
            visits.make(node)
        order += visits.order
    return [keys[index] for index in order]


class _Visits:
    """The order within one group: what is begun is finished as soon as it can be.

    So nothing stands there half done for longer than need be, and requests of several
    kinds, each with a quota of its own, take turns.
    """

    def __init__(self, group: Sequence[int], targets: Sequence[Sequence[int]]) -> None:
        self.order: list[int] = []
        self._targets = targets
        self._missing = set(group)
        self._open: dict[int, set[int]] = {}
        self._waiting: dict[int, list[int]] = {node: [] for node in group}

    def make(self, node: int) -> None:
        """Make a note, unless it is made, and finish what has waited for it alone."""
        if node not in self._missing:
            return
        open_ = self._missing.intersection(self._targets[node])
        for target in open_:
            self._waiting[target].append(node)
        self._open[node] = open_
        self._missing.discard(node)
        self.order.append(node)
        for each in self._waiting[node]:
            self._open[each].discard(node)
            if not self._open[each]:
                self.order.append(each)


def _groups(nodes: Sequence[int], targets: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Give the strongly connected groups of a graph, targets first (Tarjan's algorithm)."""
    inside = set(nodes)
    numbers: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_: list[int] = []
    for root in nodes:
        if root in numbers:
            continue
        path = [(root, iter(targets[root]))]
        numbers[root] = lowest[root] = len(numbers)
        open_.append(root)
        while path:
            node, ahead = path[-1]
            for target in ahead:
                if target not in inside:
                    continue
                if target not in numbers:
                    numbers[target] = lowest[target] = len(numbers)
                    open_.append(target)
                    path.append((target, iter(targets[target])))
                    break
                lowest[node] = min(lowest[node], lowest[target])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == numbers[node]:
                    size = next(n for n, each in enumerate(reversed(open_), 1) if each == node)
                    group = open_[-size:]
                    del open_[-size:]
                    lowest |= dict.fromkeys(group, len(targets))  # no way back leads there
                    yield sorted(group)


def _broken(
    group: Sequence[int], targets: Sequence[Sequence[int]], weights: Sequence[int]
) -> frozenset[int]:
    """Choose notes of a group without which no links in it go in circles, at little cost."""
    graph = _Graph(group, targets, weights)
    graph.reduce(group)
    ahead = [(-graph.score(node), node) for node in graph.after]
    heapify(ahead)
    while ahead:
        score, node = heappop(ahead)
        if node not in graph.after:
            continue
        if score != -graph.score(node):  # it had other neighbours then
            heappush(ahead, (-graph.score(node), node))
            continue
        graph.break_at(node)
    return frozenset(graph.broken)


class _Graph:
    """What is left of a group while its circles are being broken."""

    def __init__(
        self, nodes: Sequence[int], targets: Sequence[Sequence[int]], weights: Sequence[int]
    ) -> None:
        inside = set(nodes)
        self.after = {node: inside.intersection(targets[node]) for node in nodes}
        self.before: dict[int, set[int]] = {node: set() for node in nodes}
        for node, ahead in self.after.items():
            for target in ahead:
                self.before[target].add(node)
        self.weights, self.broken = weights, set[int]()

    def score(self, node: int) -> float:
        """Say how much it helps to break at a note, for what it costs."""
        return len(self.after[node]) * len(self.before[node]) / self.weights[node]

    def break_at(self, node: int) -> None:
        """Choose a note, and take out what is on no circle any more."""
        self.broken.add(node)
        self.reduce(self.take_out(node))

    def take_out(self, node: int) -> set[int]:
        """Take a note out and give its neighbours."""
        after, before = self.after.pop(node), self.before.pop(node)
        for target in after - {node}:
            self.before[target].discard(node)
        for source in before - {node}:
            self.after[source].discard(node)
        return (after | before) - {node}

    def reduce(self, nodes: Collection[int]) -> None:
        """Take out what can be decided at once, beginning with *nodes*."""
        waiting = sorted(nodes)
        while waiting:
            node = waiting.pop()
            if node not in self.after:
                continue
            after, before = self.after[node], self.before[node]
            if node in after:
                self.broken.add(node)
            elif after and before and not self._is_passed_through(node):
                continue
            elif after and before:
                for source in before:
                    self.after[source] |= after
                for target in after:
                    self.before[target] |= before
            waiting += sorted(self.take_out(node))

    def _is_passed_through(self, node: int) -> bool:
        """Say whether every circle through a note goes through another one that costs no more."""
        only = [each for each in (self.after[node], self.before[node]) if len(each) == 1]
        return any(self.weights[min(each)] <= self.weights[node] for each in only)
