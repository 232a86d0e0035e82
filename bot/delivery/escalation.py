"""Tips that nobody looked at: after a day their desk is reminded, after two the desk above is told.

Reminders wait in the outbox, due at a full hour so that no exact time stays, and go with the first
claim. All that are due at a desk come in one message, without a word of what the tips say.
"""

from collections import Counter

from bot.chat.messages import Outgoing
from bot.chat.text import Text, join
from bot.clock import Clock
from bot.delivery.parcel import Parcel
from bot.delivery.steps import Steps
from bot.delivery.view import DeskView
from bot.desks.casebook import Casebook
from bot.desks.routes import Desk, Desks
from bot.limits import DIGEST_SIZE, UNCLAIMED_HOURS
from bot.store import cases, outbox
from bot.store.cases import UNCLAIMED, UNCLAIMED_ABOVE, CaseRow
from bot.store.effects import MAIN
from bot.store.engine import Database
from bot.store.outbox import Job, Reminder

_HOUR = 3600


class Escalation:
    def __init__(
        self, database: Database, casebook: Casebook, desks: Desks, view: DeskView, clock: Clock
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._desks = desks
        self._view = view
        self._clock = clock

    async def planned(self, desk: Desk, parcel: Parcel) -> tuple[Reminder, ...]:
        """The reminders of a tip or question that is shown now; an exercise has none."""
        if parcel.case.lane != MAIN or parcel.case.status != "baru":
            return ()
        first, second = (self._after(hours) for hours in UNCLAIMED_HOURS)
        above = await self._above(desk, parcel)
        told = (Reminder(UNCLAIMED_ABOVE, above.id, second),) if above else ()
        return (Reminder(UNCLAIMED, desk.id, first), *told)

    def _after(self, hours: int) -> int:
        """The full hour that follows so many hours."""
        return -(-int(self._clock.now() + hours * _HOUR) // _HOUR) * _HOUR

    async def _above(self, desk: Desk, parcel: Parcel) -> Desk | None:
        place = parcel.content.get("place")
        if place is None:
            return None
        attended = await self._casebook.attended_among([d.id for d in self._desks.all()])
        category = parcel.content.get("special") or parcel.content.get("category")
        return self._desks.parent_of(desk.id, place, category, attended)

    async def remind(self, desk: Desk, job: Job, steps: Steps) -> bool:
        """Send one message for every reminder of this kind that is due; False when none is left
        to be reminded of."""
        others = await outbox.claim_reminders(self._database, job, int(self._clock.now()))
        found = [await cases.case_by_id(self._database, each.case_id) for each in (job, *others)]
        waiting = [case for case in found if case and _waits(case, job)]
        if waiting:
            message = self._own(waiting) if job.sequence == UNCLAIMED else self._others(waiting)
            await steps.say(desk, desk.chat, message)
        await outbox.drop_all(self._database, [job, *others])
        return bool(waiting)

    def _own(self, waiting: list[CaseRow]) -> Outgoing:
        text = self._view.say("digest.unclaimed", count=str(len(waiting)))
        return Outgoing(text, tuple(map(self._view.open_button, waiting[:DIGEST_SIZE])))

    def _others(self, waiting: list[CaseRow]) -> Outgoing:
        """What is at other desks cannot be opened here."""
        counts = Counter(case.desk for case in waiting)
        lines = [
            self._view.say("digest.unclaimed_at", desk=self._name(desk), count=str(count))
            for desk, count in counts.items()
        ]
        return Outgoing(join([self._view.say("digest.unclaimed_above"), join(lines, "\n")]))

    def _name(self, desk: str) -> Text:
        found = self._desks.get(desk)
        return Text.plain(found.name if found else desk)


def _waits(case: CaseRow, job: Job) -> bool:
    """Still new and nobody's; and, for the desk above, still at the other desk."""
    untouched = case.status == "baru" and case.moderator is None and case.lane == MAIN
    return untouched and (case.desk == job.desk) == (job.sequence == UNCLAIMED)
