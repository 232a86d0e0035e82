"""What Telegram knows in the fake: chats, messages on screen, files; and the rules of the platform.

Limits and error texts are facts of the Bot API, written down here anew.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.clock import Clock, SystemClock

TEXT_MAX, CAPTION_MAX, CALLBACK_BYTES, COPY_MAX = 4096, 1024, 64, 256
DELETE_HOURS, CALLBACK_MINUTES = 48, 15
DOWNLOAD_MAX, PHOTO_MAX = 20 * 1024 * 1024, 10 * 1024 * 1024
_COMMAND = re.compile(r"/[a-zA-Z0-9_]{1,32}(@\w+)?")
_ACTIONS = ("callback_data", "url", "copy_text", "web_app", "switch_inline_query")

Json = dict[str, Any]


class ApiError(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Bubble:
    """One message as a person sees it."""

    id: int
    chat: int
    author: Json
    date: float
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    kind: str = "text"
    media: Json = field(default_factory=dict)
    protected: bool = False
    thread: int | None = None
    album: str | None = None
    reply_to: "Bubble | None" = None
    service: Json = field(default_factory=dict)
    on_screen: bool = True

    @property
    def by_bot(self) -> bool:
        return bool(self.author["is_bot"])

    @property
    def buttons(self) -> list[list[str]]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    @property
    def bold(self) -> list[str]:
        """The parts shown in bold; any other kind of entity fails loudly."""
        raw = self.text.encode("utf-16-le")
        assert all(e["type"] == "bold" for e in self.entities)
        return [
            raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in self.entities
        ]

    def button(self, label: str) -> Json | None:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return next((b for row in rows for b in row if b["text"] == label), None)


@dataclass
class Chat:
    id: int
    type: str
    name: str
    bubbles: dict[int, Bubble] = field(default_factory=dict)
    bot_inside: bool = True
    refusal: str = ""  # why the bot may not write: a 403 description
    bot_rights: frozenset[str] | None = None  # None: no administrator
    is_forum: bool = False
    moved_to: int | None = None
    last_id: int = 0
    sent_at: list[float] = field(default_factory=list)

    @property
    def json(self) -> Json:
        name = "first_name" if self.type == "private" else "title"
        return {"id": self.id, "type": self.type, name: self.name}

    def bot_may(self, right: str) -> bool:
        return self.bot_rights is not None and right in self.bot_rights

    def on_screen(self) -> list[Bubble]:
        return [b for b in sorted(self.bubbles.values(), key=lambda b: b.id) if b.on_screen]


@dataclass
class StoredFile:
    name: str
    content: bytes
    size: int


@dataclass
class Query:
    id: str
    date: float
    answered: bool = False


class World:
    """Chats, messages and files. Private chats and basic groups share one counter of message ids,
    every supergroup and channel has its own."""

    def __init__(self, bot_id: int, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.me: Json = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "Tanya Netral",
            "username": "tanya_netral_bot",
        }
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.profile: Json = {}
        self.flood = False
        self.disk = ""  # where files lie, as a server of one's own in local mode tells it
        self._shared_id = 100
        self._counter = 0

    def number(self) -> int:
        self._counter += 1
        return self._counter

    def next_message_id(self, chat: Chat) -> int:
        if chat.type in ("private", "group"):
            self._shared_id += 1
            return self._shared_id
        chat.last_id += 1
        return chat.last_id

    def add(self, chat: Chat, author: Json, **values: Any) -> Bubble:
        bubble = Bubble(self.next_message_id(chat), chat.id, author, self.clock.now(), **values)
        chat.bubbles[bubble.id] = bubble
        return bubble

    def store(self, name: str, content: bytes, size: int | None = None) -> Json:
        file_id = f"file-{self.number()}"
        self.files[file_id] = StoredFile(name, content, len(content) if size is None else size)
        return {
            "file_id": file_id,
            "file_unique_id": f"u-{file_id}",
            "file_size": self.files[file_id].size,
        }

    # What the bot may do

    def chat_to_write(self, chat_id: Any) -> Chat:
        chat = self.chats.get(int(chat_id)) if str(chat_id).lstrip("-").isdecimal() else None
        if chat is None:
            raise bad("chat not found")
        if chat.moved_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        if chat.refusal:
            raise ApiError(403, f"Forbidden: {chat.refusal}")
        if not chat.bot_inside:
            raise ApiError(403, f"Forbidden: bot is not a member of the {chat.type} chat")
        return chat

    def pace(self, chat: Chat, messages: int = 1) -> None:
        """About one message a second in a private chat, 20 a minute in a group."""
        if not self.flood:
            return
        span, most = (5.0, 5) if chat.type == "private" else (60.0, 20)
        now = self.clock.now()
        chat.sent_at = [at for at in chat.sent_at if at > now - span]
        if len(chat.sent_at) + messages > most:
            wait = int(chat.sent_at[0] + span - now) + 1
            raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        chat.sent_at += [now] * messages

    def deletable(self, chat: Chat, bubble: Bubble) -> bool:
        as_admin = chat.bot_may("can_delete_messages")
        if chat.type in ("supergroup", "channel") and as_admin:
            return True
        if self.clock.now() - bubble.date > DELETE_HOURS * 3600:
            return False
        return bubble.by_bot or chat.type == "private" or as_admin

    def query_to_answer(self, id_: str) -> Query:
        query = self.queries.get(id_)
        if query is None or self.clock.now() - query.date > CALLBACK_MINUTES * 60:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return query

    # Shapes

    def message_json(self, bubble: Bubble) -> Json:
        chat = self.chats[bubble.chat]
        found: Json = {
            "message_id": bubble.id,
            "date": int(bubble.date),
            "chat": chat.json,
            "from": bubble.author,
            **bubble.media,
            **bubble.service,
        }
        if bubble.text:
            prefix = "" if bubble.kind == "text" else "caption_"
            found["text" if not prefix else "caption"] = bubble.text
            if entities := bubble.entities or commands_in(bubble.text):
                found[f"{prefix}entities"] = entities
        if bubble.markup:
            found["reply_markup"] = bubble.markup
        if bubble.album:
            found["media_group_id"] = bubble.album
        if bubble.protected:
            found["has_protected_content"] = True
        if bubble.thread:
            found |= {"message_thread_id": bubble.thread, "is_topic_message": True}
        if bubble.reply_to:
            found["reply_to_message"] = self.message_json(bubble.reply_to)
        return found


def commands_in(text: str) -> list[Json]:
    match = _COMMAND.match(text)
    return [{"type": "bot_command", "offset": 0, "length": match.end()}] if match else []


def check_text(text: Any, limit: int, empty: str, long: str) -> str:
    if not isinstance(text, str):
        raise bad("field must be of type String")
    stripped: str = text.strip()
    if not stripped and empty:
        raise bad(empty)
    if units(stripped) > limit:
        raise bad(long)
    return stripped


def check_entities(text: str, entities: list[Json]) -> list[Json]:
    length = units(text)
    for entity in entities:
        offset, size = entity.get("offset"), entity.get("length")
        if not (isinstance(offset, int) and isinstance(size, int)) or offset < 0 or size <= 0:
            raise bad("can't parse MessageEntity: invalid offset or length")
        if offset + size > length:
            raise bad("ENTITY_BOUNDS_INVALID")
    return entities[:100]


def check_markup(markup: Json | None) -> Json | None:
    if markup is None:
        return None
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("object expected as reply markup")
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("can't parse inline keyboard button: text is empty")
        if sum(action in button for action in _ACTIONS) != 1:
            raise bad("can't parse inline keyboard button: exactly one action is needed")
        if "callback_data" in button and not (
            1 <= len(button["callback_data"].encode()) <= CALLBACK_BYTES
        ):
            raise bad("BUTTON_DATA_INVALID")
        if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= COPY_MAX:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    return markup if rows else None
