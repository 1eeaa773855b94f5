"""Which lines of a file a block of a changed body is written on.

What says the same as a piece of the file takes that piece's lines, whatever its
id; what was edited takes the lines of the block with its id.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence

from capsync.markdown.align import align
from capsync.markdown.reader import Piece
from capsync.markdown.view import without_ids
from capsync.model.block import Block, BlockId, Blocks, children


class Sources:
    """Which piece of the text a block is written on, by the block's id."""

    def __init__(self, pieces: Sequence[Piece], shown: Blocks) -> None:
        self.by_id: dict[BlockId, Piece] = {}
        self._add(pieces, shown)

    def _add(self, pieces: Sequence[Piece], shown: Sequence[Block]) -> None:
        for piece, at in zip(pieces, align(shown, [piece.block for piece in pieces]), strict=True):
            if at is None:
                continue
            name = shown[at].id
            if name is not None:
                self.by_id[name] = piece
            if piece.children:
                self._add(piece.children, children(shown[at]))

    def find(self, pieces: Sequence[Piece], wanted: Sequence[Block]) -> list[int | None]:
        """Say for each wanted block which of the neighbouring *pieces* it is written on.

        What says the same comes first, whatever its id: its lines stay as they are.
        """
        places = {id(piece): index for index, piece in enumerate(pieces)}
        looks = [without_ids(piece.block) for piece in pieces]
        wants = [without_ids(block) for block in wanted]
        by_id = [self._place(block, places) for block in wanted]
        found = [
            at if at is not None and looks[at] == look else None
            for at, look in zip(by_id, wants, strict=True)
        ]
        if None not in found:
            return found
        used = set(found)
        alike: dict[Block, deque[int]] = defaultdict(deque)
        for at, look in enumerate(looks):
            if at not in used:
                alike[look].append(at)
        for index, look in enumerate(wants):
            if found[index] is None and alike.get(look):
                found[index] = alike[look].popleft()
        used = set(found)
        return [
            by_id[index] if at is None and by_id[index] not in used else at
            for index, at in enumerate(found)
        ]

    def _place(self, block: Block, places: Mapping[int, int]) -> int | None:
        piece = None if block.id is None else self.by_id.get(block.id)
        return None if piece is None else places.get(id(piece))
