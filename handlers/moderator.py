"""At the desk: claim, ask back, close. Only enrolled moderators of the desk, nobody else."""

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.chat.conversation import Outcome, State
from bot.chat.messages import AtDesk, Incoming, Outgoing
from bot.desks.casebook import WITHDRAWN, CaseRow
from bot.desks.enrolment import invitation_hash
from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST, STORY_MAX
from bot.store.effects import QUESTION, AddToCase, ChangeCase, Enrol
from bot.tips.sealing import seal_reply
from handlers import cards, curator, tip
from handlers.ports import Ports

FLOW = "desk"
_ACTION = re.compile(r"^case:(claim|ask|close|reopen):([0-9a-f]{32})$")
_STATUS = {"claim": "diperiksa", "close": "tutup", "reopen": "diperiksa"}


async def at_desk(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Everything that is written or pressed at a desk."""
    desk = incoming.desk
    if desk is None:
        return Outcome(state)
    if incoming.command == "daftar":
        return await _enrol(state, incoming, desk, ports)
    if not await ports.casebook.is_enrolled(desk.desk, desk.moderator):
        silent = not (incoming.choice or desk.case)
        return Outcome(state, () if silent else (Outgoing(ports.wording.say("desk.stranger")),))
    if incoming.choice:
        return await _pressed(state, incoming.choice, desk, ports)
    if tip.wants_out(incoming, ports) or incoming.command == "batal":
        return Outcome(State(), (Outgoing(ports.wording.say("desk.left")),))
    case_id = desk.case or state.data.get("case")
    if case_id and incoming.text and incoming.command in (None, "jawab"):
        return await _write_to_sender(state, case_id, incoming, desk, ports)
    return Outcome(state, (Outgoing(ports.wording.say("desk.help")),) if incoming.command else ())


async def _pressed(state: State, choice: str, desk: AtDesk, ports: Ports) -> Outcome:
    match = _ACTION.match(choice)
    case = await ports.casebook.by_id(match[2]) if match else None
    if match is None or case is None or case.desk != desk.desk:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    if match[1] not in cards.actions(case):
        return Outcome(state, (_refusal(case, match[1], ports),))
    if match[1] == "ask":
        return _start_question(state, case, ports)
    return await _act(state, match[1], case, desk, ports)


def _refusal(case: CaseRow, action: str, ports: Ports) -> Outgoing:
    """Why an older button no longer works."""
    still_open = case.status not in (cards.CLOSED, WITHDRAWN)
    if still_open and action == "claim":
        taken = ports.wording.say("desk.taken", code=case.code, moderator=case.moderator or "")
        return Outgoing(taken)
    key = "no_receipt" if still_open and action == "ask" else "over"
    return Outgoing(ports.wording.say(f"desk.{key}", code=case.code))


async def _act(state: State, action: str, case: CaseRow, desk: AtDesk, ports: Ports) -> Outcome:
    """Change the case and show its card anew."""
    content = await ports.casebook.content(case)
    if content is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    today = ports.clock.today()
    change = ChangeCase(
        case.id,
        case.version,
        desk.desk,
        desk.moderator,
        action,
        str(today),
        status=_STATUS[action],
        claimed_by=desk.moderator if action == "claim" else None,
        expires=_expiry(case, action, today),
    )
    after = _after(case, change)
    shown = cards.card(ports, after, content)
    return Outcome(state, (_replacing(shown),), (change,))


def _expiry(case: CaseRow, action: str, today: date) -> str | None:
    """Closing shortens a case's life; opening it again gives the whole life back."""
    if action == "close":
        return min(case.expires, str(today + timedelta(days=BODY_DAYS_AFTER_CLOSING)))
    if action == "reopen":
        return str(date.fromisoformat(case.opened) + timedelta(days=BODY_DAYS_AT_MOST))
    return None


def _after(case: CaseRow, change: ChangeCase) -> CaseRow:
    return replace(
        case, status=change.status or case.status, moderator=change.claimed_by or case.moderator
    )


def _replacing(shown: Outgoing) -> Outgoing:
    return replace(shown, replaces=True)


# Asking back


def _start_question(state: State, case: CaseRow, ports: Ports) -> Outcome:
    if case.thread_key is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.no_receipt", code=case.code)),))
    key = "desk.answer" if case.kind == QUESTION else "desk.ask"
    said = ports.wording.say(key, code=case.code)
    return Outcome(State(FLOW, "question", {"case": case.id}), (Outgoing(said),))


async def _write_to_sender(
    state: State, case_id: str, incoming: Incoming, desk: AtDesk, ports: Ports
) -> Outcome:
    case = await ports.casebook.by_id(case_id)
    if case is None or case.desk != desk.desk:
        return Outcome(State(), (Outgoing(ports.wording.say("desk.gone")),))
    if case.thread_key is None:
        said = ports.wording.say("desk.no_receipt", code=case.code)
        return Outcome(State(), (Outgoing(said),))
    if "ask" not in cards.actions(case):
        return Outcome(State(), (Outgoing(ports.wording.say("desk.over", code=case.code)),))
    if len(incoming.text) > STORY_MAX:
        said = ports.wording.say("tip.fields.story.long", most=str(STORY_MAX))
        return Outcome(state, (Outgoing(said),))
    if case.kind == QUESTION:
        text = curator.reply_text(incoming, ports)
        if text is None:
            return Outcome(state, (Outgoing(ports.wording.say("desk.no_topic")),))
        return await _reply(case, text, "dijawab", "desk.answered", desk, ports)
    if asked := _identity_words(incoming.text, ports):
        words = ", ".join(asked)
        return Outcome(state, (Outgoing(ports.wording.say("desk.identity", words=words)),))
    return await _reply(case, incoming.text, "perlu-info", "desk.asked", desk, ports)


async def _reply(
    case: CaseRow, text: str, status: str, key: str, desk: AtDesk, ports: Ports
) -> Outcome:
    """Seal a text for whoever holds the receipt; ``key`` is what the moderator is told."""
    sequence = await ports.casebook.next_sequence(case.id)
    today = str(ports.clock.today())
    message = seal_reply(
        ports.ring, case.desk, case.thread_key, case.id, sequence, text.strip()[:STORY_MAX]
    )
    effects = (
        AddToCase(case.id, sequence, message, today),
        ChangeCase(case.id, case.version, desk.desk, desk.moderator, "ask", today, status=status),
    )
    return Outcome(State(), (Outgoing(ports.wording.say(key, code=case.code)),), effects)


def _identity_words(text: str, ports: Ports) -> list[str]:
    """Words by which a question would unmask the sender."""
    words = ports.wording.plain("desk.identity_words").split(", ")
    plain = " ".join(text.casefold().split())
    return [word for word in words if re.search(rf"\b{re.escape(word)}\b", plain)]


# Enrolment


async def _enrol(state: State, incoming: Incoming, desk: AtDesk, ports: Ports) -> Outcome:
    code_hash = invitation_hash(incoming.argument)
    invited = await ports.casebook.invitation(code_hash, int(ports.clock.now()))
    if invited is None or invited[0] != desk.desk:
        return Outcome(state, (Outgoing(ports.wording.say("desk.wrong_invitation")),))
    effect = Enrol(desk.desk, desk.moderator, code_hash, str(ports.clock.today()), invited[1])
    return Outcome(state, (Outgoing(ports.wording.say("desk.enrolled")),), (effect,))
