"""Bot API errors, as the delivery errors that every channel shares."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.channels.telegram.request import NotSent, TooFast
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
    while True:
        try:
            with delivery_errors():
                return await make()
        except Busy as busy:
            if busy.seconds > patience:
                raise
            patience -= busy.seconds
            await asyncio.sleep(busy.seconds)


def _for_bad_request(reason: str) -> Gone | Refused:
    return Gone() if any(word in reason.lower() for word in _NOBODY_THERE) else Refused(reason)
