"""A desk that is a Telegram group, channel or forum: cards, topics, erasure.

A desk's chat is written ``-1001234``, a topic in it ``-1001234/56``; the ids of what was put up
together stand in one text with commas between. Every call raises the delivery errors at once;
waiting is the outbox's work.
"""

from collections.abc import Sequence
from contextlib import suppress

from telegram import Bot, InputMediaDocument

from bot.channels.telegram import clearing
from bot.channels.telegram.calls import call
from bot.channels.telegram.limits import TOPIC_NAME_MAX, UPLOAD_TIMEOUT
from bot.channels.telegram.receive import Place
from bot.channels.telegram.send import Sender
from bot.chat.delivery_errors import Refused
from bot.chat.messages import Outgoing
from bot.chat.wording import Wording


class DeskChat:
    """The desk's side of the channel."""

    def __init__(self, bot: Bot, sender: Sender, wording: Wording) -> None:
        self._bot = bot
        self._sender = sender
        self._wording = wording

    async def send(self, chat: str, message: Outgoing) -> str:
        """Put up a card or files; returns the ids of all their messages."""
        ids = await self._sender.post(Place.parse(chat), message)
        if not ids:
            raise Refused("nothing to send")
        return ",".join(map(str, ids))

    async def edit(self, chat: str, message_id: str, message: Outgoing) -> None:
        """Change what was put up; of several messages the first."""
        await self._sender.edit(Place.parse(chat), _ids(message_id)[0], message)

    async def open_topic(self, chat: str, name: str) -> str:
        """A new topic of a forum; returns the chat's name for what belongs into it."""
        place = Place.parse(chat)
        topic = await call(lambda: self._bot.create_forum_topic(place.chat, name[:TOPIC_NAME_MAX]))
        return str(Place(place.chat, topic.message_thread_id))

    async def delete_topic(self, chat: str) -> None:
        """Delete a topic with everything in it."""
        place = Place.parse(chat)
        if place.thread is None:
            raise Refused("not a topic")
        thread = place.thread
        await call(lambda: self._bot.delete_forum_topic(place.chat, thread))

    async def delete(self, chat: str, message_ids: Sequence[str]) -> None:
        """Delete messages as far as Telegram lets us; what is too old stays (edit it instead)."""
        ids = sorted((id_ for text in message_ids for id_ in _ids(text)), reverse=True)
        await clearing.delete(self._bot, Place.parse(chat).chat, ids)

    async def erase(self, chat: str, message_id: str) -> None:
        """Empty a card or file, then delete it: what is too old to delete stays as a stub.

        Raises the delivery errors, but not for a message that is gone already.
        """
        stub = Outgoing(self._wording.say("telegram.erased_card"))
        for id_ in _ids(message_id):
            try:
                await self.edit(chat, str(id_), stub)
            except Refused:  # no text: a file, or gone already
                with suppress(Refused):
                    await self.blank_file(chat, str(id_))
        with suppress(Refused):
            await self.delete(chat, [message_id])

    async def blank_file(self, chat: str, message_id: str) -> None:
        """Put a neutral placeholder where a file was; works on messages of any age."""
        content = self._wording.plain("telegram.erased_file").encode()
        for id_ in _ids(message_id):
            await self._blank(Place.parse(chat).chat, id_, content)

    async def _blank(self, chat: int, message_id: int, content: bytes) -> None:
        media = InputMediaDocument(content, filename="kosong.txt")
        await call(
            lambda: self._bot.edit_message_media(
                media, chat, message_id, read_timeout=UPLOAD_TIMEOUT
            )
        )


def _ids(text: str) -> list[int]:
    return [int(id_) for id_ in text.split(",")]
