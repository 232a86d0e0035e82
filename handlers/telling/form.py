"""Answering: story first, then only what is missing, one thing at a time.

What the story says is shown once and can be corrected; what was typed in several messages is put
together; a question in between is left to `handlers.aside`.
"""

import asyncio
from dataclasses import replace
from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.limits import ANSWER_WORDS, STORY_MIN
from bot.tips.form import Field
from handlers.ports import Ports
from handlers.telling import circle, draft, exposure, fields, reader, review
from handlers.telling.fields import Answer, Unclear

_QUESTION_WORDS = 25  # a longer message tells, whatever its shape
_SHORTEST_QUESTION = 3


async def onward(
    state: State, incoming: Incoming, ports: Ports, remark: Text | None = None
) -> Outcome:
    """The next thing: a missing answer, who reads, what exposes the writer, then the review."""
    remark = remark or Text()
    state = draft.without(state, "editing")
    if "place" in draft.answers(state) and (nobody := await reader.nobody(state, incoming, ports)):
        return nobody
    state, remark, short = _alerted(state, ports, remark)
    today = ports.clock.today()
    missing = ports.form.missing(draft.values(state), draft.said(state), today, short=short)
    if missing:
        return ask(state, ports, missing, remark)
    if "desk" not in state.data:
        state, said = await reader.choose(state, incoming, ports)
        if said:
            return Outcome(state, (replace(said, text=join([remark, said.text])),))
    if finding := await exposure.ask(state, ports, remark):
        return finding
    if few := circle.ask(state, ports, remark):
        return few
    return await review.show(state, ports, remark)


def _alerted(state: State, ports: Ports, remark: Text) -> tuple[State, Text, bool]:
    """Where a region is on alert: the local post is named once, and less is asked."""
    place = draft.values(state).get("place")
    alert = reader.on_alert(place["code"], ports) if place else None
    if alert is None or state.data.get("alerted"):
        return state, remark, alert is not None
    said = ports.wording.say("tip.alert", post=alert.posko) if alert.posko else Text()
    return state.at(state.step, alerted=True), join([remark, said]), True


def ask(state: State, ports: Ports, field: Field, remark: Text | None = None) -> Outcome:
    """Ask a field; the current answer is shown when there is one."""
    current = draft.answers(state).get(field.name)
    now = ports.wording.say("tip.current", value=current["shown"]) if current else Text()
    said = fields.question(field, ports)
    text = join([remark or Text(), now, said.text])
    beside = _beside(state, field, ports)
    return Outcome(state.at(field.name), (Outgoing(text, said.choices + beside),))


def _beside(state: State, field: Field, ports: Ports) -> tuple[Choice, ...]:
    """What may be done instead of answering: leave it, add to the story, correct what was said."""
    names = []
    if field.name in draft.answers(state):
        names = ["more", "leave"] if field.kind == "story" else ["leave"]
    elif state.data.get("fresh"):
        names = ["fix"]
    return tuple(Choice(ports.wording.plain(f"tip.choices.{n}"), f"tip:{n}") for n in names)


async def heard(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """A typed answer to the field that is asked; None when it asks something itself."""
    field, text = ports.form.field(state.step), incoming.text
    if field.kind == "story":
        whole = " ".join(filter(None, [state.data.get("begun"), text.strip()]))
        is_question = asks(text, ports) and not state.data.get("begun")
        return None if is_question else await take_story(state, incoming, ports, whole)
    if field.kind != "link" and (link := fields.only_link(text, ports)):
        return await _taken(state, incoming, ports, ports.form.field("link"), link)
    is_free = field.kind == "text"
    if is_free and asks(text, ports):
        return None
    if is_free and _goes_on(state, text, ports):
        return await add_to_story(state, incoming, ports)
    if field.kind == "place" and fields.names_only_a_day(text, ports):
        return await add_to_story(state, incoming, ports)
    result = fields.read(field, text, ports)
    if isinstance(result, Answer):
        return await _taken(state, incoming, ports, field, result)
    if not result.is_close and asks(text, ports):
        return None
    if not result.is_close and _goes_on(state, text, ports):
        return await add_to_story(state, incoming, ports)
    return _unclear(state, result)


def _unclear(state: State, result: Unclear) -> Outcome:
    return Outcome(state.at(state.step, **result.hold), (result.said,))


async def pressed(
    state: State, incoming: Incoming, ports: Ports, name: str, value: str
) -> Outcome | None:
    """A choice of any question of the form, also of an older one; None if it is not offered now."""
    field = ports.form.find(name)
    if field is None or not field.fits(draft.values(state)) or "answers" not in state.data:
        return None
    result = fields.chosen(field, value, ports, state.data)
    if result is None:
        return None
    return await _taken(state, incoming, ports, field, result)


async def skip(state: State, incoming: Incoming, ports: Ports, name: str) -> Outcome | None:
    """ "Tidak tahu, lewati"; None where something else is asked by now."""
    field = ports.form.find(name)
    if field is None or field.name != state.step:
        return None
    result = fields.skipped(field, ports)
    if isinstance(result, Unclear):
        return _unclear(state, result)
    return await _taken(state, incoming, ports, field, result)


async def _taken(
    state: State, incoming: Incoming, ports: Ports, field: Field, result: Answer
) -> Outcome:
    after = draft.answered(state, field.name, result.value, result.shown)
    stale = ("desk",) if field.name == "place" else ()
    after = draft.without(after, "fresh", "place_typed", *stale)
    return await onward(after, incoming, ports, result.remark)


async def back(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Kembali": to the review while something is edited, else to the question before."""
    asked: list[str] = state.data.get("asked", [])
    if state.data.get("editing") or not asked:
        if asked or state.data.get("editing"):
            return await onward(state, incoming, ports)
        return ask(state, ports, ports.form.field("story"))
    field = ports.form.field(asked[-1])
    earlier = state.at(state.step, asked=asked[:-1])
    return ask(draft.without(earlier, "desk"), ports, field)


async def again(state: State, incoming: Incoming, ports: Ports, remark: Text) -> Outcome:
    """The last question once more."""
    if field := ports.form.find(state.step):
        return ask(state, ports, field, remark)
    return await onward(state, incoming, ports, remark)


# The story


async def take_story(state: State, incoming: Incoming, ports: Ports, text: str) -> Outcome:
    """Read the story, keep what it says, and show that in one line each."""
    if not text.strip():
        return ask(state, ports, ports.form.field("story"))
    result = fields.read_story(text, ports)
    if isinstance(result, Unclear):
        begun = {"begun": text} if _worth_holding(text) else {}
        return Outcome(state.at("story", **begun), (result.said,))
    story = await asyncio.to_thread(ports.stories.read, text, ports.clock.today())
    found = fields.from_story(story, ports)
    own = {k: v for k, v in draft.answers(state).items() if not v.get("said") and k != "story"}
    fresh = {name: answer for name, answer in found.items() if name not in own}
    after = draft.answered(draft.without(state, "begun", *_said(state)), "story", text, text)
    answers = {"story": draft.answers(after)["story"], **own, **fresh}
    after = after.at(after.step, answers=answers, special=story.special, fresh=bool(fresh))
    return await onward(after, incoming, ports, _understood(state, fresh, story.special, ports))


async def add_to_story(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """One more message of the same story: nothing is lost, and nothing is taken for an answer."""
    told: str = draft.answers(state)["story"]["value"]
    whole = f"{told}\n{incoming.text.strip()}"
    result = fields.read_story(whole, ports)
    if isinstance(result, Unclear):
        said = ports.wording.say("tip.story_full", most=str(ports.form.field("story").most))
        return Outcome(state, (Outgoing(said),))
    outcome = await take_story(state, incoming, ports, whole)
    first, *rest = outcome.replies
    added = replace(first, text=join([ports.wording.say("tip.added"), first.text]))
    return replace(outcome, replies=(added, *rest))


def _said(state: State) -> list[str]:
    return [name for name, answer in draft.answers(state).items() if answer.get("said")]


def _worth_holding(text: str) -> bool:
    """A beginning that the next message goes on with, rather than a greeting."""
    return len(text.split()) > 1 and len(text.strip()) < STORY_MIN


def _understood(
    before: State, found: dict[str, dict[str, Any]], special: str | None, ports: Ports
) -> Text:
    """What is new in what was understood, and the proper channel of what has its own."""
    known = {name: answer["shown"] for name, answer in draft.answers(before).items()}
    new = {name: a for name, a in found.items() if known.get(name) != a["shown"]}
    lines = [
        ports.wording.say(
            "tip.review.line",
            name=ports.wording.plain(f"tip.fields.{field.name}.name"),
            value=new[field.name]["shown"],
        )
        for field in ports.form.fields
        if field.name in new
    ]
    told = join([ports.wording.say("tip.understood"), *lines], "\n") if lines else Text()
    if special and before.data.get("special") != special:
        return join([told, ports.wording.say(f"tip.other_route.{special}")])
    return told


# What kind of message it is


def asks(text: str, ports: Ports) -> bool:
    """Whether a message asks something instead of answering."""
    count = len(text.split())
    if count > _QUESTION_WORDS:
        return False
    marked = text.rstrip().endswith("?") and count >= _SHORTEST_QUESTION
    if not marked and not ports.form.questions.find(text):
        return False
    story = ports.stories.read(text, ports.clock.today())
    return not (story.who and (story.place or story.event))


def tells_more(text: str) -> bool:
    """Whether a message where nothing was asked has something to tell."""
    return len(text.strip()) >= STORY_MIN and len(text.split()) >= _SHORTEST_QUESTION


def _goes_on(state: State, text: str, ports: Ports) -> bool:
    """Whether a message goes on with the story: by its length, or right after it by its words."""
    if "story" not in draft.answers(state):
        return False
    if len(text.split()) >= ANSWER_WORDS:
        return True
    follows = state.data.get("asked", [])[-1:] == ["story"]
    return bool(follows and ports.form.continues.begins(text) and len(text.split()) > 1)
