"""Looking at a desk's own work: who did what, and the numbers."""

import asyncio

from bot.chat.conversation import Outcome, State
from bot.chat.messages import File, Outgoing
from bot.chat.text import Text, bold, join
from bot.desks import statistics
from bot.desks.casebook import CaseRow
from bot.desks.statistics import Statistics, Table
from bot.limits import STATISTICS_WEEKS
from bot.store.effects import Record
from handlers.desk import papers
from handlers.desk.here import Here
from handlers.ports import Ports

_MOST = 60  # of a case's deeds in one message


async def deeds(state: State, case: CaseRow, _here: Here, ports: Ports) -> Outcome:
    """``/riwayat KODE``: who did what to a case, without a word of it."""
    done = await ports.audit.of_case(case.id)
    lines = [
        ports.wording.say(
            "oversight.deeds.line",
            number=str(number),
            day=papers.day(deed.day),
            moderator=deed.moderator,
            action=papers.deed_name(ports, deed.action),
        )
        for number, deed in enumerate(done, 1)
    ]
    head = ports.wording.say("oversight.deeds.title", code=case.code)
    left_out = len(lines) - _MOST
    more = Text()
    if left_out > 0:
        more = ports.wording.say("oversight.deeds.more", count=str(left_out))
    nothing = Text() if lines else ports.wording.say("oversight.deeds.nothing")
    text = join([head, more, join(lines[-_MOST:], "\n"), nothing])
    return Outcome(state, (Outgoing(text, protected=True, case=case.id),))


async def numbers(state: State, name: str, here: Here, ports: Ports) -> Outcome:
    """``/statistik``: the desk's numbers as text, picture and CSV; in private with its name."""
    desk = ports.desks.get(here.desk or _seat(name, here))
    if desk is None:
        which = ports.wording.say("oversight.numbers.which", desks=", ".join(here.roles))
        return Outcome(state, (Outgoing(which),))
    found = await ports.statistics.of(desk.id, ports.clock.today())
    names = _value_names(ports)
    head = ports.wording.say("oversight.numbers.title", desk=desk.name, weeks=str(STATISTICS_WEEKS))
    text = join([head, *_tables(found, names), ports.wording.say("oversight.numbers.note")])
    picture = await asyncio.to_thread(_picture, found, names, str(head))
    files = (
        File(f"statistik-{desk.id}.png", picture),
        File(f"statistik-{desk.id}.csv", statistics.as_csv(found, names)),
    )
    record = Record(desk.id, here.moderator, "statistics", str(ports.clock.today()))
    return Outcome(state, (Outgoing(text, files=files, protected=True),), (record,))


def _picture(found: Statistics, names: dict[str, str], title: str) -> bytes:
    from bot.desks import plot  # Pillow is needed here only

    return plot.png(found, names, title)


def _value_names(ports: Ports) -> dict[str, str]:
    """What people call the tables and their values."""
    names = ports.wording.under("oversight.numbers.tables")
    names |= ports.wording.under("oversight.numbers.values")
    for status, name in ports.wording.under("desk.statuses").items():
        names |= {f"{table}.{status}": name for table in ("status", statistics.STANDING)}
    return names | {f"category.{n}": name for n, name in ports.form.categories.items()}


def _seat(name: str, here: Here) -> str:
    """The desk of a name among the moderator's; without a name the only one he has."""
    wanted = name.strip().casefold()
    found = [desk for desk in here.roles if wanted in ("", desk.casefold())]
    return found[0] if len(found) == 1 else ""


def _tables(found: Statistics, names: dict[str, str]) -> list[Text]:
    return [_table(table, names) for table in found.tables if table.rows]


def _table(table: Table, names: dict[str, str]) -> Text:
    lines = []
    for row in table.rows:
        label = names.get(f"{table.name}.{row.value}", row.value)
        weeks = f" ({' '.join(map(statistics.said, row.cells[-4:]))})" if table.columns else ""
        lines.append(f"{label}: {row.total}{weeks}")
    head = bold(names.get(table.name, table.name))
    return join([head, *map(Text.plain, lines)], "\n")
