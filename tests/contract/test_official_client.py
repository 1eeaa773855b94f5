"""The sandbox is held to the official TypeScript SDK, which nobody here wrote.

Its client must be able to drive the sandbox, its schemas must accept every
answer without a single unknown key, and the two must agree on which requests
are good. npm fetches it where there is Node; where there is not, these tests
are skipped, or fail if ``CAPSYNC_REQUIRE_CONTRACT=1`` is set, as in the CI.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capsync.clock import SystemClock
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed import seed_content
from capsync.sandbox.server import running
from tests.node import node_with

HERE = Path(__file__).parent
Drive = Callable[..., Any]


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node, with the official client installed beside the driver."""
    return node_with(HERE)


@pytest.fixture
def drive(node: str) -> Drive:
    """Run a scenario of the driver against a seeded sandbox and give its report.

    Raises:
        AssertionError: The official client or its schemas disagree.
    """

    def run(scenario: str, options: Options) -> Any:
        with Sandbox(options, clock=SystemClock()) as sandbox:
            seed_content(sandbox)
            with running(sandbox) as url:
                tokens = (options.token, options.readonly_token)
                done = subprocess.run(
                    [node, "driver.mjs", scenario, url, *tokens],
                    cwd=HERE,
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                )
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout)

    return run


#: The ways servers differ that must not break the contract.
WAYS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "merged tokens": {"merge_tokens": True},
    "explicit styles and nulls": {"explicit_styles": True, "explicit_nulls": True},
    "unset properties": {"show_unset_properties": True},
    "refreshed links": {"refresh_link_titles": True},
    "no timestamps": {"no_timestamps": True},
    "sections left out": {"omit_empty_sections": True},
    "answers without blocks": {"answers_without_blocks": True},
    "answers with empty blocks": {"answers_with_empty_blocks": True},
    "legacy headers": {"rate_header": "legacy"},
}


def free(**switches: Any) -> Options:
    """Options without quotas."""
    return Options(quota_scale=0, **switches)


def test_every_method_of_the_official_client_works(drive: Drive) -> None:
    assert drive("methods", free()) == {"methods": 14}


@pytest.mark.parametrize("way", WAYS)
def test_everything_in_the_space_agrees_with_the_official_schemas(drive: Drive, way: str) -> None:
    seen = drive("content", free(**WAYS[way]))
    assert seen["objects"] >= 20
    assert seen["listed"] >= 5


def test_the_seed_content_uses_every_block_token_and_property_type(drive: Drive) -> None:
    seen = drive("content", free())
    assert seen["blocks"] == [
        "CodeBlock",
        "EntityBlock",
        "GridBlock",
        "GroupBlock",
        "HorizontalLineBlock",
        "MathBlock",
        "TextBlock",
        "unsupported",
    ]
    assert seen["tokens"] == ["CodeToken", "LinkToken", "MathToken", "TextToken"]
    every_type = "aliases boolean createdAt date entity icon label lastUpdatedAt number richText"
    assert seen["properties"] == sorted([*every_type.split(), "text", "title", "url"])
    assert seen["definitions"] == seen["properties"]


def test_the_official_client_understands_every_error(drive: Drive) -> None:
    met = drive("errors", Options(max_objects=24))["met"]
    assert sorted(set(met)) == [
        "cap_invalid_input",
        "cap_not_authenticated",
        "cap_not_found",
        "cap_object_creation_quota_reached",
        "cap_rate_limit_exceeded",
        "cap_scope_insufficient",
    ]


def test_good_and_bad_requests_are_told_apart_as_the_official_schemas_do(drive: Drive) -> None:
    counts = drive("requests", free())
    assert counts["refused"] >= 90
    assert counts["accepted"] >= 30


@pytest.mark.parametrize("scenario", ["methods", "content"])
def test_an_unknown_field_in_an_answer_is_noticed(drive: Drive, scenario: str) -> None:
    """A check that cannot fail checks nothing."""
    with pytest.raises(AssertionError, match="sandboxExtra"):
        drive(scenario, free(extra_fields=True))
