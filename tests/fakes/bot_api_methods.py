"""The Bot API's methods that send, change and delete messages, and those about files."""

from typing import Any

from tests.fakes.bot_api_calls import Params, Upload, method
from tests.fakes.bot_api_world import (
    CAPTION_MAX,
    DOWNLOAD_MAX,
    PHOTO_MAX,
    TEXT_MAX,
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

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ALBUM = {
    "chat_id!": "chat",
    "message_thread_id": "int",
    "protect_content": "bool",
    "disable_notification": "bool",
    "reply_parameters": "dict",
}
_MESSAGE = {**_ALBUM, "reply_markup": "dict"}
_CAPTION = {"caption": "str", "caption_entities": "list"}
_EDIT = {"chat_id!": "chat", "message_id!": "int", "reply_markup": "dict"}


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


@method("sendMediaGroup", **_ALBUM, **{"media!": "list"})
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


@method("editMessageMedia", **_EDIT, **{"media!": "dict"})
def _edit_media(world: World, p: Params) -> Json:
    bubble = _editable(world, p)
    kind = p["media"]["type"]
    media = _media(world, p.upload(p["media"]["media"], "media"), kind)
    caption = p["media"].get("caption", "")
    markup = p.get("reply_markup")
    return _change(world, bubble, kind=kind, media=media, text=caption, entities=[], markup=markup)


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


# Buttons and files


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
