"""A real browser without a window, for tests of what only a browser does.

Chromium and its driver, as Debian packs them (``chromium``, ``chromium-driver``), driven by
selenium. Where they are missing such tests are skipped, or fail if
``CAPSYNC_REQUIRE_BROWSER=1`` is set, as in the CI.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

ELSEWHERE = "evil.example"
"""A name that leads to this machine, as a rebound one would."""
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where a browser is required."""
    if os.environ.get("CAPSYNC_REQUIRE_BROWSER") == "1":
        pytest.fail(f"a browser is required, but {reason}")
    pytest.skip(f"a browser is not available: {reason}")


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    """Start a browser that knows no other machine than this one."""
    try:
        from selenium import webdriver  # noqa: PLC0415  (only there where browsers are tested)
    except ImportError:
        unavailable("selenium is not installed")
    browser = next(filter(None, map(shutil.which, _NAMES)), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        unavailable("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for each in (
        "--headless=new",
        "--no-sandbox",  # which root cannot have
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--force-device-scale-factor=1",
        "--window-size=1200,900",
        f"--user-data-dir={profile}",
        f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(each)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        started.set_page_load_timeout(30)
        yield started
    finally:
        started.quit()


def shows(driver: Any, *, width: int = 1200, height: int = 900, dark: bool = False) -> None:
    """Set what kind of screen the page is on."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
