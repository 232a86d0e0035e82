"""Asking the sender back, answering a question, inviting to the signed route, internal notes."""

from dataclasses import replace
from functools import cache

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Outgoing
from bot.desks.actions import refusal
from bot.desks.asking import QuestionGuard
from bot.desks.casebook import CaseRow
from bot.limits import STORY_MAX
from bot.store.effects import QUESTION, AddToCase, SealedMessage
from bot.tips.sealing import seal_note, seal_reply
from handlers.desk import cards
from handlers.desk.changes import after, changed, counted
from handlers.desk.here import FLOW, Here, case_by_id, refused
from handlers.ports import Ports

_ONE_TAP_MOST = 6


async def begin(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """Ask for the question, with the usual ones to send by one tap."""
    if case.kind == QUESTION:
        said = ports.wording.say("desk.answer", code=case.code)
        return Outcome(State(FLOW, "question", {"case": case.id}), (Outgoing(said, case=case.id),))
    key = "desk.ask" if here.can_write else "desk.ask_channel"
    said = ports.wording.say(key, code=case.code)
    choices = (*await _one_taps(case, ports), cards.button(ports, "invite", case))
    asking = State(FLOW, "question", {"case": case.id}) if here.can_write else state
    return Outcome(asking, (Outgoing(said, choices, case=case.id),))


async def _one_taps(case: CaseRow, ports: Ports) -> tuple[Choice, ...]:
    """The questions of the guide for this kind of tip first, then the others."""
    content = await ports.casebook.content(case) or {}
    advice = ports.guide.of(content.get("category"), content.get("special"))
    known = [key.split(".")[0] for key in ports.wording.under("desk.questions")]
    names = [name for name in dict.fromkeys((*advice.ask, *known)) if name in known]
    return tuple(
        cards.button(ports, f"q-{name}", case, ports.wording.plain(f"desk.questions.{name}.label"))
        for name in names[:_ONE_TAP_MOST]
    )


async def one_tap(state: State, name: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """Send one of the usual questions."""
    key = f"desk.questions.{name}.text"
    if not ports.wording.has(key):
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    sent = await to_sender(state, ports.wording.plain(key), "ask", case, here, ports)
    return _replacing(sent)


async def invite(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """The one standard text about the signed route; the status stays."""
    text = ports.wording.plain("desk.invitation")
    return await to_sender(state, text, "invite", case, here, ports)


async def written(state: State, text: str, here: Here, ports: Ports) -> Outcome | None:
    """What a moderator wrote after pressing a button, or in answer to a card; None: nothing."""
    is_awaited = state.flow == FLOW and state.step in ("note", "question")
    case = await case_by_id(here, state.data["case"] if is_awaited else here.case, ports)
    if case is None:
        gone = Outgoing(ports.wording.say("desk.gone"))
        return Outcome(State(), (gone,)) if is_awaited else None
    if not is_awaited:
        return _offer(text, case, ports)
    if state.step == "note":
        return await note(text, case, here, ports)
    return await question(state, text, case, here, ports)


async def question(state: State, text: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """A question to whoever sent a tip, or the answer to whoever asked."""
    if case.kind == QUESTION:
        return await to_sender(state, text, "answer", case, here, ports)
    return await ask(state, text, case, here, ports)


async def ask(state: State, text: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """A question in free words, stopped with an explanation where it would unmask the sender."""
    guard = _guard(
        ports.wording.plain("desk.identity_words"), ports.wording.plain("desk.harmless_words")
    )
    if found := guard.objection(text):
        said = ports.wording.say(f"desk.objection.{found.kind}", words=", ".join(found.words))
        return Outcome(state, (Outgoing(said),))
    return await to_sender(state, text, "ask", case, here, ports)


async def to_sender(
    state: State, text: str, action: str, case: CaseRow, here: Here, ports: Ports
) -> Outcome:
    """Seal a text for whoever holds the receipt, and say that it waits for him."""
    if why := refusal(action, case):
        return Outcome(State(), (refused(ports, case, why),))
    if problem := _length(text, ports):
        return Outcome(state, (problem,))
    sequence = await ports.casebook.next_sequence(case.id)
    body = text.strip()
    sealed = seal_reply(ports.ring, case.desk, case.thread_key, case.id, sequence, body)
    return _stored(action, sequence, sealed, case, here, ports)


async def begin_note(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """Ask for the words of an internal note."""
    key = "desk.note.ask" if here.can_write else "desk.note.ask_channel"
    said = Outgoing(ports.wording.say(key, code=case.code), case=case.id)
    noting = State(FLOW, "note", {"case": case.id}) if here.can_write else state
    return Outcome(noting, (said,))


async def note(text: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """An internal note: kept with the case, read at the desk, never by the sender."""
    if why := refusal("note", case):
        return Outcome(State(), (refused(ports, case, why),))
    if problem := _length(text, ports):
        return Outcome(State(), (problem,))
    sequence = await ports.casebook.next_sequence(case.id)
    sealed = seal_note(ports.ring, case.desk, case.id, sequence, text.strip())
    return _stored("note", sequence, sealed, case, here, ports)


def _stored(
    action: str, sequence: int, sealed: SealedMessage, case: CaseRow, here: Here, ports: Ports
) -> Outcome:
    change = changed(action, case, here, ports)
    stored = AddToCase(case.id, sequence, sealed, str(ports.clock.today()))
    said = ports.wording.say(f"desk.stored.{action}", code=case.code)
    fresh = (cards.button(ports, "open", after(case, change)),) if here.desk else ()
    reply = Outgoing(said, fresh, case=case.id)
    return Outcome(State(), (reply,), (stored, change, *counted(case, change, ports)))


def _length(text: str, ports: Ports) -> Outgoing | None:
    if not text.strip():
        return Outgoing(ports.wording.say("desk.empty"))
    if len(text) > STORY_MAX:
        return Outgoing(ports.wording.say("desk.too_long", most=str(STORY_MAX)))
    return None


# Words under a card without a button pressed: they might be talk among colleagues


def _offer(text: str, case: CaseRow, ports: Ports) -> Outcome:
    choices = [cards.button(ports, "keep", case)]
    if refusal("answer" if case.kind == QUESTION else "ask", case) is None:
        choices.insert(0, cards.button(ports, "send", case))
    said = ports.wording.say("desk.offer", code=case.code)
    offered = State(FLOW, "offer", {"case": case.id, "text": text})
    return Outcome(offered, (Outgoing(said, tuple(choices), case=case.id),))


async def send_offered(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """ "Kirim ke pengirim": what was written under the card goes to whoever holds the receipt."""
    text = _offered(state, case)
    if text is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    return _replacing(await question(state, text, case, here, ports))


async def keep_offered(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """ "Simpan sebagai catatan"."""
    text = _offered(state, case)
    if text is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    return _replacing(await note(text, case, here, ports))


def _offered(state: State, case: CaseRow) -> str | None:
    waits = state.flow == FLOW and state.step == "offer" and state.data.get("case") == case.id
    return str(state.data["text"]) if waits else None


def _replacing(outcome: Outcome) -> Outcome:
    return replace(outcome, replies=tuple(replace(r, replaces=True) for r in outcome.replies))


@cache
def _guard(listed: str, fine: str) -> QuestionGuard:
    return QuestionGuard(listed, fine)
