"""Files that people send on Telegram: fetched, copied, and reported in one message."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.chat.messages import Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.delivery.evidence_jobs import EvidenceJobs
from bot.delivery.evidence_progress import Progress, Teller
from bot.keys.ring import KeyRing
from bot.store.engine import Database
from bot.tips.evidence.storage import EvidenceStore
from tests.delivery.evidence_world import World, rebuild
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import Connect, Toy


class Chat(World):
    """Whatever arrives on the channel is queued; the worker fetches and tells through it."""

    def over(self, channel: TelegramChannel) -> None:
        progress = Progress(
            {"telegram": Teller(channel.tell, edits=True)}, self.wording, self.clock
        )
        self.jobs = EvidenceJobs(
            self.database,
            self.ring,
            self.clock,
            self.store,
            rebuild,
            {"telegram": channel.fetch},
            progress,
        )

    async def takes(self, toy: Toy) -> list[str]:
        """Queue every file that was heard; their ids."""
        ids = []
        for number, (incoming, address) in enumerate(zip(toy.heard, toy.addresses, strict=True)):
            for file in incoming.attachments:
                ids.append(f"{number}")
                await self.queued(ids[-1], file, address)
        return ids


@pytest.fixture
def chat(sqlite_database: Database, ring: KeyRing, clock: SetClock, tmp_path: Path) -> Chat:
    return Chat(sqlite_database, ring, clock, EvidenceStore(str(tmp_path / "evidence"), clock))


async def test_an_album_is_copied_and_told_in_one_message(
    api: BotApi, by_webhook: Connect, toy: Toy, chat: Chat
) -> None:
    ani = api.person("Ani")
    async with by_webhook(toy.receive) as channel:
        chat.over(channel)
        ani.sends_album(b"satu", b"rusak", b"tiga")
        await api.quiet()
        ids = await chat.takes(toy)
        await chat.works()
    assert [(await chat.file(id_)).state for id_ in ids] == ["ready", "refused", "ready"]
    [told] = ani.reads()
    assert told.count("foto: siap") == 2
    assert told.count("tidak bisa dipakai") == 1


async def test_a_message_that_was_deleted_is_said_anew(
    api: BotApi, by_webhook: Connect, toy: Toy
) -> None:
    ani = api.person("Ani")
    async with by_webhook(toy.receive) as channel:
        ani.says("halo")
        await api.quiet()
        said = Outgoing(Text.plain("foto: siap"))
        first = await channel.tell(str(ani.chat.id), said, None)
        second = await channel.tell(str(ani.chat.id), said, "999999")
    assert first != second
    assert len(ani.reads()) == 2


async def test_a_file_that_telegram_no_longer_has_is_refused(
    api: BotApi, by_webhook: Connect, toy: Toy, chat: Chat
) -> None:
    ani = api.person("Ani")
    async with by_webhook(toy.receive) as channel:
        chat.over(channel)
        ani.sends_photo(b"satu")
        await api.quiet()
        toy.heard[0] = replace(
            toy.heard[0], attachments=(replace(toy.heard[0].attachments[0], reference="hilang"),)
        )
        [id_] = await chat.takes(toy)
        await chat.works()
    assert (await chat.file(id_)).reason == "fetch.gone"
