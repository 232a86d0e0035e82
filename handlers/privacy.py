"""What is kept, and wiping a chat."""

from bot.chat.addressed import ForgetNudges
from bot.chat.conversation import Outcome, State
from bot.chat.messages import Incoming, Outgoing
from bot.chat.text import Text, join
from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST, NUDGE_DAYS
from bot.store.effects import ForgetChat
from handlers.ports import Ports
from handlers.telling import evidence


async def notice(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/privasi``."""
    text = ports.wording.say(
        "privacy.notice.text",
        days=str(BODY_DAYS_AT_MOST),
        closed=str(BODY_DAYS_AFTER_CLOSING),
        nudge=str(NUDGE_DAYS),
        channel=ports.wording.plain(f"ask.knows.{incoming.channel}"),
    )
    return Outcome(state, (Outgoing(join([text, _operator(ports)])),))


async def clear(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/bersihkan``: delete what can be deleted, and say what cannot.

    Only the count of wrong receipts stays: clearing must not buy new tries.
    """
    said = ports.wording.say(f"privacy.cleared.{incoming.channel}")
    effects = (*evidence.discarded(state), ForgetChat(), ForgetNudges())
    tries = {"tries": state.data["tries"]} if "tries" in state.data else {}
    return Outcome(State(data=tries), (Outgoing(said, clears=True),), effects)


def _operator(ports: Ports) -> Text:
    operator = ports.operator
    if operator.mode == "demo":
        return ports.wording.say("privacy.notice.demo")
    return ports.wording.say(
        "privacy.notice.operator", name=operator.name, contact=operator.contact
    )
