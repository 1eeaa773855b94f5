"""Every way in which the real service may differ, as a switch.

The default is what is known of the service or, where nobody knows, the likelier
behaviour. capsync has to work under all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Options:
    """How this sandbox behaves."""

    token: str = "cap-api-sandbox"  # noqa: S105  (nothing real is behind it)
    """The token that may read and write."""
    readonly_token: str = "cap-api-sandbox-readonly"  # noqa: S105
    """The token that may only read."""

    rate_header: Literal["draft8", "legacy", "none"] = "draft8"
    """How answers say what is left of the quota: one field, four fields, or not at all."""
    quota_scale: float = 1.0
    """Multiplies every quota, never below one request a minute; 0 lifts the quotas."""
    retry_after: bool = False
    """Whether a 429 carries ``Retry-After``, which nobody documents."""
    html_429: bool = False
    """Whether a 429 is the web page of a proxy instead of JSON, without quota headers."""
    burst_limit: int = 0
    """Requests let through in any one second before the proxy steps in; 0 for no limit."""

    merge_tokens: bool = False
    """Whether neighbouring text tokens that look the same are stored as one."""
    explicit_styles: bool = False
    """Whether ``style`` comes back with its false flags spelled out."""
    explicit_nulls: bool = False
    """Whether an absent ``list`` or ``toggle`` comes back as null."""
    answers_without_blocks: bool = False
    """Whether the answers to writes leave ``blocks`` out."""
    answers_with_empty_blocks: bool = False
    """Whether the answers to writes say ``"blocks": {}`` whatever the body holds."""
    omit_empty_sections: bool = False
    """Whether a section without blocks is left out of ``blocks``."""
    show_unset_properties: bool = False
    """Whether properties that were never set come back with a null or empty value."""
    refresh_link_titles: bool = False
    """Whether links to objects come back with the target's title as it is now."""
    extra_fields: bool = False
    """Whether answers carry fields no schema lists, at every level."""
    few_structures: bool = False
    """Whether only tags, tasks, daily notes and custom types are listed; others still work."""
    no_timestamps: bool = False
    """Whether no structure has createdAt or lastUpdatedAt."""
    patch_keeps_omitted: bool = False
    """Whether `PATCH /blocks/block` keeps the optional fields it does not name, or resets them."""
    media_patchable: bool = False
    """Whether weblinks and media accept `PATCH /object`."""

    lists: bool = True
    """Whether ``GET /objects/structure``, ``collection`` and ``tag`` exist."""
    offset_pages: bool = False
    """Whether a cursor counts rows, so that lists slip while objects come and go; newest first."""
    page_size: int = 50
    """Rows on a page of a list, where the request does not say."""
    page_size_max: int = 100
    """Most rows a request may ask for."""
    search_lag: float = 0.0
    """Seconds before the search knows of a new title."""
    daily_note_delay: float = 2.0
    """Seconds before an append to a daily note lands."""
    account_offset: float = 0.0
    """Seconds the account's own clock is ahead of UTC; decides what day "today" is."""

    max_body: int = 5_000_000
    """Largest request body, in bytes."""
    upload_part_size: int = 4_000_000
    """Size of an upload's parts, in bytes."""
    max_objects: int = 0
    """Objects the plan allows; 0 for any number."""
