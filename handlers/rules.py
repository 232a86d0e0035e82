"""What the rules before retrieval lead to (content/rules.yaml names them)."""

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Incoming, Outgoing
from bot.knowledge.matcher import Match
from handlers import start, tip
from handlers.ports import Ports

_TELL = "tell"
_GREET = "greeting"


async def follow(state: State, incoming: Incoming, ports: Ports, match: Match) -> Outcome:
    if match.rule == _TELL:
        return await tip.begin(state, incoming, ports, incoming.text)
    if match.rule == _GREET:
        return await start.greet(state, Incoming(channel=incoming.channel), ports)
    said = ports.wording.say(f"rules.{match.rule}")
    return Outcome(state, (Outgoing(said),))
