"""The page in a real browser: what only a browser does, and what a person does there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.sync.world import paragraph
from tests.web.browser import ELSEWHERE, chromium
from tests.web.scene import HOSTILE, Bad, Scene, texts
from tests.web.world import later


def test_the_link_leads_in_and_is_gone_from_the_address(scene: Scene) -> None:
    link = scene.door.link
    scene.driver.get(link)
    scene.waits(lambda: scene.driver.current_url == f"{scene.base}/")
    assert "secret" not in scene.run("return document.URL + document.referrer")
    assert scene.run("return document.cookie") == ""  # no script can read it
    (cookie,) = [each for each in scene.driver.get_cookies() if each["name"] == scene.door.cookie]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")


def test_nothing_that_notes_say_is_run_or_fetched(scene: Scene) -> None:
    scene.driver.get_log("performance")
    for path in scene.pages.values():
        scene.goes(path)
        assert scene.all("img, iframe, object, embed") == []
        assert len(scene.all("script")) <= 1
        scene.run("return document.title")  # raises if a dialog is open
    asked = {
        message["params"]["request"]["url"]
        for each in scene.driver.get_log("performance")
        for message in [json.loads(each["message"])["message"]]
        if message["method"] == "Network.requestWillBeSent"
    }
    assert asked
    assert {url for url in asked if not url.startswith(scene.base)} == set()
    scene.goes("/conflicts")
    assert "<img src=x onerror=alert(1)>" in scene.text()


def test_the_policy_stops_what_would_be_run_inline(scene: Scene) -> None:
    scene.goes("/")
    scene.run("""
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = true'>");
        const style = document.createElement("div");
        style.innerHTML = "<p style='color: red' id=styled>x</p>";
        document.body.append(style);
    """)
    assert scene.run("return window.ran") is None
    assert scene.run("return getComputedStyle(styled).color") != "rgb(255, 0, 0)"
    said = " ".join(each["message"] for each in scene.driver.get_log("browser"))
    assert "Content Security Policy" in said


def test_under_another_name_the_page_is_not_there(scene: Scene) -> None:
    """The name leads to this machine, as one does that was rebound after its page was loaded."""
    scene.driver.get(f"http://{ELSEWHERE}:{scene.door.port}/")
    assert "this page is at another address" in scene.text()
    assert "Plan" not in scene.driver.page_source
    scene.driver.get_log("browser")


@pytest.fixture(params=["127.0.0.1", ELSEWHERE])
def bad_page(request: pytest.FixtureRequest) -> Iterator[str]:
    """A page on another port of this machine, which counts as the same site, or on another site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Bad) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{request.param}:{server.server_port}/"
        server.shutdown()


def test_another_page_can_neither_read_nor_frame_nor_send_forms(
    scene: Scene, bad_page: str
) -> None:
    scene.driver.get(bad_page)
    assert scene.text() == "bad"
    answers = scene.driver.execute_async_script(
        """
        const [base, done] = arguments;
        const ask = (path, mode) => fetch(base + path, {credentials: "include", mode})
            .then((answer) => answer.text()).catch(() => "no");
        const paths = ["/", "/events", "/static/page.js"];
        Promise.all(paths.flatMap((path) => [ask(path, "cors"), ask(path, "no-cors")])).then(done);
        """,
        scene.base,
    )
    assert set(answers) <= {"no", ""}
    scene.run(
        "const f = document.createElement('iframe'); f.src = arguments[0]; document.body.append(f)",
        f"{scene.base}/",
    )
    scene.driver.switch_to.frame(scene.find("iframe"))
    assert "Activity" not in scene.driver.page_source
    scene.driver.switch_to.default_content()
    scene.run(
        "const f = document.createElement('form'); f.method = 'post'; f.action = arguments[0];"
        "document.body.append(f); f.submit()",
        f"{scene.base}/sync",
    )
    scene.waits(lambda: "not from this page" in scene.text())
    scene.driver.get_log("browser")


def test_what_happens_arrives_without_loading_again(scene: Scene) -> None:
    scene.goes("/")
    scene.waits(lambda: scene.find("#listening").is_displayed())
    scene.run("window.same = true")
    scene.place.activity.add("pull", path=f"Pages/{HOSTILE}.md", text="3 blocks")
    scene.waits(lambda: "3 blocks" in scene.find("#activity").text)
    assert "<script>alert(2)</script>" in scene.find("#activity li .what").text
    waiting = scene.find("#tiles").text
    (scene.someone.vault / "Pages/Arrived.md").write_text("new\n")
    try:
        scene.waits(lambda: scene.find("#tiles").text != waiting)
    finally:
        (scene.someone.vault / "Pages/Arrived.md").unlink()
    assert scene.run("return window.same")


def test_all_of_it_can_be_reached_by_keyboard(scene: Scene) -> None:
    from selenium.webdriver import Keys  # noqa: PLC0415

    scene.goes("/conflicts")
    met = []
    for _ in range(40):
        scene.press(Keys.TAB)
        met.append(scene.run("const e = document.activeElement; return e.textContent.trim()"))
        outline = scene.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid" or met[-1].startswith("capsync")
        if met[-1] == "Keyboard shortcuts":
            break
    assert met[0] == "Skip to the content"
    wanted = ["Overview", "Plan", "Keep mine", "Take theirs", "Keep both", "Write it yourself"]
    assert [each for each in met if each in wanted] == wanted
    scene.goes("/")
    scene.press(Keys.TAB, Keys.ENTER)
    assert scene.run("return document.activeElement.id") == "main"


def test_shortcuts_lead_from_page_to_page_and_can_be_turned_off(scene: Scene) -> None:
    from selenium.webdriver import Keys  # noqa: PLC0415

    scene.goes("/")
    scene.press("g", "c")
    scene.waits(lambda: scene.driver.current_url.endswith("/conflicts"))
    scene.press("/")
    scene.waits(lambda: scene.run("return document.activeElement?.id") == "search")
    scene.press("g", "o")
    assert scene.find("#search").get_property("value") == "go"
    scene.goes("/notes")
    scene.press("?")
    assert scene.find("#help").is_displayed()
    scene.find("#shortcuts").click()
    scene.press(Keys.ESCAPE)
    scene.waits(lambda: not scene.find("#help").is_displayed())
    scene.press("?")
    assert not scene.find("#help").is_displayed()
    scene.goes("/notes")
    scene.press("?")
    assert not scene.find("#help").is_displayed()
    scene.run("localStorage.clear()")


def test_without_scripts_all_but_liveness_is_there(scene: Scene) -> None:
    scene.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        scene.goes("/")
        assert "Pages/Plan.md" in scene.find("#activity").text
        scene.find('a[href="/conflicts"]').click()
        assert "Keep mine" in scene.text()
        scene.goes("/notes?q=plan")
        scene.find(".rows a").click()
        assert "History" in scene.text()
    finally:
        scene.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_version_is_restored_after_being_asked(scene: Scene) -> None:
    someone, title = scene.someone, "Draft"
    note = someone.sandbox.app_create("RootPage", title, blocks=[paragraph("first")])
    later(someone)
    someone.types("sync")
    file = someone.vault / "Pages/Draft.md"
    file.write_text(file.read_text().replace("first", "second"))
    later(someone)
    someone.types("sync")
    later(someone)
    scene.goes(f"/notes/{note}?version=1")
    scene.find(f'a[href="/notes/{note}/restore?version=1"]').click()
    scene.waits(lambda: "Restore version 1 of Draft?" in scene.text())
    assert "second" in file.read_text()
    scene.find("main button").click()
    scene.waits(lambda: "Restored Pages/Draft.md" in scene.text())
    assert file.read_text().endswith("first\n")
    assert texts(someone, note) == ["first"]


def test_a_conflict_is_settled_on_both_sides(scene: Scene) -> None:
    """The last one: it changes the scene."""
    later(scene.someone)
    scene.goes("/conflicts")
    scene.find("summary").click()
    field = scene.find("textarea")
    assert "mine" in field.get_property("value")
    field.clear()
    field.send_keys("one for both")
    scene.find('button[value="text"]').click()
    scene.waits(lambda: "No conflicts are open" in scene.text())
    assert scene.file.read_text().endswith("one for both\n")
    assert texts(scene.someone, scene.note) == ["one for both"]


def test_a_missing_browser_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CAPSYNC_REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed"), chromium(tmp_path):
        pass
    monkeypatch.setitem(os.environ, "CAPSYNC_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="not installed"), chromium(tmp_path):
        pass
