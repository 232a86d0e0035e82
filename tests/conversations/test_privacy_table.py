"""docs/privacy.md lists every sentence about privacy with the test that keeps it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.wording import Wording
from tests.conftest import CONTENT

ROOT = CONTENT.parent
SAID = (
    "privacy.notice.text",
    "tip.consent.text",
    "tip.aside.safe",
    "tip.circle.ask",
    "tip.nudge.ask.telegram",
    "tip.nudge.ask.whatsapp",
)


def table() -> dict[str, str]:
    """Sentence -> what keeps it."""
    lines = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return {row[0]: row[1] for row in rows if row[0] != "sentence"}


def sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        parts = re.split(r"(?<=[.?!])\s+", line.strip().removeprefix("• "))
        yield from filter(None, parts)


@pytest.mark.parametrize("key", SAID)
def test_every_sentence_is_listed(key: str) -> None:
    text = Wording.load(CONTENT / "wording").plain(key)
    assert not [one for one in sentences(text) if one not in table()]


def test_nothing_is_listed_that_is_said_no_more() -> None:
    wording = Wording.load(CONTENT / "wording")
    said = {one for key in SAID for one in sentences(wording.plain(key))}
    assert set(table()) <= said


def test_every_promise_is_kept_by_a_test_that_exists() -> None:
    for sentence, kept_by in table().items():
        if kept_by == "advice":
            continue
        names = re.findall(r"`(\S+?)::(\w+)`", kept_by)
        assert names, sentence
        for path, name in names:
            source = (ROOT / Path(path)).read_text(encoding="utf-8")
            assert re.search(rf"def {name}\(", source), f"{path}::{name}: {sentence}"
