"""The worker's surroundings at their plainest: cards of one line, no files, own senders."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text
from bot.delivery.files import FileLost
from bot.delivery.view import PlainDesk
from bot.store.cases import CaseRow


class PlainView:
    """`DeskView`: everything begins with the case's code."""

    def message(self, case: CaseRow, sequence: int, content: dict[str, Any], /) -> Outgoing:
        kind = {0: "kartu", -1: "ditarik"}.get(sequence, "tambahan")
        return Outgoing(Text.plain(f"{case.code} {kind} {content.get('text', '')}"), case=case.id)

    async def card(self, case: CaseRow, /) -> Outgoing | None:
        return Outgoing(Text.plain(f"{case.code} kartu {case.status}"))

    def headline(self, case: CaseRow, content: dict[str, Any], /) -> Text:
        return Text.plain(f"{case.code} {content['text']}")

    def open_button(self, case: CaseRow, /) -> Choice:
        return Choice(case.code, f"case:open:{case.id}:{case.version}")

    def quarantine_button(self) -> Choice:
        return Choice("saring", "saring")

    def is_complete(self, content: dict[str, Any], /) -> bool:
        return bool(content.get("complete"))

    def compared(self, content: dict[str, Any], /) -> tuple[str, tuple[Hashable, ...]]:
        return content["text"], (content.get("place"), content.get("event"))

    def say(self, key: str, /, **fields: str | Text) -> Text:
        return Text.plain(" ".join([key, *(f"{name}={value}" for name, value in fields.items())]))


class NoFiles:
    async def read(self, _file: Mapping[str, Any], /) -> bytes:
        raise FileLost


def plain_desk(send: Callable[[str, Outgoing], Awaitable[str]]) -> PlainDesk:
    """A platform that only sends."""

    async def edit(_chat: str, _message: str, _shown: Outgoing) -> None:
        return None

    return PlainDesk(send, edit)
