"""Consent: what will happen, before the first question; until then a story is only held."""

from dataclasses import replace
from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Attachment, Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST
from handlers.ports import Ports
from handlers.telling import draft, evidence, form, reader
from handlers.words import means

STEP = "consent"


async def ask(
    state: State, incoming: Incoming, ports: Ports, story: str, files: tuple[Attachment, ...]
) -> Outcome:
    """The consent text; where the story names a place that nobody attends, that comes instead."""
    if closed := await reader.closed_before(story, incoming, ports):
        return Outcome(state.ended(), (Outgoing(closed),))
    held_back = ports.wording.say("tip.consent.held") if story or files else Text()
    said = Outgoing(join([_text(incoming, ports), held_back]), _choices(ports))
    data = {**state.ended().data, **_holding(story, files)}
    return Outcome(draft.touched(State(draft.FLOW, STEP, data), ports), (said,))


def held(state: State) -> tuple[str, tuple[Attachment, ...]]:
    """The story and the files that wait for agreement."""
    return state.data.get("story", ""), evidence.noted(state.data.get("held_files", []))


async def pressed(state: State, incoming: Incoming, ports: Ports, name: str) -> Outcome:
    """A button before consent; any other than its own two shows the consent again."""
    if name == "agree":
        return await _agreed(state, incoming, ports)
    if name in ("decline", "cancel"):
        return draft.left(state, ports, "tip.declined")
    return await ask(state, incoming, ports, *held(state))


async def heard(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """Yes, no, a question (None), or more of the story."""
    if means(incoming.text, "yes", ports, beside="polite"):
        return await _agreed(state, incoming, ports)
    if means(incoming.text, "no", ports):
        return draft.left(state, ports, "tip.declined")
    if form.asks(incoming.text, ports):
        return None
    if not any(map(str.isalnum, incoming.text)):
        said = Outgoing(ports.wording.say("tip.no_words"), _choices(ports))
        return Outcome(state, (said,))
    return hold_more(state, incoming, ports)


def again(ports: Ports) -> Outgoing:
    """Asked once more after a question was answered, without the whole text."""
    return Outgoing(ports.wording.say("tip.consent.again"), _choices(ports))


def hold_more(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """The consent asked once more, with these words and files held too."""
    story, files = held(state)
    whole = "\n".join(filter(None, [story, incoming.text.strip()]))
    after = state.at(STEP, **_holding(whole, (*files, *incoming.attachments)))
    said = Outgoing(ports.wording.say("tip.consent.held_more"), _choices(ports))
    return Outcome(after, (said,))


async def _agreed(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Use what was held; files first, whose warnings want to be read before the next question."""
    story, files = held(state)
    fresh = State(draft.FLOW, "story", {**state.ended().data, "answers": {}, "asked": []})
    fresh = draft.touched(fresh, ports)
    told = await form.take_story(fresh, incoming, ports, story)
    if not files:
        return told
    taken = await evidence.received(told.state, replace(incoming, attachments=files), ports)
    offers = any(reply.choices for reply in taken.replies)
    replies = taken.replies if offers else (*taken.replies, *told.replies)
    return Outcome(taken.state, replies, (*told.effects, *taken.effects))


def _holding(story: str, files: tuple[Attachment, ...]) -> dict[str, Any]:
    listed = evidence.notes(files)
    return {**({"story": story} if story else {}), **({"held_files": listed} if files else {})}


def _text(incoming: Incoming, ports: Ports) -> Text:
    operator = ports.wording.say(
        f"tip.consent.operator.{ports.operator.mode}", name=ports.operator.name
    )
    stage = ports.reference.stages.stage_of(None, ports.clock.today())
    return ports.wording.say(
        "tip.consent.text",
        operator=operator,
        channel=ports.wording.plain(f"tip.consent.knows.{incoming.channel}"),
        looks=stage.kind.looks if stage else "",
        days=str(BODY_DAYS_AT_MOST),
        closed=str(BODY_DAYS_AFTER_CLOSING),
    )


def _choices(ports: Ports) -> tuple[Choice, ...]:
    return tuple(
        Choice(ports.wording.plain(f"tip.consent.choices.{name}"), f"tip:{name}")
        for name in ("agree", "decline")
    )
