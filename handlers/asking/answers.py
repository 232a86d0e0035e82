"""A topic as messages: the answer on one screen, and the rest under "Selengkapnya"."""

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b

from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, bold, join
from bot.chat.wording import Wording
from bot.dates import say_date
from bot.knowledge.topics import Basis, Labelled, Topic
from bot.limits import ANSWER_LENGTH
from handlers.ports import Ports


@cache
def ticket(topic_id: str) -> str:
    """A short name of a topic for buttons, which hold 64 bytes at most."""
    return blake2b(topic_id.encode(), digest_size=4).hexdigest()


def by_ticket(ports: Ports, name: str) -> Topic | None:
    """The topic of a `ticket`; None for one that is no longer there."""
    return next((t for t in ports.topics.values() if ticket(t.id) == name), None)


def answer(
    ports: Ports, topic: Topic, *, candidates: Sequence[str] = (), actor: str = "", note: Text
) -> Outgoing:
    """The verdict of one topic: what a person reads first, in one message."""
    whole = _verdict(ports, topic, "", brief=False)
    brief = _is_long(whole)
    if actor or brief:
        whole = _verdict(ports, topic, actor, brief=brief)
    return Outgoing(join([whole, note]), _choices(ports.wording, topic, candidates))


def _verdict(ports: Ports, topic: Topic, actor: str, *, brief: bool) -> Text:
    """The answer; ``brief`` leaves the stage and the reason to "Selengkapnya"."""
    wording = ports.wording
    return join(
        [
            bold(topic.headline) + "\n" + wording.say("ask.answer.echo", question=topic.question),
            Text.plain(topic.answer),
            Text() if brief else _stage(ports, topic),
            _actor_line(wording, topic, actor),
            _titled(wording, "ask.answer.conditions", topic.conditions),
            Text() if brief else _reason(wording, topic),
            _sanctions(wording, topic),
            _caution(wording, topic),
            wording.say("ask.answer.basis", text=_short_basis(ports, topic.basis)),
            _footer(wording, topic, actor),
        ]
    )


def _is_long(whole: Text) -> bool:
    """Whether the whole answer would be more than one message."""
    return len(str(whole)) > ANSWER_LENGTH


def details(ports: Ports, topic: Topic) -> Outgoing:
    """Everything else a curator wrote about a topic."""
    wording = ports.wording
    was_brief = _is_long(_verdict(ports, topic, "", brief=False))
    parts = [
        bold(topic.question),
        *([_stage(ports, topic), _reason(wording, topic)] if was_brief else []),
        _titled(wording, "ask.answer.unsettled", topic.unsettled),
        _labelled(wording, "ask.more.actors", topic.actors),
        _labelled(wording, "ask.more.phases", topic.phases),
        _titled(wording, "ask.more.todo", topic.todo),
        _titled(wording, "ask.more.sentences", topic.sentences),
        _titled(wording, "ask.more.sources", [_full_basis(ports, b) for b in topic.basis]),
    ]
    choices = [Choice(ports.wording.plain("ask.choices.related"), f"rel:{ticket(topic.id)}")]
    return Outgoing(join(parts), tuple(choices))


def menu(ports: Ports, intro: Text, topic_ids: Iterable[str]) -> Outgoing:
    """Curated questions to choose from, never verdicts."""
    topics = [ports.topics[i] for i in topic_ids if i in ports.topics]
    choices = [Choice(topic.question, f"t:{ticket(topic.id)}") for topic in topics]
    none = Choice(ports.wording.plain("ask.choices.none"), "none")
    return Outgoing(intro, (*choices, none))


def _choices(wording: Wording, topic: Topic, candidates: Sequence[str]) -> tuple[Choice, ...]:
    others = ",".join(ticket(c) for c in candidates if c != topic.id)
    return (
        Choice(wording.plain("ask.choices.more"), f"more:{ticket(topic.id)}"),
        Choice(wording.plain("ask.choices.not_this"), f"not:{ticket(topic.id)}:{others}"),
        Choice(wording.plain("ask.choices.helpful"), f"ok:{ticket(topic.id)}"),
        Choice(wording.plain("ask.choices.actor"), f"who:{ticket(topic.id)}"),
    )


def _reason(wording: Wording, topic: Topic) -> Text:
    if not topic.reason:
        return Text()
    return wording.say("ask.answer.reason", text=" ".join(topic.reason))


def _stage(ports: Ports, topic: Topic) -> Text:
    """Which stage runs now, where the stage changes the answer."""
    stage = ports.reference.stages.stage_of(None, ports.clock.today()) if topic.phases else None
    return Text.plain(stage.sentence()) if stage else Text()


def _caution(wording: Wording, topic: Topic) -> Text:
    """Where authorities disagree: that they do, and the safe advice, which curators put last."""
    if not topic.unsettled:
        return Text()
    return wording.say("ask.answer.caution", text=topic.unsettled[-1])


def _titled(wording: Wording, key: str, lines: Sequence[str]) -> Text:
    if not lines:
        return Text()
    return join(
        [wording.say(key), *(wording.say("ask.more.line", text=line) for line in lines)], "\n"
    )


def _labelled(wording: Wording, key: str, bullets: Sequence[Labelled]) -> Text:
    if not bullets:
        return Text()
    return join([wording.say(key), *(_bullet(wording, bullet) for bullet in bullets)], "\n")


def _bullet(wording: Wording, bullet: Labelled) -> Text:
    labels = ", ".join(bullet.labels)
    if bullet.verdict is None:
        return wording.say("ask.more.labelled", labels=labels, text=bullet.text)
    verdict = wording.plain(f"ask.verdicts.{bullet.verdict}")
    return wording.say(
        "ask.more.labelled_verdict", labels=labels, verdict=verdict, text=bullet.text
    )


def _actor_line(wording: Wording, topic: Topic, actor: str) -> Text:
    bullet = next((b for b in topic.actors if actor in b.labels), None)
    if not actor or bullet is None:
        return Text()
    if bullet.verdict is None:
        return wording.say("ask.answer.actor", actor=actor, text=bullet.text)
    verdict = wording.plain(f"ask.verdicts.{bullet.verdict}")
    return wording.say("ask.answer.actor_verdict", actor=actor, verdict=verdict, text=bullet.text)


def _sanctions(wording: Wording, topic: Topic) -> Text:
    if not topic.sanctions:
        return Text()
    text = " ".join(f"{', '.join(s.labels)}: {s.text}" for s in topic.sanctions)
    return wording.say("ask.answer.sanction", text=text)


def _short_basis(ports: Ports, basis: Sequence[Basis]) -> str:
    names = [f"{ports.law[b.instrument].short} {b.article}".strip() for b in basis]
    return "; ".join(names) + "."


def _full_basis(ports: Ports, basis: Basis) -> str:
    return f"{ports.law[basis.instrument].short} {basis.article}: {basis.gist}".replace(" :", ":")


def _footer(wording: Wording, topic: Topic, actor: str) -> Text:
    named = [label for bullet in topic.actors if bullet.verdict is None for label in bullet.labels]
    actors = actor or ", ".join(named) or "ASN"
    return wording.say("ask.answer.footer", actors=actors, date=say_date(topic.reviewed))
