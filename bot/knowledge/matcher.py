"""From a chat message to one of five outcomes: rule, answer, ask back, menu, abstain."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bot.knowledge.askback import AskBack, load_ask_backs
from bot.knowledge.features import Vocabulary
from bot.knowledge.linear import Head, kernel, primal, solve
from bot.knowledge.normalise import Normaliser, clean, load_slang, words
from bot.knowledge.topics import Topic
from bot.limits import MENU_SIZE

Outcome = Literal["answer", "ask_back", "menu", "abstain", "rule"]


@dataclass(frozen=True, slots=True)
class Match:
    """What to do with a message. ``candidates``: topic ids, best first, at most three."""

    outcome: Outcome
    topic: str | None
    candidates: tuple[str, ...]
    confidence: float
    rule: str | None = None
    ask: AskBack | None = None
    actor: str | None = None
    phase: str | None = None


class Matcher:
    """First, plain version: words and n-grams only."""

    def __init__(self, labels: list[str], vocabulary: Vocabulary, head: Head, asks: Mapping[frozenset[str], AskBack], verdicts: Mapping[str, str]) -> None:
        self._labels, self._vocabulary, self._head = labels, vocabulary, head
        self._asks, self._verdicts = asks, verdicts

    @classmethod
    def load(cls, content: Path, topics: Mapping[str, Topic], cache: Path) -> "Matcher":
        file = cache / "plain.npz"
        labels = sorted(topics)
        stamp = str(sum(len(t.phrasings) for t in topics.values()))
        if file.exists():
            saved = np.load(file)
            if str(saved["stamp"]) == stamp:
                names = bytes(saved["names"]).decode().split("\n")
                return cls(labels, Vocabulary(names, saved["rarity"]), Head(saved["codes"], saved["scales"]), load_ask_backs(content / "faq" / "ask-back.yaml", topics), {t.id: t.verdict for t in topics.values()})
        texts, owners = [], []
        for topic in topics.values():
            for text in (topic.question, *(p.text for p in topic.phrasings)):
                texts.append(words(clean(text)))
                owners.append(labels.index(topic.id))
        vocabulary = Vocabulary.learn(texts)
        rows = vocabulary.rows(texts)
        targets = np.zeros((len(texts), len(labels)), dtype=np.float32)
        targets[np.arange(len(texts)), owners] = 1
        alpha = solve(kernel(rows), targets, 1.0, ["a"]*len(texts)).alpha
        head = Head.pack(primal(rows, alpha))
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(file, stamp=stamp, names=np.frombuffer("\n".join(vocabulary.names).encode(), dtype=np.uint8), rarity=vocabulary.rarity, codes=head.codes, scales=head.scales)
        return cls(labels, vocabulary, head, load_ask_backs(content / "faq" / "ask-back.yaml", topics), {t.id: t.verdict for t in topics.values()})

    def match(self, text: str) -> Match:
        scores = self._head.scores(*self._vocabulary.row(words(clean(text))))
        order = np.argsort(-scores, kind="stable")[:MENU_SIZE]
        best = tuple(self._labels[i] for i in order)
        top, second = float(scores[order[0]]), float(scores[order[1]])
        confidence = max(0.0, min(1.0, top))
        if top < 0.12:
            return Match("abstain", None, best, confidence)
        ask = self._asks.get(frozenset(best[:2]))
        if top > 0.45 and top - second > 0.2:
            return Match("answer", best[0], best, confidence)
        if ask and second > 0.15:
            return Match("ask_back", None, best, confidence, ask=ask)
        return Match("menu", None, best, confidence)

    async def answer(self, text: str) -> Match:
        return self.match(text)
