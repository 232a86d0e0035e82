"""Several tips in one message: a headline and a button for each."""

from collections.abc import Collection, Sequence

from bot.chat.messages import Outgoing
from bot.chat.text import Text, join
from bot.delivery.view import Content, DeskView
from bot.desks.casebook import Casebook
from bot.store import desk_reads
from bot.store.cases import CaseRow
from bot.store.engine import Database


def digest(
    view: DeskView, shown: Sequence[tuple[CaseRow, Content]], notes: Sequence[Text] = ()
) -> Outgoing:
    """Headlines in the order given, then notes; the buttons open the cards."""
    lines = [Text.plain("• ") + view.headline(case, content) for case, content in shown]
    head = view.say("digest.title", count=str(len(shown)))
    text = join([head, join(lines, "\n"), *notes])
    choices = tuple(view.open_button(case) for case, _ in shown)
    return Outgoing(text, choices, protected=True)


class Digests:
    """Digests at desks, as they are to be now."""

    def __init__(self, database: Database, casebook: Casebook, view: DeskView) -> None:
        self._database = database
        self._casebook = casebook
        self._view = view

    async def now(self, desk: str, message: str, without: Collection[str] = ()) -> Outgoing | None:
        """Every case that is still at the desk and can be read there; None when none is left."""
        cases = await desk_reads.cases_in(self._database, desk, message)
        here = [case for case in cases if case.desk == desk and case.id not in without]
        both = [(case, await self._casebook.content(case)) for case in here]
        shown = [(case, content) for case, content in both if content is not None]
        return digest(self._view, shown) if shown else None
