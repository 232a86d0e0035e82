"""What ``doctor`` says of a desk where the bot lacks something."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Bot, ChatMemberAdministrator, ChatMemberLeft, ChatMemberMember, User
from telegram.error import BadRequest

from bot.channels.telegram.desk_rights import missing_at

_ME = User(42, "Bot", True)


def admin(**rights: bool) -> ChatMemberAdministrator:
    given: dict[str, Any] = dict.fromkeys(
        (
            "can_be_edited",
            "is_anonymous",
            "can_manage_chat",
            "can_delete_messages",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
        ),
        False,
    )
    return ChatMemberAdministrator(_ME, **(given | rights))


def bot_with(member: object, kind: str = "supergroup", is_forum: bool = True) -> Bot:
    async def get_chat(_chat: int) -> object:
        return SimpleNamespace(type=kind, is_forum=is_forum)

    async def get_chat_member(_chat: int, _user: int) -> object:
        if isinstance(member, Exception):
            raise member
        return member

    fake = SimpleNamespace(token="42:x", get_chat=get_chat, get_chat_member=get_chat_member)
    return cast(Bot, fake)


@pytest.mark.parametrize(
    ("member", "kind", "is_forum", "missing"),
    [
        (admin(can_delete_messages=True, can_manage_topics=True), "supergroup", True, []),
        (admin(can_delete_messages=True), "supergroup", True, ["mengelola topik"]),
        (admin(), "supergroup", True, ["menghapus pesan", "mengelola topik"]),
        (ChatMemberMember(_ME), "supergroup", True, ["bot bukan admin"]),
        (ChatMemberLeft(_ME), "supergroup", True, ["bot bukan anggota"]),
        (BadRequest("Chat not found"), "supergroup", True, ["bot bukan anggota"]),
        (
            admin(can_delete_messages=True, can_manage_topics=True),
            "supergroup",
            False,
            ["grup itu bukan forum (topik belum dinyalakan)"],
        ),
    ],
)
async def test_each_missing_right_is_named(
    member: object, kind: str, is_forum: bool, missing: list[str]
) -> None:
    assert await missing_at(bot_with(member, kind, is_forum), "-1001/5", topics=True) == missing


async def test_a_channel_needs_the_right_to_post() -> None:
    bot = bot_with(admin(can_delete_messages=True), "channel", is_forum=False)
    assert await missing_at(bot, "-1001", topics=False) == ["menulis di kanal"]
