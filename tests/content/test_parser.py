"""The parser of topic files: whatever a file holds, it gives a topic or a `ContentError`."""

from contextlib import suppress
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.knowledge.checking.page import read_page
from bot.knowledge.checking.schema import read_checked
from bot.knowledge.topics import parse_topic
from tests.content.conftest import SOUND

PATH = Path("contoh.md")
_LINES = SOUND.splitlines()
_HEAD_VALUES = st.text(st.characters(codec="utf-8"), max_size=30)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The sound topic with lines lost, repeated, changed and swapped."""
    lines = list(_LINES)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["drop", "repeat", "replace", "cut", "indent"]))
        match change:
            case "drop":
                del lines[at]
            case "repeat":
                lines.insert(at, lines[draw(st.integers(0, len(lines) - 1))])
            case "replace":
                lines[at] = draw(_HEAD_VALUES)
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case "indent":
                lines[at] = "  " + lines[at]
    return "\n".join(lines)


def _parse(text: str) -> None:
    with suppress(ContentError):
        parse_topic(PATH, text)


@settings(deadline=None)
@given(st.text())
@example("")
@example("---")
@example("---\n---\n# a\n\nb\n\nc")
@example("---\n[1, 2]\n---\n# a\n\nb\n\nc")
def test_arbitrary_text(text: str) -> None:
    _parse(text)


@settings(deadline=None)
@given(damaged())
def test_a_damaged_file(text: str) -> None:
    _parse(text)


@settings(deadline=None)
@given(
    st.sampled_from(["verdict", "ban", "confidence", "reviewed", "related", "sources"]),
    _HEAD_VALUES,
)
@example("reviewed", "2026-13-45")
@example("reviewed", "2026-11-21 10:00:00")
@example("related", "7")
@example("related", "{a: b}")
@example("verdict", "[tidak]")
@example("sources", "!!python/none")
@example("sources", "[" * 400)
@example("confidence", "\x00")
def test_any_value_in_the_head(key: str, value: str) -> None:
    lines = [f"{key}: {value}" if line.startswith(f"{key}:") else line for line in _LINES]
    _parse("\n".join(lines))


@settings(deadline=None)
@given(damaged())
def test_the_check_reads_every_damaged_file_to_its_end(text: str) -> None:
    topic, found = read_checked(PATH, text)
    assert topic is not None or found
    page = read_page(text)
    assert all(1 <= passage.line <= len(text.splitlines()) for passage in page.passages)
