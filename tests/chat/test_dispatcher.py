"""The dispatcher: one effect per message, whatever crashes in between."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Dispatcher, Routes
from bot.chat.messages import Address, Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.keys.ring import KeyRing
from bot.store import conversations
from bot.store.engine import Database
from bot.store.schema import conversations as rows
from bot.store.schema import traces

HERE = Address("telegram", "42")


class Screen:
    """What a person sees; can be made to fail, as a platform does."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.broken = False
        self.known: list[str] = []

    async def send(self, replies: Sequence[Outgoing], known: Sequence[str]) -> list[str]:
        if self.broken:
            raise ConnectionError
        self.known += known
        self.shown += [str(reply.text) for reply in replies]
        return [str(len(self.shown))]


async def count(state: State, incoming: Incoming, _ports: None) -> Outcome:
    """Counts the messages of a form; "selesai" ends it; "?" is a question outside a form."""
    if incoming.choice:
        return Outcome(state, (Outgoing(Text.plain(f"pilih {incoming.choice}")),))
    if incoming.text == "?":
        menu = (Choice("Satu", "t:1"), Choice("Dua", "t:2"))
        return Outcome(state, (Outgoing(Text.plain("menu"), menu),))
    if incoming.text == "bersih":
        return Outcome(State(), (Outgoing(Text.plain("bersih"), clears=True),))
    if incoming.text == "selesai":
        return Outcome(State(), (Outgoing(Text.plain("dadah")),))
    number = state.data.get("number", 0) + 1
    after = State("form", "ask", {"number": number})
    return Outcome(after, (Outgoing(Text.plain(f"ke-{number}")),))


@pytest.fixture
def dispatcher(database: Database, ring: KeyRing) -> Dispatcher[None]:
    routes: Routes[None] = Routes({}, {}, {}, {}, count, count)
    return Dispatcher(database, ring, routes, None)


async def rows_of(database: Database) -> int:
    async with database.read() as connection:
        return len((await connection.execute(select(rows))).all())


async def test_the_state_goes_on_from_message_to_message(dispatcher: Dispatcher[None]) -> None:
    screen = Screen()
    for event in "abc":
        await dispatcher.receive(HERE, event, Incoming("x"), screen.send)
    assert screen.shown == ["ke-1", "ke-2", "ke-3"]


async def test_a_question_outside_a_form_writes_nothing(
    dispatcher: Dispatcher[None], database: Database
) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("?"), screen.send)
    assert screen.shown == ["menu"]
    assert await rows_of(database) == 0


async def test_where_choices_are_typed_a_letter_means_the_choice(
    dispatcher: Dispatcher[None],
) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("?"), screen.send, typed=True)
    for event, typed in enumerate(["B", "2.", "no 2", "yang kedua", "dua"]):
        await dispatcher.receive(HERE, f"t{event}", Incoming("?"), screen.send, typed=True)
        await dispatcher.receive(HERE, f"e{event}", Incoming(typed), screen.send, typed=True)
        assert screen.shown[-1] == "pilih t:2", typed


async def test_the_same_event_twice_has_one_effect(dispatcher: Dispatcher[None]) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    await dispatcher.receive(HERE, "b", Incoming("x"), screen.send)
    assert screen.shown == ["ke-1", "ke-2"]


async def test_a_reply_that_was_not_sent_comes_with_the_repeated_message(
    dispatcher: Dispatcher[None],
) -> None:
    screen = Screen()
    screen.broken = True
    with pytest.raises(ConnectionError):
        await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    screen.broken = False
    await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    assert screen.shown == ["ke-1"]


async def test_a_reply_that_was_not_sent_comes_before_the_next_one(
    dispatcher: Dispatcher[None],
) -> None:
    screen = Screen()
    screen.broken = True
    with pytest.raises(ConnectionError):
        await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    screen.broken = False
    await dispatcher.receive(HERE, "b", Incoming("x"), screen.send)
    assert screen.shown == ["ke-1", "ke-2"]


async def test_a_finished_conversation_leaves_no_row(
    dispatcher: Dispatcher[None], database: Database
) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    assert await rows_of(database) == 1
    await dispatcher.receive(HERE, "b", Incoming("selesai"), screen.send)
    assert await rows_of(database) == 0
    await dispatcher.receive(HERE, "c", Incoming("x"), screen.send)
    assert screen.shown[-1] == "ke-1"


async def test_a_conversation_survives_midnight_and_ends_with_its_key(
    dispatcher: Dispatcher[None], clock: SetClock, database: Database, ring: KeyRing
) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    clock.forward(days=1)
    await dispatcher.receive(HERE, "b", Incoming("x"), screen.send)
    assert screen.shown[-1] == "ke-2"
    clock.forward(days=1)
    await dispatcher.receive(HERE, "c", Incoming("x"), screen.send)
    assert screen.shown[-1] == "ke-1"
    async with database.begin() as connection:
        await conversations.expire_days(connection, [str(day) for day in ring.days()])
    assert await rows_of(database) == 1


async def test_a_repeat_after_midnight_is_still_a_repeat(
    dispatcher: Dispatcher[None], clock: SetClock
) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    clock.forward(days=1)
    await dispatcher.receive(HERE, "a", Incoming("x"), screen.send)
    assert screen.shown == ["ke-1"]


async def test_clearing_hands_over_the_message_ids_of_the_form(
    dispatcher: Dispatcher[None], database: Database
) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("x", message="100"), screen.send)
    await dispatcher.receive(HERE, "b", Incoming("x", message="102"), screen.send)
    await dispatcher.receive(HERE, "c", Incoming("bersih", message="104"), screen.send)
    assert screen.known == ["100", "1", "102", "2"]
    async with database.read() as connection:
        [first, *_] = (await connection.execute(select(traces))).all()
    assert b"100" not in first.body


async def test_nothing_that_identifies_a_chat_is_in_its_row(
    dispatcher: Dispatcher[None], database: Database
) -> None:
    screen = Screen()
    await dispatcher.receive(HERE, "a", Incoming("rahasia"), screen.send)
    async with database.read() as connection:
        [row] = (await connection.execute(select(rows))).all()
    assert b"42" not in row.key
    assert b"ke-1" not in row.body
    assert len(row.body) > 1_000  # padded to a size class
