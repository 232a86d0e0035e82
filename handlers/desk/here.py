"""Who acts at a desk, on which case, and how the case is shown to him."""

from dataclasses import dataclass, replace

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Outgoing
from bot.desks.casebook import CaseRow
from bot.store.effects import OWNER
from handlers.desk import cards
from handlers.ports import Ports

FLOW = "desk"


@dataclass(frozen=True, slots=True)
class Here:
    """An enrolled moderator: at a desk, or in the private chat (``desk`` is empty).

    ``roles``: what he is at which desk; ``case``: of the message that he answers or pressed;
    ``can_write``: whether he can answer there as himself; ``message``: his own, by its id.
    """

    desk: str
    moderator: str
    roles: dict[str, str]
    case: str | None = None
    can_write: bool = True
    channel: str = ""
    message: str | None = None

    @property
    def private(self) -> bool:
        """His own chat with the bot."""
        return not self.desk

    @property
    def moderator_alone(self) -> bool:
        """Nobody else reads the answer: his private chat, or his own page of the web room."""
        return self.private or self.channel == "web"

    def may_act_on(self, case: CaseRow) -> bool:
        """Cases of this desk; in private those of every desk where he has a seat."""
        return case.desk == self.desk if self.desk else case.desk in self.roles

    def owns(self, desk: str) -> bool:
        return self.roles.get(desk) == OWNER


async def case_by_id(here: Here, case_id: str | None, ports: Ports) -> CaseRow | None:
    """A case that this moderator may act on."""
    case = await ports.casebook.by_id(case_id) if case_id else None
    return case if case and here.may_act_on(case) else None


async def case_by_code(here: Here, code: str, ports: Ports) -> CaseRow | None:
    """The same by the code on its card, in any case and with or without its hyphen."""
    case = await ports.casebook.by_code(code)
    return case if case and here.may_act_on(case) else None


async def fresh_card(ports: Ports, case: CaseRow) -> Outgoing | None:
    """The card as the case is now; None when its content is erased. Sealed desks get the stub."""
    content = await ports.casebook.content(case)
    if content is None:
        return None
    similar = cards.copies(ports, case, await ports.casebook.copies(case))
    if cards.is_sealed(ports, case):
        return cards.stub(ports, case, content, similar=similar)
    leading = await ports.casebook.leading(case)
    entries = await ports.casebook.entries(case)
    beside = cards.Beside(entries, leading.code if leading else "")
    return cards.card(ports, case, content, similar=similar, beside=beside)


async def card_or_gone(state: State, case: CaseRow, ports: Ports, *, replaces: bool) -> Outcome:
    """The card as it is now, or that there is none any more."""
    shown = await fresh_card(ports, case)
    if shown is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    return Outcome(state, (replace(shown, replaces=replaces),))


def refused(ports: Ports, case: CaseRow, why: str) -> Outgoing:
    """Why an action is not possible; ``why`` as in `bot.desks.actions`."""
    said = ports.wording.say(f"desk.refused.{why}", code=case.code, moderator=case.moderator or "")
    return Outgoing(said, case=case.id)
