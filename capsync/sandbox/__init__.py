"""The Capacities API 1.0.0 on this machine, to try and to test against.

    core      a request                  to  a response: `Sandbox.handle`
    options   every way servers differ   as  a switch
    caller    a client without a port    for tests
    hand      a person in the app        as  `Sandbox.app_…` methods
    faults    what goes wrong            as  `Sandbox.fail_next` and its kin
    server    a sandbox                  to  a port on the loopback
    seed      nothing                    to  a small believable space, from the `seed_…` modules
    offer     all of that                to  a person who tries it

Inside: `service` lets requests in and `quota` not too many, a `message` becomes
a `call`, `routes` is the table of endpoints, `check` and the `schema_…` modules
hold requests to the contract. The endpoints are `on_objects`, `on_blocks`,
`on_lists`, `on_markdown` (with `markdown_in` and `markdown_out`) and `on_media`.
`space` holds the rules common to all, `structures` the types, `tree` the bodies,
`properties` the values, `dates` the days, `render` the answers, `store` the
database. `hand_types` is the other half of `hand`.

It shares no code with the client, so that a misreading cannot cancel out.
"""

from __future__ import annotations
