"""Bodies: appending, changing and deleting blocks, and the daily note."""

from __future__ import annotations

from capsync.sandbox import dates, markdown_in, render, tree
from capsync.sandbox.call import Call
from capsync.sandbox.message import Json, bad_input, not_found
from capsync.sandbox.space import Space
from capsync.sandbox.store import Record

END: Json = {"type": "end"}


def append(space: Space, call: Call) -> Json:
    body = call.body
    record = space.record(body["id"])
    position = body.get("position", END)
    parent = body.get("parentBlockId")
    if parent is not None and position["type"] == "after_block":
        raise bad_input("`parentBlockId` cannot be combined with `after_block`.", "parentBlockId")
    section = _section(space, record, body.get("propertyId"))
    if position["type"] == "after_block":
        only = section if "propertyId" in body else None
        spot = _spot(record, position["after_block"]["id"], only)
        among, index = spot.among, spot.index + 1
    else:
        among = record.blocks[section] if parent is None else _children(record, parent)
        index = 0 if position["type"] == "start" else len(among)
    among[index:index] = space.made(_content(space, body))
    space.save(record)
    return render.shown(space, record, after_write=True)


def _content(space: Space, body: Json) -> list[Json]:
    if "blocks" in body:
        blocks: list[Json] = body["blocks"]
        return blocks
    return markdown_in.blocks(body["markdown"], markdown_in.linker(space))


def _section(space: Space, record: Record, wanted: str | None) -> str:
    sections = space.structure_of(record).sections
    if not sections or (wanted is not None and wanted not in sections):
        raise bad_input("Unknown block property", "propertyId")
    key = wanted or sections[0]
    record.blocks.setdefault(key, [])
    return key


def _spot(record: Record, block_id: str, only: str | None) -> tree.Spot:
    spot = tree.find(record.blocks, block_id, only)
    if spot is None:
        raise not_found("Block")
    return spot


def _children(record: Record, parent: str) -> list[Json]:
    block = _spot(record, parent, None).block
    if block["type"] not in ("TextBlock", "GroupBlock"):
        raise bad_input("Only TextBlock and GroupBlock can be parents.", "parentBlockId")
    children: list[Json] = block["blocks"]
    return children


def patch_block(space: Space, call: Call) -> Json:
    body = call.body
    record = space.record(body["id"])
    only = _section(space, record, body["propertyId"]) if "propertyId" in body else None
    spot = _spot(record, body["blockId"], only)
    old, new = spot.block, body["block"]
    if old["type"] != new["type"]:
        message = f"Block type cannot be changed from {old['type']} to {new['type']}"
        raise bad_input(message, "block.type")
    options = space.options
    spot.among[spot.index] = tree.replaced(
        old, new, space.ids, merge=options.merge_tokens, keep=options.patch_keeps_omitted
    )
    space.save(record)
    return render.shown(space, record, after_write=True)


def delete_block(space: Space, call: Call) -> Json:
    record = space.record(call.query["objectId"])
    spot = _spot(record, call.query["blockId"], None)
    del spot.among[spot.index]
    space.save(record)
    return render.shown(space, record, after_write=True)


def append_daily(space: Space, call: Call) -> None:
    """Accept an append to a daily note; it lands later and nobody is told."""
    body = call.body
    now, offset = space.clock.now(), space.options.account_offset
    day = dates.day_of(now, offset=offset)
    if "date" in body:
        given = dates.normal(body["date"], day=True)
        if given is None:
            raise bad_input("Invalid ISO date", "date")
        day = given
    blocks = _content(space, body)
    if not body.get("noTimeStamp", False):
        face = dates.clock_face(now, offset=offset)
        blocks = [heading(face), *blocks]
    space.store.wait(now + space.options.daily_note_delay, {"day": day, "blocks": blocks})


def heading(text: str) -> Json:
    """Make a small heading, such as the time above an append."""
    token = {"type": "TextToken", "text": text, "style": {}}
    return {"type": "TextBlock", "tokens": [token], "hierarchy": {"key": "H3", "val": 3}}


def land_due(space: Space) -> None:
    """Let the appends to daily notes land whose time has come."""
    for work in space.store.take_due(space.clock.now()):
        record = space.day_note(work["day"])
        record.blocks["RootDailyNote_notes"] += space.made(work["blocks"])
        space.save(record)
