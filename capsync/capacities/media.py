"""Uploading files, in parts. Seen in the wild, in no contract; sizes and quotas are unknown."""

from __future__ import annotations

from typing import Any

from capsync.capacities.calls import Calls
from capsync.capacities.decode import Upload, decode_upload, decode_written
from capsync.errors import CapsyncError
from capsync.model.note import Note


class Uploading(Calls):
    """What can be uploaded to a space."""

    def upload(
        self,
        name: str,
        data: bytes,
        *,
        kind: str | None = None,
        title: str | None = None,
        collections: tuple[str, ...] = (),
    ) -> Note:
        """Upload a file and make an object of it; an upload that fails is called off.

        Args:
            name: The file's name, with its suffix.
            data: Not empty.
            kind: MIME type; None lets the service go by the name.
            title: None for the name.
            collections: Ids of collections to put it in.

        Raises:
            AuthError, RetryError, NoteError: As everywhere; the service may refuse the size.
        """
        upload = self.start_upload(name, len(data), kind=kind, title=title, collections=collections)
        size = upload.part_size or len(data)
        try:
            for number in range(1, upload.part_count + 1):
                last = number == upload.part_count
                end = len(data) if last else number * size
                self.send_part(upload.id, number, data[(number - 1) * size : end])
            return self.complete_upload(upload.id)
        except CapsyncError:
            self._call_off(upload.id)
            raise

    def start_upload(
        self,
        name: str,
        size: int,
        *,
        kind: str | None = None,
        title: str | None = None,
        collections: tuple[str, ...] = (),
    ) -> Upload:
        """Announce a file.

        Args:
            size: Bytes, at least 1.

        Raises:
            AuthError, RetryError, NoteError: As in `upload`.
        """
        json: dict[str, Any] = {"fileName": name, "fileSize": size}
        if kind is not None:
            json["fileType"] = kind
        if title is not None:
            json["title"] = title
        if collections:
            json["collections"] = list(collections)
        return self._call(decode_upload, "POST", "/object/media/upload", note=name, json=json)

    def send_part(self, upload: str, number: int, data: bytes) -> None:
        """Send one part of an announced file.

        Args:
            number: From 1.

        Raises:
            AuthError, RetryError, NoteError: As in `upload`.
        """
        query = {"id": upload, "partNumber": str(number)}
        self._do("PUT", "/object/media/upload/part", query=query, content=data)

    def complete_upload(self, upload: str) -> Note:
        """Make an object of a file whose parts have all been sent.

        Raises:
            AuthError, RetryError, NoteError: As in `upload`.
        """
        path = "/object/media/upload/complete"
        return self._call(decode_written, "POST", path, json={"id": upload})

    def abort_upload(self, upload: str) -> None:
        """Call an upload off.

        Raises:
            AuthError, RetryError, NoteError: As in `upload`.
        """
        self._do("POST", "/object/media/upload/abort", json={"id": upload})

    def _call_off(self, upload: str) -> None:
        try:
            self.abort_upload(upload)
        except CapsyncError:
            return  # what went wrong before matters more, and the service forgets uploads itself
