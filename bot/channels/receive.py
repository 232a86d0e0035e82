"""The dispatcher's entrance, as every channel sees it."""

from typing import Protocol

from bot.chat.dispatcher import Send
from bot.chat.messages import Address, Incoming


class Receive(Protocol):
    """`bot.chat.dispatcher.Dispatcher.receive`."""

    async def __call__(
        self,
        address: Address,
        event: str,
        incoming: Incoming,
        send: Send,
        *,
        typed: bool = False,
        arrived: bool = False,
    ) -> None: ...
