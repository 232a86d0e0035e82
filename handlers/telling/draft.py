"""A draft of a tip, as it lies in ``state.data``, sealed under the day's key.

``answers``: field -> {value, shown, said}, where ``said`` marks what the story answered; ``asked``:
fields answered by the person, in order, for "kembali"; ``at``: when it was last worked on;
``editing``: a field is asked from the review. Others: ``desk``, ``ids``, ``special``, ``kept``.
"""

from collections.abc import Mapping
from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Outgoing
from bot.limits import DRAFT_COLD, DRAFT_LIFE
from handlers.ports import Ports
from handlers.telling import evidence

FLOW = "tip"

Answers = Mapping[str, Mapping[str, Any]]


def answers(state: State) -> dict[str, dict[str, Any]]:
    """Field -> {value, shown, said}; empty before consent."""
    found: dict[str, dict[str, Any]] = state.data.get("answers", {})
    return found


def values(state: State) -> dict[str, Any]:
    """Field -> value, None where the person does not know."""
    return {name: answer["value"] for name, answer in answers(state).items()}


def said(state: State) -> set[str]:
    """The fields that the story answered."""
    return {name for name, answer in answers(state).items() if answer.get("said")}


def answered(state: State, name: str, value: Any, shown: str) -> State:
    """With the person's own answer to a field."""
    asked = [other for other in state.data.get("asked", []) if other != name]
    changed = {**answers(state), name: {"value": value, "shown": shown}}
    return state.at(state.step, answers=changed, asked=[*asked, name])


def without(state: State, *names: str) -> State:
    """Without these answers, or these other parts of the draft."""
    data = {name: value for name, value in state.data.items() if name not in names}
    kept = {name: answer for name, answer in answers(state).items() if name not in names}
    asked = [name for name in state.data.get("asked", []) if name not in names]
    return State(state.flow, state.step, {**data, "answers": kept, "asked": asked})


def touched(state: State, ports: Ports) -> State:
    """Worked on now."""
    return state.at(state.step, at=int(ports.clock.now()))


def is_cold(state: State, ports: Ports) -> bool:
    """Left so long that its writer is asked whether to go on."""
    return bool(ports.clock.now() - state.data.get("at", ports.clock.now()) > DRAFT_COLD)


def is_dead(state: State, ports: Ports) -> bool:
    """Older than a day: it is dropped, even if the key of its day is still there."""
    return bool(ports.clock.now() - state.data.get("at", ports.clock.now()) > DRAFT_LIFE)


def died(state: State, ports: Ports) -> Outcome:
    """Said to whoever comes back too late; nothing of the draft is left."""
    return left(state, ports, "tip.died", Choice(ports.wording.plain("tip.choices.anew"), "tell"))


def left(state: State, ports: Ports, key: str, *choices: Choice) -> Outcome:
    """Out of the form, with everything that was written or sent for it dropped."""
    said = Outgoing(ports.wording.say(key), choices)
    return Outcome(state.ended(), (said,), evidence.discarded(state))


def unfinished(state: State, ports: Ports) -> Outcome:
    """A form is open: nothing is lost by a stray command."""
    if state.flow == FLOW and is_dead(state, ports):
        return died(state, ports)
    choices = (
        Choice(ports.wording.plain("start.unfinished.resume"), f"{state.flow}:resume"),
        Choice(ports.wording.plain("start.unfinished.leave"), "leave"),
    )
    return Outcome(state, (Outgoing(ports.wording.say("start.unfinished.ask"), choices),))
