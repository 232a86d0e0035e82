"""Several tips in one message: a headline and a button for each."""

from collections.abc import Sequence

from bot.chat.messages import Outgoing
from bot.chat.text import Text, join
from bot.delivery.view import Content, DeskView
from bot.store.cases import CaseRow


def digest(
    view: DeskView, shown: Sequence[tuple[CaseRow, Content]], notes: Sequence[Text] = ()
) -> Outgoing:
    """Headlines in the order given, then notes; the buttons open the cards."""
    lines = [Text.plain("• ") + view.headline(case, content) for case, content in shown]
    head = view.say("digest.title", count=str(len(shown)))
    text = join([head, join(lines, "\n"), *notes])
    choices = tuple(view.open_button(case) for case, _ in shown)
    return Outgoing(text, choices, protected=True)
