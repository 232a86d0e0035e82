"""Everything a curator wrote, loaded and cross-checked once at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.chat.wording import Wording
from bot.desks.guide import Guide
from bot.errors import ContentError
from bot.fast_yaml import read_yaml
from bot.knowledge.law import Instrument, load_law
from bot.knowledge.matcher import Matcher
from bot.knowledge.reference import Reference
from bot.knowledge.topics import Topic, load_topics
from bot.tips.exposure import ExposureFinder
from bot.tips.form import Form
from bot.tips.place import Places
from bot.tips.receipts import ReceiptWords
from bot.tips.story import StoryReader


@dataclass(frozen=True, slots=True)
class Content:
    wording: Wording
    topics: Mapping[str, Topic]
    categories: Mapping[str, str]
    law: Mapping[str, Instrument]
    reference: Reference
    matcher: Matcher
    form: Form
    places: Places
    stories: StoryReader
    exposure: ExposureFinder
    words: ReceiptWords
    guide: Guide


def load_content(folder: Path, cache: Path, public_url: str = "") -> Content:
    """Read all of ``CONTENT_DIR``. Raises `ContentError` with file and line."""
    if not folder.is_dir():
        raise ContentError(
            f"{folder}:1: folder isi tidak ada atau tidak dapat dibaca. Periksa CONTENT_DIR."
        )
    topics = load_topics(folder / "faq")
    law = load_law(folder / "law" / "instruments.yaml")
    check_references(topics, law)
    places = Places.load(folder)
    return Content(
        Wording.load(folder / "wording"),
        topics,
        load_categories(folder / "categories.yaml", topics),
        law,
        Reference.load(folder, topics, law, public_url),
        Matcher.load(folder, topics, cache),
        Form.load(folder / "tip-form.yaml"),
        places,
        StoryReader.load(folder, places),
        ExposureFinder.load(folder),
        ReceiptWords.load(folder / "receipt-words.txt"),
        Guide.load(folder / "desk-guide.yaml"),
    )


def load_categories(path: Path, topics: Mapping[str, Topic]) -> dict[str, str]:
    """The categories in the order they are shown. Raises `ContentError` for one without a name."""
    try:
        named = {str(k): str(v) for k, v in read_yaml(path.read_text("utf-8")).items()}
    except (OSError, yaml.YAMLError, AttributeError) as error:
        raise ContentError(f"{path}:1: daftar bidang tidak dapat dibaca ({error}).") from error
    for topic in topics.values():
        if topic.category not in named:
            raise ContentError(f"{topic.path}:1: bidang {topic.category} belum ada di {path.name}.")
    return named


def check_references(topics: Mapping[str, Topic], law: Mapping[str, Instrument]) -> None:
    """Every related topic and every cited instrument must exist. Raises `ContentError`."""
    for topic in topics.values():
        for name in topic.related:
            if name not in topics:
                raise ContentError(
                    f"{topic.path}:{_line(topic, name)}: topik terkait {name} tidak ada."
                )
        for basis in topic.basis:
            if basis.instrument not in law:
                line = _line(topic, basis.instrument)
                raise ContentError(
                    f"{topic.path}:{line}: peraturan {basis.instrument} tidak ada di daftar."
                )


def _line(topic: Topic, word: str) -> int:
    """Where a word stands in the topic's file."""
    lines = topic.path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if word in line), 1)
