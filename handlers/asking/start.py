"""Greeting, examples, help, and leaving whatever is going on."""

from bot.chat.addressed import ForgetNudges
from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from handlers.asking import answers
from handlers.ports import Ports
from handlers.telling import draft, evidence
from handlers.words import wants_no_notices


async def greet(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/mulai``: the question desk. A deep link may name a topic by its id."""
    topic = ports.topics.get(incoming.argument) if incoming.command else None
    if topic:
        shown = answers.menu(ports, ports.wording.say("ask.menu"), [topic.id])
        return Outcome(state, (shown,))
    if state.flow:
        return draft.unfinished(state, ports)
    plain = ports.wording.plain
    choices = (
        Choice(plain("start.choices.example"), "example"),
        Choice(plain("start.choices.topics"), "topics"),
        Choice(plain("start.choices.privacy"), "privacy"),
    )
    return Outcome(state.ended(), (Outgoing(ports.wording.say("start.greeting"), choices),))


async def example(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """ "Beri saya contoh": a few topics to begin with."""
    ids = ports.wording.plain("start.examples").split()
    return Outcome(state, (answers.menu(ports, ports.wording.say("start.example"), ids),))


async def help_(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """``/bantuan``."""
    return Outcome(state, (Outgoing(ports.wording.say("start.help")),))


async def cancel(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/batal``: drop what was typed and return to asking. "Stop" also ends every notice."""
    if wants_no_notices(incoming, ports):
        said = Outgoing(ports.wording.say("start.stopped"))
        return Outcome(state.ended(), (said,), (*evidence.discarded(state), ForgetNudges()))
    key = "start.cancelled" if state.flow else "start.nothing_to_cancel"
    return Outcome(state.ended(), (Outgoing(ports.wording.say(key)),), evidence.discarded(state))
