"""A desk's platform, its refusals counted; what arrives is not, lest it time a tip."""

from dataclasses import dataclass

from bot.chat.messages import Outgoing
from bot.delivery.view import DeskSender
from bot.watch.metrics import Metrics


@dataclass(frozen=True, slots=True)
class WatchedDesk:
    """A `DeskSender` in front of another."""

    channel: str
    sender: DeskSender
    metrics: Metrics

    async def send(self, chat: str, message: Outgoing, /) -> str:
        with self.metrics.refusals(self.channel):
            return await self.sender.send(chat, message)

    async def edit(self, chat: str, message_id: str, message: Outgoing, /) -> None:
        with self.metrics.refusals(self.channel):
            await self.sender.edit(chat, message_id, message)

    async def open_topic(self, chat: str, name: str, /) -> str:
        with self.metrics.refusals(self.channel):
            return await self.sender.open_topic(chat, name)
