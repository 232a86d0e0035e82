"""The training texts: every topic's question and phrasings, and what lies out of scope."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ContentError
from bot.knowledge.topics import Topic

NEAR, FAR = "@near", "@far"  # labels of the two out-of-scope classes
TITLE_VOICE = "judul"


@dataclass(frozen=True, slots=True)
class Example:
    """``label``: a topic id, `NEAR` or `FAR`. ``voice``: who is imitated."""

    text: str
    label: str
    voice: str


def topic_examples(topics: Mapping[str, Topic]) -> list[Example]:
    """The question and the phrasings of every topic, in file order."""
    return [
        Example(text, topic.id, voice)
        for topic in topics.values()
        for voice, text in (
            (TITLE_VOICE, topic.question),
            *((phrasing.voice, phrasing.text) for phrasing in topic.phrasings),
        )
    ]


def load_out_of_scope(path: Path) -> list[Example]:
    """``near|far TAB voice TAB text`` under a header; empty when missing. Raises `ContentError`."""
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        kind, *rest = line.split("\t")
        if kind not in ("near", "far") or len(rest) != 2 or not rest[1].strip():
            raise ContentError(f"{path}:{number}: tulis near atau far, tab, suara, tab, kalimat.")
        found.append(Example(rest[1].strip(), NEAR if kind == "near" else FAR, rest[0].strip()))
    return found


def labels_of(examples: Iterable[Example]) -> list[str]:
    """Every class once: topics in order, then the out-of-scope classes."""
    topics = sorted({item.label for item in examples if not item.label.startswith("@")})
    return [*topics, NEAR, FAR]


def voices_of(examples: Sequence[Example]) -> list[str]:
    """The voice of each example; titles count with the general voice, whose writer is the same."""
    return ["umum" if item.voice == TITLE_VOICE else item.voice for item in examples]
