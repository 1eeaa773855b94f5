"""A lively vault, its page, and a browser that looks at it; and somebody else's page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from time import monotonic
from typing import Any

import pytest

from tests.cli.world import Person
from tests.sync.world import paragraph
from tests.web.world import later, place_of

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e'


class Scene:
    """A lively vault, its page, and a browser that looks at it."""

    def __init__(self, someone: Person, driver: Any) -> None:
        self.someone = someone
        self.driver = driver
        self.note = someone.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("one word")])
        someone.sandbox.app_create("RootPage", HOSTILE, blocks=[paragraph(HOSTILE)])
        someone.types("sync")
        self.file = someone.vault / "Pages/Plan.md"
        self.file.write_text(self.file.read_text().replace("word", "mine <img src=x>"))
        (block,) = next(iter(someone.sandbox.app_get(self.note)["blocks"].values()))
        theirs = paragraph(f"one theirs {HOSTILE}")
        someone.sandbox.app_edit_block(self.note, block["id"], theirs)
        (someone.vault / "Pages/Broken.md").write_text("---\ntitle: [\n---\n")
        later(someone)
        someone.types("sync")
        (someone.vault / "Pages/New.md").write_text("new\n")
        self.place = place_of(someone)
        self.place.activity.add("push", path="Pages/Plan.md", text=HOSTILE)
        self.door: Any = None

    @property
    def base(self) -> str:
        return str(self.door.origins[0])

    @property
    def pages(self) -> dict[str, str]:
        note = f"/notes/{self.note}"
        return {
            "overview": "/",
            "notes": "/notes",
            "nothing found": "/notes?q=zzz",
            "note": note,
            "version": f"{note}?version=1&lines=all",
            "confirm": f"{note}/restore?version=1",
            "conflicts": "/conflicts",
            "set aside": "/set-aside",
            "missing": "/nothing",
        }

    def goes(self, path: str) -> None:
        self.driver.get(f"{self.base}{path}")

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def text(self) -> str:
        return str(self.find("body").text)

    def run(self, script: str, *args: object) -> Any:
        return self.driver.execute_script(script, *args)

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains  # noqa: PLC0415  (see tests/web/browser.py)

        ActionChains(self.driver).send_keys(*keys).perform()

    def waits(self, until: Callable[[], object], seconds: float = 15) -> None:
        """Wait for a condition; pages that change meanwhile are looked at again."""
        from selenium.common.exceptions import StaleElementReferenceException  # noqa: PLC0415

        end = monotonic() + seconds
        while monotonic() < end:
            with suppress(StaleElementReferenceException):
                if until():
                    return
        pytest.fail(f"it did not come: {self.text()[:2000]}")


class Bad(BaseHTTPRequestHandler):
    """A page of somebody else."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>bad</title><p>bad</p>")

    def log_message(self, *args: object) -> None: ...


def texts(someone: Person, note: str) -> list[str]:
    blocks: list[dict[str, Any]] = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
    return ["".join(token["text"] for token in block["tokens"]) for block in blocks]
