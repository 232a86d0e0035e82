"""Moderators at desks, and tips that are already there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from bot.app import App
from bot.chat.messages import Address, AtDesk, Choice, Incoming, Outgoing
from bot.store import cases
from bot.store.cases import CaseRow
from bot.store.effects import QUESTION, TIP, AcceptTip, SealedReceipt
from bot.store.ids import new_code, new_id
from bot.tips.form import missing_parts
from bot.tips.sealing import seal_for_desk, seal_sender

_events = count()
ANSWERS = {
    "story": "Lurah membagikan ajakan memilih paslon di grup warga.",
    "who": "Lurah di Palu Barat",
    "place": "Kota Palu, Sulawesi Tengah",
    "event": "Sabtu, 14 November 2026",
}


@dataclass
class Moderator:
    """Somebody at a desk, or (``desk`` empty) in his private chat with the bot."""

    app: App
    name: str
    desk: str = "palu"
    can_write: bool = True
    case: str | None = None
    message: str | None = None
    screen: list[Outgoing] = field(default_factory=list)

    async def says(self, text: str, under: str | None = None) -> str:
        said = Incoming(text, channel="telegram", message=self.message, desk=self._at(under))
        return await self._send(said)

    async def presses(self, label: str) -> str:
        return await self.sends(self.button(label).data)

    async def sends(self, data: str) -> str:
        """A callback as it comes from the network: on the screen, replayed or forged."""
        return await self._send(Incoming(choice=data, channel="telegram", desk=self._at(None)))

    def button(self, label: str) -> Choice:
        every = (c for message in reversed(self.screen) for c in message.choices)
        return next(c for c in every if c.label.casefold().startswith(label.casefold()))

    def labels(self) -> list[str]:
        return [choice.label for choice in self.screen[-1].choices]

    def _at(self, under: str | None) -> AtDesk:
        return AtDesk(self.desk, self.name, under, self.can_write)

    async def _send(self, incoming: Incoming) -> str:
        before = len(self.screen)
        address = Address("telegram", f"-{self.desk}:{self.name}")
        await self.app.dispatcher.receive(address, f"m{next(_events)}", incoming, self._receive)
        return "\n".join(str(message.text) for message in self.screen[before:])

    async def _receive(self, replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
        self.screen += replies
        return [f"{self.desk}-{next(_events)}" for _ in replies]


@dataclass(frozen=True)
class Tip:
    case: CaseRow
    receipt: str

    @property
    def id(self) -> str:
        return self.case.id

    @property
    def code(self) -> str:
        return self.case.code


async def tip(
    app: App, desk: str = "palu", *, sender: bytes | None = None, lane: str = "main", **content: Any
) -> Tip:
    """A tip that lies at a desk, with a receipt."""
    return await _case(app, desk, TIP, tip_content() | content, sender, lane)


async def question(app: App, text: str) -> Tip:
    """A question at the curators' desk."""
    return await _case(app, "kurator", QUESTION, {"text": text}, None, "main")


def tip_content() -> dict[str, Any]:
    return {
        "answers": dict(ANSWERS),
        "given": ["category", "event", "place", "story", "who"],
        "category": 1,
        "place": "72.71",
        "event": "2026-11-14",
        "known": None,
    }


async def _case(
    app: App, desk: str, kind: str, content: dict[str, Any], sender: bytes | None, lane: str
) -> Tip:
    ports, case_id, receipt = app.ports, new_id(), app.ports.words.draw()
    thread = await ports.keeper.new_thread(receipt)
    today = ports.clock.today()
    accepted = AcceptTip(
        case_id=case_id,
        code=new_code(),
        desk=desk,
        month=ports.ring.month(),
        tip=seal_for_desk(ports.ring, desk, case_id, 0, "tip", content),
        opened=str(today),
        expires=str(today + timedelta(days=90)),
        due=int(ports.clock.now()),
        receipt=SealedReceipt(thread.lookup, thread.secret),
        thread_key=thread.public_key,
        sender=seal_sender(ports.ring, today, case_id, sender) if sender else None,
        kind=kind,
        lane=lane,
        missing=len(missing_parts(content)) if "given" in content else 0,
    )
    async with app.database.begin() as connection:
        await cases.apply(connection, accepted)
    found = await ports.casebook.by_id(case_id)
    assert found is not None
    return Tip(found, receipt)


async def now(app: App, one: Tip) -> CaseRow:
    """The case as it is in the database."""
    found = await app.ports.casebook.by_id(one.id)
    assert found is not None
    return found


async def read_back(app: App, one: Tip) -> tuple[str, list[str]]:
    """What the holder of the receipt sees: the status, and the replies."""
    thread = await app.ports.casebook.thread_of(await app.ports.keeper.keys(one.receipt))
    assert thread is not None
    leading = thread.leading or thread.case
    return leading.status, [reply.text for reply in thread.replies]
