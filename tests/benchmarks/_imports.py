"""A vault of notes that link to each other, as one grows over years, to be imported.

Most links lead to older notes. But there are overviews that link to all notes of their
subject, which link back; pairs that name each other; a journal whose pages link to the
page before and after; and tags.
"""

from __future__ import annotations

import random
import re

from capsync.markdown.links import linked_names

LINKED = 1000
"""Notes of the vault that is imported."""
SUBJECT = 25
"""Notes to one overview."""


def make_vault(count: int, seed: int = 5) -> dict[str, str]:
    """Make notes: paths to texts. A fifth are journal pages, one in 25 is an overview."""
    draw = random.Random(seed)  # noqa: S311  (nothing is kept secret)
    journal, subjects = count // 5, max(1, count // SUBJECT)
    plain = count - journal - subjects
    links: dict[str, list[list[str]]] = {}
    members: dict[str, list[str]] = {f"Overview {n}": [] for n in range(subjects)}
    names = [f"Note {n}" for n in range(plain)]
    for n, name in enumerate(names):
        overview = f"Overview {draw.randrange(subjects)}"
        members[overview].append(name)
        blocks: list[list[str]] = [[] for _ in range(draw.randint(2, 20))]
        for _ in range(min(n, draw.choice((0, 1, 1, 2, 3, 5)))):
            blocks[draw.randrange(len(blocks))].append(names[int(n * draw.random() ** 0.5)])
        if draw.random() < 0.5:
            blocks[0 if draw.random() < 0.3 else -1].append(overview)
        if n and draw.random() < 0.06:
            other = names[draw.randrange(n)]
            blocks[-1].append(other)
            links[other][-1].append(name)
        links[name] = blocks
    for overview, inside in members.items():
        links[overview] = [[], *([name] for name in inside)]
    for n in range(journal):
        ends = [f"Day {n + step}" for step in (-1, 1) if 0 <= n + step < journal]
        subject = [draw.choice(names)] if draw.random() < 0.6 else []
        links[f"Day {n}"] = [ends, [], subject]
    tags = {name: draw.sample(range(30), draw.choice((0, 0, 1, 2))) for name in links}
    order = list(links)
    draw.shuffle(order)
    return {f"{_folder(name)}/{name}.md": _text(links[name], tags[name]) for name in order}


def _folder(name: str) -> str:
    return {"Note": "Notes", "Day": "Journal"}.get(name.split(maxsplit=1)[0], "Maps")


def _text(blocks: list[list[str]], tags: list[int]) -> str:
    lines = [
        " ".join([f"Paragraph {n} of a few words", *(f"[[{name}]]" for name in inside)])
        for n, inside in enumerate(blocks)
    ]
    head = f"---\ntags: [{', '.join(f'tag-{n}' for n in tags)}]\n---\n\n" if tags else ""
    return head + "\n\n".join(lines) + "\n"


def fewest(vault: dict[str, str]) -> tuple[int, int]:
    """Give what an import takes at least: objects to be made, and circles to be closed.

    An object takes one request, and tags are objects. Of every circle of links one note has
    to be read again and written to. The circles counted share no note with each other, so
    none can do with less; there may be none that can do with as little.
    """
    links = {_name(path): set(linked_names(text)) for path, text in vault.items()}
    tags = {tag for text in vault.values() for tag in re.findall(r"tag-\d+", text)}
    return len(vault) + len(tags), _circles({key: each & set(links) for key, each in links.items()})


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _circles(links: dict[str, set[str]]) -> int:
    """Count circles that have no note in common: always the shortest there is from some note."""
    found = 0
    for longest in (2, 3, 4, 6, 10, len(links)):
        for start in sorted(links, key=lambda name: (len(links[name]), name)):
            while circle := _circle(links, start, longest):
                found += 1
                for name in circle:
                    links[name] = set()
                links = {key: each - set(circle) for key, each in links.items()}
    return found


def _circle(links: dict[str, set[str]], start: str, longest: int) -> list[str]:
    """Find a shortest circle through a note; empty where none is as short."""
    came: dict[str, str] = {}
    ahead = [start]
    for _ in range(longest):
        reached = []
        for name in ahead:
            for target in sorted(links[name]):
                if target == start:
                    circle = [name]
                    while circle[-1] != start:
                        circle.append(came[circle[-1]])
                    return circle
                if target not in came:
                    came[target] = name
                    reached.append(target)
        ahead = reached
    return []
