"""How the worker shows a desk its cases: cards, headlines, buttons, sentences."""

from collections.abc import Hashable
from typing import Any

from bot.chat.clean import clean_text
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text
from bot.desks.casebook import CaseRow
from bot.store.effects import QUESTION
from bot.tips.form import NEEDED, missing_parts
from handlers.desk import cards, find
from handlers.desk.here import fresh_card
from handlers.ports import Ports

_COMPARED = ("story", "who", "position", "candidate", "link", "spot")
_STORY_SHOWN = 90  # characters of the story in a headline
_WITHDRAWAL = -1


class DeskView:
    """`bot.delivery.view.DeskView`."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def message(self, case: CaseRow, sequence: int, content: dict[str, Any], /) -> Outgoing:
        if sequence == _WITHDRAWAL:
            return cards.withdrawal(self._ports, case)
        if sequence == 0:
            return cards.posted(self._ports, case, content)
        return cards.addition(self._ports, case, content)

    async def card(self, case: CaseRow, /) -> Outgoing | None:
        return await fresh_card(self._ports, case)

    def headline(self, case: CaseRow, content: dict[str, Any], /) -> Text:
        """Code, category, place; of a desk that is not sealed also completeness and the beginning
        of the story."""
        line = self._headline(case, content)
        seen = self._ports.similar.of(case.id)
        if not (seen and seen.codes):
            return line
        return self.say("digest.headline_copies", headline=line, count=str(len(seen.codes)))

    def _headline(self, case: CaseRow, content: dict[str, Any]) -> Text:
        title = cards.headline(self._ports, case, content)
        if case.kind == QUESTION or cards.is_sealed(self._ports, case):
            return title
        needed, missing = len(NEEDED), missing_parts(content)
        have = str(needed - len(missing))
        story = _beginning(clean_text(content["answers"].get("story", "")))
        if not story:
            return self.say("digest.headline_short", title=title, have=have, all=str(needed))
        return self.say("digest.headline", title=title, have=have, all=str(needed), story=story)

    def open_button(self, case: CaseRow, /) -> Choice:
        return cards.button(self._ports, "open", case, case.code)

    def quarantine_button(self) -> Choice:
        return Choice(self._ports.wording.plain("digest.show_more"), find.ALL)

    def is_complete(self, content: dict[str, Any], /) -> bool:
        return "given" in content and not missing_parts(content)

    def compared(self, content: dict[str, Any], /) -> tuple[str, tuple[Hashable, ...]]:
        answers = content.get("answers", {})
        text = "\n".join(answers[name] for name in _COMPARED if name in answers)
        return text, (content.get("place"), content.get("event"))

    def say(self, key: str, /, **fields: str | Text) -> Text:
        return self._ports.wording.say(key, **fields)


def _beginning(story: str) -> str:
    """The first words, as many as a line holds."""
    flat = " ".join(story.split())
    if len(flat) <= _STORY_SHOWN:
        return flat
    return flat[:_STORY_SHOWN].rsplit(" ", 1)[0] + " …"
