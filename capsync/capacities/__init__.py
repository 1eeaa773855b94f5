"""The space: the client of the Capacities API 1.0.0.

    http        one request        to  one answer; the only module that knows httpx
    faults      a refusal          to  the error to raise
    quota       headers, a log     to  how long to wait; arithmetic only
    sharing     headers            to  which endpoints draw on one quota unsaid
    limits      the shell around these that sleeps
    encode      the model          to  the JSON the service accepts
    decode      lists, structures  to  the model; objects are read by `model.codec`
    calls       one call           =   wait, send, learn, repeat where that is safe
    client      all endpoints, one method each: `reading`, `writing`, `media`
    discovery   a space            to  what is in it, and how sure that is
    searching   titles             to  the same, where the service has no lists

Nothing in here knows files, plans or state.
"""

from __future__ import annotations
