"""Scoring a question file: ``question TAB topics TAB kind`` under a header.

Several topics are separated by ``;``. Kinds: ``in`` (has topics), ``near`` and ``far`` (out of
scope), ``danger`` (an answer is wrong; a rule, a menu or silence is right).
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.errors import OperatorError
from bot.knowledge.encoder import UNHURRIED
from bot.knowledge.matcher import Match, Matcher
from bot.knowledge.topics import Topic

KINDS = ("in", "near", "far", "danger")
_PERMISSIVE = ("boleh", "bersyarat")
_CONFUSIONS = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the file."""

    text: str
    topics: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A question with what the matcher made of it, and how long that took in milliseconds."""

    asked: Asked
    match: Match
    took: float

    @property
    def is_right(self) -> bool:
        return self.match.topic in self.asked.topics

    @property
    def ranks(self) -> list[bool]:
        return [candidate in self.asked.topics for candidate in self.match.candidates]

    @property
    def is_solved(self) -> bool:
        """The right topic is shown at once or one tap away."""
        offered = set(self.match.candidates)
        if self.match.outcome == "answer":
            return self.is_right
        if self.match.outcome == "ask_back" and self.match.ask:
            offered = {choice.topic for choice in self.match.ask.choices}
        return self.match.outcome in ("menu", "ask_back") and bool(offered & set(self.asked.topics))


@dataclass(frozen=True, slots=True)
class Share:
    """A count of a total with its 95 % interval (Wilson)."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0

    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.96, self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5 / (1 + z * z / n)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.value:6.3f}  [{low:.3f}, {high:.3f}]  {self.hits}/{self.total}"


def share(items: Iterable[Scored], hit: Callable[[Scored], bool]) -> Share:
    found = [hit(item) for item in items]
    return Share(sum(found), len(found))


def read_questions(path: Path, topics: Mapping[str, Topic]) -> list[Asked]:
    """Raises `OperatorError` with the line number."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OperatorError(f"Berkas {path} tidak dapat dibaca: {error.strerror}.") from error
    found = []
    for number, line in enumerate(lines[1:], 2):
        columns = line.split("\t")
        named = tuple(filter(None, columns[1].split(";"))) if len(columns) == 3 else ()
        if len(columns) != 3 or columns[2] not in KINDS or (columns[2] == "in") != bool(named):
            raise OperatorError(
                f"{path}:{number}: tulis pertanyaan, tab, topik, tab, {'|'.join(KINDS)}."
            )
        if unknown := set(named) - set(topics):
            raise OperatorError(f"{path}:{number}: topik {', '.join(sorted(unknown))} tidak ada.")
        found.append(Asked(columns[0], named, columns[2]))
    if not found:
        raise OperatorError(f"{path}: tidak ada pertanyaan di bawah baris judulnya.")
    return found


async def score(matcher: Matcher, asked: Sequence[Asked], *, encoder: bool = True) -> list[Scored]:
    """Every question through the matcher, one after the other."""
    results = []
    for item in asked:
        start = time.perf_counter()
        match = await matcher.answer(item.text, UNHURRIED) if encoder else matcher.match(item.text)
        results.append(Scored(item, match, (time.perf_counter() - start) * 1_000))
    return results


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is promised about the matcher, as shares."""

    top1: Share
    top3: Share
    coverage: Share
    precision: Share
    wrong_verdict: Share
    wrong_boleh: Share
    solved: Share
    far_answered: Share
    far_menu: Share
    near_answered: Share
    near_menu: Share
    danger_answered: Share


def figures(scored: Sequence[Scored], topics: Mapping[str, Topic]) -> Figures:
    kinds = {kind: [item for item in scored if item.asked.kind == kind] for kind in KINDS}
    inside = kinds["in"]
    direct = [item for item in inside if _is_answer(item)]
    return Figures(
        top1=share(inside, lambda item: any(item.ranks[:1])),
        top3=share(inside, lambda item: any(item.ranks)),
        coverage=share(inside, _is_answer),
        precision=share(direct, lambda item: item.is_right),
        wrong_verdict=share(inside, lambda item: _wrong_verdict(item, topics)),
        wrong_boleh=share(inside, lambda item: _wrong_boleh(item, topics)),
        solved=share(inside, lambda item: item.is_solved),
        far_answered=share(kinds["far"], _is_answer),
        far_menu=share(kinds["far"], _is_menu),
        near_answered=share(kinds["near"], _is_answer),
        near_menu=share(kinds["near"], _is_menu),
        danger_answered=share(kinds["danger"], _is_answer),
    )


def _is_answer(item: Scored) -> bool:
    return item.match.outcome == "answer"


def _is_menu(item: Scored) -> bool:
    return item.match.outcome in ("menu", "ask_back")


def _wrong_verdict(item: Scored, topics: Mapping[str, Topic]) -> bool:
    """A direct answer whose verdict is the verdict of none of the right topics."""
    if not _is_answer(item) or item.is_right or item.match.topic is None:
        return False
    return topics[item.match.topic].verdict not in _verdicts(item, topics)


def _wrong_boleh(item: Scored, topics: Mapping[str, Topic]) -> bool:
    """*Boleh* or *bersyarat* where the truth is *tidak*."""
    wrong = _wrong_verdict(item, topics) and "tidak" in _verdicts(item, topics)
    return wrong and topics[item.match.topic or ""].verdict in _PERMISSIVE


def _verdicts(item: Scored, topics: Mapping[str, Topic]) -> set[str]:
    return {topics[topic].verdict for topic in item.asked.topics}


def report(matcher: Matcher, topics: Mapping[str, Topic], path: Path) -> str:
    """All figures of a question file, with and without the encoder, as text for a terminal."""
    asked = read_questions(path, topics)
    alone = asyncio.run(score(matcher, asked, encoder=False))
    parts = [f"{path}: {len(asked)} pertanyaan", table("Tanpa enkoder", alone, topics)]
    if matcher.has_encoder:
        both = asyncio.run(score(matcher, asked))
        parts += [table("Dengan enkoder", both, topics), _by_category(both, topics)]
        parts += [_by_outcome(both), _confusions(both)]
    else:
        parts += [_by_category(alone, topics), _by_outcome(alone), _confusions(alone)]
    return "\n\n".join(parts)


def table(title: str, scored: Sequence[Scored], topics: Mapping[str, Topic]) -> str:
    """The figures of `Figures`, one a line, and the time a question took."""
    found = figures(scored, topics)
    lines = [f"{title:16s}  nilai   [selang 95 %]"]
    lines += [f"{name:16s} {getattr(found, name)}" for name in Figures.__slots__]
    half, most = np.percentile([item.took for item in scored], [50, 99])
    return "\n".join([*lines, f"{'latency ms':16s}  p50 {half:.2f}  p99 {most:.2f}"])


def _by_category(scored: Sequence[Scored], topics: Mapping[str, Topic]) -> str:
    groups: defaultdict[str, list[Scored]] = defaultdict(list)
    for item in scored:
        if item.asked.topics:
            groups[topics[item.asked.topics[0]].category].append(item)
    lines = ["bidang              n  top-1  langsung  terjawab"]
    for name, items in sorted(groups.items()):
        top = share(items, lambda item: any(item.ranks[:1])).value
        direct, solved = share(items, _is_answer).value, share(items, _solved).value
        lines.append(f"{name:16s} {len(items):4d}  {top:.3f}     {direct:.3f}     {solved:.3f}")
    return "\n".join(lines)


def _solved(item: Scored) -> bool:
    return item.is_solved


def _by_outcome(scored: Sequence[Scored]) -> str:
    counts: Counter[tuple[str, str]] = Counter(
        (item.asked.kind, item.match.outcome) for item in scored
    )
    outcomes = ("answer", "ask_back", "menu", "abstain", "rule")
    lines = ["jenis   " + "".join(f"{outcome:>10s}" for outcome in outcomes)]
    lines += [
        f"{kind:8s}" + "".join(f"{counts[kind, outcome]:10d}" for outcome in outcomes)
        for kind in KINDS
    ]
    return "\n".join(lines)


def _confusions(scored: Sequence[Scored]) -> str:
    """Which topic was taken for which, most frequent first; an asterisk marks direct answers."""
    pairs: Counter[tuple[str, str]] = Counter()
    answered: set[tuple[str, str]] = set()
    for item in scored:
        if item.asked.topics and item.match.candidates and not item.ranks[0]:
            pair = (item.asked.topics[0], item.match.candidates[0])
            pairs[pair] += 1
            answered |= {pair} if _is_answer(item) else set()
    lines = ["tertukar (seharusnya → terbaca)"]
    lines += [
        f"{count:3d}{'*' if pair in answered else ' '} {pair[0]} → {pair[1]}"
        for pair, count in pairs.most_common(_CONFUSIONS)
    ]
    return "\n".join(lines)
