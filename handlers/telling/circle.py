"""The small circle: asked once, where the story sounds as if few people knew of it.

The answer is not kept and reaches no desk; it only decides whether the writer is warned.
"""

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, join
from handlers.ports import Ports
from handlers.telling import draft

STEP = "circle"
_CHOICES = ("few", "some", "many", "unknown")
_WARNED = ("few", "unknown")


def ask(state: State, ports: Ports, remark: Text) -> Outcome | None:
    """ "Berapa orang yang tahu?", or None where that was asked or does not matter."""
    if state.data.get("circle") or not _is_closed(state, ports):
        return None
    choices = tuple(
        Choice(ports.wording.plain(f"tip.circle.choices.{name}"), f"tip:circle:{name}")
        for name in _CHOICES
    )
    said = Outgoing(join([remark, ports.wording.say("tip.circle.ask")]), choices)
    return Outcome(state.at(STEP), (said,))


def answered(state: State, name: str, ports: Ports) -> tuple[State, Text]:
    """The state that does not ask again, and the warning where few people know."""
    warning = ports.wording.say("tip.circle.warning") if name in _WARNED else Text()
    return state.at(state.step, circle=True), warning


def _is_closed(state: State, ports: Ports) -> bool:
    texts = [str(answer["shown"]) for answer in draft.answers(state).values()]
    return ports.form.closed_circle.find("\n".join(texts))
