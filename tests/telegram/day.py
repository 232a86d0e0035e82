"""A day at the assistant: people ask, tell and come back, desks work, and calls go wrong."""

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.app import App
from bot.chat.wording import Wording
from bot.desks.enrolment import invitation_hash, new_invitation
from bot.limits import ZONE
from bot.store import moderators
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import Group, Member, Person
from tests.fakes.bot_api_world import Bubble

NAME = "tanya_netral_bot"
QUESTIONS = (
    "bolehkah ASN like unggahan calon?",
    "apa boleh pns ikut kampanye?",
    "boleh foto bareng caleg?",
    "boleh pasang stiker partai di mobil?",
    "halo",
    "resep rendang dong",
)
STORY = "Ada pegawai dinas yang membagikan brosur calon sesudah apel nomor {number}"
_ANSWERS = {
    "Di mana": "Palu Selatan, Kota Palu",
    "Kapan terjadinya": "kemarin",
    "Siapa yang": "kepala dinas, Dinas Contoh",
    "Di kantor atau unit mana": "staf, Dinas Contoh",
    "Yang paling dekat": "3",
    "tautan unggahan": "lewati",
    "Kapan Anda mengetahuinya": "hari ini",
}
_CODE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{3}")


class FastClock:
    """The true time, ``speed`` times as fast, so that a desk's pace does not hold up the suite."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._first, self._began = time.time(), time.monotonic()

    def now(self) -> float:
        return self._first + self._speed * (time.monotonic() - self._began)

    def today(self) -> date:
        return datetime.fromtimestamp(self.now(), ZONE).date()


@dataclass
class Told:
    """One tip: what identifies its story at the desk, and the words that open its thread."""

    story: str
    receipt: str


@dataclass
class Citizen:
    """One chat. Every step waits until the platform has confirmed the last one."""

    api: BotApi
    person: Person
    number: int
    desk: str
    wording: Wording
    told: Told | None = None
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number)  # noqa: S311

    async def asks(self) -> None:
        for question in self.chance.sample(QUESTIONS, 2):
            before = len(self.person.reads())
            await self._says(question)
            assert len(self.person.reads()) > before, "a question without an answer"

    async def tells(self) -> None:
        story = STORY.format(number=self.number)
        await self._says("/sampaikan")
        await self._presses(self.wording.plain("tip.consent.choices.agree"))
        await self._says(story)
        for _ in range(12):
            shown = self._last
            if "Periksa dulu" in shown:
                break
            await self._answers(shown)
        await self._presses(self.wording.plain("tip.review.choices.send"))
        assert any("Tersimpan" in text for text in self.person.reads())
        self.told = Told(story, self.person.copies("Salin"))

    async def comes_back(self) -> str:
        """With the receipt; what the thread shows."""
        assert self.told
        await self._says("/cek")
        await self._says(self.told.receipt)
        return self._last

    async def adds(self, text: str) -> None:
        await self._presses("Tambah informasi")
        await self._says(text)
        assert "Tersimpan" in self._last

    @property
    def _last(self) -> str:
        return self.person.reads()[-1]

    async def _answers(self, shown: str) -> None:
        labels = [label for row in self.person.last.buttons for label in row]
        if f"Meja {self.desk}" in labels:
            await self._presses(f"Meja {self.desk}")
        elif "Yang mana?" in shown:
            await self._presses(labels[0])
        else:
            await self._says(next(say for asked, say in _ANSWERS.items() if asked in shown))

    async def _says(self, text: str) -> None:
        self.person.says(text)
        await self.api.settled(self.person.chat.id)

    async def _presses(self, label: str) -> None:
        self.person.presses(label)
        await self.api.settled(self.person.chat.id)


@dataclass
class Desk:
    """A group of moderators: one who does everything, one who was never enrolled."""

    app: App
    api: BotApi
    id: str
    group: Group
    moderator: Member = field(init=False)

    def __post_init__(self) -> None:
        self.moderator = self.group.member("Sari")

    async def enrols(self) -> None:
        """With a code, by the command that privacy mode lets through."""
        code = new_invitation()
        until = int(self.app.clock.now()) + 3600
        async with self.app.database.begin() as connection:
            await moderators.invite(connection, invitation_hash(code), self.id, until)
        self.moderator.says(f"/daftar@{NAME} {code}")
        await self._settled()
        assert any("Terdaftar" in bubble.text for bubble in self.group.sees() if bubble.by_bot)

    def cards(self) -> list[Bubble]:
        """Every card on screen that is not an edited or added one of somebody else's."""
        told = [b for b in self.group.sees() if b.by_bot and "membagikan brosur" in b.text]
        return [bubble for bubble in told if _CODE.match(bubble.text)]

    async def opens_lists(self) -> int:
        """Where many waited they came as headlines; each code under them opens its card."""
        opened = 0
        for bubble in self.group.sees():
            labels = [label for row in bubble.buttons for label in row]
            for code in filter(_CODE.fullmatch, labels):
                self.moderator.presses(code, on=bubble)
                await self._settled()
                opened += 1
        return opened

    def reads(self) -> str:
        return "\n".join(bubble.text for bubble in self.group.sees())

    async def works(self, card: Bubble, question: str | None) -> None:
        """Take a case; then ask its sender, or close it."""
        self.moderator.presses("Ambil", on=card)
        await self._settled()
        if question is None:
            self.moderator.presses("Tutup", on=card)
        else:
            self.moderator.says(question, reply_to=card)
        await self._settled()

    async def _settled(self) -> None:
        await self.api.settled(self.group.chat.id)


def code_of(card: Bubble) -> str:
    found = _CODE.match(card.text)
    assert found
    return found[0]


def desks_file(folder: Path, groups: dict[str, Group]) -> Path:
    """Every group is a desk for the whole country, so that people choose among them."""
    lines = []
    for name, group in groups.items():
        lines += [f"{name}:", f"  name: Meja {name}", "  channel: telegram"]
        lines += [f'  chat: "{group.id}"', "  regions: [nasional]"]
    path = folder / "desks.yaml"
    path.write_text("\n".join(lines))
    return path


async def until(true: "object", seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # type: ignore[operator]  # noqa: ASYNC110
            await asyncio.sleep(0.05)
