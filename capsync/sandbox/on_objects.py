"""The space and single objects: reading, creating, updating, deleting."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from capsync.sandbox import markdown_in, properties, render
from capsync.sandbox.call import Call
from capsync.sandbox.message import Json, bad_input, not_found
from capsync.sandbox.space import Space
from capsync.sandbox.store import Record
from capsync.sandbox.structures import Structure

MEDIA_BY_SUFFIX = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"), "MediaImage"),
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".ogg"), "MediaAudio"),
    **dict.fromkeys((".mp4", ".mov", ".webm"), "MediaVideo"),
    ".pdf": "MediaPDF",
}
FILE_TYPES = {
    "MediaImage": "image",
    "MediaAudio": "audio",
    "MediaVideo": "video",
    "MediaPDF": "application",
}


def get_space(space: Space, _: Call) -> Json:
    answer: Json = {
        "id": space.store.meta("space"),
        "title": space.store.meta("title"),
        "icon": {"type": "emoji", "val": "🔧"},
    }
    return answer | (render.EXTRA if space.options.extra_fields else {})


def get_structures(space: Space, _: Call) -> Json:
    extra = render.EXTRA if space.options.extra_fields else {}
    listed = [s.public() | extra for s in space.structures().values() if _listed(space, s)]
    return {"structures": listed} | extra


def _listed(space: Space, structure: Structure) -> bool:
    few = space.options.few_structures
    always = structure.id in ("RootTag", "RootTask", "RootDailyNote") or "-" in structure.id
    return structure.listed and (always or not few)


def get_object(space: Space, call: Call) -> Json:
    return render.shown(space, space.record(call.query["id"]))


def create_object(space: Space, call: Call) -> Json:
    body = call.body
    structure = creatable(space, body["structureId"])
    record = space.create(structure)
    properties.write(space, record, body.get("properties", {}))
    record.collections = properties.collections(structure, body.get("collections", []))
    space.fill(record, _known_sections(space, call, structure))
    space.save(record)
    return render.shown(space, record, after_write=True)


def creatable(space: Space, structure_id: str) -> Structure:
    """Give the structure of an object to be made.

    Raises:
        Refusal: 400, it is of a kind that this endpoint does not make.
    """
    structure = space.structures().get(structure_id)
    if structure is None or not structure.is_basic:
        raise bad_input("This object type cannot be created via this endpoint.")
    return structure


def _known_sections(space: Space, call: Call, structure: Structure) -> dict[str, list[Json]]:
    given: dict[str, list[Json]] = call.body.get("blocks", {})
    for key in given.keys() - set(structure.sections):
        space.violation(f"{call.name}: unknown field blocks.{key}")
    return {key: blocks for key, blocks in given.items() if key in structure.sections}


def patch_object(space: Space, call: Call) -> Json:
    body = call.body
    trash = body.get("deleteRequested")
    record = space.record(body["id"], trashed=trash is not None)
    structure = space.structure_of(record)
    check_updatable(space, structure)
    if trash is not None:
        record.trashed = trash
    properties.write(space, record, body.get("properties", {}))
    if "collections" in body:
        record.collections = properties.collections(structure, body["collections"])
    if "blocks" in body:
        space.violation(f"{call.name}: blocks, whose meaning nobody has documented")
        for key, blocks in _known_sections(space, call, structure).items():
            record.blocks[key] = space.made(blocks)
    space.save(record)
    return render.shown(space, record, after_write=True)


def check_updatable(space: Space, structure: Structure) -> None:
    """Refuse the kinds of objects that cannot be updated as a whole.

    Raises:
        Refusal: 400.
    """
    refused = not structure.listed or (structure.is_media and not space.options.media_patchable)
    if refused:
        raise bad_input("This object type cannot be updated via this endpoint.")


def delete_object(space: Space, call: Call) -> None:
    hard = call.query.get("hardDelete", False)
    record = space.record(call.query["id"], trashed=hard)
    if not space.structure_of(record).listed:
        raise not_found("Object")
    if hard:
        space.store.destroy(record.id)
    else:
        record.trashed = True
        space.save(record)


def create_from_url(space: Space, call: Call) -> Json:
    body = call.body
    address = urlsplit(body["url"])
    name = unquote(PurePosixPath(address.path).name)
    suffix = PurePosixPath(name).suffix.lower()
    structure = space.structures()[MEDIA_BY_SUFFIX.get(suffix, "MediaWebResource")]
    record = space.create(structure)
    record.properties = {
        "title": {"type": "title", "title": {"value": name or address.netloc}},
        "media_URLReference": {"type": "url", "url": {"value": body["url"]}},
        **body.get("properties", {}),
    }
    if structure.id in FILE_TYPES:
        add_file(record, name, f"{FILE_TYPES[structure.id]}/{suffix[1:]}")
    notes = _known_sections(space, call, structure)
    if "markdown" in body:
        notes = {"media_notes": markdown_in.blocks(body["markdown"], markdown_in.linker(space))}
    record.blocks = {key: space.made(notes.get(key, [])) for key in structure.sections}
    space.save(record)
    return render.shown(space, record, after_write=True)


def add_file(record: Record, name: str, file_type: str) -> None:
    """Attach a file to a media object."""
    url = f"https://files.sandbox.invalid/{record.id}/{name}"
    record.files.append({"url": url, "fileType": file_type})
