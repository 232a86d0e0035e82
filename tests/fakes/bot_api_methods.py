"""The Bot API's methods as a table: what each takes, and what it does to the world."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api_world import (
    CAPTION_MAX,
    DOWNLOAD_MAX,
    PHOTO_MAX,
    TEXT_MAX,
    ApiError,
    Bubble,
    Chat,
    Json,
    World,
    bad,
    check_entities,
    check_markup,
    check_text,
    units,
)

Upload = tuple[str, bytes]  # file name, content
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@dataclass
class Params:
    """The parameters of one call, in their declared types, and the files that came with it."""

    values: Json
    uploads: dict[str, Upload]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def upload(self, value: Any, name: str) -> Upload | str:
        """New bytes, or the id of a file that Telegram has."""
        if isinstance(value, str) and value.startswith("attach://"):
            value = value.removeprefix("attach://")
            if value not in self.uploads:
                raise bad("attached file not found")
            return self.uploads[value]
        return self.uploads.get(name) or str(value)


Run = Callable[[World, Params], Any]
_TABLE: dict[str, tuple[dict[str, str], Run]] = {}

_MESSAGE = {
    "chat_id!": "chat",
    "message_thread_id": "int",
    "protect_content": "bool",
    "disable_notification": "bool",
    "reply_markup": "dict",
    "reply_parameters": "dict",
}
_CAPTION = {"caption": "str", "caption_entities": "list"}
_EDIT = {"chat_id!": "chat", "message_id!": "int", "reply_markup": "dict"}
_TAG = {"language_code": "str"}


def method(name: str, **fields: str) -> Callable[[Run], Run]:
    """Declare a method; a field's name with ``!`` (in a dict) is required."""

    def declare(run: Run) -> Run:
        _TABLE[name] = (fields, run)
        return run

    return declare


def run(world: World, name: str, raw: Json, uploads: dict[str, Upload]) -> Any:
    """Check the parameters of a call and do it. Raises ApiError."""
    if name not in _TABLE:
        raise ApiError(404, "Not Found")
    fields, do = _TABLE[name]
    return do(world, Params(_checked(fields, raw, uploads), uploads))


def _checked(fields: dict[str, str], raw: Json, uploads: dict[str, Upload]) -> Json:
    values: Json = {}
    for key, kind in fields.items():
        name = key.rstrip("!")
        if name in raw:
            values[name] = _typed(name, kind, raw[name])
        elif key.endswith("!") and name not in uploads:
            raise bad(f'parameter "{name}" is required')
    return values


def _typed(name: str, kind: str, value: Any) -> Any:
    if kind in ("list", "dict") and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    if kind in ("int", "bool", "chat") and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
        value = int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else value
    expected = {"int": int, "bool": bool, "str": str, "list": list, "dict": dict, "chat": int}
    if not isinstance(value, expected.get(kind, object)):
        raise bad(f"{name} must be of type {kind}")
    return value


def canonical(name: str) -> str:
    """A method's name as it is documented; any case is taken."""
    return _NAMES.get(name.lower(), name)


# Sending


@method("sendMessage", **_MESSAGE, **{"text!": "str"}, entities="list", link_preview_options="dict")
def _send_message(world: World, p: Params) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    text = check_text(p["text"], TEXT_MAX, "message text is empty", "message is too long")
    entities = check_entities(text, p.get("entities", []))
    markup = check_markup(p.get("reply_markup"))
    world.pace(chat)
    return world.message_json(_say(world, chat, p, text=text, entities=entities, markup=markup))


@method("sendPhoto", **_MESSAGE, **_CAPTION, **{"photo!": "file"})
def _send_photo(world: World, p: Params) -> Json:
    return _send_file(world, p, "photo")


@method("sendDocument", **_MESSAGE, **_CAPTION, **{"document!": "file"})
def _send_document(world: World, p: Params) -> Json:
    return _send_file(world, p, "document")


@method("sendMediaGroup", **_MESSAGE, **{"media!": "list"})
def _send_media_group(world: World, p: Params) -> list[Json]:
    chat = world.chat_to_write(p["chat_id"])
    items: list[Json] = p["media"]
    if not 2 <= len(items) <= 10:
        raise bad("wrong number of messages in the album: 2-10 are allowed")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad("document can't be mixed with other media types")
    media = [_media(world, p.upload(i["media"], ""), i["type"]) for i in items]
    world.pace(chat, len(items))
    album = f"album-{world.number()}"
    return [
        world.message_json(
            _say(world, chat, p, kind=i["type"], media=m, album=album, text=i.get("caption", ""))
        )
        for i, m in zip(items, media, strict=True)
    ]


@method("sendChatAction", **{"chat_id!": "chat", "action!": "str"}, message_thread_id="int")
def _send_chat_action(world: World, p: Params) -> bool:
    world.chat_to_write(p["chat_id"])
    return True


def _send_file(world: World, p: Params, kind: str) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    caption = check_text(p.get("caption", ""), CAPTION_MAX, "", "message caption is too long")
    entities = check_entities(caption, p.get("caption_entities", []))
    markup = check_markup(p.get("reply_markup"))
    media = _media(world, p.upload(p.get(kind), kind), kind)
    world.pace(chat)
    bubble = _say(
        world, chat, p, kind=kind, media=media, text=caption, entities=entities, markup=markup
    )
    return world.message_json(bubble)


def _media(world: World, upload: Upload | str, kind: str) -> Json:
    if isinstance(upload, str):
        if upload not in world.files:
            raise bad("wrong file identifier/HTTP URL specified")
        raise AssertionError("a file id of the platform was sent on")
    name, content = upload
    if not content:
        raise bad("file must be non-empty")
    if kind == "photo":
        if len(content) > PHOTO_MAX:
            raise bad("file is too big for a photo")
        if not content.startswith(_PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
        return {"photo": [world.store(name, content) | {"width": 90, "height": 60}]}
    return {kind: world.store(name, content) | {"file_name": name}}


def _say(world: World, chat: Chat, p: Params, **values: Any) -> Bubble:
    thread = p.get("message_thread_id")
    if thread is not None and thread not in chat.bubbles:
        raise bad("message thread not found")
    under = p.get("reply_parameters", {}).get("message_id")
    values["reply_to"] = chat.bubbles.get(under)
    lenient = p.get("reply_parameters", {}).get("allow_sending_without_reply")
    if under is not None and values["reply_to"] is None and not lenient:
        raise bad("message to be replied not found")
    return world.add(
        chat, world.me, protected=bool(p.get("protect_content")), thread=thread, **values
    )


# Editing and deleting


@method(
    "editMessageText", **_EDIT, **{"text!": "str"}, entities="list", link_preview_options="dict"
)
def _edit_text(world: World, p: Params) -> Json:
    bubble = _editable(world, p)
    text = check_text(p["text"], TEXT_MAX, "message text is empty", "message is too long")
    entities = check_entities(text, p.get("entities", []))
    if bubble.kind != "text":
        raise bad("there is no text in the message to edit")
    return _change(world, bubble, text=text, entities=entities, markup=p.get("reply_markup"))


@method("editMessageReplyMarkup", **_EDIT)
def _edit_markup(world: World, p: Params) -> Json:
    return _change(world, _editable(world, p), markup=p.get("reply_markup"))


@method("editMessageMedia", **_EDIT, **{"media!": "dict"})
def _edit_media(world: World, p: Params) -> Json:
    bubble = _editable(world, p)
    kind = p["media"]["type"]
    media = _media(world, p.upload(p["media"]["media"], "media"), kind)
    caption = p["media"].get("caption", "")
    markup = p.get("reply_markup")
    return _change(world, bubble, kind=kind, media=media, text=caption, entities=[], markup=markup)


@method("deleteMessage", **{"chat_id!": "chat", "message_id!": "int"})
def _delete_message(world: World, p: Params) -> bool:
    chat = world.chat_to_write(p["chat_id"])
    bubble = chat.bubbles.get(p["message_id"])
    if bubble is None or not bubble.on_screen:
        raise bad("message to delete not found")
    if not world.deletable(chat, bubble):
        raise bad("message can't be deleted")
    bubble.on_screen = False
    return True


@method("deleteMessages", **{"chat_id!": "chat", "message_ids!": "list"})
def _delete_messages(world: World, p: Params) -> bool:
    chat = world.chat_to_write(p["chat_id"])
    ids = p["message_ids"]
    if not 1 <= len(ids) <= 100 or not all(isinstance(id_, int) for id_ in ids):
        raise bad("wrong list of message identifiers")
    found = [b for id_ in ids if (b := chat.bubbles.get(id_)) and b.on_screen]
    if not all(world.deletable(chat, bubble) for bubble in found):
        raise bad("message can't be deleted")
    for bubble in found:
        bubble.on_screen = False
    return True


def _editable(world: World, p: Params) -> Bubble:
    bubble = world.chat_to_write(p["chat_id"]).bubbles.get(p["message_id"])
    if bubble is None or not bubble.on_screen:
        raise bad("message to edit not found")
    if not bubble.by_bot:
        raise bad("message can't be edited")
    return bubble


def _change(world: World, bubble: Bubble, **values: Any) -> Json:
    values["markup"] = check_markup(values["markup"])
    if all(getattr(bubble, name) == value for name, value in values.items()):
        raise bad(_NOT_MODIFIED)
    for name, value in values.items():
        setattr(bubble, name, value)
    return world.message_json(bubble)


# Buttons, files, chats


@method("answerCallbackQuery", **{"callback_query_id!": "str"}, text="str", show_alert="bool")
def _answer_callback(world: World, p: Params) -> bool:
    if units(p.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    world.query_to_answer(p["callback_query_id"]).answered = True
    return True


@method("getFile", **{"file_id!": "str"})
def _get_file(world: World, p: Params) -> Json:
    file = world.files.get(p["file_id"])
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if file.size > DOWNLOAD_MAX:
        raise bad("file is too big")
    id_ = p["file_id"]
    return {
        "file_id": id_,
        "file_unique_id": f"u-{id_}",
        "file_size": file.size,
        "file_path": f"{world.disk}documents/{id_}",
    }


@method("leaveChat", **{"chat_id!": "chat"})
def _leave_chat(world: World, p: Params) -> bool:
    world.chat_to_write(p["chat_id"]).bot_inside = False
    return True


@method("createForumTopic", **{"chat_id!": "chat", "name!": "str"}, icon_color="int")
def _create_topic(world: World, p: Params) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not 1 <= len(p["name"]) <= 128:
        raise bad("TOPIC_TITLE_EMPTY")
    topic = world.add(chat, world.me, service={"forum_topic_created": {"name": p["name"]}})
    topic.thread = topic.id
    return {"message_thread_id": topic.id, "name": p["name"], "icon_color": 7322096}


@method("deleteForumTopic", **{"chat_id!": "chat", "message_thread_id!": "int"})
def _delete_topic(world: World, p: Params) -> bool:
    chat = world.chat_to_write(p["chat_id"])
    inside = [b for b in chat.on_screen() if b.thread == p["message_thread_id"]]
    if not inside:
        raise bad("TOPIC_ID_INVALID")
    for bubble in inside:
        bubble.on_screen = False
    return True


@method("getMe")
def _get_me(world: World, _: Params) -> Json:
    return world.me | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def check_webhook(url: str, secret: str | None, connections: int) -> None:
    if url and not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad("max_connections is out of range")


# The bot's own page


@method("setMyCommands", **{"commands!": "list"}, scope="dict", **_TAG)
def _set_commands(world: World, p: Params) -> bool:
    for command in p["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return _set(world, "commands", p, p["commands"])


@method("getMyCommands", scope="dict", **_TAG)
def _get_commands(world: World, p: Params) -> Any:
    return world.profile.get(_profile_key("commands", p), [])


@method("setMyDescription", description="str", **_TAG)
def _set_description(world: World, p: Params) -> bool:
    if len(p.get("description", "")) > 512:
        raise bad("description is too long")
    return _set(world, "description", p, p.get("description", ""))


@method("getMyDescription", **_TAG)
def _get_description(world: World, p: Params) -> Json:
    return {"description": world.profile.get(_profile_key("description", p), "")}


@method("setMyShortDescription", short_description="str", **_TAG)
def _set_short(world: World, p: Params) -> bool:
    if len(p.get("short_description", "")) > 120:
        raise bad("short description is too long")
    return _set(world, "short", p, p.get("short_description", ""))


@method("getMyShortDescription", **_TAG)
def _get_short(world: World, p: Params) -> Json:
    return {"short_description": world.profile.get(_profile_key("short", p), "")}


@method("setChatMenuButton", chat_id="int", menu_button="dict")
def _set_menu_button(world: World, p: Params) -> bool:
    return _set(world, "menu", p, p.get("menu_button", {"type": "default"}))


def _profile_key(name: str, p: Params) -> str:
    return f"{name}:{p.get('scope', {}).get('type', 'default')}:{p.get('language_code', '')}"


def _set(world: World, name: str, p: Params, value: Any) -> bool:
    world.profile[_profile_key(name, p)] = value
    return True


_DELIVERY = ("getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo")
_NAMES = {name.lower(): name for name in (*_TABLE, *_DELIVERY)}
