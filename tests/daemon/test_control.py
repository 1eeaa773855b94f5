"""The daemon's ear: who listens where, what is heard, and that nobody holds it up."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from capsync.daemon import address, control as control_module
from capsync.daemon.address import NoDaemon, connect, fits_unix, listen
from capsync.daemon.asking import NoAnswer, ask
from capsync.daemon.control import MOST_PEERS, Asked, Control
from capsync.daemon.peer import LONGEST_REQUEST, UNREAD
from capsync.errors import RunError

LONG = 30.0
"""Seconds after which something that should happen at once counts as not happening."""
KINDS = [
    pytest.param(
        True,
        id="socket",
        marks=pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here"),
    ),
    pytest.param(False, id="port"),
]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path, like that of a vault's state."""
    with tempfile.TemporaryDirectory(prefix="cs") as short:
        yield Path(short) / "state"


@pytest.fixture(params=KINDS)
def control(request: pytest.FixtureRequest, place: Path) -> Iterator[Control]:
    with Control.open(place, unix=request.param) as listens:
        yield listens


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = monotonic() + LONG
    while not holds():
        assert monotonic() < end, "it never came to be so"
        sleep(0.005)


def heard(control: Control) -> Asked:
    return control.asked.get(timeout=LONG)


def raw(place: Path) -> socket.socket:
    """A connection that says what it likes; past the introduction, if there is one."""
    theirs = connect(place)
    theirs.settimeout(LONG)
    return theirs


def read_all(theirs: socket.socket) -> list[dict[str, Any]]:
    """All that comes until the daemon closes the connection."""
    with theirs, theirs.makefile("rb") as lines:
        return [json.loads(line) for line in lines]


def works(place: Path, control: Control) -> None:
    """Somebody asks and is answered."""
    answers = ask(place, {"ask": "ping"}, timeout=LONG)
    heard(control).done({"pong": True})
    assert list(answers) == [{"done": {"pong": True}}]


def test_a_request_is_heard_and_its_answers_come_in_order(place: Path, control: Control) -> None:
    wanted = {"ask": "sync", "notes": ["Über.md", "\ud800"], "dry_run": False}
    answers = ask(place, wanted, timeout=LONG)
    asked = heard(control)
    assert asked.request == wanted
    asked.say({"note": "Über.md"})
    assert next(answers) == {"said": {"note": "Über.md"}}
    asked.say({"done": "half"})
    asked.done({"pushed": 1})
    asked.say({"too": "late"})
    asked.failed("too late", 1)
    assert list(answers) == [{"said": {"done": "half"}}, {"done": {"pushed": 1}}]


def test_a_failure_has_its_message_and_exit_code(place: Path, control: Control) -> None:
    answers = ask(place, {"ask": "sync"}, timeout=LONG)
    heard(control).failed("5 deletions; run: capsync sync --allow-deletes", 4)
    [answer] = answers
    assert answer == {
        "failed": {"message": "5 deletions; run: capsync sync --allow-deletes", "exit_code": 4}
    }


def test_many_ask_at_once_and_each_gets_its_own_answer(place: Path, control: Control) -> None:
    answers = {number: ask(place, {"ask": "n", "n": number}, timeout=LONG) for number in range(20)}
    for _ in answers:
        asked = heard(control)
        asked.done({"n": asked.request["n"]})
    assert all(list(each) == [{"done": {"n": number}}] for number, each in answers.items())


def test_a_long_answer_arrives_whole(place: Path, control: Control) -> None:
    answers = ask(place, {"ask": "status"}, timeout=LONG)
    heard(control).done({"notes": ["x" * 100] * 50_000})
    [answer] = answers
    assert len(answer["done"]["notes"]) == 50_000


def test_the_daemon_is_woken_for_every_request(place: Path) -> None:
    woken = Event()
    with Control.open(place, wake=woken.set), ask(place, {"ask": "ping"}):
        assert woken.wait(LONG)


@pytest.mark.parametrize("unix", KINDS)
def test_nobody_listens_before_and_after(place: Path, unix: bool) -> None:
    with pytest.raises(NoDaemon, match="capsync watch"):
        ask(place, {"ask": "ping"})
    with Control.open(place, unix=unix) as control:
        works(place, control)
    assert list(place.iterdir()) == []
    with pytest.raises(NoDaemon):
        ask(place, {"ask": "ping"})


@pytest.mark.skipif(sys.platform == "win32", reason="modes are not Windows' way")
@pytest.mark.parametrize(("unix", "name"), [(True, "control.sock"), (False, "control.json")])
def test_only_the_owner_gets_at_it(place: Path, unix: bool, name: str) -> None:
    place.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        with Control.open(place, unix=unix):
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
            assert stat.S_IMODE((place / name).stat().st_mode) == 0o600
            assert [each.name for each in place.iterdir()] == [name]
    finally:
        os.umask(before)


@pytest.mark.parametrize("unix", KINDS)
def test_a_second_daemon_is_turned_away_and_the_first_still_listens(
    place: Path, unix: bool
) -> None:
    with Control.open(place, unix=unix) as control:
        for again in (True, False):
            with pytest.raises(RunError, match="already"):
                Control.open(place, unix=again)
        works(place, control)


LISTEN = """
import sys, time
from pathlib import Path
from capsync.daemon.control import Control
Control.open(Path(sys.argv[1]), unix=sys.argv[2] == "True")
print("ready", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("unix", KINDS)
@pytest.mark.parametrize("then", KINDS)
def test_what_a_killed_daemon_left_is_replaced(place: Path, unix: bool, then: bool) -> None:
    command = [sys.executable, "-c", LISTEN, str(place), str(unix)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline() == b"ready\n"
        daemon.kill()
    assert list(place.iterdir()) != []
    with pytest.raises(NoDaemon):
        ask(place, {"ask": "ping"})
    with Control.open(place, unix=then) as control:
        works(place, control)


def test_a_stranger_on_the_port_of_a_dead_daemon_is_not_taken_for_it(place: Path) -> None:
    place.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        said = {"port": stranger.getsockname()[1], "secret": "00" * 32}
        (place / "control.json").write_text(json.dumps(said))
        received = bytearray()

        def greet() -> None:
            for _ in range(2):
                theirs, _ = stranger.accept()
                with theirs:
                    received.extend(theirs.recv(4096))
                    theirs.sendall(b'{"proof": "0000", "hello": "00"}\n')

        thread = Thread(target=greet)
        thread.start()
        with pytest.raises(NoDaemon):
            ask(place, {"ask": "sync", "secret": "plans"})
        with Control.open(place, unix=False) as control:
            works(place, control)
        thread.join()
    assert b"plans" not in received
    assert b"00" * 32 not in received


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": "x", "secret": ""}', '{"port": 70000}'])
def test_a_spoilt_file_is_no_daemon(place: Path, text: str) -> None:
    place.mkdir()
    (place / "control.json").write_text(text)
    with pytest.raises(NoDaemon):
        ask(place, {"ask": "ping"})


def test_who_does_not_know_the_secret_is_not_heard(place: Path) -> None:
    with Control.open(place, unix=False) as control:
        said = json.loads((place / "control.json").read_text())
        for words in (
            b'{"ask": "sync"}\n',
            b'{"hello": "00"}\n{"ask": "sync"}\n',
            b'{"hello": "00"}\n{"proof": "%s"}\n{"ask": "sync"}\n' % (b"0" * 64),
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ):
            theirs = socket.create_connection(("127.0.0.1", said["port"]), timeout=LONG)
            theirs.sendall(words)
            *_, last = read_all(theirs)
            assert last["failed"]["exit_code"] == 2
        assert control.asked.empty()
        works(place, control)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (b"sync\n", "not JSON"),
        (b"\xff\xfe\n", "not JSON"),
        (b"[" * 100_000 + b"\n", "not JSON"),
        (b'["ask"]\n', "not a JSON object"),
        (b'{"asks": "sync"}\n', '"ask"'),
        (b'{"ask": 5}\n', '"ask"'),
        (b'{"ask": "a"}\n{"ask": "b"}\n', "one request"),
        (b"x" * (LONGEST_REQUEST + 2), "too long"),
        (b"x" * (8 * LONGEST_REQUEST), "too long"),
        (b'{"ask": "%s"}\n' % (b"x" * LONGEST_REQUEST), "too long"),
    ],
)
def test_nonsense_is_told_so_and_does_no_harm(
    place: Path, control: Control, words: bytes, message: str
) -> None:
    theirs = raw(place)
    theirs.sendall(words)
    [answer] = read_all(theirs)
    assert message in answer["failed"]["message"]
    assert answer["failed"]["exit_code"] == 2
    assert control.asked.empty()
    works(place, control)


def test_a_request_of_the_greatest_length_is_heard(place: Path, control: Control) -> None:
    request = {"ask": "x" * (LONGEST_REQUEST - 11)}
    assert len(address.as_line(request)) == LONGEST_REQUEST + 1
    with ask(place, request):
        assert heard(control).request == request


def test_a_second_request_on_a_connection_ends_it(place: Path, control: Control) -> None:
    theirs = raw(place)
    theirs.sendall(b'{"ask": "a"}\n')
    asked = heard(control)
    theirs.sendall(b'{"ask": "b"}\n')
    [answer] = read_all(theirs)
    assert "one request" in answer["failed"]["message"]
    asked.done({})
    assert control.asked.empty()


@pytest.mark.parametrize("unix", KINDS)
def test_who_says_nothing_is_dropped_after_a_while(place: Path, unix: bool) -> None:
    with Control.open(place, unix=unix, patience=0.05) as control:
        theirs = raw(place)
        theirs.sendall(b'{"ask": ')
        [answer] = read_all(theirs)
        assert "in time" in answer["failed"]["message"]
        with raw(place):  # never reads nor closes
            eventually(lambda: not control._peers)


def test_the_silent_do_not_keep_others_from_asking(place: Path, control: Control) -> None:
    silent = [raw(place) for _ in range(MOST_PEERS + 5)]
    try:
        works(place, control)
        assert len(control._peers) <= MOST_PEERS
    finally:
        for each in silent:
            each.close()


def test_who_does_not_read_is_told_of_no_more_progress_but_gets_the_answer(
    place: Path, control: Control
) -> None:
    answers = ask(place, {"ask": "sync"}, timeout=LONG)
    asked = heard(control)
    began = monotonic()
    for number in range(300):
        asked.say({"number": number, "padding": "x" * 100_000})
        assert len(asked._peer._outbox) <= UNREAD
    assert monotonic() - began < LONG
    works(place, control)
    asked.done({"pushed": 1})
    *said, last = answers
    assert last == {"done": {"pushed": 1}}
    assert 0 < len(said) < 300
    assert [each["said"]["number"] for each in said] == sorted(
        each["said"]["number"] for each in said
    )


def test_who_leaves_is_noticed(place: Path, control: Control) -> None:
    answers = ask(place, {"ask": "sync"})
    asked = heard(control)
    assert not asked.gone
    answers.close()
    eventually(lambda: asked.gone)
    asked.say({"number": 1})
    asked.done({})
    works(place, control)


ASK = """
import sys
from pathlib import Path
from capsync.daemon.asking import ask
for answer in ask(Path(sys.argv[1]), {"ask": "sync"}):
    print("answer", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_ctrl_c_where_an_answer_is_awaited_ends_the_wait(
    place: Path, control: Control, how: signal.Signals
) -> None:
    command = [sys.executable, "-c", ASK, str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asks:
        asked = heard(control)
        asked.say({})
        assert asks.stdout is not None
        assert asks.stdout.readline() == b"answer\n"
        asks.send_signal(how)
        _, said = asks.communicate(timeout=LONG)
        assert asks.returncode == -how
        assert (b"KeyboardInterrupt" in said) == (how == signal.SIGINT)
    eventually(lambda: asked.gone)
    works(place, control)


def test_who_waits_when_the_daemon_stops_is_told_so(place: Path, control: Control) -> None:
    waiting = ask(place, {"ask": "sync"}, timeout=LONG)
    asked = heard(control)
    unheard = ask(place, {"ask": "sync"}, timeout=LONG)
    eventually(lambda: control.asked.qsize() == 1)
    answered = ask(place, {"ask": "sync"}, timeout=LONG)
    eventually(lambda: control.asked.qsize() == 2)
    control.asked.get()
    heard(control).done({"last": True})
    with raw(place):
        results: list[list[dict[str, Any]]] = []
        readers = [
            Thread(target=lambda each=each: results.append(list(each)))
            for each in (waiting, unheard, answered)
        ]
        for each in readers:
            each.start()
        control.close()
        for each in readers:
            each.join(LONG)
    asked.done({"too": "late"})
    assert min(map(str, results)) == "[{'done': {'last': True}}]"
    assert [each[0]["failed"]["exit_code"] for each in results if "failed" in each[0]] == [130, 130]


@pytest.mark.parametrize("unix", KINDS)
def test_stopping_does_not_wait_for_who_does_not_read(
    place: Path, unix: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_module, "PARTING", 0.05)
    with Control.open(place, unix=unix, patience=LONG) as control, raw(place) as theirs:
        theirs.sendall(b'{"ask": "status"}\n')
        heard(control).done({"notes": "x" * (8 << 20)})
        began = monotonic()
        control.close()
        assert monotonic() - began < LONG / 2
        assert not control._thread.is_alive()


def test_a_daemon_that_dies_is_told_from_one_that_answers(place: Path) -> None:
    program = LISTEN.replace("time.sleep(600)", "c.asked.get(); import os; os._exit(1)")
    program = program.replace("Control.open(", "c = Control.open(", 1)
    command = [sys.executable, "-c", program, str(place), "True"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        daemon.stdout.readline()
        with pytest.raises(NoAnswer, match="before it answered"):
            list(ask(place, {"ask": "sync"}, timeout=LONG))


def test_who_asks_may_lose_patience(place: Path, control: Control) -> None:
    answers = ask(place, {"ask": "sync"}, timeout=0.05)
    with pytest.raises(NoAnswer, match="said nothing"):
        next(answers)
    assert list(answers) == []
    asked = heard(control)
    eventually(lambda: asked.gone)


def test_a_path_too_long_for_a_socket_gets_a_port(place: Path) -> None:
    deep = place / ("x" * 60) / ("y" * 60)
    assert not fits_unix(deep)
    with Control.open(deep) as control:
        assert [each.name for each in deep.iterdir()] == ["control.json"]
        works(deep, control)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
def test_a_path_that_fits_gets_a_socket(place: Path) -> None:
    assert fits_unix(place)
    with Control.open(place) as control:
        assert [each.name for each in place.iterdir()] == ["control.sock"]
        works(place, control)


@pytest.mark.parametrize("unix", KINDS)
def test_a_daemon_that_ends_late_leaves_its_successor_alone(place: Path, unix: bool) -> None:
    first = listen(place, unix=unix)
    for each in place.iterdir():
        each.unlink()
    with Control.open(place, unix=unix) as second:
        first.close()
        works(place, second)


def test_a_folder_that_cannot_be_used_is_named(place: Path) -> None:
    place.write_text("a file")
    with pytest.raises(RunError, match=str(place)):
        Control.open(place)


def test_the_secret_is_new_every_time(place: Path) -> None:
    secrets = set()
    for _ in range(2):
        with Control.open(place, unix=False):
            secrets.add(json.loads((place / "control.json").read_text())["secret"])
    assert len(secrets) == 2
    with Control.open(place, unix=False, token_bytes=lambda length: b"\7" * length):
        assert json.loads((place / "control.json").read_text())["secret"] == "07" * 32
