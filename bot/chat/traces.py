"""Message ids that "bersihkan" may delete, sealed under the trace key of the day."""

import json

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.messages import Address
from bot.keys.crypto import seal, subkey
from bot.keys.ring import KeyRing
from bot.store import conversations
from bot.store.ids import new_id


async def remember(
    connection: AsyncConnection, ring: KeyRing, address: Address, ids: list[str]
) -> None:
    """Add messages of a chat to what "bersihkan" deletes, filed under today's pseudonym."""
    day = ring.days()[0]
    key, chat = ring.trace_key(day), ring.conversation_key(str(address), day)
    if key and chat:
        sealed = seal(subkey(key, "trace"), json.dumps(ids).encode(), "trace")
        await conversations.add_trace(connection, new_id(), chat, str(day), sealed)
