"""Bot API errors, as the delivery errors that every channel shares."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    TelegramError,
)
from telegram.request import RequestData

from bot.channels.patience import patiently
from bot.channels.telegram.request import NotSent, PlainData, TooFast
from bot.chat.delivery_errors import Busy, Gone, Moved, Refused, Unreachable, Unsure

Result = TypeVar("Result")

_NOBODY_THERE = ("chat not found", "peer_id_invalid", "user not found", "user is deactivated")


@contextmanager
def delivery_errors() -> Iterator[None]:
    """Translate what the library raises. A bad request is never worth a second try."""
    try:
        yield
    except TooFast as error:
        raise Busy(error.seconds) from None
    except ChatMigrated as error:
        raise Moved(str(error.new_chat_id)) from None
    except Forbidden:
        raise Gone from None
    except BadRequest as error:
        raise _for_bad_request(error.message) from None
    except InvalidToken:
        raise Refused("TELEGRAM_BOT_TOKEN") from None
    except NotSent:
        raise Unreachable from None
    except TelegramError:
        raise Unsure from None


async def call(make: Callable[[], Awaitable[Result]], patience: float = 0) -> Result:
    """Make one call, waiting out "too many requests" for at most ``patience`` seconds.

    Raises the errors of `bot.chat.delivery_errors`.
    """
    return await patiently(make, delivery_errors, patience)


async def unparsed(bot: Bot, method: str, parameters: dict[str, Any], longer: float = 0) -> Any:
    """Make a call with plain JSON and take its result as such; it may take ``longer`` seconds than
    usual. Parameters that are None are left out.

    Building the library's objects costs more than all the rest of sending a message; its request
    class, which tells errors apart, is used as it is.
    """
    patience = (bot.request.read_timeout or 0) + longer
    url = f"{bot.base_url}/{method}"
    given = PlainData({name: value for name, value in parameters.items() if value is not None})
    return await bot.request.post(url, cast(RequestData, given), read_timeout=patience)


def _for_bad_request(reason: str) -> Gone | Refused:
    return Gone() if any(word in reason.lower() for word in _NOBODY_THERE) else Refused(reason)
