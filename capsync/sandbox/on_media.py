"""Uploading a file in parts; what arrives is counted and thrown away."""

from __future__ import annotations

import mimetypes
from typing import Any

from capsync.sandbox import dates, properties, render
from capsync.sandbox.call import Call
from capsync.sandbox.message import Json, bad_input, not_found
from capsync.sandbox.on_objects import add_file
from capsync.sandbox.space import Space

LIFE = 3600.0
"""Seconds a started upload waits for its parts."""


def start(space: Space, call: Call) -> Json:
    body = call.body
    size, part = int(body["fileSize"]), space.options.upload_part_size
    guessed = mimetypes.guess_type(body["fileName"])[0] or "application/octet-stream"
    upload: Json = {
        "id": space.ids(),
        "status": "pending",
        "fileName": body["fileName"],
        "fileType": body.get("fileType", guessed),
        "fileSize": size,
        "partSize": part,
        "partCount": -(-size // part),
        "expiresAt": dates.spelled(space.clock.now() + LIFE),
    }
    structure = space.structures()[structure_for(upload["fileType"])]
    chosen = properties.collections(structure, body.get("collections", []))
    title = body.get("title", body["fileName"])
    space.store.put_upload(upload["id"], {**upload, "title": title, "collections": chosen})
    return upload


def structure_for(file_type: str) -> str:
    """Name the structure that holds files of a MIME type."""
    families = {"image": "MediaImage", "audio": "MediaAudio", "video": "MediaVideo"}
    if file_type == "application/pdf":
        return "MediaPDF"
    return families.get(file_type.partition("/")[0], "MediaFile")


def _upload(space: Space, upload_id: str) -> Json:
    upload = space.store.upload(upload_id)
    if upload is None or upload["expiresAt"] <= space.now():
        raise not_found("Upload")
    return upload


def part(space: Space, call: Call) -> Json:
    upload = _upload(space, call.query["id"])
    number = call.query["partNumber"]
    if number > upload["partCount"]:
        raise bad_input("No such part", "partNumber")
    last = number == upload["partCount"]
    rest = upload["fileSize"] - upload["partSize"] * (upload["partCount"] - 1)
    expected = rest if last else upload["partSize"]
    if len(call.raw) != expected:
        raise bad_input(f"Invalid part size: expected {expected} bytes, received {len(call.raw)}")
    space.store.put_part(upload["id"], number, expected)
    return {"number": number, "size": expected}


def complete(space: Space, call: Call) -> Json:
    upload = _upload(space, call.body["id"])
    if len(space.store.parts(upload["id"])) < upload["partCount"]:
        raise bad_input("Some parts of the file are missing")
    record = space.create(space.structures()[structure_for(upload["fileType"])])
    record.collections = upload["collections"]
    values: dict[str, tuple[str, Any]] = {
        "title": ("title", upload["title"]),
        "media_fileSize": ("number", upload["fileSize"]),
    }
    for key, (name, value) in values.items():
        record.properties[key] = {"type": name, name: {"value": value}}
    add_file(record, upload["fileName"], upload["fileType"])
    record.blocks = {"media_notes": []}
    space.save(record)
    space.store.drop_upload(upload["id"])
    return render.shown(space, record, after_write=True)


def abort(space: Space, call: Call) -> None:
    space.store.drop_upload(_upload(space, call.body["id"])["id"])
