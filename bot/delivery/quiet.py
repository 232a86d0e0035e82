"""When a desk's messages ring nobody's phone."""

from dataclasses import replace
from datetime import datetime

from bot.chat.messages import Outgoing
from bot.clock import Clock
from bot.desks.routes import Desk, Desks
from bot.limits import SUMMARY_MINUTE, SUMMARY_WITHIN, ZONE


def is_quiet(desk: Desk, desks: Desks, clock: Clock) -> bool:
    """Quiet hours, unless one of the desk's regions is on alert (siaga)."""
    hours = desk.quiet_minutes
    if hours is None or desks.on_alert(desk, clock.today()):
        return False
    first, last = hours
    now = _minute(clock)
    return first <= now < last if first <= last else now >= first or now < last


def hushed(message: Outgoing, desk: Desk, desks: Desks, clock: Clock) -> Outgoing:
    """The message, silent in quiet hours."""
    return replace(message, silent=message.silent or is_quiet(desk, desks, clock))


def is_morning(desk: Desk, clock: Clock) -> bool:
    """The time of the summary: when the quiet hours end, or at seven; and a while after."""
    begins = desk.quiet_minutes[1] if desk.quiet_minutes else SUMMARY_MINUTE
    return begins <= _minute(clock) < begins + SUMMARY_WITHIN


def _minute(clock: Clock) -> int:
    now = datetime.fromtimestamp(clock.now(), ZONE)
    return 60 * now.hour + now.minute
