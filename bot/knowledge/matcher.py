"""From a chat message to one of five outcomes: rule, answer, ask back, menu, abstain."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from bot.knowledge import encoder as encoding
from bot.knowledge import facets as stating
from bot.knowledge.askback import AskBack, load_ask_backs
from bot.knowledge.building import Material, load_or_train
from bot.knowledge.calibration import signals
from bot.knowledge.encoder import Encoder
from bot.knowledge.facets import Facets, Value
from bot.knowledge.features import Floats
from bot.knowledge.model import Model, Opinion
from bot.knowledge.normalise import Normaliser, clean
from bot.knowledge.policy import Decision, Evidence, decide
from bot.knowledge.rules import Ruled, Rules
from bot.knowledge.topics import Topic
from bot.knowledge.training import views_of

Outcome = Literal["answer", "ask_back", "menu", "abstain", "rule"]
HOPELESS = 0.02  # below this chance the encoder is not asked


@dataclass(frozen=True, slots=True)
class Match:
    """What to do with a message. ``candidates``: topic ids, best first, at most three.

    ``rule`` may accompany an answer too (being forced by a superior, several questions in one).
    """

    outcome: Outcome
    topic: str | None
    candidates: tuple[str, ...]
    confidence: float
    rule: str | None = None
    ask: AskBack | None = None
    actor: str | None = None
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """A message on its way through the matcher."""

    text: str  # cleaned
    length: int  # words
    stated: tuple[Value, ...]
    scores: Floats  # the lexical head's, per class
    nearest: Floats


class Matcher:
    """Matches messages with topics. `match` is lexical only; `answer` asks the encoder in doubt."""

    def __init__(
        self,
        model: Model,
        normaliser: Normaliser,
        topics: Mapping[str, Topic],
        asks: Mapping[frozenset[str], AskBack],
        facets: Facets,
        rules: Rules,
        encoder: Encoder | None,
    ) -> None:
        self._model = model
        self._normaliser = normaliser
        self._verdicts = {topic.id: topic.verdict for topic in topics.values()}
        self._asks = asks
        self._facets = facets
        self._coverage = model.coverage
        self._rules = rules
        self._encoder = encoder if model.second else None

    @classmethod
    def load(cls, content: Path, topics: Mapping[str, Topic], cache: Path) -> "Matcher":
        """Loads the trained model from ``cache``, training it first when it is missing or stale.

        Training takes 5 to 20 seconds. Raises `ContentError` for a faulty content file.
        """
        material = Material.load(content, topics)
        return cls(
            load_or_train(material, cache),
            material.normaliser,
            topics,
            load_ask_backs(content / "faq" / "ask-back.yaml", topics),
            material.facets,
            Rules.load(content / "rules.yaml", topics),
            Encoder.load(),
        )

    @property
    def version(self) -> str:
        """Which content and which numbers the outcomes come from."""
        return self._model.stamp

    @property
    def has_encoder(self) -> bool:
        """Whether a second opinion is possible here."""
        return self._encoder is not None

    def match(self, text: str) -> Match:
        """The outcome without the encoder: in the doubt band it never answers directly."""
        ruled = self._rules.find(text)
        if ruled and ruled.question is None:
            return _by_rule(ruled)
        question = self._read(ruled.question if ruled and ruled.question else text)
        return self._noted(
            self._judge(question, question.scores, self._model.opinions.alone), ruled
        )

    async def answer(self, text: str, deadline: float | None = None) -> Match:
        """The outcome with the encoder as second opinion, where it is in doubt and in time."""
        ruled = self._rules.find(text)
        if ruled and ruled.question is None:
            return _by_rule(ruled)
        question = self._read(ruled.question if ruled and ruled.question else text)
        found = self._judge(question, question.scores, self._model.opinions.alone)
        if self._in_doubt(found):
            found = await self._second_opinion(question, deadline) or found
        return self._noted(found, ruled)

    def _read(self, text: str) -> _Question:
        cleaned = clean(text)
        typed, normalised = views_of(cleaned, self._normaliser)
        near = self._model.head.nearness(self._model.views.row(typed, normalised))
        return _Question(
            cleaned,
            len(typed),
            self._facets.stated(cleaned),
            self._model.head.scores(near),
            np.maximum.reduceat(near, self._model.firsts),
        )

    def _in_doubt(self, found: Match) -> bool:
        return (
            self._encoder is not None
            and found.outcome != "answer"
            and found.confidence >= HOPELESS
            and bool(found.candidates)
        )

    async def _second_opinion(self, question: _Question, deadline: float | None) -> Match | None:
        second, together = self._model.second, self._model.opinions.together
        if self._encoder is None or second is None or together is None:
            return None
        vector = await self._encoder.soon(question.text, deadline)
        if vector is None:
            return None
        other = second.head.scores(encoding.centred(vector, second.mean))
        return self._judge(question, np.float32(0.5) * (question.scores + other), together)

    def _judge(self, question: _Question, scores: Floats, opinion: Opinion) -> Match:
        found = signals(scores[None], question.nearest[None], self._model.topics, [question.length])
        order = found.order[0]
        candidates = tuple(self._model.labels[number] for number in order)
        ask = self._ask_back(candidates, question)
        evidence = Evidence(
            chance=float(opinion.calibration.first.chance(found.values)[0]),
            chance_of_three=float(opinion.calibration.three.chance(found.values)[0]),
            scores=[float(scores[number]) for number in order],
            verdicts=[self._verdicts[topic] for topic in candidates],
            misses_facet=self._coverage.misses(question.stated, candidates),
            can_ask=ask is not None,
        )
        return self._match(
            question, candidates, evidence, decide(evidence, opinion.thresholds), ask
        )

    def _match(
        self,
        question: _Question,
        candidates: tuple[str, ...],
        evidence: Evidence,
        decision: Decision,
        ask: AskBack | None,
    ) -> Match:
        return Match(
            decision,
            candidates[0] if decision == "answer" else None,
            candidates,
            evidence.chance,
            ask=ask if decision == "ask_back" else None,
            actor=stating.one_of(question.stated, stating.ACTOR),
            phase=stating.one_of(question.stated, stating.PHASE),
        )

    def _ask_back(self, candidates: tuple[str, ...], question: _Question) -> AskBack | None:
        """The ask-back of the two best, unless the message already states the facet."""
        ask = self._asks.get(frozenset(candidates[:2]))
        return None if ask is None or ask.is_stated(question.text) else ask

    def _noted(self, found: Match, ruled: Ruled | None) -> Match:
        """Adds what a rule noticed about a message that is matched nevertheless."""
        if ruled is None:
            return found
        if ruled.topic is None:
            return replace(found, rule=ruled.name)
        if ruled.topic not in found.candidates:
            return found
        if found.candidates[0] == ruled.topic and found.outcome in ("menu", "ask_back"):
            return replace(found, outcome="answer", topic=ruled.topic, ask=None, rule=ruled.name)
        return replace(found, rule=ruled.name)


def _by_rule(ruled: Ruled) -> Match:
    return Match("rule", None, (), 1.0, rule=ruled.name)
