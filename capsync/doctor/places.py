"""Other sync tools around the vault, file systems and room: facts to findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from shlex import quote

from capsync.doctor.finding import Finding, note, ok, problem, warning

LITTLE, TIGHT = 500_000_000, 50_000_000
"""Bytes of free room below which there is a warning, and a problem."""

_BY_NAME = (
    (re.compile(r"Dropbox(?: \(.+\))?"), "Dropbox"),
    (re.compile(r"OneDrive(?: ?-.+)?"), "OneDrive"),
    (re.compile(r"iCloud ?Drive|iCloud~.+|com~apple~CloudDocs|Mobile Documents"), "iCloud Drive"),
    (re.compile(r"Google ?Drive.*|GoogleDrive-.+|My Drive"), "Google Drive"),
    (re.compile(r"Nextcloud.*|ownCloud.*"), "Nextcloud"),
    (re.compile(r"pCloud ?Drive|pCloudDrive"), "pCloud"),
)
"""Sync folders as their tools name them."""

_BY_MARK = (
    (re.compile(r"\.stfolder|\.stignore|\.stversions"), "Syncthing"),
    (re.compile(r"\.dropbox|\.dropbox\.cache"), "Dropbox"),
    (re.compile(r"\.?_?\.?sync_[0-9a-f]+\.db|\.nextcloudsync\.log|\.owncloudsync\.log"),
     "Nextcloud"),
    (re.compile(r"\.tmp\.drive(?:down|up)load"), "Google Drive"),
    (re.compile(r"\.sync"), "Resilio Sync"),
    (re.compile(r"\.SynologyWorkingDirectory|\.SynologyDrive"), "Synology Drive"),
)  # fmt: skip
"""What their tools put in the folders they sync."""

_PLUGINS = {
    "obsidian-livesync": "Self-hosted LiveSync",
    "remotely-save": "Remotely Save",
    "obsidian-git": "Obsidian Git",
}
"""Plugins of Obsidian that sync by themselves, by the folder they are in."""

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afpfs?|ncpfs|9p|davfs|fuse\.(?:sshfs|rclone|davfs2?|s3fs|smbnetfs|"
    r"gvfsd-fuse|glusterfs)|ceph|glusterfs|afs|vboxsf|prl_fs|fuse\.vmhgfs-fuse|virtiofs"
)
_UNSTABLE = re.compile(r"vfat|msdos|exfat|fuse\..*|fuseblk|drvfs|9p|vboxsf|cifs|smb\d?")
"""File systems whose inodes may be made up anew at every mount."""


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """A folder as the disk has it."""

    path: str
    there: bool = True
    writable: bool = True
    mode: int | None = None
    """Permission bits; None where they say nothing."""
    above: tuple[tuple[str, frozenset[str]], ...] = ()
    """The folder and those above it: each with the hidden names in it."""
    roots: tuple[tuple[str, str], ...] = ()
    """Folders that tools say they sync, each after its tool."""
    plugins: frozenset[str] = frozenset()
    """Plugins of Obsidian in it."""
    kind: str = ""
    """The file system's name; empty where it is not known."""
    ignores_case: bool | None = None
    """None where it is not known."""
    free: int | None = None
    """Bytes of free room."""


def vault_findings(facts: FolderFacts) -> Iterator[Finding]:
    """Judge the folder of the vault."""
    if not facts.writable:
        yield problem("vault", "cannot be written", facts.path, f"chmod u+rwx {quote(facts.path)}")
    tools = dict(sync_tools(facts))
    for tool, where in tools.items():
        yield warning(
            "vault",
            f"is inside a folder that {tool} syncs as well; two tools that write the same files "
            "make copies of each other's work",
            where,
            f"move the vault out of it, or have {tool} leave it out; until then run capsync on "
            "one machine only",
        )
    for plugin in sorted(facts.plugins & _PLUGINS.keys()):
        yield warning(
            "vault",
            f"Obsidian's plugin {_PLUGINS[plugin]} syncs it as well",
            facts.path,
            "use one of the two; or run capsync on one machine only",
        )
    if git := next((path for path, names in facts.above if ".git" in names), ""):
        yield note(
            "vault", "is in a git working tree; that is fine, only keep .capsync/trash out", git
        )
    yield from _file_system(facts)
    yield from _room("vault", facts)
    if facts.writable and not tools:
        yield ok("vault", "can be written, and no other tool syncs it", facts.path)


def state_findings(facts: FolderFacts, platform: str) -> Iterator[Finding]:
    """Judge the folder the memory is in."""
    if not facts.there:
        yield note("state folder", "is not there yet; the first sync makes it", facts.path)
        return
    where, elsewhere = facts.path, "set CAPSYNC_STATE_DIR to a folder outside of it and move it"
    if not facts.writable:
        yield problem("state folder", "cannot be written", where, f"chmod u+rwx {quote(where)}")
    if facts.mode is not None and facts.mode & 0o077 and platform != "win32":
        yield warning(
            "state folder",
            f"others can look into it (mode {facts.mode:04o}); it holds earlier versions of notes",
            where,
            f"chmod 700 {quote(where)}",
        )
    for tool, root in sync_tools(facts):
        yield problem(
            "state folder",
            f"is inside a folder that {tool} syncs, which can damage the memory",
            root,
            elsewhere,
        )
    if _NETWORK.fullmatch(facts.kind):
        what = f"is on a network drive ({facts.kind}), where SQLite's locks may not hold"
        yield warning("state folder", what, where, elsewhere)
    yield from _room("state folder", facts)


def sync_tools(facts: FolderFacts) -> Iterator[tuple[str, str]]:
    """Name the tools that sync a folder, each with the outermost folder that shows it, once."""
    found = {tool: root for tool, root in facts.roots if is_within(facts.path, root)}
    for path, names in facts.above:
        last = re.split(r"[/\\]", path)[-1]
        found |= {tool: path for pattern, tool in _BY_NAME if pattern.fullmatch(last)}
        found |= {
            tool: path
            for pattern, tool in _BY_MARK
            if any(pattern.fullmatch(name) for name in names)
        }
    yield from found.items()


def is_within(path: str, root: str) -> bool:
    """Say whether *path* is *root* or in it, with either kind of slash."""
    plain, above = path.replace("\\", "/"), root.replace("\\", "/").rstrip("/")
    return plain == above or plain.startswith(f"{above}/")


def _file_system(facts: FolderFacts) -> Iterator[Finding]:
    kind = facts.kind
    if _NETWORK.fullmatch(kind) or facts.path.startswith("\\\\"):
        yield warning(
            "file system",
            f"the vault is on a network drive ({kind or 'by its address'}); changes made on "
            "another machine are not announced, and locks may not hold between machines",
            facts.path,
            "run capsync on the machine the disk is in, or on one machine only",
        )
    elif _UNSTABLE.fullmatch(kind):
        yield note(
            "file system",
            f"{kind} may give files new numbers when it is mounted; notes that were moved "
            "meanwhile are still known by their id, new ones only by their name",
            facts.path,
        )
    if facts.ignores_case:
        what = "takes “A.md” and “a.md” for the same file; capsync tells such notes apart by id"
        yield note("file system", what, facts.path)


def _room(check: str, facts: FolderFacts) -> Iterator[Finding]:
    if facts.free is None:
        return
    what = f"only {facts.free / 1e6:.0f} MB are free on its disk"
    if facts.free < TIGHT:
        yield problem(check, what, facts.path, "free some space")
    elif facts.free < LITTLE:
        yield warning(check, what, facts.path, "free some space")


def kind_of(path: str, mounts: Iterable[str]) -> str:
    """Give the kind of file system *path* is on.

    Args:
        mounts: The lines of ``/proc/self/mountinfo``.
    """
    best, kind = "", ""
    for line in mounts:
        fields, _, rest = line.partition(" - ")
        words = fields.split(" ")
        if len(words) < 5 or not rest:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), words[4])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, rest.split(" ")[0]
    return kind
