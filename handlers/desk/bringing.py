"""What one moderator gets in private, message by message: a sealed case, an export, a form."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from bot.chat.clean import clean_text
from bot.chat.messages import File, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_date
from bot.desks import export
from bot.desks.casebook import CaseRow, Entry
from bot.desks.export import Archive, Paper, Piece
from bot.limits import OPENED_FOR
from handlers.desk import cards, papers
from handlers.desk.papers import CaseFile
from handlers.ports import Ports

Read = Callable[[Mapping[str, Any]], Awaitable[bytes | None]]
"""The bytes of one of a case's files, None when it is lost. Raises OSError (try again later)."""


class Bringer:
    def __init__(self, ports: Ports, read: Read) -> None:
        self._ports = ports
        self._read = read

    async def messages(
        self, kind: str, case_id: str, desk: str, channel: str
    ) -> AsyncIterator[Outgoing]:
        """The messages of an errand; none when the case is gone or at another desk by now."""
        case = await self._ports.casebook.by_id(case_id)
        one = await papers.case_file(self._ports, case) if case and case.desk == desk else None
        if case is None or one is None:
            yield Outgoing(self._ports.wording.say("desk.gone"))
            return
        if kind == "open":
            async for message in self._opened(case, one, channel):
                yield message
        elif kind == "form":
            async for message in self._form(one):
                yield message
        elif kind == "export":
            async for message in self._export(one):
                yield message

    async def _opened(self, case: CaseRow, one: CaseFile, channel: str) -> AsyncIterator[Outgoing]:
        ports, say = self._ports, self._ports.wording.say
        head = say("sealed.opened", code=case.code, minutes=str(OPENED_FOR // 60))
        leading = await ports.casebook.leading(case)
        beside = cards.Beside(one.entries, leading.code if leading else "")
        card = cards.card(ports, case, dict(one.content), beside=beside)
        yield _private(join([head, card.text]), case)
        later = [self._said(entry) for entry in one.entries if entry.sequence > 0]
        if any(later):
            yield _private(join(later), case)
        for name, file in papers.evidence_of(one.entries):
            yield await self._file(name, file, case, channel)

    def _said(self, entry: Entry) -> Text:
        key = f"oversight.export.kinds.{entry.direction}"
        said = self._ports.wording.say(key, day=papers.day(entry.day))
        return said + ": " + clean_text(entry.content.get("text", ""))

    async def _file(
        self, name: str, file: Mapping[str, Any], case: CaseRow, channel: str
    ) -> Outgoing:
        """The web room shows files from where they lie; elsewhere they are sent."""
        content = b"" if channel == "web" else await self._read(file)
        if content is None:
            lost = self._ports.wording.say("sealed.lost", name=name)
            return _private(lost, case)
        shown = File(name, content, (file["object"], file["key"]))
        return _private(Text.plain(f"{case.code} · {name}"), case, shown)

    async def _form(self, one: CaseFile) -> AsyncIterator[Outgoing]:
        paper = papers.form(self._ports, one)
        yield Outgoing(Text.plain(export.plain(paper)), protected=True)
        content = await asyncio.to_thread(export.pdf, paper)
        said = self._ports.wording.say("oversight.form.done", code=one.case.code)
        name = f"formulir-a-{one.case.code.lower()}.pdf"
        yield Outgoing(said, files=(File(name, content),))

    async def _export(self, one: CaseFile) -> AsyncIterator[Outgoing]:
        paper = papers.export(self._ports, one)
        report = await asyncio.to_thread(export.pdf, paper)
        name = f"ekspor-{one.case.code.lower()}"
        said = self._ports.wording.say("oversight.export.done", code=one.case.code)
        yield Outgoing(said, files=(File(f"{name}.pdf", report),))
        number = 0
        async for part in self._parts(one, paper, report):
            number += 1
            files = (File(f"{name}-{number}.zip", part),)
            yield Outgoing(Text.plain(f"{one.case.code} · {number}"), files=files)

    async def _parts(self, one: CaseFile, paper: Paper, report: bytes) -> AsyncIterator[bytes]:
        """One ZIP after the other, a single file of the case in memory beside each."""
        about = {
            "kode": one.case.code,
            "perihal": papers.title_of(self._ports, one),
            "tanggal": say_date(self._ports.clock.today()),
        }
        archive = Archive(about, self._ports.clock.today())
        archive.add(Piece(export.REPORT, report))
        archive.add(Piece(export.PLAIN, export.plain(paper).encode()))
        for name, file in papers.evidence_of(one.entries):
            content = await self._read(file)
            piece = None if content is None else Piece(name, content)
            full = await asyncio.to_thread(archive.add, piece) if piece else None
            if full:
                yield full
        yield await asyncio.to_thread(archive.close)


def _private(text: Text, case: CaseRow, *files: File) -> Outgoing:
    return Outgoing(text, files=files, protected=True, case=case.id)
