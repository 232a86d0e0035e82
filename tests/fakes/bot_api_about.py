"""The Bot API's methods about chats, about the bot's own page, and about its webhook."""

import re
from typing import Any

from tests.fakes.bot_api_calls import Params, method
from tests.fakes.bot_api_world import Json, World, bad

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)
_RIGHTS = (
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
)
_TAG = {"language_code": "str"}


# Chats


@method("leaveChat", **{"chat_id!": "chat"})
def _leave_chat(world: World, p: Params) -> bool:
    world.chat_to_write(p["chat_id"]).bot_inside = False
    return True


@method("getChat", **{"chat_id!": "chat"})
def _get_chat(world: World, p: Params) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    gifts = dict.fromkeys(_GIFTS, False)
    about = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return chat.json | about | ({"is_forum": True} if chat.is_forum else {})


@method("getChatMember", **{"chat_id!": "chat", "user_id!": "int"})
def _get_chat_member(world: World, p: Params) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    if p["user_id"] != world.me["id"] or chat.bot_rights is None:
        return {"status": "member", "user": world.me | {"id": p["user_id"]}}
    rights = dict.fromkeys(_RIGHTS, False) | dict.fromkeys(chat.bot_rights, True)
    return {"status": "administrator", "user": world.me, **rights}


@method("createForumTopic", **{"chat_id!": "chat", "name!": "str"}, icon_color="int")
def _create_topic(world: World, p: Params) -> Json:
    chat = world.chat_to_write(p["chat_id"])
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not chat.bot_may("can_manage_topics"):
        raise bad("not enough rights to create a topic")
    if not 1 <= len(p["name"]) <= 128:
        raise bad("TOPIC_TITLE_EMPTY")
    created = {"name": p["name"], "icon_color": 7322096}
    topic = world.add(chat, world.me, service={"forum_topic_created": created})
    topic.thread = topic.id
    return {"message_thread_id": topic.id, **created}


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
