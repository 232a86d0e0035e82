"""The steps of one delivery: a topic where the desk is a forum, the card, then each file.

Each step is one turn of the desk and is recorded before the next, so that a worker that dies
repeats at most one; whatever is repeated carries the case's code.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.chat.delivery_errors import Gone, Refused
from bot.chat.messages import Outgoing
from bot.chat.text import Text, join
from bot.clock import Clock
from bot.dates import say_date
from bot.delivery.files import FileLost, FileReader, named
from bot.delivery.parcel import Parcel
from bot.delivery.quiet import hushed
from bot.delivery.view import DeskSender, DeskView
from bot.desks.routes import Desk, Desks
from bot.store import desk_reads, outbox
from bot.store.cases import EVIDENCE, WITHDRAWAL, WITHDRAWN
from bot.store.engine import Database

TOPIC, CARD, DIGEST = "topic", "card", "digest"
_FILE = "file-"
_log = logging.getLogger(__name__)


class Steps:
    def __init__(
        self,
        database: Database,
        desks: Desks,
        senders: Mapping[str, DeskSender],
        view: DeskView,
        clock: Clock,
        files: FileReader,
    ) -> None:
        self._database = database
        self._desks = desks
        self._senders = senders
        self._view = view
        self._clock = clock
        self._files = files

    def sender(self, desk: Desk) -> DeskSender:
        """Raises Gone where no platform of ours leads to the desk."""
        if desk.channel not in self._senders:
            raise Gone
        return self._senders[desk.channel]

    async def say(self, desk: Desk, chat: str, message: Outgoing) -> str:
        """Put something up at a desk; returns the message ids."""
        quiet = hushed(message, desk, self._desks, self._clock)
        return await self.sender(desk).send(chat, quiet)

    async def remaining(self, desk: Desk, parcel: Parcel) -> list[str]:
        """What is still to be done, in order."""
        if parcel.case.status == WITHDRAWN and parcel.job.sequence != WITHDRAWAL:
            return []  # what is up already is followed by the notice
        steps = [CARD, *self._files_of(desk, parcel)]
        if parcel.job.sequence == 0 and desk.topics:
            steps.insert(0, TOPIC)
        if parcel.job.sequence == EVIDENCE:
            shown = await desk_reads.has_step(self._database, parcel.case.id, desk.id, _FILE)
            steps = [] if shown and not parcel.job.steps else steps[1:]
        return [step for step in steps if step not in parcel.job.steps]

    async def take(self, desk: Desk, parcel: Parcel, step: str) -> tuple[Parcel, int]:
        """Do a step and record it; returns the delivery after it, and how many messages it put
        up. Raises the delivery errors, and OSError while the files' store is away."""
        if step == TOPIC:
            return await self._open_topic(desk, parcel)
        chat = await self._chat(desk, parcel)
        if step == CARD:
            message = self._view.message(parcel.case, parcel.job.sequence, parcel.content)
        else:
            message = await self._file(parcel, int(step.removeprefix(_FILE)))
        under = await self._first(desk, parcel)
        sent = await self._put_up(desk, chat, parcel, replace(message, replies_to=under), step)
        return await self._recorded(parcel, step, sent), sent.count(",") + 1

    async def _recorded(self, parcel: Parcel, step: str, sent: str) -> Parcel:
        day = str(self._clock.today())
        job = await outbox.record_step(self._database, parcel.job, step, sent, day)
        return Parcel(job, parcel.case, parcel.content)

    async def _open_topic(self, desk: Desk, parcel: Parcel) -> tuple[Parcel, int]:
        """A desk that is no forum (any more), or does not let us, gets its cards as before."""
        try:
            topic = await self.sender(desk).open_topic(desk.chat, parcel.case.code)
        except Refused as error:
            _log.warning("a desk let us open no topic: %s", error.reason)
            job = await outbox.skip_step(self._database, parcel.job, TOPIC)
            return Parcel(job, parcel.case, parcel.content), 0
        return await self._recorded(parcel, TOPIC, topic), 1

    async def _chat(self, desk: Desk, parcel: Parcel) -> str:
        """The case's own topic, where it has one."""
        if not desk.topics:
            return desk.chat
        topic = parcel.job.steps.get(TOPIC)
        if topic is None and parcel.job.sequence != 0:
            found = await desk_reads.put_up(self._database, parcel.case.id, desk.id, TOPIC)
            topic = next(iter(found), None)
        return topic or desk.chat

    def _files_of(self, desk: Desk, parcel: Parcel) -> list[str]:
        """A sealed desk's chat shows no file."""
        files = () if desk.mode == "sealed" else parcel.content.get("files", ())
        return [f"{_FILE}{number}" for number in range(1, len(files) + 1)]

    async def _first(self, desk: Desk, parcel: Parcel) -> str | None:
        """The card, or the list, that what comes later belongs under."""
        if CARD in parcel.job.steps:
            return _last(parcel.job.steps[CARD])
        if parcel.job.sequence == 0:
            return None
        for step in (CARD, DIGEST):
            if shown := await desk_reads.put_up(self._database, parcel.case.id, desk.id, step):
                return _last(",".join(sorted(shown, key=lambda each: (len(each), each))))
        return None

    async def _file(self, parcel: Parcel, number: int) -> Outgoing:
        """A file, new bytes under a neutral name; a sentence where there is none any more."""
        file = parcel.content["files"][number - 1]
        try:
            sent = named(number, file, await self._files.read(file))
        except FileLost:
            return self._lost(parcel, number)
        say = {"code": parcel.case.code, "number": str(number)}
        text = join([self._view.say("digest.file", **say), self._taken(file)], "\n")
        return Outgoing(text, files=(sent,), protected=True, case=parcel.case.id)

    def _lost(self, parcel: Parcel, number: int) -> Outgoing:
        say = {"code": parcel.case.code, "number": str(number)}
        return Outgoing(self._view.say("digest.file_lost", **say), case=parcel.case.id)

    async def _put_up(
        self, desk: Desk, chat: str, parcel: Parcel, message: Outgoing, step: str
    ) -> str:
        """A file that the platform refuses for ever is told of instead."""
        try:
            return await self.say(desk, chat, message)
        except Refused:
            if step == CARD:
                raise
            return await self.say(desk, chat, self._lost(parcel, int(step.removeprefix(_FILE))))

    def _taken(self, file: Mapping[str, str]) -> Text:
        """The picture's own date, where whoever sent it agreed to tell."""
        taken = file.get("taken")
        if not taken:
            return Text()
        return self._view.say("digest.taken", day=say_date(date.fromisoformat(taken)))


def _last(ids: str) -> str:
    """Of a card in several messages the one with the buttons."""
    return ids.rsplit(",", 1)[-1]
