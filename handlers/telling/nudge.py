"""The notice "there is something to read": wanted by the person, in neutral words, for a while.

Right after sending, the offer waits in a flow of its own (the case is in the sealed state, never in
a button); whatever else is written ends it.
"""

from dataclasses import replace

from bot.chat.addressed import NOTICE_DAYS, WantNudge
from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import join
from handlers.ports import Ports

FLOW = "nudge"


def is_possible(incoming: Incoming) -> bool:
    """Whether we may write first there."""
    return incoming.channel in NOTICE_DAYS


def offered(
    state: State, incoming: Incoming, ports: Ports, case_id: str, replies: tuple[Outgoing, ...]
) -> tuple[State, tuple[Outgoing, ...]]:
    """The goodbye with the offer in the bubble before the neutral last one."""
    if not is_possible(incoming):
        return state, replies
    *before, note, last = replies
    ask = ports.wording.say(f"tip.nudge.ask.{incoming.channel}")
    asking = replace(note, text=join([note.text, ask]), choices=(choice(ports),))
    return State(FLOW, "offer", {**state.data, "case": case_id}), (*before, asking, last)


def choice(ports: Ports) -> Choice:
    """ "Kabari saya di sini", right after sending."""
    return Choice(ports.wording.plain("tip.nudge.yes"), "nudge:yes")


async def chosen(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Kabari saya di sini"."""
    if state.flow != FLOW:
        return Outcome(state, (Outgoing(ports.wording.say("tip.nudge.stale")),))
    return Outcome(state.ended(), wanted(incoming, ports), (WantNudge(state.data["case"]),))


def wanted(incoming: Incoming, ports: Ports) -> tuple[Outgoing, ...]:
    """What will come, what to do then, how to stop it; and a neutral last bubble."""
    said = ports.wording.say(
        f"tip.nudge.done.{incoming.channel}", notice=ports.wording.plain("tip.nudge.notice")
    )
    return (Outgoing(said), Outgoing(ports.wording.say("tip.sent.neutral")))
