"""The product's conversations against an emulator that others wrote (docs/telegram.md)."""

import io
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from bot.app import App, open_app
from bot.channels.telegram.client import open_bot
from bot.clock import SetClock
from bot.content import load_content
from bot.limits import GROUP_INTERVAL
from bot.settings import load_settings
from bot.store import moderators, outbox
from tests.conftest import CONTENT
from tests.conversations.astray import ASTRAY
from tests.conversations.scripts import FULL, HAPPY, PLATFORM_WAYS, act, named, play
from tests.fakes.bot_api import TOKEN
from tests.telegram.conftest import SECRET
from tests.telegram.emulator.outside import PYTHON, Record, Telemelya, reachable, started

DESK = -1001
MARK = b"TANDA-asli"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason=f"no emulator is installed: {PYTHON} is absent"),
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with started(tmp_path / "emulator.log") as running:
        yield running


@pytest.fixture
async def emulator(address: str) -> AsyncIterator[Telemelya]:
    async with Telemelya.at(address, TOKEN) as running:
        yield running


@pytest.fixture
async def app(
    emulator: Telemelya, address: str, tmp_path: Path, clock: SetClock
) -> AsyncIterator[App]:
    """The service behind its webhook, with one desk that has a moderator."""
    desks = tmp_path / "desks.yaml"
    desks.write_text(
        f'palu: {{name: meja peragaan, channel: telegram, chat: "{DESK}", regions: [nasional]}}'
    )
    settings = load_settings(
        _env_file=None,
        telegram_bot_token=TOKEN,
        telegram_api_base=address,
        telegram_webhook_secret=SECRET,
        public_url="https://tanya.example",
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}",
        keys_url=str(tmp_path / "keys"),
        evidence_url=str(tmp_path / "evidence"),
        server_key="kunci-server-untuk-uji",
        desks_file=desks,
        delivery_delay="0",
        operator_mode="independent",
        operator_name="Relawan Contoh",
        operator_contact="relawan.example",
    )
    content = load_content(CONTENT, Path("data/cache"))
    async with open_app(settings, clock, content=content) as opened:
        async with opened.database.begin() as connection:
            await moderators.enrol(connection, "palu", "1", "2026-11-18")
        async with reachable(opened.asgi(), SECRET) as url, open_bot(TOKEN, address) as bot:
            await bot.set_webhook(url, secret_token=SECRET)
            yield opened


@dataclass
class OnEmulator:
    """Plays by writing and pressing; reads what our bot called since."""

    emulator: Telemelya
    chat: int
    read: int = field(default=0, init=False)
    shown: dict[int, Record] = field(default_factory=dict, init=False)

    async def says(self, text: str, event: str | None = None) -> str:
        key = "command" if text.startswith("/") else "text"
        return await self._after(**{key: text})

    async def picks(self, label: str, event: str | None = None) -> str:
        for id_, message in reversed(self.shown.items()):
            rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row):
                if button["text"].startswith(label):
                    data = button["callback_data"]
                    return await self._after(callback_data=data, callback_message_id=id_)
        raise AssertionError(f"no button {label!r}")

    async def sends(self, kind: str, text: str = "", event: str | None = None) -> str:
        assert kind == "photo"
        file = await self.emulator.stores(self.chat, photo())
        return await self._after(photo_file_id=file, photo_caption=text)

    async def repeats(self, what: str) -> str:
        raise NotImplementedError

    async def _after(self, **update: object) -> str:
        await self.emulator.brings(self.chat, **update)
        return await self.news()

    async def news(self) -> str:
        """What is new on the screen."""
        called = await self.emulator.called(str(self.chat))
        new, self.read = called[self.read :], len(called)
        texts = [each for each in new if each.get("text") and each.get("message_id")]
        self.shown |= {each["message_id"]: each for each in texts}
        return "\n".join(each["text"] for each in texts)


async def wait(_minutes: int) -> None:
    raise NotImplementedError


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (9, 90, 60)).save(out, "JPEG", comment=MARK)
    return out.getvalue()


async def test_asking(app: App, emulator: Telemelya) -> None:
    ani = OnEmulator(emulator, 4242)
    assert "Tanya Netral" in await ani.says("/start")
    assert "sengaja" in await ani.says("bolehkah ASN like unggahan calon?")
    assert "TIDAK" in await ani.picks("Sengaja")
    menu = await ani.says("/topik")
    assert "Media sosial" in await ani.picks("Media sosial")
    assert await ani.picks("Lihat daftar topik") == menu
    methods = Counter(call["method"] for call in await emulator.called(str(ani.chat)))
    assert (methods["sendMessage"], methods["editMessageText"]) == (4, 2)
    assert methods["answerCallbackQuery"] == 3


async def test_the_scripts_on_an_emulator(app: App, emulator: Telemelya) -> None:
    for number, script in enumerate(named((*HAPPY, *ASTRAY), PLATFORM_WAYS)):
        await play(script, OnEmulator(emulator, 5000 + number), wait)


async def test_a_tip_with_a_photo_reaches_the_desk(
    app: App, emulator: Telemelya, clock: SetClock
) -> None:
    ani = OnEmulator(emulator, 4242)
    for does in ("/sampaikan", "[Lanjut tanpa nama]", FULL, "<photo>"):
        await act(does, ani, wait)
    while await app.evidence_jobs.step():
        pass
    assert "foto: siap" in await ani.news()
    assert "Berkas 1: foto, siap" in await ani.picks("Ya, kirim")
    assert "Tersimpan" in await ani.picks("Ya, kirim")
    while await outbox.waiting(app.database):
        clock.seconds += GROUP_INTERVAL
        await app.worker.step()
    to_desk = [call for call in await emulator.called("default") if call.get("chat_id") == DESK]
    [sent] = [call for call in to_desk if call["method"] == "sendPhoto"]
    assert any("Pak Budi" in (call.get("text") or "") for call in to_desk)
    copied = await emulator.content(sent["file_id"])
    assert copied.startswith(b"\xff\xd8")
    assert MARK not in copied
