"""Updates to what the dispatcher understands.

Only private chats and enrolled desks are heard. A desk is heard where a moderator answers a card
of ours, presses a button on it, or gives us a command, which is what a bot in privacy mode is shown
of a group. An administrator is shown everything: what else is said is none of our business.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)

from bot.chat.messages import PRIVATE_LINK, Address, AtDesk, Attachment, Incoming

CHANNEL = "telegram"
DEEP_LINKS = frozenset({"tanya", "topik", "bantuan", "privasi", "sampaikan", "cek"})
# fmt: off
DESK_COMMANDS = frozenset({
    "/ambil", "/lepas", "/tanya", "/jawab", "/jalur", "/catatan", "/status", "/tutup",
    "/bukalagi", "/saring", "/pulihkan", "/blokir", "/bukablokir", "/gabung", "/alihkan", "/buka",
    "/panduan", "/cari", "/daftar", "/undang", "/keluar", "/latihan", "/bantuan", "/batal",
    "/isi", "/riwayat", "/statistik", "/ekspor", "/formulir",
})
# fmt: on
_DESK_CHOICES = ("case:", "desk:", PRIVATE_LINK)  # buttons that only moderators are shown
PRIVATE_COMMANDS = ("/meja", "/daftar")  # of moderators, in their private chat with the bot
LEFT = "desk:left"  # what the desk hears when somebody leaves its chat
_COMMANDS = {"/start": "/mulai", "/help": "/bantuan"}  # words that Telegram's own apps offer
_UNREADABLE = ("contact", "location", "venue", "poll", "dice", "sticker", "story", "game")
_FILES = ("animation", "document", "video", "voice", "audio", "video_note")

OwnName = Callable[[], Awaitable[str]]
"""Our bot's user name, asked for only when it is needed."""


class DeskLookup(Protocol):
    """Which Telegram chats are desks, and what their messages belong to."""

    def desk_of(self, chat: str) -> str | None:
        """The desk enrolled in this chat."""
        ...

    def all_chats(self) -> list[str]:
        """Where the desks are."""
        ...

    async def case_of_message(self, desk: str, message: str) -> str | None:
        """The case that a message of ours at the desk belongs to."""
        ...

    async def moved(self, old: str, new: str) -> None:
        """A group became a supergroup and has a new chat id."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer: a chat, and the topic inside a forum."""

    chat: int
    thread: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Place":
        """``-1001234`` or ``-1001234/56``. Raises ValueError."""
        chat, _, thread = text.partition("/")
        return cls(int(chat), int(thread) if thread else None)

    def __str__(self) -> str:
        return f"{self.chat}/{self.thread}" if self.thread else str(self.chat)

    def __repr__(self) -> str:  # never in a log line or a traceback
        return "Place(…)"


@dataclass(frozen=True, slots=True)
class Heard:
    """One message or button press for the dispatcher.

    ``pressed`` is the message whose button was pressed, None when Telegram no longer shows it to
    bots; ``album`` is shared by the messages of one album.
    """

    place: Place
    event: str
    incoming: Incoming
    pressed: int | None = None
    album: str | None = field(default=None, repr=False)

    @property
    def address(self) -> Address:
        """At a desk each moderator has a conversation of his own."""
        desk = self.incoming.desk
        chat = str(self.place.chat)
        return Address(CHANNEL, f"{chat}:{desk.moderator}" if desk else chat)


@dataclass(frozen=True, slots=True)
class Stranger:
    """We are in a chat that is no desk: say goodbye (not in channels) and leave."""

    place: Place
    speak: bool


@dataclass(frozen=True, slots=True)
class MovedGroup:
    old: str
    new: str


def private_text(raw: Any) -> Heard | None:
    """The commonest update by far, a text in a private chat, as the library would read it.

    Building its objects, of which three values are used, costs half as much as a whole answer of
    a bare bot. None for every other update.
    """
    match raw:
        case {
            "update_id": int(update_id),
            "message": {
                "message_id": int(id_),
                "chat": {"id": int(chat), "type": "private"},
                "text": str(text),
            },
        } if text:
            incoming = _in_private(_command(_clean(text)), (), id_, chat)
            return Heard(Place(chat), str(update_id), incoming)
    return None


async def understand(
    update: Update, desks: DeskLookup, own_name: OwnName
) -> Heard | Stranger | MovedGroup | None:
    """What an update means to us; None for everything that we do not serve."""
    if update.callback_query:
        return await _press(update.update_id, update.callback_query, desks)
    if update.message:
        return await _message(update.update_id, update.message, desks, own_name)
    if update.edited_message:
        heard = await _message(update.update_id, update.edited_message, desks, own_name)
        if isinstance(heard, Heard):
            return replace(heard, incoming=replace(heard.incoming, edited=True))
        return heard
    if update.chat_member:
        return _departure(update.update_id, update.chat_member, desks)
    if change := update.my_chat_member:
        member = change.new_chat_member.status not in ("left", "kicked")
        return _stranger(change.chat, desks) if member else None
    return None


async def _message(
    update_id: int, message: Message, desks: DeskLookup, own_name: OwnName
) -> Heard | Stranger | MovedGroup | None:
    chat = message.chat
    if message.migrate_to_chat_id:
        return MovedGroup(str(chat.id), str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id:
        return MovedGroup(str(message.migrate_from_chat_id), str(chat.id))
    if chat.type == Chat.PRIVATE:
        incoming = _private(message)
    elif desk := desks.desk_of(str(chat.id)):
        incoming = await _at_desk(message, desk, desks, own_name)
    else:
        return _stranger(chat, desks)
    if incoming is None:
        return None
    return Heard(_place(message), str(update_id), incoming, album=message.media_group_id)


async def _press(
    update_id: int, query: CallbackQuery, desks: DeskLookup
) -> Heard | Stranger | None:
    message = query.message
    if message is None or query.data is None:
        return None  # inline messages and games: we send neither
    desk = None
    if message.chat.type != Chat.PRIVATE:
        name = desks.desk_of(str(message.chat.id))
        if name is None:
            return _stranger(message.chat, desks)
        desk = await _desk(name, query.from_user, message.message_id, desks)
        desk = replace(desk, can_write=message.chat.type != Chat.CHANNEL)
    elif query.data.startswith(_DESK_CHOICES):
        desk = AtDesk("", str(message.chat.id))
    incoming = Incoming(
        choice=_clean(query.data), channel=CHANNEL, message=str(message.message_id), desk=desk
    )
    readable = isinstance(message, Message)
    place = _place(message) if isinstance(message, Message) else Place(message.chat.id)
    return Heard(place, str(update_id), incoming, message.message_id if readable else None)


def _private(message: Message) -> Incoming | None:
    text, attachments = _text(message), _attachments(message)
    if not text and not attachments:
        return None
    return _in_private(text, attachments, message.message_id, message.chat.id)


def _in_private(text: str, files: tuple[Attachment, ...], message: int, chat: int) -> Incoming:
    """``/meja tanya …`` is a moderator's ``/tanya …``. Only these words tell whose chat it is: the
    chats of everybody else stay unknown."""
    word, _, rest = text.partition(" ")
    command = word.partition("@")[0].lower()
    if command not in PRIVATE_COMMANDS:
        return Incoming(text, None, files, CHANNEL, str(message))
    said = text if command == "/daftar" else f"/{rest.strip().lstrip('/')}"
    return Incoming(said, channel=CHANNEL, message=str(message), desk=AtDesk("", str(chat)))


def _departure(update_id: int, change: ChatMemberUpdated, desks: DeskLookup) -> Heard | None:
    """Whoever leaves a desk's chat loses the seat there."""
    desk, member = desks.desk_of(str(change.chat.id)), change.new_chat_member
    if desk is None or not (member.status in ("left", "kicked") or _shut_out(member)):
        return None
    at = AtDesk(desk, str(member.user.id))
    heard = Incoming(choice=LEFT, channel=CHANNEL, desk=at)
    return Heard(Place(change.chat.id), str(update_id), heard)


def _shut_out(member: ChatMember) -> bool:
    return isinstance(member, ChatMemberRestricted) and not member.is_member


async def _at_desk(
    message: Message, desk: str, desks: DeskLookup, own_name: OwnName
) -> Incoming | None:
    """A command, or an answer to a message of ours; who writes as the group or a channel is nobody
    in particular. Another bot's command is never an answer."""
    author = None if message.sender_chat else message.from_user
    text = _text(message)
    if text.startswith("/"):
        command = await _desk_command(text, own_name)
        under = message.reply_to_message
        at = await _desk(desk, author, under.message_id if under else None, desks)
        if command is None:
            return None
        return Incoming(command, channel=CHANNEL, message=str(message.message_id), desk=at)
    card = message.reply_to_message
    if card is None or not _is_ours(card):
        return None
    at = await _desk(desk, author, card.message_id, desks)
    return Incoming(text, None, _attachments(message), CHANNEL, str(message.message_id), desk=at)


async def _desk_command(text: str, own_name: OwnName) -> str | None:
    """``/daftar KODE`` for ``/daftar@our_bot KODE`` and the like; None for what is not for us."""
    word, *rest = text.split(maxsplit=1)
    command, at, named = word.partition("@")
    if command.lower() not in DESK_COMMANDS:
        return None
    argument = rest[0] if rest else ""
    if at or "@" in argument:
        ours = await own_name()
        if at and named.casefold() != ours.casefold():
            return None
        argument = re.sub(rf"@{re.escape(ours)}\b", "", argument, flags=re.IGNORECASE)
    return f"{command.lower()} {argument.strip()}".strip()


def _is_ours(card: Message) -> bool:
    """Whether our bot wrote it; the first part of a token is the bot's own id.

    Whatever is said in a topic of a forum counts as an answer to the topic's first message.
    """
    ours = card.get_bot().token.partition(":")[0]
    by_us = card.from_user is not None and str(card.from_user.id) == ours
    return by_us and card.forum_topic_created is None


async def _desk(desk: str, author: User | None, card: int | None, desks: DeskLookup) -> AtDesk:
    case = await desks.case_of_message(desk, str(card)) if card else None
    return AtDesk(desk, str(author.id) if author else "", case)


def _stranger(chat: Chat, desks: DeskLookup) -> Stranger | None:
    if chat.type == Chat.PRIVATE or desks.desk_of(str(chat.id)):
        return None
    return Stranger(Place(chat.id), speak=chat.type != Chat.CHANNEL)


def _place(message: Message) -> Place:
    in_topic = message.is_topic_message and message.chat.type != Chat.PRIVATE
    return Place(message.chat.id, message.message_thread_id if in_topic else None)


def _text(message: Message) -> str:
    return _command(_clean(message.text or message.caption or ""))


def _command(text: str) -> str:
    """Telegram's own words to ours: ``/start`` of a deep link becomes the command it names."""
    word, _, rest = text.partition(" ")
    known = _COMMANDS.get(word.split("@")[0])
    if known is None:
        return text
    payload = rest.strip()
    if known == "/mulai" and payload.startswith(PRIVATE_LINK):
        return f"/meja isi {payload}"
    return f"/{payload}" if known == "/mulai" and payload in DEEP_LINKS else known


def _attachments(message: Message) -> tuple[Attachment, ...]:
    """At most one: the files of an album come as messages of their own."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return (Attachment("photo", largest.file_id, largest.file_size),)
    for kind in _FILES:
        if found := getattr(message, kind):
            return (Attachment(kind, found.file_id, found.file_size),)
    if any(getattr(message, kind) for kind in _UNREADABLE):
        return (Attachment("other", ""),)  # never a phone number or a position
    return ()


def _clean(text: str) -> str:
    """Half a surrogate pair cannot be stored or sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
