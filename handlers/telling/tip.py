"""Telling: from the first sentence of a story to "Tersimpan".

The form is data (content/tip-form.yaml). This module takes every message and every button of the
flow and hands it on: consent here, answers `form`, who reads `reader`, what exposes the
writer `exposure`, the summary `review`, sending `sending`. The state is a `draft`.
"""

from dataclasses import replace

from bot.chat.addressed import ForgetNudges
from bot.chat.conversation import Outcome, State
from bot.chat.messages import Attachment, Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.tips.phrases import Phrases
from handlers.ports import Ports
from handlers.telling import (
    buttons,
    consent,
    draft,
    evidence,
    exposure,
    form,
    review,
    sending,
)
from handlers.words import means, wants_no_notices, wants_out

FLOW = draft.FLOW
_STORY_WORDS = 6  # "saya mau lapor" is no story yet


async def start(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/sampaikan``, or "Sampaikan informasi tanpa nama" under an answer: nothing goes with it."""
    if state.flow:
        return draft.unfinished(state, ports)
    return await begin(state, incoming, ports, incoming.argument if incoming.command else "")


async def begin(
    state: State,
    incoming: Incoming,
    ports: Ports,
    story: str = "",
    files: tuple[Attachment, ...] = (),
) -> Outcome:
    """Show what will happen and wait for agreement; story and files are held, not yet used."""
    if closed := await ports.tips_closed():
        return Outcome(state, (Outgoing(ports.wording.say(f"tip.closed.{closed}")),))
    told = story if _tells(story, ports) else ""
    return await consent.ask(state, incoming, ports, told, files)


def _tells(text: str, ports: Ports) -> bool:
    """Whether a first message says more than that somebody wants to tell."""
    if len(text.split()) > _STORY_WORDS:
        return True
    story = ports.stories.read(text, ports.clock.today())
    return bool(story.who or story.category or story.link)


# Buttons


async def step(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A button of the form, or of an older form."""
    if state.flow != FLOW:
        anew = Choice(ports.wording.plain("tip.choices.anew"), "tell")
        choices = () if state.flow else (anew,)
        return Outcome(state, (Outgoing(ports.wording.say("tip.stale"), choices),))
    if draft.is_dead(state, ports):
        return draft.died(state, ports)
    state = draft.touched(state, ports)
    name, _, argument = (incoming.choice or "").removeprefix("tip:").partition(":")
    if name.startswith("file-"):
        return await _file_choice(state, incoming, ports)
    if name == "resume":
        return await _resume(state, incoming, ports)
    if "answers" not in state.data:
        return await consent.pressed(state, incoming, ports, name)
    outcome = await buttons.pressed(state, incoming, ports, name, argument)
    return outcome or await form.again(state, incoming, ports, Text())


async def _resume(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """The last question again."""
    if "answers" not in state.data:
        return await consent.ask(state, incoming, ports, *consent.held(state))
    return await form.again(state, incoming, ports, Text())


def late(state: State, ports: Ports) -> tuple[State, str]:
    """What was written before "Lanjutkan?", and the draft that goes on with it."""
    if state.flow != FLOW or "late" not in state.data or draft.is_dead(state, ports):
        return state, ""
    kept = {name: value for name, value in state.data.items() if name != "late"}
    return draft.touched(replace(state, data=kept), ports), state.data["late"]


# Messages


async def hear(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """A typed message or a file; None when it asks something instead of answering."""
    if draft.is_dead(state, ports):
        return draft.died(state, ports)
    if incoming.attachments:
        return await _files(draft.touched(state, ports), incoming, ports)
    if state.data.get("editing") and means(incoming.text, "never_mind", ports):
        return await form.back(draft.touched(state, ports), incoming, ports)
    if leave := _leaving(state, incoming, ports):
        return leave
    if "late" in state.data or draft.is_cold(state, ports):
        return _remind(draft.touched(state, ports), incoming, ports)
    state = draft.touched(state, ports)
    if "answers" not in state.data:
        return await consent.heard(state, incoming, ports)
    if means(incoming.text, "back", ports):
        return await form.back(state, incoming, ports)
    if state.step == "more":
        return await form.add_to_story(state, incoming, ports)
    if ports.form.find(state.step):
        return await _helped(state, incoming, ports) or await form.heard(state, incoming, ports)
    return await _beside_the_form(state, incoming, ports)


async def _helped(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """ "Bantuan" or "contoh" at a question."""
    key = f"tip.fields.{state.step}.help"
    if not means(incoming.text, "help", ports) or not ports.wording.has(key):
        return None
    return await form.again(state, incoming, ports, ports.wording.say(key))


async def _beside_the_form(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """Words where buttons were offered: "ya" at the review, a question, or more of the story."""
    if state.step == review.STEP and means(incoming.text, "send", ports):
        version = review.seen(state)
        return await sending.send(state, incoming, ports, version, with_receipt=True)
    if state.step == review.STEP and means(incoming.text, "yes", ports):
        return await form.again(state, incoming, ports, ports.wording.say("tip.review.say_send"))
    if state.step == review.STEP and means(incoming.text, "no", ports):
        return review.edit(state, ports)
    if corrects(incoming.text, ports):
        return review.edit(state, ports, ports.wording.say("tip.review.correct"))
    if state.step == exposure.STEP:
        for name in ("keep", "cut", "change"):
            if means(incoming.text, name, ports):
                return await buttons.pressed(state, incoming, ports, name, "")
    if form.asks(incoming.text, ports):
        return None
    if form.tells_more(incoming.text):
        return await form.add_to_story(state, incoming, ports)
    return await form.again(state, incoming, ports, ports.wording.say("tip.pick"))


def takes_story(state: State) -> bool:
    """Whether a message of any kind is welcome as (more of) the story."""
    return state.step in ("story", "more") or "answers" not in state.data


def _leaving(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    if wants_out(incoming, ports):
        left = draft.left(state, ports, "tip.cancelled")
        stopped = (ForgetNudges(),) if wants_no_notices(incoming, ports) else ()
        return replace(left, effects=(*left.effects, *stopped))
    if means(incoming.text, "afraid", ports):
        return draft.left(state, ports, "tip.afraid")
    return None


def _remind(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Somebody comes back after a while: is it the same person, and does he want to go on?"""
    whole = "\n".join(filter(None, [state.data.get("late"), incoming.text]))
    choices = (
        Choice(ports.wording.plain("start.unfinished.resume"), "tip:resume"),
        Choice(ports.wording.plain("start.unfinished.leave"), "tip:cancel"),
    )
    said = Outgoing(ports.wording.say("tip.reminder"), choices)
    return Outcome(state.at(state.step, late=whole), (said,))


# Files


async def _files(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Files at any time; what was written beside them counts as a message."""
    if "answers" not in state.data:
        return consent.hold_more(state, incoming, ports)
    taken = await evidence.received(state, incoming, ports)
    if incoming.text.strip():
        told = await hear(taken.state, replace(incoming, attachments=()), ports)
        if told and told.state.flow != FLOW:
            return replace(told, effects=(*taken.effects, *told.effects))
        taken = replace(taken, state=told.state) if told else taken
    return replace(taken, replies=tuple(_with_way_on(r, ports) for r in taken.replies))


def _with_way_on(said: Outgoing, ports: Ports) -> Outgoing:
    """ "Lanjut", so that five photos in a row do not repeat the question five times."""
    if said.choices:
        return said
    way_on = Choice(ports.wording.plain("tip.choices.go_on"), "tip:resume")
    return replace(said, choices=(way_on,))


async def _file_choice(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    outcome = await evidence.chose(state, incoming, ports)
    if outcome is None:
        return await form.again(state, incoming, ports, Text())
    if any(reply.choices for reply in outcome.replies):
        return outcome
    remark = join([reply.text for reply in outcome.replies])
    following = await form.again(outcome.state, incoming, ports, remark)
    return replace(following, effects=(*outcome.effects, *following.effects))


def corrects(text: str, ports: Ports) -> bool:
    """ "Salah, bukan Minggu tapi Sabtu": about what is written, not more of the story."""
    return Phrases(ports.wording.plain("tip.words.wrong")).begins(text)
