"""``/latihan``: a tip marked UJI goes the whole way at this desk; it is never counted."""

from datetime import timedelta

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Outgoing
from bot.dates import say_weekday
from bot.limits import PRACTICE_DAYS
from bot.store.effects import EXERCISE, AcceptTip, SealedReceipt
from bot.store.ids import new_code, new_id
from bot.tips.sealing import seal_for_desk
from handlers.desk.here import Here
from handlers.ports import Ports

_CATEGORY = 1
_FIELDS = ("story", "who", "position", "place", "candidate", "link")


async def practise(state: State, here: Here, ports: Ports) -> Outcome:
    """An example tip with a receipt, so that asking back can be tried from both sides."""
    desk = ports.desks.get(here.desk)
    if desk is None or desk.kind != "tip":
        return Outcome(state, (Outgoing(ports.wording.say("desk.practice.not_here")),))
    today, case_id, receipt = ports.clock.today(), new_id(), ports.words.draw()
    thread = await ports.keeper.new_thread(receipt)
    code = new_code()
    place = desk.regions[0] if desk.regions else ""
    tip = AcceptTip(
        case_id=case_id,
        code=code,
        desk=desk.id,
        month=ports.ring.month(),
        tip=seal_for_desk(ports.ring, desk.id, case_id, 0, "tip", _example(place, ports)),
        opened=str(today),
        expires=str(today + timedelta(days=PRACTICE_DAYS)),
        due=int(ports.clock.now()),
        receipt=SealedReceipt(thread.lookup, thread.secret),
        thread_key=thread.public_key,
        lane=EXERCISE,
    )
    said = ports.wording.say("desk.practice.made", code=code, receipt=receipt)
    return Outcome(state, (Outgoing(said, case=case_id),), (tip,))


def _example(place: str, ports: Ports) -> dict[str, object]:
    yesterday = ports.clock.today() - timedelta(days=1)
    answers = {name: ports.wording.plain(f"desk.practice.tip.{name}") for name in _FIELDS}
    return {
        "answers": answers | {"event": say_weekday(yesterday)},
        "given": sorted((*_FIELDS, "event", "category")),
        "category": _CATEGORY,
        "place": place,
        "event": str(yesterday),
        "known": None,
    }
