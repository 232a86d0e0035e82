"""Files that people send on WhatsApp: fetched from Twilio, copied, reported once."""

from pathlib import Path

import pytest

from bot.app import open_app
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.clock import SetClock
from bot.content import Content
from bot.delivery.evidence_jobs import EvidenceJobs
from bot.delivery.evidence_progress import Progress, Teller
from bot.keys.ring import KeyRing
from bot.settings import Settings
from bot.store import cases
from bot.store.engine import Database
from bot.tips.evidence.storage import EvidenceStore
from bot.tips.sealing import open_for_delivery
from tests.conversations.scripts import FULL
from tests.delivery.evidence_world import NEW, World, rebuild
from tests.fakes.twilio import Twilio
from tests.whatsapp.conftest import Connect, Toy, settings_for
from tests.whatsapp.test_tip_scripts_whatsapp import OnWhatsApp


@pytest.fixture
def chat(sqlite_database: Database, ring: KeyRing, clock: SetClock, tmp_path: Path) -> World:
    return World(sqlite_database, ring, clock, EvidenceStore(str(tmp_path / "evidence"), clock))


async def test_files_are_copied_and_told_in_one_message(
    twilio: Twilio, connect: Connect, toy: Toy, chat: World
) -> None:
    ani = twilio.person()
    async with connect(toy.receive) as channel:
        teller = Teller(channel.tell, edits=False)
        progress = Progress({"whatsapp": teller}, chat.wording, chat.clock)
        chat.jobs = EvidenceJobs(
            chat.database,
            chat.ring,
            chat.clock,
            chat.store,
            rebuild,
            {"whatsapp": channel.fetch},
            progress,
        )
        for content in (b"satu", b"dua"):
            await ani.sends(content)
        for number, (incoming, address) in enumerate(zip(toy.heard, toy.addresses, strict=True)):
            [file] = incoming.attachments
            await chat.queued(str(number), file, address)
        await chat.works()
        await twilio.quiet()
    assert [(await chat.file(id_)).state for id_ in "01"] == ["ready", "ready"]
    assert len(ani.sees) == 1
    assert ani.last.text.count("foto: siap") == 2


@pytest.mark.parametrize("interactive", [False, True], ids=["letters", "buttons"])
async def test_a_photo_sent_in_a_chat_arrives_at_the_desk(
    twilio: Twilio,
    connect: Connect,
    settings: Settings,
    clock: SetClock,
    content: Content,
    tmp_path: Path,
    interactive: bool,
) -> None:
    """From the phone to what the desk opens; the file is fetched by another process."""
    own = settings_for(
        twilio.base,
        twilio_auth_token="",
        public_url="",
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'app.db'}",
        keys_url=str(tmp_path / "keys-app"),
        evidence_url=str(tmp_path / "evidence-app"),
    )
    async with (
        open_app(own, clock, content=content) as app,
        connect(app.dispatcher.receive, interactive=interactive),
    ):
        elsewhere = WhatsAppChannel(
            settings, app.dispatcher.receive, app.database, app.ring, app.ports.wording, clock
        )
        jobs = EvidenceJobs(
            app.database,
            app.ring,
            clock,
            app.store,
            rebuild,
            {"whatsapp": elsewhere.fetch},
            Progress({"whatsapp": Teller(elsewhere.tell, edits=False)}, app.ports.wording, clock),
        )
        ani = OnWhatsApp(twilio, twilio.person())
        await ani.says("/sampaikan")
        await ani.picks("Lanjut")
        assert "Simpan aslinya" in await ani.sends("photo", FULL)
        assert "sedang disiapkan" in await ani.picks("Tanpa tanggal")
        while await jobs.step():
            pass
        assert "foto: siap" in ani.person.last.text
        assert "Tersimpan" in await ani.says("ya")
        [case] = await cases.cases_of_kind(app.database, "tip")
        [message] = await cases.messages_of(app.database, case.id)
        [file] = open_for_delivery(app.ring, case.id, 0, message.message)["files"]
        assert await app.files.read(file) == NEW
        await elsewhere.close()
    assert twilio.leaks == []
