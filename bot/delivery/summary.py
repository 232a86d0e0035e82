"""The morning summary of a desk: what is new, unclaimed, about to be late, in quarantine."""

from datetime import timedelta

from bot.chat.messages import Outgoing
from bot.chat.text import Text, join
from bot.clock import Clock
from bot.delivery.view import DeskView
from bot.desks.actions import OPEN
from bot.desks.routes import Desk
from bot.limits import DIGEST_SIZE, LATE_AFTER_DAYS, SUMMARY_DAYS_LEFT
from bot.store import desk_board
from bot.store.desk_board import Asked, Standing
from bot.store.engine import Database

_AT_WORK = ("baru", "diperiksa", "perlu-info")


class Summary:
    def __init__(self, database: Database, view: DeskView, clock: Clock) -> None:
        self._database = database
        self._view = view
        self._clock = clock

    async def of(self, desk: Desk, *, forgot: bool) -> Outgoing | None:
        """None when nobody has to know anything; ``forgot``: copies are recognised anew."""
        today = self._clock.today()
        running = (
            str(today - timedelta(days=LATE_AFTER_DAYS)),
            str(today - timedelta(days=LATE_AFTER_DAYS - SUMMARY_DAYS_LEFT)),
        )
        asked = Asked(str(today - timedelta(days=1)), running, _AT_WORK, OPEN)
        found = await desk_board.standing(self._database, desk.id, asked)
        lines = self._lines(found)
        if not lines:
            return None
        notes = [self._view.say("digest.forgot")] if forgot else []
        text = join([self._view.say("digest.morning"), join(lines, "\n"), *notes])
        late = found.running_out[:DIGEST_SIZE]
        aside = (self._view.quarantine_button(),) if found.quarantine else ()
        return Outgoing(text, (*map(self._view.open_button, late), *aside))

    def _lines(self, found: Standing) -> list[Text]:
        counts = {
            "new": found.new,
            "unclaimed": found.unclaimed,
            "running_out": len(found.running_out),
            "quarantine": found.quarantine,
        }
        return [
            self._view.say(f"digest.count.{name}", count=str(count))
            for name, count in counts.items()
            if count
        ]
