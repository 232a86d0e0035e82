"""What ``doctor`` says of a desk where the bot lacks something."""

import pytest
from telegram import Bot

from bot.channels.telegram.desk_rights import missing_at
from tests.fakes.bot_api import BotApi

DELETE, TOPICS, POST = "can_delete_messages", "can_manage_topics", "can_post_messages"


@pytest.mark.parametrize(
    ("rights", "is_forum", "missing"),
    [
        ({DELETE, TOPICS}, True, []),
        ({DELETE}, True, ["mengelola topik"]),
        (set(), True, ["menghapus pesan", "mengelola topik"]),
        (None, True, ["bot bukan admin"]),
        ({DELETE, TOPICS}, False, ["grup itu bukan forum (topik belum dinyalakan)"]),
    ],
)
async def test_each_missing_right_is_named(
    api: BotApi, bot: Bot, rights: set[str] | None, is_forum: bool, missing: list[str]
) -> None:
    group = api.group(forum=is_forum)
    group.chat.bot_rights = None if rights is None else frozenset(rights)
    assert await missing_at(bot, f"{group.id}/5", topics=True) == missing


async def test_a_chat_that_the_bot_is_not_in(api: BotApi, bot: Bot) -> None:
    group = api.group()
    group.removes_bot()
    for chat in (group.id, "-1009"):
        assert await missing_at(bot, chat, topics=False) == ["bot bukan anggota"]


async def test_a_group_that_became_a_supergroup(api: BotApi, bot: Bot) -> None:
    group = api.group(kind="group")
    new = group.becomes_supergroup()
    [missing] = await missing_at(bot, group.id, topics=False)
    assert missing.endswith(f"supergrup): {new.id}")


async def test_a_channel_needs_the_right_to_post(api: BotApi, bot: Bot) -> None:
    channel = api.group(kind="channel")
    assert await missing_at(bot, channel.id, topics=False) == []
    channel.chat.bot_rights = frozenset({DELETE})
    assert await missing_at(bot, channel.id, topics=False) == ["menulis di kanal"]
