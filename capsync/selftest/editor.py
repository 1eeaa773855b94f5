"""A person with an editor, and with a file manager, in one vault.

Each deed is a function of the vault as it stands and of some numbers; it finds
something to do or leaves it. Texts are changed as text, without a Markdown
parser, because that is what editors do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from capsync.selftest.desk import FENCE, ID, Desk, head_and_body
from capsync.selftest.machine import ROOT
from capsync.selftest.words import EVERY, TEXT, TITLE

FOLDERS = ("", "Pages/", "Deep/Deeper/", "Tasks/", "Odd (name)/")
KEEP, CHANGE, DROP = range(3)
"""What to do with a word: put one after it, put one in its place, take it away."""
CALLOUT = re.compile(r"^(?:> ?)+\[!conflict\][^\n]*\n(?:>[^\n]*\n)*\n?", re.MULTILINE)
CODE = re.compile(r"^(?:> ?| )*```", re.MULTILINE)
CONTAINER = re.compile(r"^(?:> ?| )*:::( \w)?", re.MULTILINE)

Deed = Callable[[Desk, tuple[int, ...]], None]


def paragraphs(body: str) -> list[str]:
    """Take a body apart at its blank lines."""
    return [each for each in re.split(r"\n\s*\n", body.strip("\n")) if each.strip()]


def _fragment(desk: Desk, number: int) -> str:
    """Write a new piece of text in one of the ways there are."""
    word = desk.words.text
    shapes: tuple[Callable[[], str], ...] = (
        lambda: f"{word()} and {word()}",
        lambda: f"{word()} {word()}\nsoft {word()}",
        lambda: f"- {word()}\n- {word()}\n  - {word()}\n- {word()}",
        lambda: f"1. {word()}\n2. {word()}",
        lambda: f"- [ ] {word()}\n- [x] {word()}",
        lambda: f"## {word()}\n\nunder {word()}",
        lambda: f"> {word()}\n> {word()}",
        lambda: f"```py\n{word()}\n{word()} = 1\n```",
        lambda: f"| {word()} | {word()} |\n| --- | --- |\n| {word()} | {word()} |",
        lambda: f"**{word()}** and *{word()}* and `{word()}`, [{word()}](https://example.org)",
        lambda: f"$$\n{word()}\n$$",
        lambda: f"see [[Note {number % 7}]] {word()}",
        lambda: f"#### {word()}\n\n* {word()}\n* {word()}",
        lambda: f"{word()}  \nhard {word()} ==marked {word()}==",
        lambda: f"::: indent\n{word()}\n:::",
        lambda: f"> [!toggle]- {word()}\n> {word()}",
    )
    return shapes[number % len(shapes)]()


def _new(desk: Desk, numbers: tuple[int, ...]) -> None:
    folder, shape, size, typed = numbers[:4]
    title = desk.words.title()
    body = "\n\n".join(_fragment(desk, shape + at) for at in range(1 + size % 4))
    head = ""
    if typed % 4 == 0:
        head = f"---\ndescription: {desk.words.value()}\ntags: [Tag {typed % 3}]\n---\n\n"
    desk.save(f"{FOLDERS[folder % len(FOLDERS)]}Note {title}.md", f"{head}{body}\n")


def _edit(change: Callable[[Desk, list[str], tuple[int, ...]], None]) -> Deed:
    """Make a deed of something that changes the paragraphs of a file."""

    def deed(desk: Desk, numbers: tuple[int, ...]) -> None:
        path = desk.pick(numbers[0])
        if not path:
            return
        head, body = head_and_body(desk.text(path))
        parts = paragraphs(body)
        change(desk, parts, numbers[1:])
        if is_torn("\n\n".join(parts)):
            desk.words.repeated |= set(EVERY.findall(body))
        text = head + ("\n" if head else "") + "\n\n".join(parts) + ("\n" if parts else "")
        (desk.swap_in if numbers[-1] % 2 else desk.save)(path, text)

    return deed


def is_torn(body: str) -> bool:
    """Say whether code or a container lacks its beginning or its end.

    All that stands behind is read as something else then, and its words are in new blocks; what
    another has changed in the old ones stays as well.
    """
    depth = 0
    for each in CONTAINER.finditer(body):
        depth += 1 if each[1] else -1
        if depth < 0:
            return True
    return depth != 0 or len(CODE.findall(body)) % 2 != 0


def _append(desk: Desk, parts: list[str], numbers: tuple[int, ...]) -> None:
    parts.append(_fragment(desk, numbers[0]))


def _insert(desk: Desk, parts: list[str], numbers: tuple[int, ...]) -> None:
    parts.insert(numbers[1] % (len(parts) + 1), _fragment(desk, numbers[0]))


def _delete(desk: Desk, parts: list[str], numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    if len(parts) > 1:
        del parts[numbers[0] % len(parts)]


def _move(desk: Desk, parts: list[str], numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    if parts:
        part = parts.pop(numbers[0] % len(parts))
        parts.insert(numbers[1] % (len(parts) + 1), part)


def _word(how: int) -> Callable[[Desk, list[str], tuple[int, ...]], None]:
    """Change one word."""

    def change(desk: Desk, parts: list[str], numbers: tuple[int, ...]) -> None:
        wordy = [at for at, part in enumerate(parts) if TEXT.search(part)]
        if not wordy:
            return
        at = wordy[numbers[0] % len(wordy)]
        found = list(TEXT.finditer(parts[at]))
        hit = found[numbers[1] % len(found)]
        kept = hit[0] + " " if how == KEEP else ""
        new = kept + (desk.words.text() if how != DROP else "")
        if new or len(found) > 1:
            parts[at] = parts[at][: hit.start()] + new + parts[at][hit.end() :]

    return change


def _tick(desk: Desk, parts: list[str], numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    for at, part in enumerate(parts):
        if "- [ ] " in part:
            parts[at] = part.replace("- [ ] ", "- [x] ", 1)
            return


def _settle(desk: Desk, parts: list[str], numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    body = CALLOUT.sub("", "\n\n".join(parts) + "\n", count=1)
    parts[:] = paragraphs(body)


def _empty(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        desk.save(path, head_and_body(desk.text(path))[0])


def _field(desk: Desk, numbers: tuple[int, ...]) -> None:
    path = desk.pick(numbers[0])
    head, body = head_and_body(desk.text(path))
    if not head:
        return
    line = (
        "description: ",
        f"tags: [Tag {numbers[1] % 4}, garden]",
        "mine: kept",
        "description:",
    )[numbers[1] % 4]
    line += f"{desk.words.value()}\n" if line.endswith(" ") else "\n"
    key = line.partition(":")[0]
    rest = re.sub(rf"^{key}:.*\n(?:[ -].*\n)*", "", head[: -len(FENCE)], flags=re.MULTILINE)
    desk.save(path, f"{rest}{line}{FENCE}{body}")


def _rename(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        folder = path.rpartition("/")[0]
        desk.rename(path, f"{folder}/Note {desk.words.title()}.md".lstrip("/"))


def _relocate(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        desk.rename(path, FOLDERS[numbers[1] % len(FOLDERS)] + path.rpartition("/")[2])


def _respell(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        folder, slash, name = path.rpartition("/")
        desk.rename(path, f"{folder}{slash}{name[:-3].swapcase()}.md")


def _swap(desk: Desk, numbers: tuple[int, ...]) -> None:
    one, other = desk.pick(numbers[0]), desk.pick(numbers[1])
    if one and one != other:
        system, aside = desk.machine.system, ROOT / "aside.md"
        system.rename(ROOT / one, aside)
        system.rename(ROOT / other, ROOT / one)
        system.rename(aside, ROOT / other)
        desk.words.swapped |= set(TITLE.findall(f"{one} {other}".casefold()))


def _remove(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        desk.machine.system.unlink(ROOT / path)


def _copy(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        copy = f"{path.removesuffix('.md')} copy.md"
        if not desk.machine.system.exists(ROOT / copy):
            desk.save(copy, desk.text(path))


def _may_become_two(desk: Desk, path: str) -> None:
    """A file without its id is a note of its own, should it move as well; so is the old one."""
    desk.words.repeated |= set(EVERY.findall(desk.text(path)))
    desk.words.may_be_two = True


def _lose_id(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        _may_become_two(desk, path)
        desk.save(path, ID.sub("", desk.text(path), count=1))


def _break_id(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        _may_become_two(desk, path)
        wrong = ("capacities-id: 1234\n", f"capacities-id: {'0' * 8}-0000-4000-8000-{'0' * 12}\n")
        desk.save(path, ID.sub(wrong[numbers[1] % 2], desk.text(path), count=1))


def _touch(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        desk.machine.system.touch(ROOT / path)


def _line_ends(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        text = desk.text(path)
        new = text.replace("\r\n", "\n") if "\r" in text else text.replace("\n", "\r\n")
        desk.save(path, new)


def _open(desk: Desk, numbers: tuple[int, ...]) -> None:
    if path := desk.pick(numbers[0]):
        desk.open[path] = desk.text(path)


def _save_where_it_was(desk: Desk, path: str, text: str) -> None:
    """Note that a file which moved while it was open is there twice once it is saved again."""
    if not desk.machine.system.exists(ROOT / path):
        desk.words.repeated |= set(EVERY.findall(text))
        desk.words.may_be_two = True


def _save_open(desk: Desk, numbers: tuple[int, ...]) -> None:
    """Save what was opened a while ago, over whatever the file holds by now."""
    if desk.open:
        path = sorted(desk.open)[numbers[0] % len(desk.open)]
        text = desk.open.pop(path)
        _save_where_it_was(desk, path, text)
        desk.save(path, f"{text.rstrip()}\n\n{desk.words.text()}\n")


def _save_half(desk: Desk, numbers: tuple[int, ...]) -> None:
    path = desk.pick(numbers[0])
    if path and path not in desk.half_saved:
        whole = f"{desk.text(path).rstrip()}\n\n{desk.words.text()}\n"
        desk.half_saved[path] = whole
        desk.save(path, whole[: len(whole) * (numbers[1] % 10) // 10])


def save_rest(desk: Desk, numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    """Complete the files that were saved in part."""
    for path, whole in sorted(desk.half_saved.items()):
        _save_where_it_was(desk, path, whole)
        desk.save(path, whole)
    desk.half_saved.clear()


DEEDS: Mapping[str, Deed] = {
    "new": _new, "append": _edit(_append), "insert": _edit(_insert), "delete": _edit(_delete),
    "move": _edit(_move), "add word": _edit(_word(KEEP)), "replace word": _edit(_word(CHANGE)),
    "delete word": _edit(_word(DROP)), "tick": _edit(_tick), "settle": _edit(_settle),
    "empty": _empty, "field": _field, "rename": _rename, "relocate": _relocate,
    "respell": _respell, "swap": _swap, "remove": _remove, "copy": _copy, "lose id": _lose_id,
    "break id": _break_id, "touch": _touch, "line ends": _line_ends, "open": _open,
    "save open": _save_open, "save half": _save_half, "save rest": save_rest,
}  # fmt: skip


def place(path: str) -> Path:
    """Give the place of a path of the vault."""
    return ROOT / path
