"""capsync keeps a Capacities space and a folder of Markdown files the same.

Both directions, block by block: an edit on one side changes the matching
block or lines on the other and nothing else. `docs/design.md` has the map.
"""

from __future__ import annotations

__version__ = "0.1.0"
