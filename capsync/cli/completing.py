"""What the shell offers at a press of Tab: commands, options, and the vault's notes.

click finds out what is being typed; this module adds the notes, from the memory and
without the network, and scripts that cope with blanks, quotes, colons and commas in
titles. A completion that fails offers nothing and says nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

if TYPE_CHECKING:
    Item = CompletionItem[str]

VARIABLE = "_CAPSYNC_COMPLETE"
"""The environment variable by which the scripts ask."""
PART = "part"
"""The type of an item that goes on, as a folder does; no blank is put after it."""
WITH_NOTES = frozenset({"sync", "diff", "history", "restore", "resolve", "why"})
"""Commands whose arguments are all notes; these need not be loaded to complete them."""
_STEERING = frozenset("\t\n\r\0\x1b")


def complete_note(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Item]:  # noqa: ARG001  (click's)
    """Offer notes; for ``shell_complete`` of an argument."""
    vault = ctx.find_root().params.get("vault")
    try:
        return list(notes(vault, incomplete, os.environ))
    except Exception:  # noqa: BLE001  (a shell that waits for Tab is no place for a traceback)
        return []


def notes(vault: Path | None, incomplete: str, environ: Mapping[str, str]) -> Iterator[Item]:
    """Offer the notes that the memory of a vault knows.

    Args:
        vault: Where to look for it; None for what the environment says, else here.

    Raises:
        CapsyncError: There is no vault, or no memory of it.
    """
    from capsync.state.look import paths_and_titles  # noqa: PLC0415  (only needed here)
    from capsync.state.place import state_path  # noqa: PLC0415
    from capsync.vault.vault import find_vault, read_config  # noqa: PLC0415

    given = environ.get("CAPSYNC_VAULT")
    start = vault or (Path(given) if given else Path.cwd())
    root = find_vault(start.expanduser())  # the shell has not seen to it yet
    rows = paths_and_titles(state_path(read_config(root).vault, environ))
    yield from offered(rows, incomplete, folder_in(root, Path.cwd()))


def folder_in(root: Path, here: Path) -> str:
    """Give *here* as a folder of the vault with a slash at its end; empty if it is none."""
    try:
        inside = here.resolve().relative_to(root.resolve()).as_posix()
    except (OSError, ValueError):
        return ""
    return "" if inside == "." else f"{inside}/"


def offered(rows: Iterable[tuple[str, str]], typed: str, here: str = "") -> Iterator[Item]:
    """Offer paths folder by folder, as a shell does for files, and titles once something is typed.

    Spelling counts, unless nothing is spelt that way.

    Args:
        rows: Path and title of every note.
        here: The folder of the vault one stands in, with a slash; paths are given from there.
    """
    rows = [row for row in rows if not _STEERING & set("".join(row))]
    paths = [path.removeprefix(here) for path, _ in rows if path.startswith(here)]
    titles = Counter(title for _, title in rows if title) if typed else Counter()
    for fold in (str, str.casefold):
        start = fold(typed)
        found = dict.fromkeys(_step(path, typed) for path in paths if fold(path).startswith(start))
        yield from (CompletionItem(step, PART if step.endswith("/") else "plain") for step in found)
        named = [each for each in titles if fold(each).startswith(start) and each not in found]
        yield from (CompletionItem(title) for title in named if titles[title] == 1)
        if found or named:
            return


def _step(path: str, typed: str) -> str:
    """Give *path* as far as the next folder after what is typed."""
    slash = path.find("/", len(typed))
    return path if slash < 0 else path[: slash + 1]


class _Ours(ShellComplete):
    """What the three shells have in common."""

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        """Offer what fits; notes without loading the command they are for."""
        vault, words = _vault_and_words(args)
        plain = not incomplete.startswith("-") and not (words and words[-1].startswith("-"))
        if words and words[0] in WITH_NOTES and plain:
            return list(notes(vault, incomplete, os.environ))
        return super().get_completions(args, incomplete)

    def complete(self) -> str:
        """Give the lines for the shell; none if anything fails."""
        try:
            return super().complete()
        except (Exception, SystemExit):  # noqa: BLE001  (see `complete_note`)
            return ""

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Give type, value and help, between tabs."""
        return f"{item.type}\t{item.value}\t{item.help or ''}"


def _vault_and_words(args: list[str]) -> tuple[Path | None, list[str]]:
    """Give the vault named before the command, and the words from the command on."""
    vault, rest = None, iter(args)
    for word in rest:
        if word in {"-C", "--vault"}:
            vault = Path(next(rest, "."))
        elif word.startswith("--vault="):
            vault = Path(word.partition("=")[2])
        elif not word.startswith("-"):
            return vault, [word, *rest]
    return vault, []


class Bash(_Ours, BashComplete):
    """Bash, which takes words apart at colons and leaves quoting to the script."""

    source_template = r"""
%(complete_func)s() {
    local kind value help cur=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    while IFS=$'\t' read -r kind value help; do
        case $kind in
            dir) compopt -o dirnames 2>/dev/null; continue ;;
            file) compopt -o default 2>/dev/null; continue ;;
            part) compopt -o nospace 2>/dev/null ;;
        esac
        case $cur in
            \"*) value=${value//\\/\\\\}; value=${value//\"/\\\"}
                 value=${value//\$/\\\$}; value=${value//\`/\\\`} ;;
            \'*) ;;
            *) printf -v value %%q "$value" ;;
        esac
        COMPREPLY+=("$value")
    done < <(COMP_LINE=${COMP_LINE:0:COMP_POINT} COMP_CUR=$cur \
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -F %(complete_func)s %(prog_name)s
""".lstrip()

    def source(self) -> str:
        """Give the script, without asking which bash there is."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Take the line apart as bash would if colons were letters."""
        mark = "\N{END OF TEXT}"
        *args, last = split_arg_string(os.environ["COMP_LINE"] + mark)
        return args[1:], last.removesuffix(mark)

    def complete(self) -> str:
        """Give the lines, each value without what stands before the part bash replaces."""
        try:
            typed = self.get_completion_args()[1]
        except (KeyError, ValueError):
            return ""
        current = os.environ.get("COMP_CUR", typed)
        words = split_arg_string(current)
        part = words[-1] if words and current not in {":", "="} else ""
        before = typed.removesuffix(part) if typed.endswith(part) else ""
        lines = []
        for line in super().complete().splitlines():
            kind, value, text = line.split("\t", 2)
            lines.append(f"{kind}\t{value.removeprefix(before)}\t{text}")
        return "\n".join(lines)


class Zsh(_Ours, ZshComplete):
    """Zsh, which quotes by itself."""

    source_template = r"""
#compdef %(prog_name)s

%(complete_func)s() {
    local -a lines fields plain shown parts
    local line
    lines=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \
        %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for line in $lines; do
        fields=("${(@ps:\t:)line}")
        case $fields[1] in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            part) parts+=("$fields[2]") ;;
            plain) plain+=("$fields[2]"); shown+=("$fields[2]${fields[3]:+  -- $fields[3]}") ;;
        esac
    done
    (( $#parts )) && compadd -U -S '' -V unsorted -a parts
    (( $#plain )) && compadd -U -l -V unsorted -d shown -a plain
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef %(complete_func)s %(prog_name)s
fi
""".lstrip()


class Fish(_Ours, FishComplete):
    """Fish, which quotes by itself and shows help behind a tab."""

    source_template = r"""
function %(complete_func)s
    set -l lines (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp | string collect) \
        COMP_CWORD=(commandline -ct | string collect) %(prog_name)s 2>/dev/null)
    for line in $lines
        set -l fields (string split \t -- $line)
        switch $fields[1]
            case dir
                __fish_complete_directories (commandline -ct)
            case file
                __fish_complete_path (commandline -ct)
            case '*'
                printf '%%s\t%%s\n' $fields[2] $fields[3]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
""".lstrip()


SHELLS: Mapping[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def register() -> None:
    """Have click use these for the shells they are for."""
    for each in SHELLS.values():
        add_completion_class(each)
