"""What happens beside an open form: a question, a command, a danger; the form stays where it was.

Offers (to tell, to be notified) are no forms: anything else that is written ends them.
"""

from dataclasses import replace

from bot.chat.conversation import Handler, Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from handlers.asking import ask
from handlers.ports import Ports
from handlers.telling import consent, nudge, offer, tip
from handlers.words import danger

_LIGHT = (offer.FLOW, nudge.FLOW)
_NOT_HERE = ("tell", "greeting", "thanks", "human")  # rules that lead somewhere else


def set_down(state: State) -> State:
    """Without an offer that nobody took."""
    return state.ended() if state.flow in _LIGHT else state


def outside(handler: Handler[Ports]) -> Handler[Ports]:
    """A command or button of another part: it ends an offer, and leads back to an open form."""

    async def handle(state: State, incoming: Incoming, ports: Ports) -> Outcome:
        outcome = await handler(set_down(state), incoming, ports)
        if state.flow != tip.FLOW or outcome.state.flow != tip.FLOW or not outcome.replies:
            return outcome
        *before, last = outcome.replies
        return replace(outcome, replies=(*before, _with_way_back(last, ports)))

    return handle


def _with_way_back(said: Outgoing, ports: Ports) -> Outgoing:
    if any(choice.data.startswith("tip:") for choice in said.choices):
        return said
    back = Choice(ports.wording.plain("tip.choices.to_form"), "tip:resume")
    return replace(said, choices=(*said.choices, back))


async def step(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A typed message or a file while the form of a tip is open."""
    warning = _danger(incoming, ports)
    if warning and not tip.takes_story(state):
        return await _prefixed(warning, state, incoming, ports)
    outcome = await tip.hear(state, incoming, ports)
    if outcome is None:
        return await _answered(state, incoming, ports)
    if warning is None:
        return outcome
    return replace(outcome, replies=(warning, *outcome.replies))


async def pressed(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A button of the form; "Lanjutkan" takes up what was written before it, a question too."""
    if incoming.choice != "tip:resume":
        return await tip.step(state, incoming, ports)
    after, text = tip.late(state, ports)
    if text:
        return await step(after, replace(incoming, choice=None, text=text), ports)
    return await tip.step(after, incoming, ports)


def _danger(incoming: Incoming, ports: Ports) -> Outgoing | None:
    """What to do first when somebody is in danger, also in the middle of a form."""
    if not incoming.text or incoming.choice:
        return None
    return danger(ports.matcher.match(incoming.text).rule, ports)


async def _answered(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A question in the middle: answered, then the last question of the form again."""
    if ports.form.safety.find(incoming.text):
        channel = ports.wording.plain(f"tip.consent.knows.{incoming.channel}")
        safe = Outgoing(ports.wording.say("tip.aside.safe", channel=channel))
        return await _prefixed(safe, state, incoming, ports)
    match = await ports.matcher.answer(incoming.text)
    if match.outcome in ("menu", "ask_back"):
        said = await ask.reply(ports, match, state, incoming)
        return Outcome(state, (_with_way_back(said, ports),))
    if match.outcome == "answer":
        said = replace(await ask.reply(ports, match, state, incoming), choices=())
    elif match.rule and match.rule not in _NOT_HERE and ports.wording.has(f"rules.{match.rule}"):
        said = Outgoing(ports.wording.say(f"rules.{match.rule}"))
    else:
        said = Outgoing(ports.wording.say("tip.aside.unknown"))
    return await _prefixed(said, state, incoming, ports)


async def _prefixed(said: Outgoing, state: State, incoming: Incoming, ports: Ports) -> Outcome:
    if state.step == consent.STEP:
        return Outcome(state, (said, consent.again(ports)))
    resume = replace(incoming, text="", choice="tip:resume")
    outcome = await tip.step(state, resume, ports)
    if outcome.state.flow != tip.FLOW:
        return outcome
    back: Text = ports.wording.say("tip.aside.back")
    first, *rest = outcome.replies
    again = replace(first, text=back + "\n\n" + first.text)
    return replace(outcome, replies=(said, again, *rest))
