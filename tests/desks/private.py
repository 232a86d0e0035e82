"""What reaches a moderator in private, and what is removed there again."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.app import App
from bot.chat.messages import Outgoing
from bot.delivery.errands import Errands, PrivateChat
from handlers.desk.bringing import Bringer


@dataclass
class Chats:
    """Private chats by moderator: message id to message."""

    app: App
    files: dict[str, bytes] = field(default_factory=dict)
    error: Exception | None = None
    shown: dict[str, dict[str, Outgoing]] = field(default_factory=dict)
    removed: list[tuple[str, str]] = field(default_factory=list)

    def errands(self) -> Errands:
        messages = Bringer(self.app.ports, self._read).messages
        couriers = {"telegram": PrivateChat(self._send, self._erase)}
        return Errands(self.app.database, messages, dict(couriers), self.app.clock)

    async def run(self) -> int:
        """Everything that is due; returns how many errands that was."""
        errands, count = self.errands(), 0
        while await errands.step():
            count += 1
        return count

    def texts(self, moderator: str) -> str:
        return "\n".join(str(m.text) for m in self.shown.get(moderator, {}).values())

    async def _read(self, file: Mapping[str, Any]) -> bytes | None:
        return self.files.get(file["object"])

    async def _send(self, moderator: str, message: Outgoing) -> str:
        if self.error:
            raise self.error
        chat = self.shown.setdefault(moderator, {})
        name = f"p{len(chat) + len(self.removed)}"
        chat[name] = message
        return name

    async def _erase(self, moderator: str, message: str) -> None:
        self.removed.append((moderator, message))
        self.shown.get(moderator, {}).pop(message, None)


async def once(content: bytes) -> AsyncIterator[bytes]:
    yield content
