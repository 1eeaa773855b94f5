"""What editors and tools do to a note, run for real; `tests.vault.record_events` records it.

What is named ``imitated-…`` is done by a function below and not by the program itself.
"""

from __future__ import annotations

import os
import pty
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NOTE = "Trip plan.md"
MANY = 1000
_GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")


@dataclass(frozen=True)
class Act:
    """Something done to a vault."""

    version: tuple[str, ...]
    """A command that tells the version; none for what is done by Python."""
    do: Callable[[Path], None]
    prepare: Callable[[Path], None] = lambda vault: None
    notes: tuple[str, ...] = (NOTE,)
    saves: int = 1
    walks: bool = False
    """Whether folders come, go or move, so that the whole vault has to be walked."""
    observed: bool = True


def run(vault: Path, *command: str) -> None:
    """Run a command in the vault, with a home of its own."""
    subprocess.run(command, cwd=vault, env=_env(vault), check=True, capture_output=True)


def keys(*command: str, strokes: tuple[str, ...]) -> Callable[[Path], None]:
    """Run a program of the terminal and press keys, half a second apart."""

    def do(vault: Path) -> None:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            command, cwd=vault, env=_env(vault), stdin=theirs, stdout=theirs, stderr=theirs
        ) as program:
            os.close(theirs)
            threading.Thread(target=_drain, args=(ours,), daemon=True).start()
            for stroke in strokes:
                time.sleep(0.5)
                os.write(ours, stroke.encode())
            program.wait(10)
        os.close(ours)

    return do


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except OSError:
        pass


def _env(vault: Path) -> dict[str, str]:
    path = os.environ["PATH"]
    return {"PATH": path, "HOME": str(home_of(vault)), "TERM": "xterm", "LANG": "C.UTF-8"}


def home_of(vault: Path) -> Path:
    """Give a home for the programs, beside the vault."""
    home = vault.parent / "home"
    home.mkdir(exist_ok=True)
    return home


def command(*words: str) -> Callable[[Path], None]:
    return lambda vault: run(vault, *words)


def vim(*options: str) -> Act:
    settings = [word for option in options for word in ("--cmd", f"set {option}")]
    strokes = ("GoOne more line.\x1b", ":w\r", ":q\r")
    return Act(
        ("vim", "--version"), keys("vim", "-N", "-u", "NONE", *settings, NOTE, strokes=strokes)
    )


def emacs(*settings: str) -> Act:
    edit = '(goto-char (point-max)) (insert "One more line.\\n") (save-buffer)'
    lisp = f"(progn {' '.join(settings)} {edit})"
    return Act(("emacs", "--version"), command("emacs", "-Q", "--batch", NOTE, "--eval", lisp))


def gedit(vault: Path) -> None:
    """Type and save in gedit, on a screen of its own."""
    script = (
        f"gedit --standalone '{NOTE}' & "
        "window=$(timeout 20 xdotool search --sync --onlyvisible --class gedit | tail -1); "
        "sleep 2; "
        "xdotool windowfocus --sync $window; xdotool type 'One more line. '; sleep 0.5; "
        "xdotool key ctrl+s; sleep 2; xdotool key ctrl+q; wait"
    )
    run(vault, "timeout", "60", "xvfb-run", "-a", "dbus-run-session", "bash", "-c", script)


def in_place(vault: Path) -> None:
    """Truncate and write, as VS Code and Obsidian do."""
    with (vault / NOTE).open("r+") as file:
        file.truncate()
        file.write("# Trip\n\nAnother text.\n")


def autosave(vault: Path) -> None:
    """Save every two seconds, as Obsidian does while somebody types."""
    for _ in range(4):
        in_place(vault)
        time.sleep(2.0)
    in_place(vault)


def safe_save(vault: Path) -> None:
    """Swap the new file in for the old one, as a Mac's document windows do."""
    note, aside = vault / NOTE, vault / f"{NOTE}.sb-8f3c1d2e-aBcDeF"
    new = vault / f"{NOTE}.sb-8f3c1d2e-gHiJkL"
    new.write_text("Another text.\n")
    note.rename(aside)
    new.rename(note)
    aside.unlink()


def atomic(vault: Path) -> None:
    """Write beside and replace, as many programs do."""
    descriptor, beside = tempfile.mkstemp(dir=vault, suffix=".tmp")
    with os.fdopen(descriptor, "w") as file:
        file.write("Another text.\n")
    Path(beside).replace(vault / NOTE)


def two_branches(vault: Path) -> None:
    run(vault, *_GIT, "init", "-q", "-b", "one")
    for number in range(MANY):
        place = vault / f"F{number % 20}" / f"{number}.md"
        place.parent.mkdir(exist_ok=True)
        place.write_text("One.\n")
    run(vault, *_GIT, "add", ".")
    run(vault, *_GIT, "commit", "-q", "-m", "one")
    run(vault, *_GIT, "checkout", "-q", "-b", "two")
    for place in vault.glob("F*/*.md"):
        place.write_text("Two, and longer.\n")
    run(vault, *_GIT, "commit", "-q", "-a", "-m", "two")


def outside(vault: Path) -> None:
    (vault.parent / "elsewhere").mkdir()
    (vault.parent / "elsewhere" / NOTE).write_text("From elsewhere, and another size.\n")


_CHANGED = tuple(f"F{number % 20}/{number}.md" for number in range(MANY))
_FROM = f"../elsewhere/{NOTE}"
_NANO = ("One more line. ", "\x0f", "\r", "\x18")

ACTS = {
    "vim": vim(),
    "vim-backup": vim("backup"),
    "vim-backup-elsewhere": vim("backup", "backupdir=../home", "backupcopy=no"),
    "vim-no-writebackup": vim("nobackup", "nowritebackup"),
    "vim-backupcopy-yes": vim("backup", "backupcopy=yes"),
    "vim-backupcopy-no": vim("writebackup", "backupcopy=no"),
    "vim-backup-backupcopy-no": vim("backup", "backupcopy=no"),
    "vim-no-swapfile": vim("noswapfile"),
    "neovim": Act(
        ("nvim", "--version"),
        command("nvim", "--headless", "-u", "NONE", NOTE, "-c", "normal GoOne more.", "-c", "wq"),
    ),
    "nano": Act(("nano", "--version"), keys("nano", NOTE, strokes=_NANO)),
    "nano-backup": Act(("nano", "--version"), keys("nano", "-B", NOTE, strokes=_NANO)),
    "emacs": emacs(),
    "emacs-no-backup": emacs("(setq make-backup-files nil)"),
    "emacs-backup-by-copying": emacs("(setq backup-by-copying t)"),
    "emacs-precious": emacs("(setq file-precious-flag t)"),
    "gedit": Act(("gedit", "--version"), gedit),
    "sed-i": Act(("sed", "--version"), command("sed", "-i", "s/rip/rek/", NOTE)),
    "perl-i": Act(("perl", "-e", "print $^V"), command("perl", "-pi", "-e", "s/rip/rek/", NOTE)),
    "append": Act((), command("bash", "-c", f"echo more >>'{NOTE}'")),
    "mv-in": Act((), command("mv", _FROM, NOTE), outside),
    "mv-out": Act((), command("mv", NOTE, "../home/")),
    "mv-within": Act((), command("mv", NOTE, "Walk.md"), notes=(NOTE, "Walk.md")),
    "rm": Act((), command("rm", NOTE)),
    "cp-a": Act(("cp", "--version"), command("cp", "-a", _FROM, NOTE), outside),
    "rsync": Act(("rsync", "--version"), command("rsync", "-a", _FROM, NOTE), outside),
    "mv-folder-in": Act((), command("mv", "../elsewhere", "Walks"), outside, (), walks=True),
    "git-checkout": Act(
        ("git", "--version"),
        command(*_GIT, "checkout", "-q", "one"),
        two_branches,
        _CHANGED,
        observed=False,
    ),
    "python-atomic": Act((), atomic),
    "read-only": Act((), command("bash", "-c", f"cat '{NOTE}'; ls -l; stat '{NOTE}'"), notes=()),
    "imitated-macos-safe-save": Act((), safe_save),
    "imitated-vscode": Act((), in_place),
    "imitated-obsidian-autosave": Act((), autosave, saves=5),
}
