"""The scripts of telling, played through the channel on the fake Bot API."""

from dataclasses import dataclass

from bot.app import App
from tests.conversations.astray import ASTRAY
from tests.conversations.scripts import HAPPY, PLATFORM_WAYS, Script, named, play
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import Person
from tests.telegram.conftest import Connect


@dataclass
class OnTelegram:
    """Plays by writing and pressing; reads what is new on the screen."""

    api: BotApi
    person: Person

    async def says(self, text: str, event: str | None = None) -> str:
        before = len(self.person.reads())
        self.person.says(text)
        return await self._new(before)

    async def picks(self, label: str, event: str | None = None) -> str:
        before = len(self.person.reads())
        newest_first = reversed(self.person.sees())
        shown = [full for bubble in newest_first for row in bubble.buttons for full in row]
        self.person.presses(next(full for full in shown if full.startswith(label)))
        return await self._new(before)

    async def sends(self, kind: str, text: str = "", event: str | None = None) -> str:
        raise NotImplementedError

    async def repeats(self, what: str) -> str:
        raise NotImplementedError

    async def _new(self, before: int) -> str:
        await self.api.settled(self.person.chat.id)
        return "\n".join(self.person.reads()[before:])


async def test_the_scripts_on_telegram(app: App, api: BotApi, by_polling: Connect) -> None:
    async def wait(_minutes: int) -> None:
        raise NotImplementedError

    async with by_polling(app.dispatcher.receive):
        for script in _chosen():
            await play(script, OnTelegram(api, api.person(script.name)), wait)


def _chosen() -> list[Script]:
    return named((*HAPPY, *ASTRAY), PLATFORM_WAYS)
