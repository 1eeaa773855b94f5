"""The Capacities API 1.0.0 on this machine, to try and to test against.

    core      a request                  to  a response: `Sandbox.handle`
    options   every way servers differ   as  a switch
    caller    a client without a port    for tests
    hand      a person in the app        as  `Sandbox.app_…` methods
    faults    what goes wrong            as  `Sandbox.fail_next` and its kin
    server    a sandbox                  to  a port on the loopback
    seed      nothing                    to  a small believable space

Inside: `service` lets requests in, `routes` is the table of endpoints,
`check` and the schemas hold requests to the contract, the `on_…` modules are
the endpoints, `space` holds the rules common to all, `tree` the bodies,
`properties` the values, `render` the answers, `store` the database.

It shares no code with the client, so that a misreading cannot cancel out.
"""

from __future__ import annotations
