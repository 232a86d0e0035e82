"""What the command line does for curators: a new topic file, a new phrasing, the figures."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from bot.errors import OperatorError
from bot.knowledge.checking.likeness import grams, likeness
from bot.knowledge.checking.page import PHRASINGS
from bot.knowledge.checking.phrasings import OUTSIDE
from bot.knowledge.examples import FAR, NEAR, load_out_of_scope, topic_examples
from bot.knowledge.topics import VERDICTS, Topic, load_topics, parse_topic
from bot.limits import PHRASING_LIKENESS, PHRASING_MAX

_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)+$")
_VOICE = re.compile(r"^[a-z]+(-[a-z]+)*$")
_DEFAULT_VOICE = "umum"


def new_topic(folder: Path, category: str, topic_id: str) -> Path:
    """Create ``faq/CATEGORY/ID.md`` from the template. Raises `OperatorError`."""
    categories = yaml.safe_load((folder / "categories.yaml").read_text(encoding="utf-8"))
    if category not in categories:
        raise OperatorError(f"Bidang {category} belum ada. Yang ada: {', '.join(categories)}.")
    if not _ID.match(topic_id):
        raise OperatorError(
            f"Id {topic_id} harus huruf kecil, angka, dan tanda hubung, misalnya {category}-baru."
        )
    if taken := next((folder / "faq").glob(f"*/{topic_id}.md"), None):
        raise OperatorError(f"Id {topic_id} sudah dipakai {taken}.")
    path = folder / "faq" / category / f"{topic_id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((folder / "topic-template.md").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def add_phrasing(
    folder: Path, topic_id: str, text: str, voice: str = _DEFAULT_VOICE
) -> tuple[Path, int]:
    """Append a phrasing at the end of its voice; gives file and line. Raises `OperatorError`.

    A text that the topic has, or that another topic or an out-of-scope example nearly has, is
    refused.
    """
    text = " ".join(text.split())
    if not text or len(text) > PHRASING_MAX:
        raise OperatorError(f"Contoh pertanyaan harus berisi 1 sampai {PHRASING_MAX} huruf.")
    if not _VOICE.match(voice):
        raise OperatorError(
            f"Nama suara {voice} harus huruf kecil dengan tanda hubung, misalnya guru-muda."
        )
    topics = load_topics(folder / "faq")
    if topic_id not in topics:
        raise OperatorError(f"Topik {topic_id} tidak ada. Lihat nama berkas di {folder / 'faq'}.")
    topic = topics[topic_id]
    _refuse_repeated(folder, topics, topic_id, text)
    lines = topic.path.read_text(encoding="utf-8").splitlines()
    at = _insert(lines, voice, f"- {text}")
    changed = "\n".join(lines) + "\n"
    parse_topic(topic.path, changed)
    topic.path.write_text(changed, encoding="utf-8")
    return topic.path, at


def _refuse_repeated(folder: Path, topics: Mapping[str, Topic], topic_id: str, text: str) -> None:
    new, words = grams(text), text.lower().split()
    examples = [*topic_examples(topics), *load_out_of_scope(folder / "out-of-scope.tsv")]
    for known in examples:
        if known.label == topic_id:
            repeated = known.text.lower().split() == words
        else:
            repeated = likeness(new, grams(known.text)) > PHRASING_LIKENESS
        if repeated:
            owner = OUTSIDE if known.label in (NEAR, FAR) else known.label
            raise OperatorError(f"Hampir sama dengan contoh milik {owner}: '{known.text}'.")


def _insert(lines: list[str], voice: str, bullet: str) -> int:
    """Put a bullet below the last one of its voice; gives its line number."""
    start = next((n for n, line in enumerate(lines) if line.rstrip() == f"## {PHRASINGS}"), None)
    if start is None:
        lines += ["", f"## {PHRASINGS}"]
        start = len(lines) - 1
    heading = next(
        (n for n in range(start, len(lines)) if lines[n].rstrip() == f"### {voice}"), None
    )
    if heading is None:
        while not lines[-1].strip():
            lines.pop()
        lines += (
            ["", f"### {voice}", bullet] if len(lines) - 1 > start else [f"### {voice}", bullet]
        )
        return len(lines)
    at = heading + 1
    while at < len(lines) and lines[at].startswith("- "):
        at += 1
    lines.insert(at, bullet)
    return at + 1


@dataclass(frozen=True, slots=True)
class Figures:
    """The topics with the counts of out-of-scope examples."""

    topics: Mapping[str, Topic]
    near: int
    far: int

    def record(self) -> dict[str, Any]:
        """The contract of ``content stats --json``."""
        listed = {
            topic.id: {
                "verdict": topic.verdict,
                "phrasings": len(topic.phrasings),
                "basis": len(topic.basis),
                "sources": len(topic.sources),
                "reviewed": str(topic.reviewed),
            }
            for topic in self.topics.values()
        }
        return {"topics": listed, "out_of_scope": self.near + self.far}

    def table(self) -> Iterator[str]:
        """The same for reading, line by line."""
        topics = list(self.topics.values())
        yield _row("Bidang", [*VERDICTS, "semua", "contoh min", "median"])
        for category in dict.fromkeys(topic.category for topic in topics):
            yield _category_row(category, [t for t in topics if t.category == category])
        yield _category_row("semua", topics)
        yield ""
        confidence = Counter(topic.confidence for topic in topics)
        yield "Keyakinan: " + ", ".join(
            f"{name} {confidence[name]}" for name in ("high", "medium", "low")
        )
        bans = Counter(topic.ban for topic in topics if topic.ban)
        yield f"Larangan: tersurat {bans['tersurat']}, tafsir {bans['tafsir']}"
        voices = Counter(p.voice for topic in topics for p in topic.phrasings)
        yield f"Contoh pertanyaan: {sum(voices.values())} dari {len(voices)} suara"
        yield from (f"  {voice}: {count}" for voice, count in voices.most_common())
        yield f"Di luar cakupan: {self.near + self.far} (dekat {self.near}, jauh {self.far})"


def figures(folder: Path) -> Figures:
    """Count a content folder. Raises `ContentError`."""
    kinds = Counter(example.label for example in load_out_of_scope(folder / "out-of-scope.tsv"))
    return Figures(load_topics(folder / "faq"), kinds[NEAR], kinds[FAR])


def _category_row(name: str, topics: list[Topic]) -> str:
    verdicts = Counter(topic.verdict for topic in topics)
    phrasings = [len(topic.phrasings) for topic in topics]
    cells = [*(verdicts[verdict] for verdict in VERDICTS), len(topics), min(phrasings)]  # type: ignore[index]
    return _row(name, [*map(str, cells), f"{median(phrasings):g}"])


def _row(name: str, cells: list[str]) -> str:
    return f"{name:<15}" + "".join(f"{cell:>12}" for cell in cells)
