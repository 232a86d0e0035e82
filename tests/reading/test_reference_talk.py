"""The reference commands as conversations."""

from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from bot.channels.web.reading import Library
from bot.chat.conversation import State
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wording import Wording
from bot.clock import Clock, SetClock
from bot.knowledge.law import Instrument
from bot.knowledge.reference import OfficialAddress, Reference
from handlers.asking import reference as handlers
from handlers.ports import Operator, Ports

COMMANDS = {
    "/aturan": handlers.rules,
    "/sanksi": handlers.sanctions,
    "/tahapan": handlers.stages,
    "/ikrar": handlers.pledge,
    "/surat": handlers.letters,
    "/asli": handlers.official,
}
CHOICES = {"law": handlers.rules_of_group, "letter": handlers.letter}
SCREEN = 1_600  # what WhatsApp takes in one message


@dataclass(frozen=True)
class Shelf:
    """The ports that these handlers read."""

    wording: Wording
    law: dict[str, Instrument]
    reference: Reference
    clock: Clock
    operator: Operator = field(default_factory=lambda: Operator("demo"))


@dataclass
class Talk:
    shelf: Shelf
    screen: list[Outgoing] = field(default_factory=list)

    @property
    def ports(self) -> Ports:
        return cast(Ports, self.shelf)

    async def says(self, command: str) -> str:
        return self._shown(await COMMANDS[command](State(), Incoming(command), self.ports))

    async def presses(self, label: str) -> str:
        data = next(c.data for c in self.screen[-1].choices if c.label.startswith(label))
        return await self.sends(data)

    async def sends(self, data: str) -> str:
        handler = CHOICES[data.split(":")[0]]
        return self._shown(await handler(State(), Incoming(choice=data), self.ports))

    def _shown(self, outcome: object) -> str:
        replies = outcome.replies  # type: ignore[attr-defined]
        self.screen += replies
        assert all(len(str(reply.text)) <= SCREEN for reply in replies)
        return "\n".join(str(reply.text) for reply in replies)


@pytest.fixture
def talk(wording: Wording, library: Library, clock: SetClock) -> Talk:
    return Talk(Shelf(wording, dict(library.law), library.reference, clock))


async def test_rules_say_what_is_gone_and_list_the_newest_first(talk: Talk) -> None:
    first = await talk.says("/aturan")
    assert "UU 5/2014: dicabut, diganti UU 20/2023" in first
    assert "PP 53/2010: dicabut, diganti PP 94/2021" in first
    laws = await talk.presses("Undang-undang")
    assert laws.index("UU 1/2026") < laws.index("UU 20/2023") < laws.index("UU 7/2017")


async def test_every_instrument_is_reached(talk: Talk, library: Library) -> None:
    await talk.says("/aturan")
    seen = ""
    for label in ("Undang", "Peraturan pem", "Keputusan", "Peraturan KPU", "Putusan"):
        await talk.says("/aturan")
        seen += await talk.presses(label)
        while talk.screen[-1].choices:
            seen += "\n" + await talk.presses("Lanjut")
    assert all(f"• {i.short}: " in seen for i in library.law.values())


@pytest.mark.parametrize("data", ["law", "law:x:0", "law:undang:x", "law:undang:-1", "law:undang"])
async def test_a_strange_button_leads_back_to_the_groups(talk: Talk, data: str) -> None:
    assert "Pilih kelompoknya" in await talk.sends(data)


async def test_a_page_beyond_the_end_is_empty_not_an_error(talk: Talk) -> None:
    assert "Undang-undang" in await talk.sends("law:undang:999")


async def test_the_ladder_climbs_from_moral_to_criminal(talk: Talk) -> None:
    ladder = await talk.says("/sanksi")
    steps = ["Sanksi moral", "Disiplin sedang", "Disiplin berat", "Pemberhentian", "Pidana"]
    assert sorted(steps, key=ladder.index) == steps
    assert "PP 94/2021 Pasal 8 ayat (3)" in ladder
    assert "UU 1/2026" in ladder


async def test_stages_begin_with_today(talk: Talk) -> None:
    said = await talk.says("/tahapan")
    assert said.startswith("Sekarang: belum ada tahapan")
    phases = ["Tidak ada pemilu.", "Bakal calon.", "Masa kampanye.", "Masa tenang.", "Sesudah."]
    assert sorted(phases, key=said.index) == phases


async def test_the_pledge_leads_to_the_certificate(talk: Talk) -> None:
    said = await talk.says("/ikrar")
    assert "bukan dokumen resmi" in said
    assert "/ikrar" in said
    public = replace(talk.shelf.reference, address="https://tanya.test")
    talk.shelf = replace(talk.shelf, reference=public)
    assert "https://tanya.test/ikrar" in await talk.says("/ikrar")


async def test_a_letter_stands_alone_to_be_copied(talk: Talk, library: Library) -> None:
    await talk.says("/surat")
    assert len(talk.screen[-1].choices) == len(library.reference.letters)
    await talk.presses("Mengajukan CLTN")
    assert "masa kerja minimal 5 tahun" in str(talk.screen[-2].text).casefold()
    assert str(talk.screen[-1].text) == library.reference.letters["ajukan-cltn"].body
    assert "Pilih suratnya" in await talk.presses("Contoh surat lain")


async def test_the_demo_has_no_official_address(talk: Talk) -> None:
    said = await talk.says("/asli")
    assert "Ini peragaan" in said
    assert "kode OTP" in said


async def test_an_operator_names_addresses_and_himself(talk: Talk) -> None:
    operator = Operator("independent", "Yayasan Contoh", "halo@contoh.id")
    talk.shelf = replace(talk.shelf, operator=operator)
    assert "belum dicantumkan" in await talk.says("/asli")
    official = talk.shelf.reference.official.get()
    known = replace(
        official, addresses=(OfficialAddress("Telegram", "@tanya", "https://t.me/tanya"),)
    )
    reference = replace(talk.shelf.reference, official=_Fixed(known))  # type: ignore[arg-type]
    talk.shelf = replace(talk.shelf, reference=reference)
    said = await talk.says("/asli")
    assert "Telegram: @tanya (https://t.me/tanya)" in said
    assert "Pengelola: Yayasan Contoh" in said


class _Fixed:
    """A watched file that always holds the same."""

    def __init__(self, value: object) -> None:
        self._value = value

    def get(self) -> object:
        return self._value
