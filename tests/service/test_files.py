"""The files: what they say is read back by those who read such files."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from capsync.errors import ConfigError
from capsync.service.job import Job, job_for, without_window
from capsync.service.launchd import agent
from capsync.service.systemd import command_line, quoted, unit
from capsync.service.windows import NAMESPACE, task
from capsync.vault.vault import VaultConfig

ID = "0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44"
TITLE = 'Ann\'s <"100%">\nExecStartPre=/bin/false\r\x85\u2028\0\x1b[31m]]>\\'
ROOT = Path("/home/ann/my  100% $HOME \"odd\" \\ 'ünï %h' & <notes>")
PYTHON = (sys.executable, "-P")
ENVIRON = {
    "CAPSYNC_STATE_DIR": '/var/state "x" 5%',
    "CAPSYNC_API_URL": "http://127.0.0.1:8765",
    "CAPSYNC_TOKEN": "cap-api-secret",
    "HTTPS_PROXY": "http://ann:secret@proxy:8080",
    "NO_PROXY": "localhost",
    "HOME": "/home/ann",
}


def job(root: Path = ROOT, **environ: str) -> Job:
    config = VaultConfig(ID.upper(), "the space", TITLE)
    return job_for(root, config, ENVIRON | environ, PYTHON)


def directives(text: str) -> list[tuple[str, str]]:
    """What a unit sets, in order."""
    lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def test_a_vault_has_a_service_of_its_own_by_its_id() -> None:
    assert job().name == f"capsync-{ID}"


def test_the_environment_that_matters_goes_along_and_no_secret() -> None:
    made = job()
    assert dict(made.environ) == {
        "CAPSYNC_API_URL": "http://127.0.0.1:8765",
        "CAPSYNC_STATE_DIR": '/var/state "x" 5%',
        "NO_PROXY": "localhost",
    }
    assert made.left_out == ("HTTPS_PROXY",)
    for content in (unit(made).encode(), agent(made, Path("/log")), task(made, "ann")):
        assert b"secret" not in content.replace(b"\0", b"")


def test_a_state_folder_moved_otherwise_is_found_by_the_service_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/elsewhere")
    environ = {"XDG_STATE_HOME": "/elsewhere"}
    made = job_for(ROOT, VaultConfig(ID, "space"), environ, PYTHON)
    if sys.platform == "linux":
        assert dict(made.environ) == {"CAPSYNC_STATE_DIR": "/elsewhere/capsync"}
    assert job_for(ROOT, VaultConfig(ID, "space"), {}, PYTHON).environ == ()


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "a\ud800b", "a\x1bb"])
def test_what_no_file_can_say_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="rename"):
        job(ROOT / name)
    with pytest.raises(ConfigError, match="rename"):
        job(CAPSYNC_STATE_DIR=f"/{name}")


def test_a_title_cannot_add_to_a_unit() -> None:
    set_by_hostile = [name for name, _ in directives(unit(job()))]
    plain = replace(job(), title="Notes")
    assert set_by_hostile == [name for name, _ in directives(unit(plain))]
    assert "ExecStartPre" not in set_by_hostile
    assert job().title.isprintable()
    assert not any(line.endswith("\\") for line in unit(job()).splitlines())


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("plain", '"plain"'),
        ("", '""'),
        ("a b", '"a b"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("100%", '"100%%"'),
        ("$HOME", '"$HOME"'),
        ("it's", '"it\'s"'),
        ("ünï", '"ünï"'),
    ],
)
def test_words_are_escaped_as_systemd_reads_them(word: str, written: str) -> None:
    assert quoted(word) == written


def test_a_program_that_systemd_cannot_name_is_started_by_a_shell() -> None:
    assert command_line(("/usr/bin/x", "a")) == ':"/usr/bin/x" "a"'
    by_shell = command_line(("/odd'dir/x", "a"))
    assert by_shell == ':"/bin/sh" "-c" "exec \\"$0\\" \\"$@\\"" "/odd\'dir/x" "a"'


def test_a_unit_has_what_it_needs() -> None:
    says = dict(directives(unit(job())))
    assert says["Type"] == "notify"
    assert says["RestartPreventExitStatus"] == "2 4 5"
    assert says["Restart"] == "on-failure"
    assert says["WatchdogSec"] == "3min"
    assert says["WantedBy"] == "default.target"
    assert ("Environment", '"CAPSYNC_STATE_DIR=/var/state \\"x\\" 5%%"') in directives(unit(job()))


def test_a_unit_asks_for_no_namespace_and_changes_no_file_modes() -> None:
    """Many systems refuse namespaces to users, and then the unit would not start at all."""
    says = dict(directives(unit(job())))
    refused = ("Protect", "Private", "ReadWritePaths", "ReadOnly", "Inaccessible", "Capability")
    assert not [name for name in says if name.startswith(refused)]
    assert "UMask" not in says


def test_a_systemd_that_can_waits_longer_each_time() -> None:
    assert "RestartSteps" not in unit(job(), 253)
    assert "RestartSteps" in unit(job(), 254)
    assert dict(directives(unit(job(), 254)))["StartLimitIntervalSec"] == "0"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_finds_nothing_wrong_with_a_unit(tmp_path: Path) -> None:
    file = tmp_path / f"{job().name}.service"
    file.write_text(unit(job()), encoding="utf-8")
    environ = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(file)],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_an_agent_is_read_back_as_meant() -> None:
    says = plistlib.loads(agent(job(), Path("/log")))
    assert says["Label"] == f"capsync-{ID}"
    assert says["ProgramArguments"] == [
        *PYTHON, "-m", "capsync.cli.launched", "-C", str(ROOT), "watch",
    ]  # fmt: skip
    assert says["EnvironmentVariables"] == dict(job().environ)
    assert says["KeepAlive"] == {"SuccessfulExit": False}
    assert says["RunAtLoad"] is True


def test_a_task_is_read_back_as_meant() -> None:
    content = task(job(), "HOME\\ann")
    assert content.startswith((b"\xff\xfe", b"\xfe\xff"))
    root = Xml.fromstring(content)  # noqa: S314  (ours)
    assert root.tag == f"{{{NAMESPACE}}}Task"

    def text(path: str) -> str | None:
        return root.findtext("/".join(f"{{{NAMESPACE}}}{each}" for each in path.split("/")))

    assert text("Triggers/LogonTrigger/UserId") == "HOME\\ann"
    assert text("Settings/ExecutionTimeLimit") == "PT0S"
    assert text("Settings/RestartOnFailure/Count") == "255"
    assert text("Settings/DisallowStartIfOnBatteries") == "false"
    assert text("Actions/Exec/Command") == PYTHON[0]
    words = [*PYTHON[1:], "-m", "capsync.cli.launched"]
    words += [f"{name}={value}" for name, value in job().environ]
    assert text("Actions/Exec/Arguments") == subprocess.list2cmdline(
        [*words, "-C", str(ROOT), "watch"]
    )


def test_windows_gets_a_python_without_a_window() -> None:
    made = replace(job(), program=("C:\\Program Files\\Python\\python.exe", "-P"))
    assert without_window(made).program == ("C:\\Program Files\\Python\\pythonw.exe", "-P")
    assert without_window(job()) == job()
