"""Waiting out a platform's "too many requests", the same way on every platform."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from bot.chat.delivery_errors import Busy

Result = TypeVar("Result")


async def patiently(
    make: Callable[[], Awaitable[Result]],
    delivery_errors: Callable[[], AbstractContextManager[None]],
    patience: float,
) -> Result:
    """Make one call under ``delivery_errors``, waiting at most ``patience`` seconds in all.

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
