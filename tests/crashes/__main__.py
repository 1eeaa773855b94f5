"""Write the table of crash points anew: ``python -m tests.crashes``."""

from __future__ import annotations

from tests.crashes.jobs import JOBS
from tests.crashes.matrix import crashes
from tests.crashes.table import write

write(crashes(job) for job in JOBS)
