"""The tests are kept where they belong."""

from __future__ import annotations

import os
import socket

import keyring
import pytest
from keyring.errors import KeyringError


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_nothing_beyond_this_machine_is_reached(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as beyond, pytest.raises(ConnectionRefusedError, match="beyond"):
        beyond.connect((address, 80))


def test_no_name_is_looked_up() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("api.capacities.io", 443)


def test_the_keyring_is_out_of_reach() -> None:
    with pytest.raises(KeyringError):
        keyring.get_password("capsync", "anything")


def test_the_state_is_somewhere_temporary() -> None:
    assert "pytest" in os.environ["CAPSYNC_STATE_DIR"]
