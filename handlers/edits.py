"""Messages that were changed after a form or a desk had acted upon them."""

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Incoming, Outgoing
from handlers.ports import Ports


async def unread(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """An edit is neither the answer to the next question nor a second order: say so, do nothing."""
    return Outcome(state, (Outgoing(ports.wording.say("edits.unread")),))
