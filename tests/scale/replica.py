"""One replica of three: reads messages on standard input, handles them, says when it is done.

Arguments: database URL, key folder, file of what was delivered. A line in is
``{"chat", "event", "text"}``; a line out is the event. Each chat's state is the list of its texts.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Dispatcher, Routes
from bot.chat.messages import Address, Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SystemClock
from bot.delivery.worker import Worker
from bot.desks.routes import Desk, Desks
from bot.keys.ring import open_ring
from bot.store.engine import open_database
from tests.delivery.plain import NoFiles, PlainView, plain_desk

DESKS = [f"meja{number}" for number in range(4)]


async def remember(state: State, incoming: Incoming, _ports: None) -> Outcome:
    await asyncio.sleep(0.002)  # a handler's work, between reading and writing
    texts = [*state.data.get("texts", []), incoming.text]
    return Outcome(State("form", "ask", {"texts": texts}), (Outgoing(Text.plain("ya")),))


async def main(url: str, keys: str, sink: str) -> None:
    clock = SystemClock()
    database, ring = open_database(url), open_ring(keys, clock)
    routes: Routes[None] = Routes({}, {}, {}, {}, remember, remember)
    dispatcher = Dispatcher(database, ring, routes, None)

    async def reply(_replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
        return ["1"]

    async def deliver(chat: str, message: Outgoing, /) -> str:
        with Path(sink).open("a", encoding="utf-8") as file:
            file.write(f"{chat} {time.time()} {str(message.text).split()[0]}\n")
        return "1"

    async def handle(line: bytes) -> None:
        message = json.loads(line)
        address, text = Address("telegram", message["chat"]), Incoming(message["text"])
        await dispatcher.receive(address, message["event"], text, reply)
        print(message["event"], flush=True)  # noqa: T201

    desks = Desks({name: Desk(id=name, name=name, channel="web", chat=name) for name in DESKS})
    senders = {"web": plain_desk(deliver)}
    worker = Worker(database, ring, desks, senders, PlainView(), NoFiles(), clock)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.run(stop))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    async with asyncio.TaskGroup() as tasks:
        while line := await reader.readline():
            tasks.create_task(handle(line))
    stop.set()
    await working
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
