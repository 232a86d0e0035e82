"""What is kept, and wiping a chat."""

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Incoming, Outgoing
from bot.chat.text import Text, join
from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST
from bot.store.effects import ForgetChat
from handlers.ports import Ports


async def notice(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/privasi``."""
    text = ports.wording.say(
        "privacy.notice.text",
        days=str(BODY_DAYS_AT_MOST),
        closed=str(BODY_DAYS_AFTER_CLOSING),
        channel=ports.wording.plain(f"ask.knows.{incoming.channel}"),
    )
    return Outcome(state, (Outgoing(join([text, _operator(ports)])),))


async def clear(_state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/bersihkan``: delete what can be deleted, and say what cannot."""
    said = ports.wording.say(f"privacy.cleared.{incoming.channel}")
    return Outcome(State(), (Outgoing(said, clears=True),), (ForgetChat(),))


def _operator(ports: Ports) -> Text:
    operator = ports.operator
    if operator.mode == "demo":
        return ports.wording.say("privacy.notice.demo")
    return ports.wording.say(
        "privacy.notice.operator", name=operator.name, contact=operator.contact
    )
