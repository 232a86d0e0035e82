"""For whom and when: a topic as it is for one actor or phase, and when that must be asked first.

A bullet of "Berlaku untuk" or "Tahapan" may carry a verdict of its own. Doubt wins: what a message
merely mentions may make an answer harsher at once, but milder only after the person has chosen.
"""

from dataclasses import dataclass, replace

from bot.chat.wording import Wording
from bot.knowledge.topics import Labelled, Topic, Verdict
from bot.limits import TYPED_CHOICES

_HARSHNESS: dict[Verdict, int] = {"boleh": 0, "info": 0, "bersyarat": 1, "belum-jelas": 2}
_HARSHEST = 3
_GROUPS = ("PNS", "PPPK", "CPNS", "Honorer")
_PERMITS = ("boleh", "bersyarat")
_MOST = TYPED_CHOICES - 1  # the last place is for "Lainnya"


@dataclass(frozen=True, slots=True)
class Asker:
    """What is known of the question: actor and phase that the message ``stated``, and the actor
    that the person has ``chosen`` for the day. Empty where unknown."""

    stated: str = ""
    chosen: str = ""
    phase: str = ""

    @property
    def actor(self) -> str:
        return self.stated or self.chosen


def own_line(topic: Topic, asker: Asker) -> tuple[str, Labelled] | None:
    """The actor or phase whose own verdict the answer must lead with, the harshest if both do."""
    found = [
        (name, bullet)
        for name, bullet in (
            (asker.actor, _differing(topic, topic.actors, asker.actor)),
            (asker.phase, _differing(topic, topic.phases, asker.phase)),
        )
        if bullet and (_is_harsher(topic, bullet) or name == asker.chosen)
    ]
    return max(found, key=lambda one: _harshness(one[1].verdict), default=None)


def to_ask(topic: Topic, asker: Asker) -> tuple[str, ...]:
    """The actors to offer before answering; empty where the answer can be given."""
    if asker.actor:
        bullet = _differing(topic, topic.actors, asker.actor)
        is_mentioned_only = bullet is not None and asker.actor != asker.chosen
        offered = dict.fromkeys((asker.actor, *_GROUPS))
        return tuple(offered) if is_mentioned_only else ()
    turns = any(
        bullet.verdict not in (None, topic.verdict) and set(bullet.labels) & set(_GROUPS)
        for bullet in topic.actors
    )
    if topic.verdict not in _PERMITS or not turns:
        return ()
    concerned = (
        label
        for bullet in topic.actors
        for label in bullet.labels
        if label in _GROUPS or bullet.verdict is None
    )
    return tuple(dict.fromkeys(concerned))[:_MOST]


def seen_by(topic: Topic, name: str, bullet: Labelled, wording: Wording) -> Topic:
    """The topic with the verdict of one actor or phase in place of its own.

    What argues for the topic's own verdict (answer, reason, conditions) is left out.
    """
    verdict = bullet.verdict or topic.verdict
    if bullet in topic.phases:
        whom = wording.say("ask.whom.phase", phase=name.lower())
    else:
        whom = wording.say("ask.whom.actor", actor=name)
    banned = verdict == "tidak"
    return replace(
        topic,
        verdict=verdict,
        headline=str(wording.say(f"ask.own.{verdict}", whom=whom)),
        answer=bullet.text[:1].upper() + bullet.text[1:],
        reason=(),
        conditions=(),
        actors=(),
        sanctions=tuple(s for s in topic.sanctions if banned and "Tidak ada" not in s.labels),
    )


def _differing(topic: Topic, bullets: tuple[Labelled, ...], name: str) -> Labelled | None:
    """The bullet for this name, where it carries another verdict than the topic."""
    bullet = next((b for b in bullets if name in b.labels), None)
    return bullet if bullet and bullet.verdict not in (None, topic.verdict) else None


def _is_harsher(topic: Topic, bullet: Labelled) -> bool:
    return _harshness(bullet.verdict) > _harshness(topic.verdict)


def _harshness(verdict: Verdict | None) -> int:
    return _HARSHNESS.get(verdict, _HARSHEST) if verdict else 0
