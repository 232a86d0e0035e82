"""The other end of the chat: what people do, and what they see."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_world import Bubble, Chat, Json, Query

if TYPE_CHECKING:
    from tests.fakes.bot_api import BotApi

JPEG = b"\xff\xd8\xff\xe0 a picture"
ADMIN_RIGHTS = frozenset({"can_delete_messages", "can_manage_topics", "can_post_messages"})
_ABOUT_FILES: dict[str, Json] = {
    "document": {},
    "audio": {"duration": 3},
    "voice": {"duration": 3},
    "video": {"duration": 3, "width": 9, "height": 9},
    "animation": {"duration": 3, "width": 9, "height": 9},
    "video_note": {"duration": 3, "length": 9},
}


class Person:
    """Somebody with a private chat with the bot."""

    def __init__(self, api: "BotApi", id_: int, name: str, language: str) -> None:
        self.api = api
        self.user: Json = {
            "id": id_,
            "is_bot": False,
            "first_name": name,
            "last_name": "Rahasia",
            "username": f"akun_{name.lower()}",
            "language_code": language,
        }
        refusal = "bot can't initiate conversation with a user"
        self.chat = Chat(id_, "private", name, refusal=refusal)
        api.world.chats[id_] = self.chat

    # Doing

    def says(self, text: str, **values: Any) -> Bubble:
        return self._sends(text=text, **values)

    def starts(self, payload: str = "") -> Bubble:
        return self.says(f"/start {payload}".strip())

    def edits(self, bubble: Bubble, text: str) -> None:
        bubble.text = text
        content = self.api.world.message_json(bubble) | {"edit_date": int(bubble.date) + 1}
        self.api.bring("edited_message", content, self.chat)

    def presses(self, label: str) -> str:
        """Press the newest button on screen with this label; returns the query's id."""
        return press(self.api, self.user, self.chat, label)

    def copies(self, label: str) -> str:
        """What the newest copy button with this label puts on the clipboard."""
        _, button = _button(self.chat, label)
        return str(button["copy_text"]["text"])

    def sends_photo(self, content: bytes = JPEG, caption: str = "", **values: Any) -> Bubble:
        return self._sends(
            text=caption, kind="photo", media={"photo": self._sizes(content)}, **values
        )

    def sends_file(
        self, name: str, content: bytes, kind: str = "document", size: int | None = None
    ) -> Bubble:
        stored = self.api.world.store(name, content, size) | _ABOUT_FILES[kind]
        if kind not in ("voice", "video_note"):
            stored["file_name"] = name
        return self._sends(kind=kind, media={kind: stored})

    def sends_album(self, *contents: bytes, caption: str = "") -> list[Bubble]:
        """Several photos at once: updates of their own, bound by nothing but an album id."""
        album = f"album-{self.api.world.number()}"
        return [
            self.sends_photo(content, caption if place == 0 else "", album=album)
            for place, content in enumerate(contents)
        ]

    def shares(self, **media: Any) -> Bubble:
        """A contact, a position: whatever else a message can hold."""
        return self._sends(kind="other", media=media)

    def blocks_bot(self) -> None:
        self.chat.refusal = "bot was blocked by the user"
        self._changes_membership("member", "kicked")

    def unblocks_bot(self) -> None:
        self.chat.refusal = ""
        self._changes_membership("kicked", "member")

    def deletes_account(self) -> None:
        self.chat.refusal = "user is deactivated"

    # Seeing

    def sees(self) -> list[Bubble]:
        """Both sides' messages, after edits and deletions, oldest first."""
        return self.chat.on_screen()

    def reads(self) -> list[str]:
        """The bot's messages on screen."""
        return [bubble.text for bubble in self.sees() if bubble.by_bot]

    @property
    def last(self) -> Bubble:
        return self.sees()[-1]

    def _sends(self, **values: Any) -> Bubble:
        if self.chat.refusal.startswith(("bot can't", "bot was blocked")):
            self.chat.refusal = ""
        bubble = self.api.world.add(self.chat, self.user, **values)
        self.api.bring("message", self.api.world.message_json(bubble), self.chat)
        return bubble

    def _sizes(self, content: bytes) -> list[Json]:
        store = self.api.world.store
        return [
            store("small.jpg", content[:4]) | {"width": 90, "height": 60},
            store("large.jpg", content) | {"width": 900, "height": 600},
        ]

    def _changes_membership(self, old: str, new: str) -> None:
        change_membership(self.api, self.user, self.chat, old, new)


@dataclass
class Member:
    """Somebody in a group."""

    group: "Group"
    user: Json

    def says(self, text: str, reply_to: Bubble | None = None) -> Bubble:
        return self.group.hears(self.user, text, reply_to)

    def presses(self, label: str, on: Bubble | None = None) -> str:
        """Press a button of one message, or the newest on screen with this label."""
        return press(self.group.api, self.user, self.group.chat, label, on)


class Group:
    """A group, supergroup or channel (``kind``)."""

    def __init__(
        self, api: "BotApi", title: str, kind: str, forum: bool = False, privacy: bool = False
    ) -> None:
        self.api = api
        self.privacy = privacy
        id_ = self._new_id(api, kind)
        self.chat = Chat(id_, kind, title, is_forum=forum)
        self.chat.bot_rights = None if privacy else ADMIN_RIGHTS
        api.world.chats[self.chat.id] = self.chat

    @property
    def id(self) -> str:
        return str(self.chat.id)

    def member(self, name: str) -> Member:
        return Member(self, self.api.person(name).user)

    def adds_bot(self) -> None:
        self.chat.bot_inside = True
        who = self.api.person("Pengundang").user
        change_membership(self.api, who, self.chat, "left", "member")

    def removes_bot(self) -> None:
        self.chat.bot_inside = False
        self.chat.refusal = f"bot was kicked from the {self.chat.type} chat"

    def becomes_supergroup(self) -> "Group":
        """Both messages that Telegram sends about it, and the new group."""
        new = Group(self.api, self.chat.name, "supergroup", self.chat.is_forum, self.privacy)
        self.chat.moved_to = new.chat.id
        for chat, service in (
            (self.chat, {"migrate_to_chat_id": new.chat.id}),
            (new.chat, {"migrate_from_chat_id": self.chat.id}),
        ):
            bubble = self.api.world.add(chat, self.member("Admin").user, service=service)
            self.api.bring("message", self.api.world.message_json(bubble), chat)
        return new

    def hears(self, user: Json, text: str, reply_to: Bubble | None = None) -> Bubble:
        thread = reply_to.thread if reply_to else None
        spoke_last = bool(self.sees()) and self.sees()[-1].by_bot
        bubble = self.api.world.add(self.chat, user, text=text, reply_to=reply_to, thread=thread)
        if not self.privacy or self._is_for_bot(text, reply_to, spoke_last):
            self.api.bring("message", self.api.world.message_json(bubble), self.chat)
        return bubble

    def _is_for_bot(self, text: str, reply_to: Bubble | None, spoke_last: bool) -> bool:
        """Privacy mode: answers to the bot, commands that name it, bare ones after its own word."""
        if reply_to is not None and reply_to.by_bot:
            return True
        command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        name = f"@{self.api.world.me['username']}"
        return command.endswith(name) or bool(command and "@" not in command and spoke_last)

    def sees(self) -> list[Bubble]:
        return self.chat.on_screen()

    @staticmethod
    def _new_id(api: "BotApi", kind: str) -> int:
        number = api.world.number()
        return -4000 - number if kind == "group" else -1001000000000 - number


def press(api: "BotApi", user: Json, chat: Chat, label: str, bubble: Bubble | None = None) -> str:
    found = bubble and bubble.button(label)
    bubble, button = (bubble, found) if bubble and found else _button(chat, label)
    query = Query(f"query-{api.world.number()}", api.world.clock.now())
    api.world.queries[query.id] = query
    content = {
        "id": query.id,
        "from": user,
        "message": api.world.message_json(bubble),
        "chat_instance": "1",
        "data": button["callback_data"],
    }
    api.bring("callback_query", content, chat)
    return query.id


def change_membership(api: "BotApi", user: Json, chat: Chat, old: str, new: str) -> None:
    extra = {"kicked": {"until_date": 0}}
    content = {
        "chat": chat.json,
        "from": user,
        "date": int(api.world.clock.now()),
        "old_chat_member": {"user": api.world.me, "status": old, **extra.get(old, {})},
        "new_chat_member": {"user": api.world.me, "status": new, **extra.get(new, {})},
    }
    api.bring("my_chat_member", content, chat)


def _button(chat: Chat, label: str) -> tuple[Bubble, Json]:
    for bubble in reversed(chat.on_screen()):
        if button := bubble.button(label):
            return bubble, button
    on_screen = [text for b in chat.on_screen() for row in b.buttons for text in row]
    raise AssertionError(f"no button {label!r} on screen; there is {on_screen}")
