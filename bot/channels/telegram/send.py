"""Outgoing messages to Bot API calls, cut to the platform's limits in this one place."""

import logging
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    MessageEntity,
    ReplyParameters,
)

from bot.channels.telegram.calls import call, unparsed
from bot.channels.telegram.limits import ALBUM_MAX, PHOTO_MAX, UPLOAD_TIMEOUT
from bot.channels.telegram.receive import Place
from bot.channels.telegram.rendering import Piece, Row, keyboard, pieces, worth_copying
from bot.chat.delivery_errors import Refused
from bot.chat.messages import PRIVATE_LINK, File, Outgoing
from bot.chat.wording import Wording
from bot.limits import TELEGRAM_CAPTION, TELEGRAM_TEXT

_NO_PREVIEW = {"is_disabled": True}
_PHOTOS = (".jpg", ".jpeg", ".png")
_log = logging.getLogger(__name__)


class Sender:
    """Sends to one platform; which chat, and how long to wait for it, is said with each call."""

    def __init__(self, bot: Bot, wording: Wording) -> None:
        self._bot = bot
        self._copy_label = wording.plain("telegram.copy")
        self._our_name: str | None = None  # links into the private chat need it

    async def reply(
        self, place: Place, replies: Sequence[Outgoing], edit: int | None, patience: float
    ) -> list[int]:
        """Answer somebody; returns the ids of the messages sent.

        ``edit`` is the message that a reply with ``replaces`` takes the place of, ``patience`` how
        many seconds of "too many requests" each call may wait out. A reply that
        Telegram refuses for ever is left out, else its chat would be stuck on it. Raises Busy,
        Unreachable, Unsure, Gone, Moved.
        """
        ids: list[int] = []
        for message in replies:
            target = edit if message.replaces else None
            edit = None if message.replaces else edit
            try:
                ids += await self._send(place, message, patience, target)
            except Refused as error:
                _log.warning("Telegram refused a reply: %s", error.reason)
        return ids

    async def post(self, place: Place, message: Outgoing) -> list[int]:
        """Put a message up at a desk, at once or not at all: the outbox does the waiting."""
        return await self._send(place, message, 0, None)

    async def edit(self, place: Place, message_id: int, message: Outgoing) -> None:
        """Show something else in a message of ours; already showing it is fine.

        Text beyond one message is cut off. Raises the delivery errors.
        """
        piece = next(iter(pieces(message.text, TELEGRAM_TEXT)), Piece("…"))
        try:
            await self._edit(place, message_id, piece, await self._keyboard(message), 0)
        except Refused as error:
            if "not modified" not in error.reason:
                raise

    async def _send(
        self, place: Place, message: Outgoing, patience: float, edit: int | None
    ) -> list[int]:
        markup = await self._keyboard(message)
        if caption := _caption(message):
            return await self._file(place, message, message.files[0], caption, markup, patience)
        texts = pieces(message.text, TELEGRAM_TEXT)
        if edit is not None and len(texts) == 1 and not message.files and not message.secret:
            try:
                await self._edit(place, edit, texts[0], markup, patience)
            except Refused as error:
                if "not modified" in error.reason:  # an earlier try arrived, its answer did not
                    return [edit]  # else too old or deleted: a new message is seen at least
            else:
                return [edit]
        ids: list[int] = []
        for piece in texts:
            last = piece is texts[-1]
            ids.append(await self._text(place, message, piece, markup if last else [], patience))
        return ids + await self._files(place, message, patience)

    async def _keyboard(self, message: Outgoing) -> list[Row]:
        if self._our_name is None and any(c.data.startswith(PRIVATE_LINK) for c in message.choices):
            self._our_name = (await call(self._bot.get_me)).username or ""
        copied = worth_copying(message.text) if message.secret else None
        copy = (self._copy_label, copied) if copied else None
        return keyboard(message.choices, copy, self._our_name)

    async def _text(
        self,
        place: Place,
        message: Outgoing,
        piece: Piece,
        markup: list[Row],
        patience: float,
    ) -> int:
        under = _under(message)
        parameters = {
            "chat_id": place.chat,
            "message_thread_id": place.thread,
            "protect_content": message.protected or None,
            "disable_notification": message.silent or None,
            "reply_parameters": under.to_dict() if under else None,
            **_shown(piece, markup),
        }
        sent = await call(lambda: unparsed(self._bot, "sendMessage", parameters), patience)
        return int(sent["message_id"])

    async def _edit(
        self,
        place: Place,
        message_id: int,
        piece: Piece,
        markup: list[Row],
        patience: float,
    ) -> None:
        parameters = {"chat_id": place.chat, "message_id": message_id, **_shown(piece, markup)}
        await call(lambda: unparsed(self._bot, "editMessageText", parameters), patience)

    async def _files(self, place: Place, message: Outgoing, patience: float) -> list[int]:
        """Albums of neighbours of one kind; a file alone goes by itself."""
        ids: list[int] = []
        for _, group in groupby(message.files, _is_photo):
            files = list(group)
            for at in range(0, len(files), ALBUM_MAX):
                lot = files[at : at + ALBUM_MAX]
                if len(lot) == 1:
                    ids += await self._file(place, message, lot[0], Piece(""), [], patience)
                else:
                    ids += await self._album(place, message, lot, patience)
        return ids

    async def _album(
        self, place: Place, message: Outgoing, files: Sequence[File], patience: float
    ) -> list[int]:
        """Files of one kind; pictures that Telegram cannot show as such go as documents."""

        async def send(as_photos: bool) -> tuple[Message, ...]:
            kind = InputMediaPhoto if as_photos else InputMediaDocument
            return await self._bot.send_media_group(
                place.chat,
                [kind(file.content, filename=file.name) for file in files],
                message_thread_id=place.thread,
                reply_parameters=_under(message),
                protect_content=message.protected or None,
                disable_notification=message.silent or None,
                read_timeout=UPLOAD_TIMEOUT,
            )

        as_photos = _is_photo(files[0])
        try:
            sent = await call(lambda: send(as_photos), patience)
        except Refused as error:
            if not as_photos or not _not_a_picture(error):
                raise
            sent = await call(lambda: send(False), patience)
        return [each.message_id for each in sent]

    async def _file(
        self,
        place: Place,
        message: Outgoing,
        file: File,
        caption: Piece,
        markup: list[Row],
        patience: float,
    ) -> list[int]:
        """One file; a picture that Telegram cannot show as one goes as a document."""

        async def send(as_photo: bool) -> Message:
            method = self._bot.send_photo if as_photo else self._bot.send_document
            return await method(
                place.chat,
                InputFile(file.content, filename=file.name),
                caption=caption.text or None,
                caption_entities=[
                    MessageEntity(each.type, each.offset, each.length) for each in caption.entities
                ],
                reply_markup=InlineKeyboardMarkup.de_json({"inline_keyboard": markup}, self._bot)
                if markup
                else None,
                message_thread_id=place.thread,
                reply_parameters=_under(message),
                protect_content=message.protected or None,
                disable_notification=message.silent or None,
                read_timeout=UPLOAD_TIMEOUT,
            )

        as_photo = _is_photo(file)
        try:
            sent = await call(lambda: send(as_photo), patience)
        except Refused as error:
            if not as_photo or not _not_a_picture(error):
                raise
            sent = await call(lambda: send(False), patience)
        return [sent.message_id]


def _shown(piece: Piece, markup: list[Row]) -> dict[str, Any]:
    """What sending and editing a text have in common."""
    entities = [{"type": e.type, "offset": e.offset, "length": e.length} for e in piece.entities]
    return {
        "text": piece.text,
        "entities": entities or None,
        "reply_markup": {"inline_keyboard": markup} if markup else None,
        "link_preview_options": _NO_PREVIEW,
    }


def _under(message: Outgoing) -> ReplyParameters | None:
    """The message that this one belongs under; one that is gone is no hindrance."""
    if message.replies_to is None:
        return None
    return ReplyParameters(int(message.replies_to), allow_sending_without_reply=True)


def _caption(message: Outgoing) -> Piece | None:
    """The text as the caption of the only file, where it fits."""
    texts = pieces(message.text, TELEGRAM_CAPTION)
    return texts[0] if len(message.files) == 1 and len(texts) == 1 else None


def _is_photo(file: File) -> bool:
    return file.name.lower().endswith(_PHOTOS) and len(file.content) <= PHOTO_MAX


def _not_a_picture(error: Refused) -> bool:
    return any(word in error.reason.lower() for word in ("photo", "image"))
