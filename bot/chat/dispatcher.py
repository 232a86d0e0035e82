"""From one incoming message to its replies: handle, commit once, send, mark as sent.

The handler runs outside every transaction. What it decided (state, effects, replies still to be
sent) is committed together; a crash before sending leaves the replies in the row, and the
platform's repeat of the message, or the next message, sends them.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Generic

from bot.chat.addressed import complete
from bot.chat.conversation import Handler, Outcome, Ports, State
from bot.chat.messages import Address, Choice, Incoming, Outgoing
from bot.chat.typed import chosen
from bot.keys.crypto import seal, subkey, unseal
from bot.keys.ring import KeyRing
from bot.limits import CONVERSATION_RETRIES, TRACE_MAX
from bot.store import cases, conversations, desk_work
from bot.store.conversations import Conflict, ConversationRow
from bot.store.effects import ForgetChat, WithdrawTip
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.together import Together

Send = Callable[[Sequence[Outgoing], Sequence[str]], Awaitable[list[str] | None]]
"""Send replies; the second argument is the known message ids of the chat, given only when a
reply clears it. Returns the ids of the messages sent, or None where arrival is only known later
(the web), which leaves the replies pending."""


_ACCOUNTS = ("telegram", "whatsapp")


@dataclass(frozen=True, slots=True)
class Routes(Generic[Ports]):
    """Which handler takes which message; `handlers.table` fills it."""

    commands: Mapping[str, Handler[Ports]]
    words: Mapping[str, str]  # plain word -> command
    choices: Mapping[str, Handler[Ports]]  # first part of a choice's data -> handler
    flows: Mapping[str, Handler[Ports]]
    otherwise: Handler[Ports]
    desk: Handler[Ports]
    edited: Handler[Ports] | None = None  # takes edits of what a form or a desk has acted upon

    def handler_for(self, state: State, incoming: Incoming) -> Handler[Ports]:
        if self.edited and incoming.edited and (incoming.desk or state.flow):
            return self.edited
        if incoming.desk:
            return self.desk
        if incoming.choice:
            return self._for_choice(state, incoming.choice)
        command = incoming.command or self._word(state, incoming.text)
        if command and command in self.commands:
            return self.commands[command]
        return self.flows.get(state.flow, self.otherwise)

    def _for_choice(self, state: State, choice: str) -> Handler[Ports]:
        return self.choices.get(choice.split(":", 1)[0], self.flows.get(state.flow, self.otherwise))

    def _word(self, state: State, text: str) -> str | None:
        """Plain words are commands only where no form waits for an answer."""
        return self.words.get(" ".join(text.casefold().split())) if not state.flow else None


@dataclass(slots=True)
class _Chat:
    """A chat's row, opened."""

    row: ConversationRow
    state: State = field(default_factory=State)
    pending: tuple[Outgoing, ...] = ()
    choices: tuple[Choice, ...] = ()


class Dispatcher(Generic[Ports]):
    def __init__(
        self, database: Database, ring: KeyRing, routes: Routes[Ports], ports: Ports
    ) -> None:
        self._database = database
        self._ring = ring
        self._routes = routes
        self._ports = ports
        self._free = Together(partial(conversations.save_free, database))

    async def receive(
        self,
        address: Address,
        event: str,
        incoming: Incoming,
        send: Send,
        *,
        typed: bool = False,
        arrived: bool = False,
    ) -> None:
        """Handle one message and send the replies.

        ``event`` is the platform's id of the message: the same id twice has one effect. ``typed``
        says that choices are letters to type, which must be remembered; ``arrived`` that the
        platform itself proved the last replies to have arrived (the web's form token).
        Whatever ``send`` raises passes through; the replies stay pending.
        """
        for _ in range(CONVERSATION_RETRIES):
            chat, repeated = await self._load(address, event)
            if repeated:
                await self._send_again(address, chat, incoming, send, typed)
                return
            if chat.pending and not arrived:
                # the button they would have edited is not the one that is pressed now
                await send([replace(reply, replaces=False) for reply in chat.pending], ())
            message = self._resolved(self._tagged(incoming, address), chat)
            handler = self._routes.handler_for(chat.state, message)
            outcome = await handler(chat.state, message, self._ports)
            try:
                await self._finish(address, event, incoming, chat, outcome, send, typed)
            except Conflict:
                continue
            return
        raise Conflict(f"gave up after {CONVERSATION_RETRIES} attempts")

    async def _send_again(
        self, address: Address, chat: _Chat, incoming: Incoming, send: Send, typed: bool
    ) -> None:
        """A message that was handled before: only what could not be sent then goes out."""
        sent = await send(chat.pending, ())
        await self._remember(incoming, chat.pending, sent)
        if sent is not None and chat.pending:
            await self._mark_sent(address, chat, incoming, sent, typed, in_form=True)

    async def _finish(
        self,
        address: Address,
        event: str,
        incoming: Incoming,
        chat: _Chat,
        outcome: Outcome,
        send: Send,
        typed: bool,
    ) -> None:
        trace = await self._trace(address) if any(r.clears for r in outcome.replies) else []
        if self._writes_nothing(chat, outcome, typed):
            sent = await send(outcome.replies, trace)
            await self._remember(incoming, outcome.replies, sent)
            return
        if typed and self._changes_nothing(chat, outcome):
            await send(outcome.replies, trace)
            await self._keep_choices(chat, outcome)
            return
        after = replace(
            chat,
            state=outcome.state,
            pending=outcome.replies,
            choices=_last_choices(outcome.replies),
        )
        row = await self._commit(address, event, after, outcome)
        sent = await send(outcome.replies, trace)
        await self._remember(incoming, outcome.replies, sent)
        if sent is not None:
            in_form = bool(chat.state.flow or after.state.flow)
            sent_chat = replace(after, row=row)
            await self._mark_sent(address, sent_chat, incoming, sent, typed, in_form=in_form)

    async def _remember(
        self, incoming: Incoming, replies: Sequence[Outgoing], sent: list[str] | None
    ) -> None:
        """What a desk was shown of a case is erased with it."""
        case = next((reply.case for reply in replies if reply.case), None)
        if incoming.desk and incoming.desk.desk and case and sent:
            day = str(self._ring.days()[0])
            await desk_work.remember(self._database, incoming.desk.desk, case, sent, day)

    async def _load(self, address: Address, event: str) -> tuple[_Chat, bool]:
        days = self._ring.days()
        keys = self._keys(address)
        events = [h for day in days if (h := self._ring.event_hash(f"{address}:{event}", day))]
        row, repeated = await conversations.load(self._database, keys, events)
        if row is None:
            return _Chat(ConversationRow(keys[0], str(days[0]))), repeated
        return self._open(row), repeated

    def _keys(self, address: Address) -> list[bytes]:
        """The chat's pseudonyms, today's first."""
        found = (self._ring.conversation_key(str(address), day) for day in self._ring.days())
        return [key for key in found if key]

    def _open(self, row: ConversationRow) -> _Chat:
        key = self._ring.state_key(date.fromisoformat(row.day))
        body = json.loads(unseal(key, row.body or b"", _context(row)))
        return _Chat(
            row,
            State(body["flow"], body["step"], body["data"]),
            tuple(Outgoing.load(value) for value in body["pending"]),
            tuple(Choice(*value) for value in body["choices"]),
        )

    def _sealed(self, chat: _Chat) -> ConversationRow:
        """The row to write; an idle chat with nothing to remember has none."""
        if chat.state.idle and not chat.pending and not chat.choices:
            return replace(chat.row, body=None)
        body: dict[str, Any] = {
            "flow": chat.state.flow,
            "step": chat.state.step,
            "data": chat.state.data,
            "pending": [reply.dump() for reply in chat.pending],
            "choices": [[choice.label, choice.data] for choice in chat.choices],
        }
        key = self._ring.state_key(date.fromisoformat(chat.row.day))
        return replace(chat.row, body=seal(key, json.dumps(body).encode(), _context(chat.row)))

    def _tagged(self, incoming: Incoming, address: Address) -> Incoming:
        tag = self._ring.sender_tag(str(address))
        known = tag if address.channel in _ACCOUNTS else None
        return replace(incoming, visitor=tag, sender_tag=known)

    @staticmethod
    def _resolved(incoming: Incoming, chat: _Chat) -> Incoming:
        """A typed letter or label becomes the choice that it names."""
        if incoming.choice or not incoming.text or not chat.choices:
            return incoming
        choice = chosen(incoming.text, chat.choices)
        return replace(incoming, choice=choice.data) if choice else incoming

    @staticmethod
    def _writes_nothing(chat: _Chat, outcome: Outcome, typed: bool) -> bool:
        """A question outside a form writes nothing, unless its choices must be typed."""
        if outcome.effects or outcome.state != chat.state or chat.row.version:
            return False
        return not (typed and _last_choices(outcome.replies))

    @staticmethod
    def _changes_nothing(chat: _Chat, outcome: Outcome) -> bool:
        """Outside a form, what may be done twice and needs no receipt against repeats."""
        return not (outcome.effects or chat.state.flow) and outcome.state == chat.state

    async def _keep_choices(self, chat: _Chat, outcome: Outcome) -> None:
        """Remember which letters can be typed now, unless another message was faster."""
        after = replace(chat, pending=(), choices=_last_choices(outcome.replies))
        row = self._sealed(after)
        if row.version or row.body is not None:
            await self._free.add(row)

    async def _commit(
        self, address: Address, event: str, chat: _Chat, outcome: Outcome
    ) -> ConversationRow:
        today = self._ring.days()[0]
        seen = self._ring.event_hash(f"{address}:{event}", today)
        row = self._sealed(chat)
        async with self._database.begin() as connection:
            if seen and not await conversations.mark_seen(connection, seen, str(today)):
                raise Conflict
            await conversations.save(connection, row)
            for effect in outcome.effects:
                await cases.apply(connection, complete(effect, address, self._ring))
                if isinstance(effect, ForgetChat):
                    await conversations.forget_chat(connection, self._keys(address))
        if any(isinstance(effect, WithdrawTip | ForgetChat) for effect in outcome.effects):
            await self._database.wipe_log()
        return replace(row, version=row.version + 1)

    async def _mark_sent(
        self,
        address: Address,
        chat: _Chat,
        incoming: Incoming,
        sent: list[str],
        typed: bool,
        *,
        in_form: bool,
    ) -> None:
        """Drop the pending replies. If another message was faster, it has done so already."""
        keep = chat.choices if typed or chat.state.flow else ()
        row = self._sealed(replace(chat, pending=(), choices=keep))
        ids = [*([incoming.message] if incoming.message else []), *sent]
        cleared = any(reply.clears for reply in chat.pending)
        try:
            async with self._database.begin() as connection:
                await conversations.save(connection, row)
                if ids and in_form and not cleared:
                    await self._add_trace(connection, address, ids)
        except Conflict:
            return

    async def _add_trace(self, connection: Any, address: Address, ids: list[str]) -> None:
        day = self._ring.days()[0]
        key = self._ring.trace_key(day)
        if key:
            sealed = seal(subkey(key, "trace"), json.dumps(ids).encode(), "trace")
            chat = self._keys(address)[0]
            await conversations.add_trace(connection, new_id(), chat, str(day), sealed)

    async def _trace(self, address: Address) -> list[str]:
        """The message ids of this chat that may still be deleted, oldest first."""
        ids: list[str] = []
        for day, body in await conversations.load_traces(self._database, self._keys(address)):
            if key := self._ring.trace_key(date.fromisoformat(day)):
                ids += json.loads(unseal(subkey(key, "trace"), body, "trace"))
        return ids[-TRACE_MAX:]


def _context(row: ConversationRow) -> str:
    return f"conversation:{row.key.hex()}:{row.day}"


def _last_choices(replies: Sequence[Outgoing]) -> tuple[Choice, ...]:
    return next((reply.choices for reply in reversed(replies) if reply.choices), ())
