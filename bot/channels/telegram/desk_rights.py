"""Whether our bot may do at a desk what a desk needs; for ``doctor``."""

from telegram import Bot, Chat, ChatMember, ChatMemberAdministrator

from bot.channels.telegram.calls import call
from bot.channels.telegram.limits import PATIENCE
from bot.channels.telegram.moving import new_chat
from bot.channels.telegram.receive import Place
from bot.chat.delivery_errors import Gone, Refused

NOT_THERE, NOT_ADMIN = "bot bukan anggota", "bot bukan admin"
POST, DELETE, TOPICS = "menulis di kanal", "menghapus pesan", "mengelola topik"
NO_FORUM = "grup itu bukan forum (topik belum dinyalakan)"


async def missing_at(bot: Bot, chat: str, *, topics: bool) -> list[str]:
    """What the bot lacks in a desk's chat, in words for the operator; nothing when all is well.

    Raises Unreachable and the like when Telegram does not answer.
    """
    if new := await new_chat(bot, chat):
        return [f"alamat yang baru (grup itu menjadi supergrup): {new}"]
    place = Place.parse(chat).chat
    try:
        found = await call(lambda: bot.get_chat(place), PATIENCE)
        own = int(bot.token.partition(":")[0])
        member = await call(lambda: bot.get_chat_member(place, own), PATIENCE)
    except (Gone, Refused):
        return [NOT_THERE]
    missing = _rights(member, found.type, topics)
    return [*missing, NO_FORUM] if topics and not found.is_forum else missing


def _rights(member: ChatMember, kind: str, topics: bool) -> list[str]:
    """An administrator alone may delete what is older than 48 hours, and is told who leaves."""
    if member.status in ("left", "kicked"):
        return [NOT_THERE]
    if not isinstance(member, ChatMemberAdministrator):
        return [NOT_ADMIN]
    lacking = {
        POST: kind == Chat.CHANNEL and not member.can_post_messages,
        DELETE: not member.can_delete_messages,
        TOPICS: topics and not member.can_manage_topics,
    }
    return [right for right, is_lacking in lacking.items() if is_lacking]
