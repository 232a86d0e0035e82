"""A flood of tips at one desk, written by machine: distinct ones, and copies of a few texts."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.clock import SetClock
from bot.store import cases
from bot.store.effects import AcceptTip
from bot.tips.sealing import seal_for_desk, seal_sender
from tests.conftest import CONTENT
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import Group

_WHO = ("Camat", "Lurah", "Kepala dinas", "Kepala sekolah", "Sekretaris desa", "Staf bagian umum")
_ACTS = (
    "mengajak pegawai memilih satu pasangan calon saat apel",
    "membagikan kaus dan stiker calon di ruang rapat",
    "mengunggah foto bersama calon dengan pose tertentu",
    "memakai mobil dinas untuk mengangkut alat peraga",
    "mengumpulkan KTP warga untuk tim pemenangan",
    "menjanjikan bantuan bagi yang hadir di kampanye",
)
_COPIED = (
    "Tolong diperiksa, bupati memakai acara pembagian sembako di alun-alun untuk kampanye "
    "pasangan nomor urut 1, semua camat diwajibkan hadir dan membawa warga masing-masing.",
    "Seluruh guru SMP dipaksa memasang status dukungan calon petahana, yang menolak diancam "
    "dipindah ke sekolah terpencil, grup obrolannya diawasi oleh kepala dinas.",
    "Ada pembagian amplop di rumah ketua RW sesudah pengajian, isinya lima puluh ribu dan kartu "
    "nama calon, panitia menyuruh warga tidak bercerita kepada siapa pun.",
)
_FRAMES = ("{}", "min tolong: {}", "{} mohon segera ditindak", "Info dari warga. {}", "{}!!!")
_WORDS = (CONTENT / "receipt-words.txt").read_text(encoding="utf-8").split()


@dataclass
class Flood:
    """What came, by code: when it was due, and whether it is a copy."""

    due: dict[str, int] = field(default_factory=dict)
    copies: set[str] = field(default_factory=set)


async def pour(app: App, desk: str, tips: int, copies: int, seconds: int) -> Flood:
    """Accept tips that become due evenly within ``seconds``; copies come among the others."""
    chance = random.Random(tips)  # noqa: S311
    flood, now = Flood(), int(app.clock.now())
    kinds = [True] * copies + [False] * (tips - copies)
    chance.shuffle(kinds)
    async with app.database.begin() as connection:
        for number, is_copy in enumerate(kinds):
            due = now + number * seconds // tips
            tip = _tip(app, desk, number, due, _copy(chance) if is_copy else _story(chance), chance)
            await cases.apply(connection, tip)
            flood.due[tip.code] = due
            if is_copy:
                flood.copies.add(tip.code)
    return flood


def _tip(
    app: App, desk: str, number: int, due: int, story: str, chance: random.Random
) -> AcceptTip:
    today, case_id = app.clock.today(), f"{number:032x}"
    given = ["story", "place", "category", "event"]
    given += ["who", "link"] if chance.random() < 0.2 else []
    content: dict[str, Any] = {
        "answers": {"story": story, "place": "Kota Palu", "event": "kemarin"},
        "given": given,
        "category": 1 + number % 8,
        "place": "72.71",
        "event": str(today - timedelta(days=1)),
        "known": None,
    }
    tag = chance.randbytes(8) if chance.random() < 0.5 else None
    return AcceptTip(
        case_id,
        f"{number // 1000:03d}-{number % 1000:03d}",
        desk,
        app.ring.month(),
        seal_for_desk(app.ring, desk, case_id, 0, "tip", content),
        str(today),
        str(today + timedelta(days=90)),
        due,
        sender=seal_sender(app.ring, today, case_id, tag) if tag else None,
    )


def _story(chance: random.Random) -> str:
    """An act of somebody, in a dozen words of its own."""
    own = " ".join(chance.sample(_WORDS, 12))
    return f"{chance.choice(_WHO)} {chance.choice(_ACTS)}. Kata warga: {own}."


def _copy(chance: random.Random) -> str:
    """One of a few texts with a frame around it, and two letters mistyped."""
    text = list(chance.choice(_COPIED))
    for _ in range(2):
        text[chance.randrange(len(text))] = chance.choice("aiueo")
    framed = chance.choice(_FRAMES).format("".join(text))
    return framed.upper() if chance.random() < 0.2 else framed


@dataclass
class Watcher:
    """Looks at the group once a second: when each code was first seen, and what was sent."""

    group: Group
    clock: SetClock
    seen: dict[str, float] = field(default_factory=dict)
    _last: int = 0

    def look(self) -> None:
        for bubble in self.group.sees():
            if bubble.id <= self._last:
                continue
            self._last = bubble.id
            for code in codes_in(bubble.text):
                self.seen.setdefault(code, self.clock.now())


def codes_in(text: str) -> list[str]:
    """Codes of cards and headlines: at the beginning of a line."""
    lines = (line.removeprefix("• ") for line in text.splitlines())
    return [line[:7] for line in lines if line[3:4] == "-" and line[:3].isdigit()]


def most_in_a_minute(group: Group) -> int:
    times = sorted(bubble.date for bubble in group.chat.bubbles.values())
    return max(sum(at <= other < at + 60 for other in times) for at in times)


def desks_file(folder: Path, group: Group) -> Path:
    path = folder / "desks.yaml"
    path.write_text(
        f'palu: {{name: Meja Palu, channel: telegram, chat: "{group.id}", regions: ["72.71"]}}\n'
    )
    return path


def too_fast(api: BotApi, sent: int) -> int:
    """Calls that were answered with "too many requests"."""
    return len(api.called("sendMessage")) - sent
