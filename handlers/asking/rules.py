"""What the rules before retrieval lead to (content/rules.yaml names them)."""

from dataclasses import replace

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import join
from bot.knowledge.matcher import Match
from handlers.asking import curator, start
from handlers.ports import Ports
from handlers.telling import tip

_TELL = "tell"
_GREETING = "greeting"
_FORCED = "forced"
_HUMAN = "human"


async def follow(state: State, incoming: Incoming, ports: Ports, match: Match) -> Outcome:
    """A message that a rule takes, and that is not matched with topics."""
    if match.rule == _TELL:
        return await tip.begin(state, incoming, ports, incoming.text)
    if match.rule == _GREETING:
        return await start.greet(state, Incoming(channel=incoming.channel), ports)
    choices = await curator.offer(ports) if match.rule == _HUMAN else ()
    return Outcome(state, (Outgoing(ports.wording.say(f"rules.{match.rule}"), choices),))


def remark(said: Outgoing, ports: Ports, match: Match) -> Outgoing:
    """What a rule adds to an answer: "one question at a time", or the offer to tell."""
    if match.rule is None:
        return said
    text = join([said.text, ports.wording.say(f"rules.{match.rule}")])
    tell = Choice(ports.wording.plain("ask.choices.tell"), "tell")
    choices = (*said.choices, tell) if match.rule == _FORCED else said.choices
    return replace(said, text=text, choices=choices)
