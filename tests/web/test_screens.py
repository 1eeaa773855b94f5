"""Every page on every kind of screen: it fits, it has its colours, and keeps nobody out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.node import node_with
from tests.web.browser import shows
from tests.web.scene import Scene

HERE = Path(__file__).parent
PHONE = {"width": 360, "height": 740}
SCREENS = [{}, {"dark": True}, PHONE, PHONE | {"dark": True}]


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_every_page_fits_the_screen_in_its_colours(scene: Scene, screen: dict[str, Any]) -> None:
    shows(scene.driver, **screen)
    for name, path in scene.pages.items():
        scene.goes(path)
        wide, here = scene.run("return [document.documentElement.scrollWidth, innerWidth]")
        assert wide <= here, f"{name} is {wide} wide"
        ground = scene.run("return getComputedStyle(document.body).backgroundColor")
        light = sum(int(each) for each in ground[4:-1].split(", ")) > 380
        assert light is not bool(screen.get("dark")), name


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of the accessibility checker."""
    node_with(HERE)
    return (HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_nothing_keeps_anybody_out(scene: Scene, axe: str, screen: dict[str, Any]) -> None:
    shows(scene.driver, **screen)
    for name, path in scene.pages.items():
        scene.goes(path)
        for selector in ("details", "dialog"):
            if name in ("overview", "conflicts"):
                assert_accessible(scene, axe, f"{name} {selector}")
            scene.run(
                "const e = document.querySelector(arguments[0]);"
                "if (e) e.showModal ? e.showModal() : (e.open = true)",
                selector,
            )
        assert_accessible(scene, axe, name)


def assert_accessible(scene: Scene, axe: str, name: str) -> None:
    scene.run(axe)
    found = scene.driver.execute_async_script(
        "axe.run(document, {resultTypes: ['violations']}).then(arguments[0])"
    )
    told = [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    assert told == [], name
