"""What people see of the bot before they write to it, and where Telegram brings updates.

Used by ``doctor --apply``. Nothing here may say "lapor": the bot looks like what it mostly is.
"""

from dataclasses import dataclass

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, MenuButtonCommands

from bot.channels.telegram.calls import call
from bot.channels.telegram.limits import ALLOWED_UPDATES, PATIENCE
from bot.channels.telegram.webhook import PATH
from bot.chat.wording import Wording

COMMANDS = ("mulai", "tanya", "topik", "bantuan", "privasi")
_LANGUAGES = ("", "id")  # for everybody, and for apps set to Indonesian
_CONNECTIONS = 40


@dataclass(frozen=True, slots=True)
class Profile:
    """Commands with their descriptions, and the texts of the bot's own page."""

    commands: tuple[tuple[str, str], ...]
    description: str
    short_description: str

    @classmethod
    def from_wording(cls, wording: Wording) -> "Profile":
        return cls(
            tuple((name, wording.plain(f"telegram.command.{name}")) for name in COMMANDS),
            wording.plain("telegram.description"),
            wording.plain("telegram.short_description"),
        )


async def apply(bot: Bot, wording: Wording, public_url: str, secret: str) -> None:
    """Set commands, texts, menu button and webhook; without ``public_url`` remove the webhook.

    Raises the delivery errors.
    """
    profile = Profile.from_wording(wording)
    for language in _LANGUAGES:
        await _apply_texts(bot, profile, language)
    await call(lambda: bot.set_chat_menu_button(menu_button=MenuButtonCommands()), PATIENCE)
    await _apply_webhook(bot, public_url, secret)


async def differences(bot: Bot, wording: Wording, public_url: str) -> list[str]:
    """Names of the settings that `apply` would change; none if all is well.

    Raises the delivery errors.
    """
    profile = Profile.from_wording(wording)
    found = {name for language in _LANGUAGES for name in await _texts_off(bot, profile, language)}
    webhook = await call(bot.get_webhook_info, PATIENCE)
    if webhook.url != (f"{public_url}{PATH}" if public_url else ""):
        found.add("webhook")
    elif public_url and set(webhook.allowed_updates) != set(ALLOWED_UPDATES):
        found.add("allowed_updates")
    return sorted(found)


async def _texts_off(bot: Bot, profile: Profile, language: str) -> list[str]:
    tag, scope = language or None, BotCommandScopeAllPrivateChats()
    commands = await call(lambda: bot.get_my_commands(scope, tag), PATIENCE)
    about = await call(lambda: bot.get_my_description(tag), PATIENCE)
    short = await call(lambda: bot.get_my_short_description(tag), PATIENCE)
    same = {
        "commands": tuple((c.command, c.description) for c in commands) == profile.commands,
        "description": about.description == profile.description,
        "short_description": short.short_description == profile.short_description,
    }
    return [name for name, is_same in same.items() if not is_same]


async def _apply_texts(bot: Bot, profile: Profile, language: str) -> None:
    tag = language or None
    commands = [BotCommand(name, text) for name, text in profile.commands]
    scope = BotCommandScopeAllPrivateChats()
    await call(lambda: bot.set_my_commands(commands, scope, tag), PATIENCE)
    await call(lambda: bot.set_my_description(profile.description, tag), PATIENCE)
    await call(lambda: bot.set_my_short_description(profile.short_description, tag), PATIENCE)


async def _apply_webhook(bot: Bot, public_url: str, secret: str) -> None:
    if not public_url:
        await call(bot.delete_webhook, PATIENCE)
        return
    await call(
        lambda: bot.set_webhook(
            f"{public_url}{PATH}",
            secret_token=secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=_CONNECTIONS,
        ),
        PATIENCE,
    )
