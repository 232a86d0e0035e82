"""What "bersihkan" deletes, and what Telegram no longer lets go."""

import pytest
from telegram import Bot

from bot.channels.telegram.clearing import clear
from bot.clock import SetClock
from tests.fakes.bot_api import BotApi, Fault
from tests.fakes.bot_api_people import Person


@pytest.fixture
def clock(api: BotApi) -> SetClock:
    set_clock = SetClock()
    api.world.clock = set_clock
    return set_clock


def chat_with(api: BotApi, messages: int) -> Person:
    person = api.person()
    for number in range(messages):
        person.says(f"pesan {number}")
        api.world.add(person.chat, api.world.me, text=f"jawaban {number}")
    return person


async def test_known_messages_and_those_before_the_newest_go(
    api: BotApi, bot: Bot, clock: SetClock
) -> None:
    ani = chat_with(api, 150)
    oldest = ani.sees()[0].id
    assert await clear(bot, ani.chat.id, [str(oldest)], ani.last.id)
    assert len(ani.sees()) == 300 - 200 - 1
    assert all(len(call["message_ids"]) <= 100 for call in api.called("deleteMessages"))


async def test_only_the_last_48_hours_go_in_a_few_calls(
    api: BotApi, bot: Bot, clock: SetClock
) -> None:
    ani = chat_with(api, 30)
    clock.forward(hours=49)
    for number in range(12):
        ani.says(f"baru {number}")
    assert not await clear(bot, ani.chat.id, [], ani.last.id)
    assert len(ani.sees()) == 60
    assert not [bubble for bubble in ani.sees() if bubble.text.startswith("baru")]
    assert len(api.called("deleteMessages")) < 20


async def test_nothing_known_deletes_nothing(api: BotApi, bot: Bot) -> None:
    assert await clear(bot, 5, [], None)
    assert api.called("deleteMessages") == []


async def test_other_chats_keep_everything(api: BotApi, bot: Bot) -> None:
    ani, budi = chat_with(api, 5), chat_with(api, 5)
    await clear(bot, ani.chat.id, [str(budi.last.id)], budi.last.id)
    assert ani.sees() == []
    assert len(budi.sees()) == 10


async def test_a_short_wait_is_waited_out(api: BotApi, bot: Bot) -> None:
    ani = chat_with(api, 2)
    api.faults.next("deleteMessages", Fault("busy", 1))
    await clear(bot, ani.chat.id, [], ani.last.id)
    assert ani.sees() == []
