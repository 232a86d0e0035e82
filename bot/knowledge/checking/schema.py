"""The layout of topic files: every error of a file, where the parser stops at the first."""

from pathlib import Path

from bot.errors import ContentError
from bot.knowledge.checking.problems import Problem, from_error
from bot.knowledge.topics import Topic, parse_topic

_MOST = 40  # errors named for one file


def read_checked(path: Path, text: str) -> tuple[Topic | None, list[Problem]]:
    """The topic, and what the parser says about the file.

    After an error in a bullet or a section, that bullet or section is left out and the rest is
    read again. None when what is left makes no topic.
    """
    lines = text.splitlines()
    found: list[Problem] = []
    while len(found) < _MOST:
        try:
            return parse_topic(path, "\n".join(lines)), found
        except ContentError as raised:
            found.append(from_error(raised, path))
        if not _leave_out(lines, found[-1].line - 1):
            break
    return None, found


def _leave_out(lines: list[str], at: int) -> bool:
    """Blank the bullet or the section at an index; False when nothing may be left out."""
    first = next((n for n, line in enumerate(lines) if line.startswith("## ")), len(lines))
    if not first <= at < len(lines) or not lines[at].strip():
        return False
    end = at + 1
    if lines[at].startswith("## "):
        while end < len(lines) and not lines[end].startswith("## "):
            end += 1
    else:
        while end < len(lines) and lines[end].startswith("  "):
            end += 1
    lines[at:end] = [""] * (end - at)
    return True
